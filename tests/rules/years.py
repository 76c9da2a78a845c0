"""Generated years of demand, from fixed seeds, in shapes that the model does not have.

Counts are negative binomial around a mean that is drawn per year: level, shape of the week, strange days, the luck
of a week. On top comes what the kind names: ramps, the weeks around Lebaran, surges, weeks without blanks.
"""

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random

from requests_app.rules.forecast import Day
from requests_app.rules.reference import REFERENCE_FOLDER

KINDS = ("flat", "trend", "lebaran", "surge", "gaps")
YEARS_PER_KIND = 6
JUDGED_DAYS = 364
LEBARAN = (date(2026, 3, 21), date(2027, 3, 10))
# Monday to Sunday: an office that works five days, five and a half, an online service, one without any pattern.
SHAPES = (
    (1.15, 1.0, 0.95, 0.95, 0.85, 0.0, 0.0),
    (1.3, 1.05, 1.0, 0.95, 0.9, 0.45, 0.04),
    (1.2, 1.1, 1.0, 1.0, 0.95, 0.7, 0.55),
    (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
)


@dataclass(frozen=True)
class Year:
    """Days as the office saw them, what was really wanted, and from which day on forecasts are judged."""

    kind: str
    seed: int
    days: list[Day]
    wanted: list[int]
    judged_from: int
    holidays: dict[date, str] = field(repr=False)


@cache
def holidays() -> dict[date, str]:
    """The decreed days of 2026 and 2027."""
    with (REFERENCE_FOLDER / "holidays_id.csv").open(encoding="utf-8", newline="") as table:
        return {date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(table)}


def thirty() -> list[Year]:
    """The thirty years of the proof: six of each kind."""
    return [year(kind, 100 * number + seed) for number, kind in enumerate(KINDS) for seed in range(YEARS_PER_KIND)]


def year(kind: str, seed: int) -> Year:
    """One year of a kind; every second one of a kind has known eight weeks before it, the others up to eight months."""
    chance = Random(f"{kind} {seed}")
    if seed % 2:
        start, before = date(2026, 1, 1), 30 * 7 + 7 * chance.randrange(4)
    else:
        start, before = date(2026, 4, 1) + timedelta(days=chance.randrange(120)), 8 * 7
    dates = [start + timedelta(days=n) for n in range(before + JUDGED_DAYS)]
    means = _means(chance, dates)
    KIND_MEANS.get(kind, lambda *_: None)(chance, dates, means)
    size = math.exp(chance.uniform(math.log(12), math.log(70)))
    wanted = [negative_binomial(chance, mean, size) for mean in means]
    days = [Day(day, count) for day, count in zip(dates, wanted, strict=True)]
    if kind == "gaps":
        days = _without_blanks(chance, days)
    return Year(kind, seed, days, wanted, before, holidays())


def noise(seed: int, length: int) -> list[Day]:
    """Days without any structure: independent counts around one mean, no weekday, no holiday."""
    chance = Random(f"noise {seed}")
    mean, size = math.exp(chance.uniform(math.log(20), math.log(900))), chance.uniform(4, 60)
    start = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
    return [Day(start + timedelta(days=n), negative_binomial(chance, mean, size)) for n in range(length)]


def negative_binomial(chance: Random, mean: float, size: float) -> int:
    """A count with that mean and the variance mean + mean² / size."""
    return _poisson(chance, chance.gammavariate(size, mean / size)) if mean > 0 else 0


def _poisson(chance: Random, mean: float) -> int:
    if mean > 60:
        return max(round(chance.gauss(mean, math.sqrt(mean))), 0)
    count, product, bound = 0, chance.random(), math.exp(-mean)
    while product > bound:
        count, product = count + 1, product * chance.random()
    return count


def _means(chance: Random, dates: list[date]) -> list[float]:
    """What every kind has: a level, a week, closed days, weeks that are all a bit off, and a few strange days."""
    level = math.exp(chance.uniform(math.log(60), math.log(1000)))
    shape = [share * chance.uniform(0.92, 1.08) for share in chance.choice(SHAPES)]
    closed_share, luck = chance.choice((0.0, 0.0, 0.05)), chance.choice((0.0, 0.03, 0.07))
    weeks = [math.exp(chance.gauss(0, luck)) for _ in range(len(dates) // 7 + 1)]
    means = [
        level * shape[day.weekday()] * weeks[n // 7] * (closed_share if day in holidays() else 1)
        for n, day in enumerate(dates)
    ]
    for _ in range(chance.randrange(6)):
        means[chance.randrange(len(means))] *= chance.choice((0.1, 0.4, 1.8, 2.5))
    return means


def _ramp(chance: Random, dates: list[date], means: list[float]) -> None:
    """Between two days the level goes from 1 to something else, in a line, or slowly at both ends."""
    length = len(dates)
    begin, end = sorted((chance.randrange(length // 3), chance.randrange(length // 2, length + 60)))
    goal, smooth = chance.choice((0.5, 0.65, 1.6, 2.0, 2.5)), chance.random() < 0.5
    for n in range(length):
        part = min(max((n - begin) / (end - begin), 0), 1)
        part = (1 - math.cos(math.pi * part)) / 2 if smooth else part
        means[n] *= 1 + (goal - 1) * part


def _lebaran(chance: Random, dates: list[date], means: list[float]) -> None:
    """Fewer and fewer come before Lebaran; afterwards many, then by and by as before. Each year a little otherwise."""
    for feast in LEBARAN:
        lowest, highest = chance.uniform(0.5, 0.85), chance.uniform(1.4, 2.2)
        begin, plateau, fade = chance.randrange(6, 15), chance.randrange(3, 10), chance.uniform(5, 14)
        for n, day in enumerate(dates):
            since = (day - feast).days
            if -begin <= since < 0:
                means[n] *= 1 - (1 - lowest) * (since + begin + 1) / begin
            elif since >= 0:
                means[n] *= 1 + (highest - 1) * math.exp(-max(since - plateau, 0) / fade)


def _surges(chance: Random, dates: list[date], means: list[float]) -> None:
    """One to three times demand jumps up for some weeks, and falls back at once or by and by."""
    for _ in range(chance.randrange(1, 4)):
        begin, length = chance.randrange(len(dates) - 20), chance.randrange(14, 60)
        height, fade = chance.uniform(1.4, 2.4), chance.choice((1, 14))
        for n in range(begin, len(dates)):
            means[n] *= 1 + (height - 1) * math.exp(-max(n - begin - length, 0) / fade)


def _without_blanks(chance: Random, days: list[Day]) -> list[Day]:
    """Two to five times there are no blanks for days or weeks: little is seen, whatever was wanted."""
    seen = list(days)
    for _ in range(chance.randrange(2, 6)):
        begin, length = chance.randrange(14, len(days) - 30), chance.randrange(4, 26)
        left = chance.choice((0.0, 0.0, 0.1, 0.4))
        for n in range(begin, min(begin + length, len(days))):
            seen[n] = Day(days[n].date, int(days[n].demand * left), available=False)
    return seen


KIND_MEANS: dict[str, Callable[[Random, list[date], list[float]], None]] = {
    "trend": _ramp,
    "lebaran": _lebaran,
    "surge": _surges,
}
