"""What the admin's pages of zones read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from requests_app.models import Application, Closure, Holiday, Notice, ProtocolItem, Visit, Zone, ZoneCoverage
from requests_app.rules.dates import format_day_long, format_moment, format_time, local_date, start_of_day, to_wib
from requests_app.rules.labels import error_words
from requests_app.rules.opening import HOLIDAY_KINDS
from requests_app.rules.routes import HAND
from requests_app.rules.visits import COMING, Sender, Trouble

EXAMPLE_NUMBERS = "+62800"
TESTS_SHOWN = 5
CLOSURES_SHOWN = 50
UNDER_WAY = frozenset({"queued", "sending", "accepted", "sent", "retry", "unconfirmed"})
"""States of a test message that change by themselves within moments, when it leaves by the API."""


@dataclass(frozen=True)
class NumberFlag:
    """What is to be said of a zone's number: in words, with a tone."""

    tone: str
    words: str
    hint: str = ""


@dataclass(frozen=True)
class ZoneRow:
    """A zone in the list. `waiting`: applications that no invitation can leave for; `displaced`: visits to be moved."""

    zone: Zone
    kelurahan: int
    coming: int
    displaced: int
    waiting: int

    @property
    def flags(self) -> list[NumberFlag]:
        """How it sends, and what is wrong with its number."""
        return number_flags(self.zone)

    @property
    def is_mute(self) -> bool:
        """At work, but no invitation of it can leave."""
        return self.zone.is_active and not self.zone.number_works


WAYS = {
    Sender.API: NumberFlag("good", "Lewat API"),
    Sender.HAND: NumberFlag("act", "Dikirim manual", "Petugas UPTD mengirim dari ponsel zona."),
    Sender.NONE: NumberFlag("bad", "Tanpa nomor", "Undangan zona ini menunggu sampai nomornya diisi."),
}


def number_flags(zone: Zone) -> list[NumberFlag]:
    """How a zone's messages leave, and what is wrong with its number, as the admin reads it."""
    flags = [WAYS[zone.sender]]
    if zone.number_trouble:
        hint = f"WhatsApp menolak: {error_words(zone.number_trouble)}. Perbaiki, lalu kirim pesan uji."
        flags.append(NumberFlag("bad", "Nomor ditolak", hint))
    if zone.whatsapp_number.startswith(EXAMPLE_NUMBERS):
        hint = "Nomor ini tidak sampai ke siapa pun. Ganti sebelum dipakai."
        flags.append(NumberFlag("warn", "Nomor contoh", hint))
    return flags


def zone_rows(*, now: datetime) -> list[ZoneRow]:
    """All zones in the order of their codes. Four queries."""
    covers = _counts(ZoneCoverage.objects.filter(valid__contains=local_date(now)))
    coming = Visit.objects.filter(state__in=COMING, starts_at__gt=now)
    waiting = Application.objects.filter(next_invite_at__isnull=False, invite_trouble=Trouble.NO_NUMBER)
    visits = {
        zone: (count, displaced)
        for zone, count, displaced in coming.values_list("zone")
        .annotate(count=Count("pk"), displaced=Count("pk", filter=Q(slot__is_open=False)))
        .order_by()
    }
    without = _counts(waiting)
    return [
        ZoneRow(zone, covers.get(zone.pk, 0), *visits.get(zone.pk, (0, 0)), without.get(zone.pk, 0))
        for zone in Zone.objects.order_by("code")
    ]


def _counts(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.values_list("zone").annotate(count=Count("pk")).order_by())


def zone_by_code(code: str) -> Zone | None:
    """A zone by its code in any case."""
    return Zone.objects.filter(code__iexact=code).first()


@dataclass(frozen=True)
class ClosureRow:
    """A closure, whether it can be revoked, and how many coming visits are still in its slots."""

    closure: Closure
    is_coming: bool
    to_move: int

    @property
    def when(self) -> str:
        """From when to when."""
        return closed_when(self.closure.starts_at, self.closure.ends_at)


def closed_when(starts_at: datetime, ends_at: datetime) -> str:
    """Whole days by their names, the last one included; else from a moment to another."""
    first, last = to_wib(starts_at).date(), to_wib(ends_at - timedelta(seconds=1)).date()
    if start_of_day(first) == starts_at and start_of_day(last + timedelta(days=1)) == ends_at:
        begin, end = format_day_long(first), format_day_long(last)
    else:
        begin = format_moment(starts_at)
        end = format_time(ends_at) if first == last else format_moment(ends_at)
    return begin if begin == end else f"{begin} sampai {end}"


def closures_of(zone: Zone, *, now: datetime) -> list[ClosureRow]:
    """A zone's closures, the last to begin first. Two queries."""
    rows = Closure.objects.filter(zone=zone).select_related("declared_by").order_by("-starts_at")
    displaced = Visit.objects.filter(zone=zone, state__in=COMING, starts_at__gt=now, slot__is_open=False)
    times = list(displaced.values_list("slot__starts_at", "slot__ends_at"))
    return [
        ClosureRow(
            row,
            is_coming=row.revoked_at is None and row.ends_at > now,
            to_move=sum(row.revoked_at is None and row.starts_at < end and start < row.ends_at for start, end in times),
        )
        for row in rows[:CLOSURES_SHOWN]
    ]


def visits_to_move(*, now: datetime, zone: Zone | None = None) -> int:
    """Coming visits whose slot has closed: the clock has not moved them yet."""
    visits = Visit.objects.filter(state__in=COMING, starts_at__gt=now, slot__is_open=False)
    return visits.filter(zone=zone).count() if zone else visits.count()


@dataclass(frozen=True)
class HolidayRow:
    """A day off with its kind in words; one that is past cannot be removed."""

    holiday: Holiday
    kind: str
    is_past: bool


def holidays_from(year: int, *, now: datetime) -> list[HolidayRow]:
    """The days off of a year, in order."""
    today = local_date(now)
    rows = Holiday.objects.filter(date__year=year)
    return [HolidayRow(row, HOLIDAY_KINDS.get(row.kind, row.kind), row.date < today) for row in rows]


def holiday_years(*, now: datetime) -> list[int]:
    """Years that have days off, this year and the next in any case."""
    this = local_date(now).year
    known = {day.year for day in Holiday.objects.filter(date__gte=date(this, 1, 1)).dates("date", "year")}
    return sorted(known | {this, this + 1})


def protocol_lines() -> list[ProtocolItem]:
    """The lines of the health protocol in their order, those that are switched off too."""
    return list(ProtocolItem.objects.all())


@dataclass(frozen=True)
class NumberTest:
    """A test message of a zone's number. `label`: where it stands; `error`: the provider's code when it failed."""

    id: UUID
    state: str
    label: str
    by_hand: bool
    created_at: datetime
    delivered_at: datetime | None
    check_code: str
    error: str

    @property
    def is_under_way(self) -> bool:
        """Whether it is worth looking again in a moment."""
        return not self.by_hand and self.state in UNDER_WAY


def tests_of(zone: Zone) -> list[NumberTest]:
    """The last tests of a zone's number, the newest first."""
    rows = Notice.objects.filter(zone=zone, purpose="number_test").order_by("-created_at").defer("params", "recipient")
    return [
        NumberTest(
            row.pk, row.state, row.get_state_display(), row.channel == HAND, row.created_at, row.delivered_at,
            row.check_code, row.error_code,
        )
        for row in rows[:TESTS_SHOWN]
    ]  # fmt: skip
