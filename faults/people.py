"""People in a process of their own: they apply and officers decide, by the real operations, as they are told to.

Each line of standard input is one wish (JSON), each line of standard output what came of it. What a process that is
killed leaves behind is what the database says.
"""

import json
import random
import sys
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count as numbers_from
from typing import Any

import django

Answer = dict[str, Any]
OFFICER = "petugas-gangguan"
_numbers = numbers_from(int(sys.argv[1]) if len(sys.argv) > 1 else 0)


def main() -> None:
    """Fulfil wishes until the input ends."""
    django.setup()
    for line in sys.stdin:
        wish = json.loads(line)
        answer = WISHES[wish.pop("do")](**wish)
        print(json.dumps(answer), flush=True)


def _now() -> datetime:
    from requests_app.clock import database_now

    return database_now()


def _new_person() -> dict[str, str]:
    """A NIK and a phone of the fictitious range that nobody has; other processes of a world begin at other numbers."""
    n = next(_numbers)
    chance = random.Random(n)
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(60, 99)
    nik = f"1671{1 + n // 100 % 18:02d}{day + 40:02d}{month:02d}{year}99{n % 100:02d}"
    return {"nik": nik, "birth_date": f"19{year}-{month:02d}-{day:02d}", "phone": f"+628000000{n % 10_000:04d}"}


def _new_draft(now: datetime, **over: Any) -> Any:
    from tests.factories import make_draft

    return make_draft(now, **(_new_person() | over))


def apply(count: int, **over: Any) -> list[Answer]:
    """So many people apply, one after the other; `over` changes what they answer."""
    return [_apply_one(over) for _ in range(count)]


def _apply_one(over: dict[str, Any]) -> Answer:
    from requests_app.operations.submission import submit_draft

    now = _now()
    draft = _new_draft(now, **over)
    begin = time.monotonic()
    application = submit_draft(draft_id=draft.pk, now=now).application
    took = time.monotonic() - begin
    return {"application": application.pk, "notice": str(application.notices.get().pk), "took": took}


def decide(applications: list[int]) -> list[Answer]:
    """An officer rejects these applications."""
    return [_decide_one(application_id) for application_id in applications]


def _decide_one(application_id: int) -> Answer:
    from requests_app.models import Application
    from requests_app.operations.decisions import decide as decide_on
    from requests_app.operations.review import claim_application
    from tests.factories import REJECTED

    now, begin = _now(), time.monotonic()
    officer = _officer(now)
    claim_application(application_id=application_id, officer=officer, now=now)
    decide_on(application_id=application_id, officer=officer, now=now, verdict=REJECTED)
    took = time.monotonic() - begin
    notice = Application.objects.get(pk=application_id).notices.get(purpose="rejected")
    return {"application": application_id, "notice": str(notice.pk), "took": took}


def _officer(now: datetime) -> Any:
    from requests_app.models import Officer, Shift
    from requests_app.rules.dates import local_date
    from tests.factories import OfficerFactory

    officer: Any = Officer.objects.filter(username=OFFICER).first() or OfficerFactory(username=OFFICER)
    Shift.objects.get_or_create(officer=officer, date=local_date(now))
    return officer


def work(seconds: float, pause: float) -> Answer:
    """For so many seconds people apply and are answered at once; what fails is counted, and gone on with."""
    from django.db import DatabaseError, connection

    done, failed, end = 0, 0, time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            decide([applied["application"] for applied in apply(1)])
            done += 1
        except DatabaseError:
            failed += 1
            connection.close()
        time.sleep(pause)
    return {"done": done, "failed": failed}


def call(applications: list[int]) -> Answer:
    """Officers call whom the call list names among these, and reach them."""
    from requests_app.models import CallTask
    from requests_app.operations.calls import record_call

    now = _now()
    tasks = CallTask.objects.filter(application__in=applications, closed_at=None).values_list("pk", flat=True)
    for task_id in list(tasks):
        record_call(task_id=task_id, officer=_officer(now), outcome="told", note="", now=now)
    return {"called": len(tasks)}


def fill_in(count: int) -> list[str]:
    """So many people fill in the form, up to its last page; the session of each."""
    return [_fill_in_one() for _ in range(count)]


def _fill_in_one() -> str:
    from django.contrib.sessions.backends.db import SessionStore

    from requests_app.models import Document

    now = _now()
    draft = _new_draft(now)
    for code in ("SURAT_HILANG", "KK"):
        Document.objects.create(
            draft=draft, document_code=code, original_kind="jpeg", original_bytes=500_000, original_hash=b"0" * 16,
            pages=1, stored_bytes=300_000, uploaded_at=now,
        )  # fmt: skip
    session = SessionStore(uuid.uuid4().hex)
    session["draft"] = str(draft.pk)
    session.set_expiry(timedelta(days=30))
    session.save(must_create=True)
    return str(session.session_key)


WISHES: dict[str, Callable[..., Any]] = {
    "apply": apply,
    "decide": decide,
    "work": work,
    "call": call,
    "fill_in": fill_in,
}

if __name__ == "__main__":
    main()
