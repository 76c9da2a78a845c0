"""A steady rise or fall of the level: claimed only when chance hardly makes one, and no single step explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from requests_app.rules.forecast.chance import mean, median, moves_one_way

WEEKS, FEWEST_WEEKS = 26, 8
DAYS_OF_A_WEEK = 3  # a week of which fewer days are known is left out
CHANCE = 0.001
STEP = 1.3  # a line may leave so much more unexplained than the best single step: real rises are not straight
DAMPED = 0.985  # of each day's rise so much goes on the next day: about two months of it in all


@dataclass(frozen=True, slots=True)
class Trend:
    """Cards by which the level rises each day, its standard error, and for how many days it has done so."""

    a_day: float = 0.0
    error: float = 0.0
    days: int = 0


def find(values: Sequence[float | None]) -> Trend:
    """Return the trend of the last half year of values freed of their pattern; nothing when it may be chance."""
    weeks = _weeks(values)
    if len(weeks) < FEWEST_WEEKS:
        return Trend()
    levels = [level for _, level in weeks]
    if moves_one_way(levels) >= CHANCE:
        return Trend()
    slope = median([(b - a) / (later - earlier) for n, (earlier, a) in enumerate(weeks) for later, b in weeks[n + 1 :]])
    middle = median([level - slope * week for week, level in weeks])
    left = sum((level - middle - slope * week) ** 2 for week, level in weeks)
    if left > STEP * _left_by_a_step(levels):
        return Trend()
    centre = mean([week for week, _ in weeks])
    error = (left / (len(weeks) - 2) / sum((week - centre) ** 2 for week, _ in weeks)) ** 0.5
    return Trend(slope / 7, error / 7, 7 * len(weeks))


def damped(days: int) -> list[float]:
    """Return, for each of the days to come, how many days' rise has been added by then."""
    return list(accumulate(DAMPED ** (n + 1) for n in range(days)))


def _weeks(values: Sequence[float | None]) -> list[tuple[int, float]]:
    """Number and level of the last weeks, counted back from the last day."""
    found = []
    for number in range(WEEKS):
        end = len(values) - 7 * number
        known = [value for value in values[max(end - 7, 0) : max(end, 0)] if value is not None]
        if len(known) >= DAYS_OF_A_WEEK:
            found.append((-number, mean(known)))
    return found[::-1]


def _left_by_a_step(levels: Sequence[float]) -> float:
    """What the best single step from one level to another leaves unexplained."""

    def left(part: Sequence[float]) -> float:
        middle = mean(part)
        return sum((level - middle) ** 2 for level in part)

    return min(left(levels[:n]) + left(levels[n:]) for n in range(1, len(levels)))
