"""What the pages of a zone's desk, and its display, read. Lists never decrypt: the sealed columns are left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from requests_app.models import Application, Officer, Visit, VisitApplication, Zone
from requests_app.queries.apply import requirements_for
from requests_app.rules.catalogue import UPLOAD, Requirement
from requests_app.rules.visits import COMING, HOLDS_PLACE, VisitState, Waiting, in_order

DAYS_BACK, DAYS_AHEAD = 7, 28
CALLED_SHOWN = 6
VISIT_FIELDS = (
    "zone_id", "state", "day", "starts_at", "number", "people", "checked_in_at", "called_at", "desk", "ended_at",
    "is_walk_in", "slot__ends_at",
)  # fmt: skip
APPLICATION_FIELDS = tuple(f"application__{name}" for name in ("number", "service", "reason", "status", "name"))


@dataclass(frozen=True)
class Row:
    """A visit as a line of the day's list, with what it is for."""

    visit: Visit
    services: Sequence[VisitApplication]

    @property
    def applications(self) -> list[Application]:
        """What it is for."""
        return [service.application for service in self.services]


@dataclass(frozen=True)
class Room:
    """How many people are inside, and how many may be (the distance rule). It tells, it never blocks."""

    inside: int
    allowed: int

    @property
    def is_full(self) -> bool:
        """Whether the next ones are better off outside."""
        return self.inside >= self.allowed


@dataclass(frozen=True)
class SlotRows:
    """Who is expected in one slot."""

    starts_at: datetime
    rows: Sequence[Row]


@dataclass
class DayAtDesk:
    """One day (WIB) of a zone: at the desks, waiting in the order of being called, expected by slot, and over."""

    day: date
    at_desks: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    expected: list[SlotRows] = field(default_factory=list)
    over: list[Row] = field(default_factory=list)

    @property
    def expected_count(self) -> int:
        """Visits that are still to come."""
        return sum(len(slot.rows) for slot in self.expected)

    @property
    def served_count(self) -> int:
        """Visits that were served."""
        return sum(row.visit.state == VisitState.SERVED for row in self.over)

    @property
    def inside(self) -> int:
        """People in the room."""
        return sum(row.visit.people for row in (*self.at_desks, *self.waiting))


def zones_of(officer: Officer) -> QuerySet[Zone]:
    """The active zones whose desk an officer may work at: those listed, or all when none is."""
    listed = list(officer.zones.values_list("pk", flat=True))
    zones = Zone.objects.filter(is_active=True)
    return zones.filter(pk__in=listed) if listed else zones


def day_of(zone: Zone, day: date) -> DayAtDesk:
    """Everybody of one day, in two queries. Invitations that lapsed or were cancelled in time are left out."""
    visits = Visit.objects.filter(zone=zone, day=day).filter(Q(state__in=HOLDS_PLACE) | Q(checked_in_at__isnull=False))
    rows = _with_services(visits.select_related("slot").only(*VISIT_FIELDS).order_by("starts_at", "number"))
    here = [row for row in rows if row.visit.state == VisitState.CHECKED_IN]
    coming = [row for row in rows if row.visit.state in COMING]
    by_slot = groupby(coming, key=attrgetter("visit.starts_at"))
    return DayAtDesk(
        day=day,
        at_desks=sorted((row for row in here if row.visit.called_at), key=lambda row: row.visit.desk or 0),
        waiting=_in_turn([row for row in here if not row.visit.called_at]),
        expected=[SlotRows(starts_at, list(mine)) for starts_at, mine in by_slot],
        over=[row for row in rows if row.visit.state not in (VisitState.CHECKED_IN, *COMING)],
    )


def _with_services(visits: Iterable[Visit]) -> list[Row]:
    found = list(visits)
    rows = VisitApplication.objects.filter(visit__in=found).select_related("application").order_by("pk")
    services: dict[int, list[VisitApplication]] = {}
    for service in rows.only("visit_id", "outcome", *APPLICATION_FIELDS):
        services.setdefault(service.visit_id, []).append(service)
    return [Row(visit, services.get(visit.pk, [])) for visit in found]


def _in_turn(rows: Sequence[Row]) -> list[Row]:
    by_key = {row.visit.pk: row for row in rows}
    waiting = [
        Waiting(v.pk, v.checked_in_at, None if v.is_walk_in else v.starts_at)
        for v in (row.visit for row in rows)
        if v.checked_in_at
    ]
    return [by_key[one.key] for one in in_order(waiting)]


def left_over(zone: Zone, today: date) -> list[Visit]:
    """Visits of earlier days that nobody finished."""
    found = Visit.objects.filter(zone=zone, state=VisitState.CHECKED_IN, day__lt=today)
    return list(found.only("number", "day").order_by("day", "number")[:20])


def days_with_visits(zone: Zone, today: date) -> list[tuple[date, int]]:
    """The days that can be looked at, each with its number of visits."""
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    found = Visit.objects.filter(zone=zone, day__range=(first, last), state__in=HOLDS_PLACE)
    counts = dict(found.values_list("day").annotate(Count("pk")).order_by())
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [(day, counts.get(day, 0)) for day in days if day in counts or day == today]


@dataclass(frozen=True)
class Display:
    """What the waiting room's television says: the numbers called last, who waits, who is inside. Nothing else."""

    called: Sequence[Visit]
    waiting: int
    room: Room


def display_of(zone: Zone, day: date) -> Display:
    """Two queries, no sealed column."""
    visits = Visit.objects.filter(zone=zone, day=day)
    shown = visits.filter(called_at__isnull=False, desk__isnull=False, state__in=HOLDS_PLACE)
    called = shown.only("number", "desk", "called_at", "state").order_by("-called_at", "-pk")[:CALLED_SHOWN]
    here = visits.filter(state=VisitState.CHECKED_IN).aggregate(
        waiting=Count("pk", filter=Q(called_at=None)), inside=Coalesce(Sum("people"), 0)
    )
    return Display(list(called), here["waiting"], Room(here["inside"], zone.room_capacity))


def room_of(zone: Zone, day: date) -> Room:
    """How full it is now."""
    here = Visit.objects.filter(zone=zone, day=day, state=VisitState.CHECKED_IN)
    return Room(here.aggregate(inside=Coalesce(Sum("people"), 0))["inside"], zone.room_capacity)


def visit_of(zone: Zone, visit_id: int) -> Visit | None:
    """One visit of a zone; None for any other."""
    return Visit.objects.select_related("slot", "zone", "allowed_by").filter(pk=visit_id, zone=zone).first()


def services_of(visit: Visit) -> list[VisitApplication]:
    """What a visit is for, with the applications whole."""
    found = visit.services.select_related("application__zone", "application__kelurahan__kecamatan", "served_by")
    return list(found.order_by("pk"))


def visit_for_number(number: str) -> Visit | None:
    """The visit of an application that matters now: at the desk, else coming, else the last one."""
    found = Visit.objects.filter(services__application__number=number).select_related("zone", "slot")
    visits = sorted(found.order_by("-pk")[:20], key=_importance)
    return visits[0] if visits else None


def newer_visit(visit: Visit) -> Visit | None:
    """The visit that took the place of one that is over, for the same applications; anywhere."""
    applications = visit.services.values("application_id")
    other = Visit.objects.exclude(pk=visit.pk).filter(services__application__in=applications)
    return other.filter(state__in=COMING).select_related("zone").order_by("-pk").first()


def _importance(visit: Visit) -> int:
    return 0 if visit.state == VisitState.CHECKED_IN else 1 if visit.state in COMING else 2


def originals_of(application: Application) -> list[Requirement]:
    """The papers to be seen at the desk: of what was uploaded the original, and what is only brought; each once."""
    papers: dict[str, Requirement] = {}
    for row in requirements_for(application.answers, application.service):
        if row.kind in (UPLOAD, "bring"):
            papers.setdefault(row.document_code, row)
    return list(papers.values())
