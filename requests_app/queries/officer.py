"""What the officer's pages read. Lists never decrypt: the sealed columns are left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Lookup, Q, QuerySet, Value

from requests_app.models import HOLDS_KEY, Application, Decision, Officer, Promise, Shift
from requests_app.rules.dates import WIB, local_date, start_of_day
from requests_app.rules.statuses import Status

PAGE = 50
SEARCH_ROWS = 50
DEFAULT_QUOTA = 500
# Everything that a row of a list shows; the rest of the table is sealed or of no use there.
ROW_FIELDS = (
    "number", "service", "reason", "status", "round", "name", "channel", "submitted_at", "first_due_at", "due_at",
    "decided_at", "waiting_until", "zone__name", "zone__code", "lease_officer__username", "lease_until",
)  # fmt: skip


@dataclass(frozen=True)
class Reach:
    """The zones and services that an officer may see; empty means all."""

    zones: tuple[int, ...]
    services: tuple[str, ...]

    @property
    def condition(self) -> Q:
        """The same as a condition on applications."""
        return self.condition_on("")

    def condition_on(self, path: str) -> Q:
        """As a condition on rows that lead to an application by `path` (`application__`)."""
        limits: dict[str, object] = {}
        if self.zones:
            limits[f"{path}zone_id__in"] = self.zones
        if self.services:
            limits[f"{path}service__in"] = self.services
        return Q(**limits)


def reach_of(officer: Officer) -> Reach:
    """One query for the zones."""
    return Reach(tuple(officer.zones.values_list("pk", flat=True)), tuple(officer.services))


def visible(officer: Officer) -> QuerySet[Application]:
    """The applications that an officer may see: those of their zones and services."""
    return Application.objects.filter(reach_of(officer).condition)


def rows(found: QuerySet[Application]) -> QuerySet[Application]:
    """As rows of a list: no sealed column is read."""
    return found.select_related("zone", "lease_officer").only(*ROW_FIELDS)


@dataclass(frozen=True)
class Quota:
    """Decisions of one officer on one day (WIB) against the planned number; never blocks."""

    done: int
    planned: int
    on_duty: bool


def quota_today(officer: Officer, now: datetime) -> Quota:
    """Today's count, taken-back decisions left out."""
    midnight = start_of_day(local_date(now))
    done = Decision.objects.filter(officer=officer, decided_at__gte=midnight, taken_back_at__isnull=True).count()
    planned = Shift.objects.filter(officer=officer, date=local_date(now)).values_list("quota", flat=True).first()
    return Quota(done=done, planned=DEFAULT_QUOTA if planned is None else planned, on_duty=planned is not None)


def held_lease(officer: Officer, now: datetime) -> Application | None:
    """What the officer is working on, first in the queue's order."""
    mine = Application.objects.filter(lease_officer=officer, lease_until__gt=now, status=Status.IN_REVIEW)
    return rows(mine).order_by("first_due_at").first()


def promises_due(reach: Reach, now: datetime) -> dict[str, int]:
    """Undecided promises by the day (WIB) they fall due: broken, today, tomorrow, later. Reads partial indexes only."""
    tomorrow = start_of_day(local_date(now) + timedelta(days=1))
    after = tomorrow + timedelta(days=1)
    undecided = Promise.objects.filter(reach.condition_on("application__"), answered_at__isnull=True)
    counts = undecided.filter(outcome="open").aggregate(
        late=Count("pk", filter=Q(due_at__lt=now)),
        today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=tomorrow)),
        tomorrow=Count("pk", filter=Q(due_at__gte=tomorrow, due_at__lt=after)),
        later=Count("pk", filter=Q(due_at__gte=after)),
    )
    counts["broken"] = counts.pop("late") + undecided.filter(outcome="broken").count()
    return counts


def waiting_counts(reach: Reach) -> dict[str, int]:
    """How many are held as double and how many wait for recording."""
    statuses = [Status.HELD_DUPLICATE, Status.RECORDING_NEEDED]
    found = Application.objects.filter(reach.condition, status__in=statuses)
    return dict(found.values_list("status").annotate(Count("pk")).order_by())


@dataclass(frozen=True)
class Cursor:
    """A place in the list: rows older than it (`older`) or newer than it, by submission and id."""

    at: datetime
    pk: int
    older: bool

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """`l1732345678.123456-42` or `b…`; anything else is no place."""
        moment, _, pk = text[1:].partition("-")
        try:
            return cls(datetime.fromtimestamp(int(moment) / 1_000_000, WIB), int(pk), older=text[:1] == "l")
        except (ValueError, OverflowError, OSError):
            return None

    @staticmethod
    def at_row(row: Application, *, older: bool) -> str:
        """The place right after (older) or before a row."""
        micros = round(row.submitted_at.timestamp() * 1_000_000)
        return f"{'l' if older else 'b'}{micros}-{row.pk}"


@dataclass(frozen=True)
class ListPage:
    """One page of the list; `newer` and `older` are cursors, empty at the ends."""

    rows: Sequence[Application]
    newer: str
    older: str


def list_page(found: QuerySet[Application], cursor: Cursor | None) -> ListPage:
    """Newest first, 50 a page, by keyset: the hundredth page costs what the first one does."""
    forward = cursor is None or cursor.older
    if cursor is not None:
        found = found.filter(_beyond(cursor))
    order = ("-submitted_at", "-pk") if forward else ("submitted_at", "pk")
    taken = list(rows(found).order_by(*order)[: PAGE + 1])
    more, page = len(taken) > PAGE, taken[:PAGE]
    if not forward:
        page.reverse()
    has_newer = cursor is not None and (forward or more)
    has_older = more if forward else True
    return ListPage(
        rows=page,
        newer=Cursor.at_row(page[0], older=False) if page and has_newer else "",
        older=Cursor.at_row(page[-1], older=True) if page and has_older else "",
    )


def _beyond(cursor: Cursor) -> Q:
    """As two conditions, so that the index on (submitted_at, id) is entered at the right place."""
    if cursor.older:
        return Q(submitted_at__lte=cursor.at) & (Q(submitted_at__lt=cursor.at) | Q(pk__lt=cursor.pk))
    return Q(submitted_at__gte=cursor.at) & (Q(submitted_at__gt=cursor.at) | Q(pk__gt=cursor.pk))


def filtered(found: QuerySet[Application], chosen: Mapping[str, str], now: datetime) -> QuerySet[Application]:
    """The list's filters: status, service, reason, channel, zone, due."""
    same = {"status": "status", "service": "service", "reason": "reason", "channel": "channel", "zone": "zone__code"}
    found = found.filter(**{column: chosen[name] for name, column in same.items() if chosen.get(name)})
    due = chosen.get("due")
    undecided = Q(status__in=[Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW])
    tomorrow = start_of_day(local_date(now) + timedelta(days=1))
    if due == "broken":
        return found.filter(undecided, due_at__lt=now, first_due_at__lt=now)
    if due == "today":
        return found.filter(undecided, due_at__gte=now, due_at__lt=tomorrow, first_due_at__lt=tomorrow)
    if due == "tomorrow":
        after = tomorrow + timedelta(days=1)
        return found.filter(undecided, due_at__gte=tomorrow, due_at__lt=after, first_due_at__lt=after)
    return found


def name_matches(found: QuerySet[Application], name: str) -> list[Application]:
    """Up to 50 whose name contains the text, newest first (trigram index)."""
    text = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    matching = found.filter(ILike(F("name"), Value(f"%{text}%")))
    return list(rows(matching).order_by("-submitted_at", "-pk")[:SEARCH_ROWS])


class ILike(Lookup):
    """Like `icontains`, which asks for UPPER(name) and so would read every name; ILIKE enters the trigram index."""

    lookup_name = "ilike"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`name ILIKE pattern`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ILIKE {right}", (*left_params, *right_params)


def hash_matches(found: QuerySet[Application], column: str, value: bytes) -> list[Application]:
    """Up to 50 with the same NIK, family card or phone (`nik_hash`, `phone_hash`), newest first."""
    return list(rows(found.filter(**{column: value})).order_by("-submitted_at", "-pk")[:SEARCH_ROWS])


def held_duplicates(officer: Officer) -> QuerySet[Application]:
    """Held as double, the first to fall due first."""
    return rows(visible(officer).filter(status=Status.HELD_DUPLICATE)).order_by("first_due_at", "pk")


def open_counterpart(held: Application) -> Application | None:
    """The open application of the same key that a held one stands beside."""
    same_key = Application.objects.filter(service=held.service, key_hash=held.key_hash).exclude(pk=held.pk)
    open_ones = same_key.filter(status__in=HOLDS_KEY)
    return open_ones.select_related("zone", "kelurahan__kecamatan", "lease_officer").first()


def waiting_for_recording(officer: Officer) -> QuerySet[Application]:
    """Those who were asked to come, the oldest request first."""
    return rows(visible(officer).filter(status=Status.RECORDING_NEEDED)).order_by("waiting_until", "pk")
