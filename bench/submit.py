"""Submit: the last POST of the application form beside a bare view with one form and one INSERT, same gunicorn."""

import statistics
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from bench.load import Burst, burst, request
from bench.result import Result
from bench.stage import Stage, say, use_database
from bench.stored import kk_of, nik_of, phone_of

DATABASE = "bench_submit"
CONNECTIONS = 16
WARM_UP = 100
TARGET = 0.5


def measure(stage: Stage, *, rounds: int, requests: int) -> list[Result]:
    """Rounds of the floor and of ours in turn; the result is the median of their ratios."""
    stage.new_database(DATABASE)
    use_database(DATABASE)
    port = stage.start_web(DATABASE)
    numbers = count(1)
    _run(port, floor_requests(WARM_UP), "/")
    _run(port, submit_requests(numbers, WARM_UP), "/ajukan/ktp-el/bukti/")
    _run(port, same_requests(WARM_UP), "/")
    floors, same, ours = [], [], []
    for turn in range(rounds):
        floors.append(_run(port, floor_requests(requests), "/").rate)
        same.append(_run(port, same_requests(requests), "/").rate)
        ours.append(_run(port, submit_requests(numbers, requests), "/ajukan/ktp-el/bukti/").rate)
        say(
            f"  submit {turn + 1}/{rounds}: floor {floors[-1]:.0f}/s, same form {same[-1]:.0f}/s, ours {ours[-1]:.0f}/s"
        )
    _check_stored(WARM_UP + rounds * requests)
    return [
        _result("submit", "Submit, requests/s beside a plain view of the same form", same, ours, target=TARGET),
        _result("submit_small", "Submit, requests/s beside a bare view with five fields", floors, ours),
    ]


def _result(code: str, title: str, floors: list[float], ours: list[float], *, target: float | None = None) -> Result:
    ratio = statistics.median(mine / floor for floor, mine in zip(floors, ours, strict=True))
    figures = {"floor_per_s": statistics.median(floors), "ours_per_s": statistics.median(ours)}
    return Result(code, title, ratio=ratio, target=target, at_least=True, figures=figures)


def _run(port: int, requests: list[bytes], leads_to: str) -> Burst:
    done = burst(port, requests, connections=CONNECTIONS)
    wrong = [answer for answer in done.answers if answer.status != 302 or answer.location != leads_to]
    if wrong:
        raise AssertionError(f"{len(wrong)} of {len(requests)} answers are not the expected one, such as {wrong[0]}")
    return done


def floor_requests(many: int) -> list[bytes]:
    """Valid forms for the bare view."""
    form = {"name": "Siti Contoh", "birth_date": "1995-08-17", "address": "Lrg. Contoh No. 1, RT 003 RW 001"}
    return [request("POST", "/floor/", form={**form, "nik": nik_of(n), "phone": phone_of(n)}) for n in range(many)]


def same_requests(many: int) -> list[bytes]:
    """Valid forms for the plain view of the same form."""
    now = datetime.now(UTC)
    return [request("POST", "/same/", form={**answers(n, now), "statement": "on"}) for n in range(many)]


def submit_requests(numbers: Iterator[int], many: int) -> list[bytes]:
    """Complete drafts of as many people, with their documents, each in the session of a visitor of its own."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from requests_app.clock import database_now
    from requests_app.models import Document, Draft

    now = database_now()
    drafts, documents, sessions, requests = [], [], [], []
    store = SessionStore()
    for n in (next(numbers) for _ in range(many)):
        draft = Draft(
            id=uuid.uuid4(), service="ktp_el", answers=answers(n, now), started_at=now, changed_at=now,
            expires_at=now + timedelta(days=7),
        )  # fmt: skip
        drafts.append(draft)
        documents += [_document(draft, code, now) for code in ("SURAT_HILANG", "KK")]
        key, data = uuid.uuid4().hex, store.encode(_session(draft))
        sessions.append(Session(session_key=key, session_data=data, expire_date=now + timedelta(days=7)))
        form = {"statement": "on", "draft": str(draft.pk)}
        visitor = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        requests.append(request("POST", "/ajukan/ktp-el/periksa/", form=form, session=key, visitor=visitor))
    Draft.objects.bulk_create(drafts)
    Document.objects.bulk_create(documents)
    Session.objects.bulk_create(sessions)
    return requests


def _session(draft: Any) -> dict[str, Any]:
    """What a session holds once the check page was shown."""
    from requests_app.citizen.apply.checked import remember_complete
    from requests_app.citizen.apply.visit import Visit
    from requests_app.rules.catalogue import Service

    class Request:
        session: ClassVar[dict[str, Any]] = {}

    Request.session = {"draft": str(draft.pk)}
    visit: Any = Visit(Request(), Service(draft.service), draft.changed_at, draft)  # type: ignore[arg-type]
    remember_complete(visit)
    return Request.session


def answers(n: int, now: datetime) -> dict[str, str]:
    """A lost card, told over WhatsApp."""
    return {
        "reason": "hilang", "applicant": "self", "nik": nik_of(n), "kk_number": kk_of(n), "name": "Siti Contoh",
        "birth_date": "1995-08-17", "sex": "P", "kelurahan": "16.71.01.1001", "address": "Lrg. Contoh No. 1",
        "rt": "003", "rw": "001", "police_number": "LP/123/XI", "police_date": f"{now - timedelta(days=2):%Y-%m-%d}",
        "police_station": "Polsek Contoh", "collector": "self", "contact": "whatsapp", "phone": phone_of(n),
        "phone_owner": "self",
    }  # fmt: skip


def _document(draft: object, code: str, now: datetime) -> object:
    from requests_app.models import Document

    return Document(
        draft=draft, document_code=code, original_kind="jpeg", original_bytes=500_000, original_hash=b"0" * 16,
        pages=1, stored_bytes=300_000, uploaded_at=now,
    )  # fmt: skip


def _check_stored(expected: int) -> None:
    """Every answer led to the receipt; and every row that belongs to a submission is there."""
    from requests_app.models import Application, Event, Notice, Promise

    found = [model.objects.count() for model in (Application, Promise, Event, Notice)]
    if found != [expected] * 4:
        raise AssertionError(f"{expected} submissions left {found} applications, promises, events and notices")
