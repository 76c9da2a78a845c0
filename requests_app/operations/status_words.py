"""What the replies to STATUS and LAPOR say: where the applications of a phone stand, and what is still owed.

Only to the phone that an application names, and only what its tracking page tells whoever knows its number: no name,
no NIK, and no reason of a rejection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from requests_app.models import Application, Decision, Promise, Report
from requests_app.models.unfetched import is_carried
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import format_moment
from requests_app.rules.messages import render
from requests_app.rules.promise import is_broken
from requests_app.rules.stages import stage_sentence
from requests_app.rules.statuses import OPEN_STATUSES, Status

AT_ONCE = 3
UNANSWERED = (Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW)
OTHERWISE = "Pertanyaan lain? Tulis saja di sini; petugas menjawabnya."
NOT_THIS_PHONE = "Nomor permohonan itu tidak terdaftar dengan nomor WhatsApp ini."


@dataclass(frozen=True)
class Standing:
    """Where one application stands, as far as it may be told. `late`: the present answer is later than promised;
    `broken`: a promise of any round was broken, so that a report can be made; `report`: the one that is open;
    `carried`: the card is on its way back to the head office."""

    application: Application
    status: Status
    late: bool
    broken: bool
    report: str
    carried: bool = False

    @property
    def number(self) -> str:
        """The application's number."""
        return self.application.number

    @property
    def owed(self) -> bool:
        """Whether an answer is still to come."""
        return self.status in UNANSWERED


def standings(phone_hash: bytes | None, *, number: str | None, now: datetime) -> list[Standing]:
    """The applications of a phone: the one with this number, or the newest that are open (one more than are told),
    or else the latest that has ended. One query, or two; none without a phone."""
    if phone_hash is None:
        return []
    mine = _annotated(Application.objects.filter(phone_hash=phone_hash), now).order_by("-submitted_at", "-pk")
    if number is not None:
        return [_standing(row, now) for row in mine.filter(number=number)]
    rows = list(mine.filter(status__in=OPEN_STATUSES)[: AT_ONCE + 1]) or list(mine[:1])
    return [_standing(row, now) for row in rows]


def _annotated(applications: QuerySet[Application], now: datetime) -> QuerySet[Application]:
    own, round_ = OuterRef("pk"), OuterRef("round")
    decided = Decision.objects.filter(application=own, round=round_, taken_back_at__isnull=True)
    broken = Promise.objects.filter(application=own, outcome="broken", rebutted_at__isnull=True)
    reports = Report.objects.filter(application=own).exclude(status="closed")
    columns = ("number", "service", "status", "round", "submitted_at", "due_at", "waiting_until")
    return applications.only(*columns).annotate(
        withheld=Exists(decided.filter(release_at__gt=now, annulled_at__isnull=True)),
        broken=Exists(broken),
        broken_now=Exists(broken.filter(round=round_)),
        report=Subquery(reports.values("number")[:1]),
        carried=is_carried(),
    )


def _standing(row: Any, now: datetime) -> Standing:
    """An answer that can still be taken back is none yet."""
    status = Status.IN_REVIEW if row.withheld and row.status != Status.WITHDRAWN else Status(row.status)
    overdue = status in UNANSWERED and is_broken(row.due_at, now)
    return Standing(row, status, overdue or row.broken_now, row.broken, row.report or "", row.carried)


def status_words(found: Sequence[Standing], *, named: bool) -> str:
    """The reply to STATUS. `named`: the message named a number, which was looked for."""
    if not found:
        nothing = NOT_THIS_PHONE if named else "Kami tidak menemukan permohonan dengan nomor WhatsApp ini."
        return f"{nothing} Anda dapat melihatnya di {tracking_page()} dengan nomor permohonan Anda. {OTHERWISE}"
    told = [_line(one) for one in found[:AT_ONCE]]
    more = ["Permohonan lainnya: tulis STATUS dan nomor permohonannya."] if len(found) > AT_ONCE else []
    return "\n\n".join([*told, *more, OTHERWISE])


def _line(one: Standing) -> str:
    service = Service(one.application.service).label
    return " ".join([f"Permohonan {one.number} ({service}).", sentence_of(one), *_owed(one)])


def sentence_of(one: Standing) -> str:
    """Where it stands."""
    is_visit = one.application.service != Service.KTP_EL
    sentence = stage_sentence(one.status, face_to_face=is_visit, carried=one.carried)
    until = one.application.waiting_until
    return render(sentence, {"date": format_moment(until) if until else ""})


def _owed(one: Standing) -> list[str]:
    if not one.owed:
        return []
    if not one.late:
        return [due_words(one)]
    what = f"Laporan {one.report} sudah terbuka." if one.report else "Balas LAPOR, dan pengawas memeriksanya."
    return ["Jawaban kami terlambat; kami minta maaf.", what]


def due_words(one: Standing) -> str:
    """Until when the answer is promised."""
    return f"Jawaban kami sampai paling lambat {format_moment(one.application.due_at)}."


def tracking_page() -> str:
    """Where an application is followed, as it is written in a message."""
    return f"{own_site()}/lacak/"


def own_site() -> str:
    """Our host, as it is written in a message; links in a reply lead nowhere else."""
    return settings.PUBLIC_URL.split("://", 1)[-1]
