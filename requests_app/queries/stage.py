"""The stage of an application: what whoever knows the number may read, and what an open page is compared with."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from requests_app import language
from requests_app.models import Application, BlankWait, Decision, Event, Promise
from requests_app.models.unfetched import is_carried
from requests_app.queries.blank_line import OwnPlace, own_place
from requests_app.queries.invitations import VISIT
from requests_app.queries.timeline import DECIDING, INVITING, PAST
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.messages import render
from requests_app.rules.promise import is_broken
from requests_app.rules.stages import stage_sentence
from requests_app.rules.statuses import Status

COUNTED_AHEAD = 1000
PENDING = (Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW)
UNPRINTED = (Status.APPROVED, Status.WAITING_FOR_BLANK)
"""Where an application may stand in the line for a blank."""
STAGE_COLUMNS = (
    "number", "service", "reason", "status", "round", "contact", "submitted_at", "first_due_at", "due_at",
    "waiting_until",
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """Where an application stands, without anything about the person. A decision that can still be taken back
    does not show: until its release the application is `in_review`. `face_to_face`: what is approved is no card, but
    served at a visit. `line`: its place among those who wait for a blank, None for whoever does not. `carried`: nobody
    fetched the card, and it is on its way to the head office."""

    number: str
    service: str
    reason: str
    status: Status
    sentence: str
    contact: str
    submitted_at: datetime
    due_at: datetime
    waiting_until: datetime | None
    answered_at: datetime | None
    broken: bool
    late: bool
    ahead: int | None
    time_left: tuple[str, str]
    state: str
    face_to_face: bool = False
    line: OwnPlace | None = None
    carried: bool = False

    @property
    def label(self) -> str:
        """The citizen's word for the status."""
        return gettext("Dibawa ke Kantor Dukcapil") if self.carried else gettext(self.status.label)

    @property
    def pending(self) -> bool:
        """Whether the citizen waits for our answer."""
        return self.status in PENDING

    @property
    def many_ahead(self) -> bool:
        """Whether so many are ahead that we stopped counting."""
        return self.ahead is not None and self.ahead > COUNTED_AHEAD


@dataclass(frozen=True)
class Live:
    """What an open page is compared with: `state` (a hash, nothing to be read from it) changes when, and only when,
    the page has something new to say."""

    state: str
    status: Status


def live(number: str, among: Collection[int], *, now: datetime) -> Live | None:
    """The state of the application with this number, when it is one of `among`. One query."""
    standing = Decision.objects.filter(
        application=OuterRef("pk"), round=OuterRef("round"), taken_back_at__isnull=True, annulled_at__isnull=True
    )
    row = (
        Application.objects.filter(number=number, pk__in=among)
        .annotate(
            told=TOLD,
            released=Subquery(standing.filter(release_at__lte=now).values("pk")[:1]),
            withheld=Exists(standing.filter(release_at__gt=now)),
            visit=VISIT,
            line_told=LINE_TOLD,
        )
        .values_list("status", "due_at", "told", "released", "withheld", "visit", "line_told")
        .first()
    )
    if row is None:
        return None
    stored, due_at, told, released, withheld, visit, line_told = row
    status = _shown(Status(stored), withheld)
    late = status in PENDING and is_broken(due_at, now)
    if withheld:
        visit = line_told = None
    return Live(Facts(status, told, released, late, visit, line_told).digest, status)


TOLD = Subquery(
    Event.objects.filter(application=OuterRef("pk"), step__in=PAST.keys() - DECIDING - INVITING)
    .order_by("-id")
    .values("pk")[:1]
)
"""The latest thing in the history that is told; of decisions only the standing one counts, once it is released, and
of invitations the visit itself (VISIT)."""

LINE_TOLD = Subquery(BlankWait.objects.filter(application=OuterRef("pk")).values("told_at")[:1])
"""When somebody who waits for a blank was told about the place last: what moved less since then is no news."""


@dataclass(frozen=True)
class Facts:
    """What a tracking page tells, as far as it can change."""

    status: Status
    told: int | None
    released: int | None
    late: bool
    visit: dict[str, Any] | None
    line_told: datetime | None

    @property
    def digest(self) -> str:
        """A short hash of them."""
        words = f"{self.status} {self.told} {self.released} {self.late} {self.visit} {self.line_told}"
        return sha256(words.encode()).hexdigest()[:16]


def _shown(status: Status, withheld: bool) -> Status:
    """Until its decision can no longer be taken back, an application shows as being looked at."""
    return Status.IN_REVIEW if withheld and status is not Status.WITHDRAWN else status


def stage(application_id: int, *, now: datetime) -> Stage:
    """The stage of an application. Four queries, four more of one that waits for a blank."""
    application = applications(STAGE_COLUMNS).get(pk=application_id)
    return stage_of(application, standing_decision(application), promises_of(application), now)


def applications(columns: Iterable[str]) -> QuerySet[Application]:
    """Applications with these columns (those of the stage among them) and what their state is made of."""
    return Application.objects.only(*columns).annotate(
        told=TOLD, latest_visit=VISIT, line_told=LINE_TOLD, carried=is_carried()
    )


def promises_of(application: Application) -> list[Promise]:
    """One for each round, the present one last."""
    return list(Promise.objects.filter(application=application).order_by("round"))


def standing_decision(application: Application, *, with_words: bool = False) -> Decision | None:
    """The decision of the current round; its sealed words and details are opened only for whoever may read them."""
    standing = Decision.objects.filter(
        application=application, round=application.round, taken_back_at__isnull=True, annulled_at__isnull=True
    )
    sealed = ("annul_reason", "objection") if with_words else ("note", "details", "annul_reason", "objection")
    return standing.defer(*sealed).first()


def stage_of(application: Any, decision: Decision | None, promises: list[Promise], now: datetime) -> Stage:
    """The same of a row of `applications`, with its decision and promises."""
    withheld = decision is not None and now < decision.release_at
    status = _shown(Status(application.status), withheld)
    current = promises[-1]
    overdue = status in PENDING and is_broken(current.due_at, now)
    facts = Facts(
        status=status,
        told=application.told,
        released=decision.pk if decision is not None and not withheld else None,
        late=status in PENDING and is_broken(application.due_at, now),
        visit=None if withheld else application.latest_visit,
        line_told=None if withheld else application.line_told,
    )
    line = own_place(application.pk, now=now) if status in UNPRINTED and facts.line_told else None
    return Stage(
        number=application.number,
        service=gettext(Service(application.service).label),
        reason=gettext(Reason(application.reason).label),
        status=status,
        sentence=_sentence(application, Status.WAITING_FOR_BLANK if line else status),
        contact=application.contact,
        submitted_at=application.submitted_at,
        due_at=application.due_at,
        waiting_until=application.waiting_until,
        answered_at=decision.release_at if decision is not None and status not in PENDING else None,
        broken=any(p.outcome == "broken" and p.rebutted_at is None for p in promises),
        late=overdue or (current.outcome == "broken" and current.rebutted_at is None),
        ahead=_ahead(application) if status in (Status.SUBMITTED, Status.HELD_DUPLICATE) else None,
        time_left=_time_left(application.due_at, now),
        state=facts.digest,
        face_to_face=is_face_to_face(application),
        line=line,
        carried=status is Status.READY_FOR_PICKUP and application.carried,
    )


def is_face_to_face(application: Application) -> bool:
    """Whether what is approved is served at a visit, and no card is made."""
    return application.service != Service.KTP_EL


def _sentence(application: Any, status: Status) -> str:
    sentence = stage_sentence(status, face_to_face=is_face_to_face(application), carried=application.carried)
    told = gettext(sentence)
    until = language.moment(application.waiting_until) if application.waiting_until else ""
    return render(told, {"date": until})


def _time_left(due: datetime, now: datetime) -> tuple[str, str]:
    """The countdown as a large number and the words below it."""
    words = language.countdown(due, now)
    number, _space, rest = words[re.search(r"\d", words).start() :].partition(" ")  # type: ignore[union-attr]
    return number, rest


def _ahead(application: Application) -> int:
    """How many wait before this one in the officers' queue, counted as far as one more than COUNTED_AHEAD."""
    earlier = Q(first_due_at__lt=application.first_due_at) | Q(submitted_at__lt=application.submitted_at)
    queue = Application.objects.filter(status=Status.SUBMITTED, first_due_at__lte=application.first_due_at)
    return queue.filter(earlier)[: COUNTED_AHEAD + 1].count()
