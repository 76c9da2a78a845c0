"""Slots of the coming days: kept in line with hours, holidays, closures and capacity, released by the system.

Slots are never deleted: one that is not wanted any more is closed, and the visits in it are moved by the clock.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from requests_app.models import Slot, Zone
from requests_app.operations.invitations import wake_waiting
from requests_app.rules.dates import local_date
from requests_app.rules.opening import Period, letter

HORIZON = 28
"""How many days ahead slots exist; two weeks are free even when each visit is moved once."""


def open_slots(*, now: datetime) -> int:
    """Slots for the days that have come into sight, in all active zones; how many rows were changed."""
    return sum(refresh_slots(zone=zone, now=now) for zone in Zone.objects.filter(is_active=True))


@transaction.atomic
def refresh_slots(*, zone: Zone, now: datetime) -> int:
    """Bring the slots from now on in line with how the zone is open; how many rows were added or changed.

    The zone's row is locked, so two refreshes never meet; whoever waits for a place is tried again. Places that are
    taken stay taken: a smaller capacity counts from what is booked already.
    """
    zone = Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    wanted = _wanted(zone, now) if zone.is_active else {}
    coming = Slot.objects.filter(zone=zone, starts_at__gt=now)
    # All of them in the order of locks: somebody who moves between two of them waits, and is not waited for.
    known = set(coming.select_for_update().order_by("pk").values_list("starts_at", flat=True))
    _add(zone, [period for start, period in wanted.items() if start not in known])
    changed = len(wanted.keys() - known)
    changed += coming.filter(is_open=True).exclude(starts_at__in=wanted).update(is_open=False)
    changed += coming.filter(is_open=False, starts_at__in=wanted).update(is_open=True)
    length, capacity = timedelta(minutes=zone.slot_minutes), Greatest(F("booked"), zone.slot_capacity)
    changed += coming.exclude(ends_at=F("starts_at") + length).update(ends_at=F("starts_at") + length)
    changed += coming.exclude(capacity=capacity).update(capacity=capacity)
    if changed:
        wake_waiting(zone, now=now)
    return changed


def _wanted(zone: Zone, now: datetime) -> dict[datetime, Period]:
    opening, today = zone.opening(now=now), local_date(now)
    days = (today + timedelta(days=ahead) for ahead in range(HORIZON + 1))
    slots = (slot for day in days for slot in opening.slots(day, zone.slot_minutes))
    return {slot.starts_at: slot for slot in slots if slot.starts_at > now}


def _add(zone: Zone, periods: Iterable[Period]) -> None:
    """New slots take the letters of their day that are free yet; usually a whole day is new."""
    by_day: dict[date, list[Period]] = {}
    for period in sorted(periods, key=lambda period: period.starts_at):
        by_day.setdefault(local_date(period.starts_at), []).append(period)
    taken: dict[date, set[str]] = {}
    for day, label in Slot.objects.filter(zone=zone, day__in=by_day).values_list("day", "label"):
        taken.setdefault(day, set()).add(label)
    Slot.objects.bulk_create(
        Slot(
            zone=zone, day=day, label=label, starts_at=period.starts_at, ends_at=period.ends_at,
            capacity=zone.slot_capacity,
        )
        for day, mine in by_day.items()
        for label, period in zip(_letters(len(mine), taken.get(day, set())), mine, strict=True)
    )  # fmt: skip


def _letters(count: int, taken: set[str]) -> list[str]:
    free = (letter(position) for position in range(count + len(taken)))
    return [label for label in free if label not in taken][:count]
