"""When a place in the line for blanks comes up: promised deliveries first, then the rate of the past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

LATEST = timedelta(days=366)
"""Beyond a year nothing is foretold."""


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
    if supply.per_day <= 0:
        return None
    ahead = timedelta(days=ceil(missing / supply.per_day))
    return monday(day + ahead) if ahead <= LATEST else None


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())
