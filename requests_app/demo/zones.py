"""The example zones as a first look should meet them: one whose desk is at work whatever the hour, one that sends by
hand, one that is full, one that closes for a day. The desk zone prints for itself. Zones that are not examples are left
alone.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

from requests_app.models import BlankStock, Closure, Officer, Slot, Zone
from requests_app.models.zones import usual_hours
from requests_app.operations.blanks import stock_of
from requests_app.operations.numbers import forget_numbers
from requests_app.operations.slots import HORIZON, open_slots, refresh_slots
from requests_app.rules.dates import WIB, local_date, start_of_day, to_wib
from requests_app.rules.opening import hours_in_words
from requests_app.rules.promise import is_working_day

DESK_ZONE, HAND_ZONE, FULL_ZONE, CLOSING_ZONE = "Z7", "Z3", "Z5", "Z2"
CLOSED_BECAUSE = "perbaikan jaringan listrik di kantor"
DECLARED_BEFORE = timedelta(hours=20)
CLOSED_AHEAD = 6
"""The closed day is the first working day so many days from now."""
A_WEEKEND = timedelta(days=4)
AROUND = timedelta(hours=2)
"""Outside of office hours the desk zone is open from so long before now until so long after it."""
TO_THE_BUSIEST = 0.1
"""Of a day's applications that many, and some more, are invited to the zone with the most kelurahan."""
HOURS_A_DAY, MOST_IN_A_SLOT = 6, 4
FULL_HOURS = [{"day": day, "from": "08:00", "to": "10:00"} for day in (2, 4)]

Interval = dict[str, Any]


def arrange_zones(*, now: datetime, back: timedelta, admin: Officer, holidays: Collection[date], a_day: float) -> None:
    """Settings, slots and the closure of the example zones; slots of all zones from `back` before now on.

    `a_day`: how many applications arrive on a day, so that the offices are neither empty nor full.
    """
    open_hours = _around(usual_hours(), now)
    settings: Mapping[str, dict[str, Any]] = {
        DESK_ZONE: {
            "weekly_hours": open_hours, "hours": hours_in_words(open_hours), "printed_at": _own_stock(DESK_ZONE)
        },
        HAND_ZONE: {"whatsapp_phone_id": ""},
        FULL_ZONE: {
            "weekly_hours": FULL_HOURS, "hours": hours_in_words(FULL_HOURS), "slot_minutes": 60, "slot_capacity": 1,
            "desks": 1, "services": ["kk", "legalisir"],
        },
    }  # fmt: skip
    Zone.objects.filter(is_example=True).exclude(code__in=[DESK_ZONE, FULL_ZONE]).update(**_room_for(a_day))
    for code, values in settings.items():
        Zone.objects.filter(code=code, is_example=True).update(**values)
    forget_numbers()
    _make_slots(now, back)
    _close_a_day(now, admin, holidays)


def _own_stock(code: str) -> BlankStock | None:
    """The zone prints for itself."""
    zone = Zone.objects.filter(code=code, is_example=True).first()
    return stock_of(zone) if zone is not None else None


def _make_slots(now: datetime, back: timedelta) -> None:
    """As the sweep makes them day by day; those of the past only where it was not at work yet, but the whole of today
    where the hours have just been changed."""
    stretch = timedelta(days=HORIZON)
    oldest = Slot.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
    for step in range(-(-back // stretch), 0, -1):
        then = now - step * stretch
        if oldest is None or oldest > then + A_WEEKEND:
            open_slots(now=then)
    for zone in Zone.objects.filter(code=DESK_ZONE, is_example=True):
        refresh_slots(zone=zone, now=start_of_day(local_date(now)))
    open_slots(now=now)


def _room_for(a_day: float) -> dict[str, int]:
    """Slots of an hour, so many places in each; a large set needs the usual ones of half an hour."""
    each_hour = ceil(a_day * TO_THE_BUSIEST / HOURS_A_DAY)
    usual = {"slot_minutes": 30, "slot_capacity": MOST_IN_A_SLOT}
    return usual if each_hour > MOST_IN_A_SLOT else {"slot_minutes": 60, "slot_capacity": max(each_hour, 1)}


def _close_a_day(now: datetime, admin: Officer, holidays: Collection[date]) -> None:
    zone = Zone.objects.filter(code=CLOSING_ZONE, is_example=True).first()
    if zone is None:
        return
    day = closed_day(now, holidays)
    until = start_of_day(day + timedelta(days=1))
    Closure.objects.get_or_create(
        zone=zone, starts_at=start_of_day(day), ends_at=until, reason=CLOSED_BECAUSE, revoked_at=None,
        defaults={"declared_at": now - DECLARED_BEFORE, "declared_by": admin},
    )  # fmt: skip
    refresh_slots(zone=zone, now=now)


def remove_closures() -> None:
    """The closures that `arrange_zones` made."""
    Closure.objects.filter(reason=CLOSED_BECAUSE, declared_by__is_demo=True).delete()


def closed_day(now: datetime, holidays: Collection[date]) -> date:
    """The day (WIB) on which the closing zone is closed."""
    day = local_date(now) + timedelta(days=CLOSED_AHEAD)
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def _around(hours: list[Interval], now: datetime) -> list[Interval]:
    """These hours; when they are over or have not begun, today's weekday is open around now as well."""
    local = to_wib(now)
    day, clock = local.isoweekday(), f"{local:%H:%M}"
    if any(interval["day"] == day and interval["from"] <= clock < interval["to"] for interval in hours):
        return hours
    first, last = _half_hour(local - AROUND), _half_hour(local + AROUND)
    first = max(first, datetime.combine(local.date(), time(0), WIB))
    until = f"{last:%H:%M}" if last.date() == local.date() else "23:59"
    today = [interval for interval in hours if interval["day"] == day]
    today.append({"day": day, "from": f"{first:%H:%M}", "to": until})
    return sorted([i for i in hours if i["day"] != day] + _joined(today), key=lambda i: (i["day"], i["from"]))


def _half_hour(moment: datetime) -> datetime:
    """The full or half hour before it."""
    return moment - timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)


def _joined(intervals: list[Interval]) -> list[Interval]:
    """The intervals of one day in order, those that touch made one."""
    joined: list[Interval] = []
    for interval in sorted(intervals, key=lambda interval: str(interval["from"])):
        if joined and interval["from"] <= joined[-1]["to"]:
            joined[-1]["to"] = max(joined[-1]["to"], interval["to"])
        else:
            joined.append(dict(interval))
    return joined
