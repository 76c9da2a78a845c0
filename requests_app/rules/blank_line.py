"""When a place in the line for blanks comes up: promised deliveries first, then the rate of the past."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

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
    """What is known to come: promised deliveries (day, quantity), and blanks a day on average until now."""

    promised: Sequence[tuple[date, int]]
    per_day: float


def week_of_place(place: int, supply: Supply, today: date) -> date | None:
    """The Monday of the week in which so many blanks will have come; None when that cannot be said.

    A promised delivery whose day is past counts as due today. After the last one, blanks come at the average rate.
    """
    missing, day = place, today
    for expected, quantity in sorted(supply.promised):
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
