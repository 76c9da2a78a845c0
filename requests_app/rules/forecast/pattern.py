"""What days have in common: the weekday, closed days, the weeks around Lebaran. Factors of an average day."""

from collections.abc import Sequence
from dataclasses import dataclass

from requests_app.rules.forecast.chance import groups_differ, mean, sides_differ, spread, trimmed_mean
from requests_app.rules.forecast.series import PHASES, Series, phase
from requests_app.rules.forecast.shapes import EACH_DAY, MEASURED, NONE, WEEKEND

# Chance alone may call a weekday different so often: once in a thousand, in the first weeks once in a hundred (two
# weekends can't be told apart from ten working days any more surely).
CHANCE, FIRST_CHANCE, FIRST_DAYS = 0.001, 0.01, 28
LAST_DAYS = 182  # the weekday pattern of half a year: it may change
FEWEST_DAYS = 10  # before that, no weekday is called different
AROUND = 10  # days on either side that a day is compared with
CLOSED_SHARE, CLOSED_WEIGHT = 0.02, 2.0  # before closed days were seen, and how many days that guess is worth
OPEN_SHARE = 0.5  # a weekday below this share of the others says little of the level
BASE_WEEKS = ((-56, -15), (35, 63))  # what the weeks around Lebaran are compared with
LEBARAN_DRIFT = 0.08  # the level itself moves so much between those weeks, by chance
LEBARAN_CHANCE = 26.0  # seven squared deviations: one in two thousand by chance
FLAT_WEEK = (1.0,) * 7


@dataclass(frozen=True, slots=True)
class Pattern:
    """Factors by which a day differs from an average day without holidays, and what of them was found significant."""

    weekday: Sequence[float] = FLAT_WEEK
    phases: Sequence[float] = (1.0,) * len(PHASES)
    closed: float = CLOSED_SHARE
    kind: str = NONE
    lebaran: str = NONE

    def factor(self, weekday: int, closed: bool, since: int | None) -> float:
        """Return the factor of one day."""
        week = phase(since) if self.lebaran != NONE else None
        around = 1.0 if week is None else self.phases[week]
        return self.weekday[weekday] * around * (self.closed if closed else 1.0)

    def factors(self, weekday: Sequence[int], closed: Sequence[bool], since: Sequence[int | None]) -> list[float]:
        """Return the factors of consecutive days."""
        return [self.factor(*day) for day in zip(weekday, closed, since, strict=True)]

    @property
    def telling(self) -> list[bool]:
        """Say for Monday to Sunday whether demand says something of the level, and not only of that weekday."""
        return [share >= OPEN_SHARE * max(self.weekday) for share in self.weekday]


def find(series: Series) -> Pattern:
    """Return the pattern of a history; what is not significant stays at 1."""
    usable = _usable(series)
    rough = _rough_week(series, usable)
    base = _baseline(series, usable, rough)
    ratios: list[list[float]] = [[] for _ in range(7)]
    for n in usable:
        if base[n] > 0:
            ratios[series.weekday[n]].append((series.demand[n] or 0.0) / base[n])
    weekday, kind = _week(ratios)
    phases, lebaran = _lebaran(series, weekday)
    return Pattern(weekday, phases, _closed_share(series, base, weekday), kind, lebaran)


def _usable(series: Series) -> list[int]:
    """Known open days far from Lebaran; all known open days when those are few."""
    length = len(series.demand)
    known = [n for n in range(max(length - LAST_DAYS, 0), length) if _open(series, n)]
    far = [n for n in known if phase(series.since_lebaran[n]) is None]
    return far if len(far) >= FEWEST_DAYS else known


def _open(series: Series, n: int) -> bool:
    return series.demand[n] is not None and not series.closed[n]


def _rough_week(series: Series, usable: Sequence[int]) -> list[float]:
    days: list[list[float]] = [[] for _ in range(7)]
    for n in usable:
        days[series.weekday[n]].append(series.demand[n] or 0.0)
    means = [trimmed_mean(day) for day in days]
    middle = mean([m for m, day in zip(means, days, strict=True) if day])
    return [m / middle if middle and day else 1.0 for m, day in zip(means, days, strict=True)]


def _baseline(series: Series, usable: Sequence[int], week: Sequence[float]) -> list[float]:
    """For each day the level of the days around it, from weekdays that tell of it."""
    length = len(series.demand)
    sums, counts = [0.0] * (length + 1), [0] * (length + 1)
    telling = [share >= OPEN_SHARE * max(week) for share in week]
    chosen = {n for n in usable if telling[series.weekday[n]]}
    for n in range(length):
        value = (series.demand[n] or 0.0) / week[series.weekday[n]] if n in chosen else 0.0
        sums[n + 1], counts[n + 1] = sums[n] + value, counts[n] + (n in chosen)
    everywhere = sums[length] / counts[length] if counts[length] else 0.0
    spans = [(max(n - AROUND, 0), min(n + AROUND + 1, length)) for n in range(length)]
    return [
        (sums[high] - sums[low]) / (counts[high] - counts[low]) if counts[high] - counts[low] >= 5 else everywhere
        for low, high in spans
    ]


def _week(ratios: Sequence[Sequence[float]]) -> tuple[list[float], str]:
    """The seven factors, average 1, each no further from its group than it is likely to be by more than chance."""
    groups, kind, count = [list(range(7))], NONE, sum(map(len, ratios))
    chance = CHANCE if count >= FIRST_DAYS else FIRST_CHANCE
    if count >= FEWEST_DAYS and _differ(ratios, range(5), (5, 6), chance):
        kind = WEEKEND
        apart = _differ(ratios, (5,), (6,), chance)
        groups = [list(range(5)), *([[5], [6]] if apart else [[5, 6]])]
    factors = [1.0] * 7
    for group in groups:
        samples = [ratios[day] for day in group]
        middle = trimmed_mean([value for sample in samples for value in sample])
        for day in group:
            factors[day] = middle if any(samples) else 1.0
        if len(group) >= 5 and all(samples) and groups_differ(samples) < CHANCE:
            kind = EACH_DAY
            for day, factor in zip(group, _shrunken(samples, middle), strict=True):
                factors[day] = factor
    average = mean(factors)
    return ([f / average for f in factors] if average > 0 else list(FLAT_WEEK)), kind


def _differ(ratios: Sequence[Sequence[float]], some: Sequence[int], others: Sequence[int], chance: float) -> bool:
    one, other = ([value for day in days for value in ratios[day]] for days in (some, others))
    return len(one) >= 2 and len(other) >= 2 and sides_differ(one, other) < chance


def _shrunken(samples: Sequence[Sequence[float]], middle: float) -> list[float]:
    """Averages drawn toward the middle by the part of their differences that chance explains."""
    means = [trimmed_mean(sample) for sample in samples]
    within = mean([(v - m) ** 2 for sample, m in zip(samples, means, strict=True) for v in sample])
    noise = within / mean([len(sample) for sample in samples])
    between = sum((m - middle) ** 2 for m in means) / (len(means) - 1)
    kept = max(1 - noise / between, 0.0) if between else 0.0
    return [middle + kept * (m - middle) for m in means]


def _closed_share(series: Series, base: Sequence[float], week: Sequence[float]) -> float:
    """Demand of closed days as a share of what an open one would have had."""
    asked, usual, count = 0.0, 0.0, 0
    for n, value in enumerate(series.demand):
        would = base[n] * week[series.weekday[n]]
        if value is not None and series.closed[n] and week[series.weekday[n]] >= OPEN_SHARE * max(week):
            asked, usual, count = asked + min(value, would), usual + would, count + 1
    if not count or usual <= 0:
        return CLOSED_SHARE
    one = usual / count
    return (asked + CLOSED_SHARE * CLOSED_WEIGHT * one) / (usual + CLOSED_WEIGHT * one)


def _lebaran(series: Series, week: Sequence[float]) -> tuple[list[float], str]:
    """Factors of the weeks around Lebaran, from years whose weeks before and after are known too."""
    none = [1.0] * len(PHASES)
    samples: list[list[float]] = [[] for _ in PHASES]
    errors: list[float] = []
    for ratios, error in _feasts(series, week):
        errors.append(error)
        for sample, values in zip(samples, ratios, strict=True):
            sample.extend(values)
    if not errors:
        return none, NONE
    noise = mean(errors)
    factors, deviations = [], 0.0
    for sample in samples:
        error = (noise**2 / max(len(sample), 1) + LEBARAN_DRIFT**2 / len(errors)) ** 0.5
        off = (trimmed_mean(sample) - 1) / error if sample else 0.0
        deviations += off**2
        factors.append(1 + off * error * (1 - 1 / off**2) if abs(off) > 1 else 1.0)
    return (factors, MEASURED) if deviations > LEBARAN_CHANCE else (none, NONE)


def _feasts(series: Series, week: Sequence[float]) -> list[tuple[list[list[float]], float]]:
    """For each Lebaran known as a whole: demand by week as a share of the weeks before and after, and its noise."""
    found = []
    for middle in (n for n, since in enumerate(series.since_lebaran) if since == 0):
        span = range(middle + BASE_WEEKS[0][0], middle + BASE_WEEKS[1][1] + 1)
        if span[-1] >= len(series.demand):
            continue
        values = {n - middle: v for n in span if n >= 0 and (v := _level_value(series, n, week)) is not None}
        sides = [[v for since, v in values.items() if a <= since <= b] for a, b in BASE_WEEKS]
        if min(map(len, sides)) < 8 or (level := mean([trimmed_mean(side) for side in sides])) <= 0:
            continue
        ratios = [[v / level for since, v in values.items() if a <= since <= b] for a, b in PHASES]
        found.append((ratios, mean([spread([v / level for v in side]) for side in sides])))
    return found


def _level_value(series: Series, n: int, week: Sequence[float]) -> float | None:
    """Demand of an open day without its weekday; None where it says nothing of the level."""
    share = week[series.weekday[n]]
    if not _open(series, n) or share < OPEN_SHARE * max(week):
        return None
    return (series.demand[n] or 0.0) / share
