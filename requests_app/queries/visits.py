"""Slots as pages read them: what is free, and how busy the coming days are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum

from requests_app.models import Application, Closure, Holiday, Slot, Zone
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import format_day_long, local_date
from requests_app.rules.opening import Opening
from requests_app.rules.statuses import Status

MOST_SLOTS = 120


@dataclass(frozen=True)
class DayLoad:
    """One coming day (WIB) of a zone: places and how many are taken; why it is closed, when it is."""

    day: date
    capacity: int = 0
    booked: int = 0
    closed_because: str = ""

    @property
    def label(self) -> str:
        """The day in words."""
        return format_day_long(self.day)

    @property
    def free(self) -> int:
        """Places left."""
        return max(self.capacity - self.booked, 0)


def waits_for_visit(application: Application) -> bool:
    """Whether it could be given a slot now: approved for the desk, or to be recorded, and on no coming visit."""
    status = Status.RECORDING_NEEDED if application.service == Service.KTP_EL else Status.APPROVED
    return application.status == status and not application.visits.filter(coming=True).exists()


def free_slots(zone: Zone, *, now: datetime, limit: int = MOST_SLOTS) -> list[Slot]:
    """Slots that may be offered now, earliest first. Three queries."""
    return list(Slot.offered(zone, now=now)[:limit])


def day_loads(zone: Zone, *, now: datetime, days: int = 10) -> list[DayLoad]:
    """The next `days` days of the zone's week, tomorrow first, closed ones with their reason. Five queries."""
    opening, today = zone.opening(now=now), local_date(now)
    coming = [day for ahead in range(1, days * 3) if _usual(opening, day := today + timedelta(days=ahead))][:days]
    rows = Slot.objects.filter(zone=zone, day__in=coming, is_open=True).values("day").order_by("day")
    found = {row["day"]: row for row in rows.annotate(capacity=Sum("capacity"), booked=Sum("booked"))}
    reasons = {} if all(opening.is_open_on(day) for day in coming) else _reasons(zone, coming)
    return [
        DayLoad(day, found[day]["capacity"], found[day]["booked"]) if day in found
        else DayLoad(day, closed_because=reasons.get(day, ""))
        for day in coming
    ]  # fmt: skip


def _usual(opening: Opening, day: date) -> bool:
    """Whether the weekly hours name this weekday, holidays and closures left out."""
    return any(interval["day"] == day.isoweekday() for interval in opening.hours)


def _reasons(zone: Zone, days: list[date]) -> dict[date, str]:
    reasons = dict(Holiday.objects.filter(date__in=days).values_list("date", "name"))
    for closure in Closure.objects.filter(zone=zone, revoked_at=None):
        for day in days:
            if local_date(closure.starts_at) <= day <= local_date(closure.ends_at - timedelta(seconds=1)):
                reasons.setdefault(day, closure.reason)
    return reasons
