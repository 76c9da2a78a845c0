"""Collecting a card: when an office takes people, and what becomes of the old card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from requests_app.rules.blanks import OLD_CARD, PickupAsked
from requests_app.rules.catalogue import Reason
from requests_app.rules.dates import local_date, start_of_day, to_wib
from requests_app.rules.opening import Opening
from requests_app.rules.statuses import Status

DAYS_OFFERED = 8
BEFORE_PRINTING = (Status.APPROVED, Status.READY_TO_PRINT)
"""Where the office asks before printing, it asks then: who waits for a blank is asked once it is there."""
_NOON = 12
_LOOK_AHEAD = 45
_HALF_AN_HOUR = 30
# A first card replaces nothing; a spoiled one, or one with old data, is handed in or was lost meanwhile.
_OLD_CARD_OF = {
    Reason.BARU: ("none",),
    Reason.HILANG: ("lost", "withdrawn"),
    Reason.RUSAK: ("withdrawn", "lost"),
    Reason.PERUBAHAN_DATA: ("withdrawn", "lost"),
    Reason.PINDAH_DATANG: ("withdrawn", "lost", "none"),
    Reason.LUAR_DOMISILI: ("lost", "withdrawn"),
}


@dataclass(frozen=True)
class OfferedDay:
    """A day on which an office can be come to, and in which parts of it (rules/blanks.PARTS)."""

    day: date
    parts: tuple[str, ...]


def offered_days(opening: Opening, *, now: datetime, most: int = DAYS_OFFERED) -> list[OfferedDay]:
    """The next days on which an office is open, today among them as long as it is."""
    today = local_date(now)
    days = (today + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD))
    found = (OfferedDay(day, open_parts(opening, day, now=now)) for day in days)
    return [offered for offered in found if offered.parts][:most]


def open_parts(opening: Opening, day: date, *, now: datetime) -> tuple[str, ...]:
    """The parts of a day in which the office is open for half an hour that has not begun yet."""
    ahead = [slot for slot in opening.slots(day, _HALF_AN_HOUR) if slot.starts_at > now]
    hours = {to_wib(slot.starts_at).hour < _NOON for slot in ahead}
    return tuple(part for part, is_morning in (("pagi", True), ("siang", False)) if is_morning in hours)


def is_open_in(opening: Opening, day: date, part: str) -> bool:
    """Whether an office is open in a part of a day at all, whatever the time is."""
    return part in open_parts(opening, day, now=start_of_day(day))


def old_card_choices(reason: str) -> Sequence[tuple[str, str]]:
    """What may have become of the old card, the usual first, for the reason that a card was asked for."""
    return [(code, OLD_CARD[code]) for code in _OLD_CARD_OF[Reason(reason)]]


@dataclass(frozen=True)
class Choosable:
    """What a citizen may choose now: the `office`, and the `day` on which they come."""

    office: bool = False
    day: bool = False

    def __bool__(self) -> bool:
        return self.office or self.day


def choosable(status: str, *, asked: str, is_on_its_way: bool) -> Choosable:
    """The office until the card is on its way there; the day once it is there, and does not go elsewhere.

    `asked`: when the office asks (PickupAsked); where it asks after printing, nothing is chosen before.
    """
    if status == Status.READY_FOR_PICKUP:
        return Choosable(day=not is_on_its_way)
    if status == Status.PRINTED:
        return Choosable(office=not is_on_its_way)
    return Choosable(office=status in BEFORE_PRINTING and asked == PickupAsked.BEFORE)
