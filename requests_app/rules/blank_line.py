"""When a place in a location's line for blanks comes up: promised deliveries first, then the rate of the past.

The centre delivers to the head office; a zone that prints for itself gets what the head office passes on. So each
location's week is reckoned with what comes there, never with what comes to the city.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

LOOK_BACK = timedelta(days=90)
"""The past that says what comes to a location and what it uses."""
PASSED_ON_AFTER = timedelta(days=7)
"""A delivery of the centre is at the head office first; so much later a zone has its part. An assumption, on the late
side: within a city blanks are sent and counted in days."""
LATEST = timedelta(days=366)
"""Beyond a year nothing is foretold."""
LONGEST_LINE = 1_000_000
MUCH_TIMES, MUCH_PLACES = 2, 10
"""A place has moved much when it is half or double of the told one, and at least ten places from it."""
MUCH_DAYS = 14
"""An expected week has moved much when it is two weeks earlier or later."""
TELL_AGAIN_AFTER = timedelta(days=2)
"""However much it moves, nobody is told more often."""


@dataclass(frozen=True)
class Supply:
    """What is known to come to one location: promised deliveries (day, quantity), and blanks a day on average until
    now."""

    promised: Sequence[tuple[date, int]]
    per_day: float


@dataclass(frozen=True)
class Location:
    """Blanks of one location over the last 90 days. `used`: what printing took, outside the system too; `came`: from
    the centre and from other locations, less what was sent on; `on_way`: sent here and not counted yet."""

    is_head: bool
    prints: bool
    used: int
    came: int
    on_way: int

    @property
    def part(self) -> int:
        """Of what the city used, what this location may expect again: never more than it used, at a zone never more
        than came there."""
        return max(0, self.used if self.is_head else min(self.used, self.came))


NOTHING_KNOWN = Location(is_head=True, prints=True, used=0, came=0, on_way=0)
"""The head office before its first blank."""


def supply_of(
    here: Location, others: Sequence[Location], promised: Sequence[tuple[date, int]], *, today: date
) -> Supply:
    """What is known to come to a location, of deliveries that the centre has promised to the head office.

    All of them where no other location prints. Else its part of each (rounded down) by what was used in the last 90
    days; none while it has no past: then nothing is foretold rather than something wrong. What is on its way here
    counts as due today; beyond all that, blanks come as they came in the last 90 days.
    """
    printing = [other for other in others if other.prints]
    part, whole = (here.part, here.used + sum(other.used for other in printing)) if printing else (1, 1)
    delay = timedelta(0) if here.is_head else PASSED_ON_AFTER
    parts = [(max(day, today) + delay, quantity * part // max(whole, 1)) for day, quantity in promised]
    return Supply(((today, here.on_way), *parts), max(0, here.came) / LOOK_BACK.days)


def week_of_place(place: int, supply: Supply, today: date) -> date | None:
    """The Monday of the week in which so many blanks will have come; None when that cannot be said.

    A promised delivery whose day is past counts as due today. After the last one, blanks come at the average rate. A
    delivery of which nothing comes here says nothing of when that is.
    """
    missing, day = place, today
    for expected, quantity in sorted(supply.promised):
        if not quantity:
            continue
        day = max(expected, today)
        if quantity >= missing:
            return monday(day)
        missing -= quantity
    if missing > supply.per_day * LATEST.days:
        return None
    return monday(day + timedelta(days=ceil(missing / supply.per_day)))


def weeks_by_place(supply: Supply, today: date) -> list[tuple[int, date | None]]:
    """The same for all places at once: each week, with the first place that comes up in it; None comes last."""
    places = range(1, LONGEST_LINE + 1)
    found, first = [], 1
    while first <= LONGEST_LINE:
        week = week_of_place(first, supply, today)
        found.append((first, week))
        first = bisect_right(places, _rank(week), key=lambda place: _rank(week_of_place(place, supply, today))) + 1
    return found


def _rank(week: date | None) -> date:
    return week or date.max


def moved_much(*, told_place: int, told_week: date | None, place: int, week: date | None) -> bool:
    """Whether somebody who waits has to be told now, and not only when the usual 14 days are over."""
    if (week is None) != (told_week is None):
        return True
    if week is not None and told_week is not None and abs((week - told_week).days) >= MUCH_DAYS:
        return True
    few, many = sorted((told_place, place))
    return many >= MUCH_TIMES * few and many - few >= MUCH_PLACES


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())
