"""The offices (UPTD), whom they serve, and how busy they are, as citizens read it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache

from requests_app.clock import database_now
from requests_app.models import Closure, Holiday, Zone, ZoneCoverage
from requests_app.queries.visits import DayLoad, day_loads
from requests_app.rules.dates import local_date

CLOSED_AHEAD = timedelta(days=30)
PAGE_KEPT_S = 60
LONGEST_CODE = 10


@dataclass(frozen=True)
class Served:
    """A kecamatan that an office serves; `wards` are its kelurahan when others of it belong to another office."""

    kecamatan: str
    wards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Office:
    """An office with its official WhatsApp number and the kecamatan that it serves on a day."""

    zone: Zone
    serves: list[Served]


@dataclass(frozen=True)
class ClosedTime:
    """When an office is closed and why: a whole day (`ends_at` is None), or from a moment to another."""

    reason: str
    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class OfficePage:
    """What one office's page says. `loads`: its coming days, tomorrow first; `closed`: of the coming weeks in order."""

    office: Office
    loads: list[DayLoad]
    closed: list[ClosedTime]


def zones_by_kecamatan(day: date) -> list[Office]:
    """The offices at work with what they serve on `day` (WIB), in the order of their codes. Two queries."""
    wards = _wards(day)
    return [Office(zone, _served(zone.pk, wards)) for zone in Zone.objects.filter(is_active=True).order_by("code")]


def office_page(code: str) -> OfficePage | None:
    """One office by its code in any case, up to a minute old: what many read at once is asked for once."""
    if not code.isprintable() or len(code) > LONGEST_CODE:
        return None
    key = f"office:{code.lower().replace(' ', '_')}"
    kept: OfficePage | None = cache.get(key)
    if kept is None and (zone := Zone.objects.filter(code__iexact=code, is_active=True).first()):
        kept = current_office_page(zone, now=database_now())
        cache.set(key, kept, PAGE_KEPT_S)
    return kept


def current_office_page(zone: Zone, *, now: datetime) -> OfficePage:
    """The same as it is at `now`. Eight queries at most."""
    served = _served(zone.pk, _wards(local_date(now)))
    return OfficePage(Office(zone, served), day_loads(zone, now=now), closed_times(zone, now=now))


def closed_times(zone: Zone, *, now: datetime) -> list[ClosedTime]:
    """Closures of the office and holidays on its working days that are not over, in the coming weeks. Two queries."""
    working = {interval["day"] for interval in zone.weekly_hours}
    holidays = Holiday.objects.filter(date__range=(local_date(now), local_date(now + CLOSED_AHEAD)))
    days = [ClosedTime(h.name, h.date) for h in holidays if h.date.isoweekday() in working]
    closures = Closure.objects.filter(
        zone=zone, revoked_at=None, ends_at__gt=now, starts_at__lt=now + CLOSED_AHEAD
    )  # fmt: skip
    times = [ClosedTime(c.reason, local_date(c.starts_at), c.starts_at, c.ends_at) for c in closures]
    return sorted(days + times, key=lambda closed: (closed.day, closed.starts_at is not None))


def _wards(day: date) -> dict[str, dict[int, list[str]]]:
    """Kecamatan → office → the kelurahan of it that this office serves."""
    rows = ZoneCoverage.objects.filter(valid__contains=day).order_by("kelurahan__kecamatan_id", "kelurahan__name")
    wards: dict[str, dict[int, list[str]]] = {}
    for zone_id, kecamatan, ward in rows.values_list("zone_id", "kelurahan__kecamatan__name", "kelurahan__name"):
        wards.setdefault(kecamatan, {}).setdefault(zone_id, []).append(ward)
    return wards


def _served(zone_id: int, wards: dict[str, dict[int, list[str]]]) -> list[Served]:
    return [
        Served(kecamatan, tuple(by_zone[zone_id]) if len(by_zone) > 1 else ())
        for kecamatan, by_zone in wards.items()
        if zone_id in by_zone
    ]
