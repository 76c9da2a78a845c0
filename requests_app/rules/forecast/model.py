"""The model: pattern × (level + damped trend), with a band from the errors it made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from requests_app.rules.forecast import pattern as patterns
from requests_app.rules.forecast.chance import mean, quantile
from requests_app.rules.forecast.level import Level, follow
from requests_app.rules.forecast.pattern import Pattern
from requests_app.rules.forecast.series import Series, calendar
from requests_app.rules.forecast.shapes import FALLING, NONE, RISING, Holidays, OutlookDay, Structure
from requests_app.rules.forecast.trend import Trend, damped
from requests_app.rules.forecast.trend import find as find_trend

TENTH = 1.2816  # deviations beyond which a tenth of a bell curve lies
WIDER = 1.06  # errors a week ahead, with a pattern that is only estimated, beside those of the next day
ERRORS_OF_DAYS, THIN_DAYS = 180, 60
DOUBT = 20  # days' worth of errors that a bell curve weighs beside those really made
MONTH, MONTHS, FEWEST_OF_A_MONTH = 28, 7, 10
DRIFT_A_DAY, DRIFT_MONTHS = 0.01, 3  # a level moves so much in a day, as a share; and for how many months that counts
SMALLEST_LEVEL = 0.2  # a falling trend ends there, as a share of today's level


@dataclass(frozen=True, slots=True)
class Fit:
    """What the model knows at the end of a history."""

    pattern: Pattern
    level: Level
    trend: Trend
    low: float  # deviations below the expected that a tenth of the days lies beyond
    high: float
    drift: float  # variance that the level gains in a day, as whole months show it
    thin: float  # standard deviation of days that tell nothing of the level, as a share of the level
    days_used: int


def fit(series: Series, usual_rate: float) -> Fit:
    """Return the model of a history."""
    pattern = patterns.find(series)
    factors = pattern.factors(series.weekday, series.closed, series.since_lebaran)
    freed = _freed(series, pattern, factors)
    trend = find_trend(freed)
    level = follow(freed, usual_rate)
    if trend.a_day:
        level = follow(freed[-trend.days :], max(level.value - trend.a_day * trend.days, 0.0), trend.a_day)
    low, high = _tails(level.errors)
    thin = _thin(series, pattern, factors, level.value)
    return Fit(pattern, level, trend, low, high, _drift(freed, level), thin, series.known)


def expected(fitted: Fit, dates: Sequence[date], holidays: Holidays) -> list[float]:
    """Return the cards expected on consecutive days from the end of the history on."""
    factors = fitted.pattern.factors(*calendar(dates, holidays))
    return [factor * level for factor, level in zip(factors, _levels(fitted, len(dates)), strict=True)]


def look_ahead(fitted: Fit, dates: Sequence[date], holidays: Holidays) -> tuple[list[OutlookDay], list[OutlookDay]]:
    """Return single days and running totals with their bands."""
    return _days(fitted, dates, holidays), _totals(fitted, dates, holidays)


def structure(fitted: Fit) -> Structure:
    """Return what the model found, in words."""
    rise = fitted.trend.a_day
    return Structure(
        weekday=fitted.pattern.kind,
        trend=NONE if not rise else RISING if rise > 0 else FALLING,
        trend_per_week=7 * rise / fitted.level.value if fitted.level.value else 0.0,
        lebaran=fitted.pattern.lebaran,
        closed_share=fitted.pattern.closed,
        level=fitted.level.value,
        days_used=fitted.days_used,
    )


def _freed(series: Series, pattern: Pattern, factors: Sequence[float]) -> list[float | None]:
    """Demand without its pattern; None for days that tell nothing of the level."""
    telling = pattern.telling
    return [
        value / factor if value is not None and not closed and telling[weekday] and factor > 0 else None
        for value, factor, closed, weekday in zip(series.demand, factors, series.closed, series.weekday, strict=True)
    ]


def _levels(fitted: Fit, days: int) -> list[float]:
    floor = SMALLEST_LEVEL * fitted.level.value
    return [max(fitted.level.value + fitted.trend.a_day * rise, floor) for rise in damped(days)]


def _tails(errors: Sequence[float]) -> tuple[float, float]:
    """A tenth of the errors lies beyond each; few errors are mixed with a bell curve."""
    last = sorted(errors[-ERRORS_OF_DAYS:])
    if len(last) < 2:
        return -TENTH, TENTH
    weight = len(last) / (len(last) + DOUBT)
    low, high = quantile(last, 0.1), quantile(last, 0.9)
    return weight * min(low, 0) - (1 - weight) * TENTH, weight * max(high, 0) + (1 - weight) * TENTH


def _thin(series: Series, pattern: Pattern, factors: Sequence[float], level: float) -> float:
    """Spread of known open days on which little is asked for, as a share of the level."""
    telling = pattern.telling
    off = [
        (value / level - factor) ** 2
        for value, factor, closed, weekday in zip(series.demand, factors, series.closed, series.weekday, strict=True)
        if value is not None and not closed and not telling[weekday] and level > 0
    ][-THIN_DAYS:]
    return mean(off) ** 0.5


def _drift(freed: Sequence[float | None], level: Level) -> float:
    """Variance by which the level moves in a day, from how months differed from the one before.

    Two neighbouring months of a level that wanders by D a day differ by 2/3 of 28 times D, besides chance.
    """
    known = [[v for v in freed[end - MONTH : end] if v is not None] for end in range(len(freed), MONTH - 1, -MONTH)]
    months = [(mean(days), len(days)) for days in known if len(days) >= FEWEST_OF_A_MONTH][:MONTHS]
    found = [
        ((a - b) ** 2 - level.noise / m - level.noise / n) / (2 / 3 * MONTH) for (a, m), (b, n) in pairwise(months)
    ]
    guess = (DRIFT_A_DAY * level.value) ** 2
    return (max(sum(found), 0.0) + DRIFT_MONTHS * guess) / (len(found) + DRIFT_MONTHS)


def _days(fitted: Fit, dates: Sequence[date], holidays: Holidays) -> list[OutlookDay]:
    weekday, closed, since = calendar(dates, holidays)
    factors, telling = fitted.pattern.factors(weekday, closed, since), fitted.pattern.telling
    found = []
    for n, (level, factor) in enumerate(zip(_levels(fitted, len(dates)), factors, strict=True)):
        wander = fitted.level.variance + fitted.level.moves * (n + 1) + (fitted.trend.error * (n + 1)) ** 2
        middle, deviation = factor * level, WIDER * (fitted.level.noise + wander) ** 0.5 * factor
        if closed[n] or not telling[weekday[n]]:
            own = 0.0 if closed[n] else fitted.thin * level
            deviation = max((wander * factor**2 + own**2) ** 0.5, middle)
        low, high = middle + fitted.low * deviation, middle + fitted.high * deviation
        found.append(OutlookDay(dates[n], middle, max(low, 0.0), high))
    return found


def _totals(fitted: Fit, dates: Sequence[date], holidays: Holidays) -> list[OutlookDay]:
    """Sums of the variances: days' own noise adds up singly, the doubt about the level is shared by all days.

    The level `n` days ahead has the variance V + n·M; two of those days share that of the earlier one.
    """
    factors = fitted.pattern.factors(*calendar(dates, holidays))
    moves = max(fitted.level.moves, fitted.drift)
    total = variance = shared = slope = 0.0
    found = []
    for n, (level, rise) in enumerate(zip(_levels(fitted, len(dates)), damped(len(dates)), strict=True)):
        factor, own = factors[n], fitted.level.variance + moves * (n + 1)
        variance += factor**2 * (fitted.level.noise + own) + 2 * factor * shared
        shared += factor * own
        slope += factor * rise * fitted.trend.error
        total += factor * level
        spread = TENTH * (variance + slope**2) ** 0.5
        found.append(OutlookDay(dates[n], total, max(total - spread, 0.0), total + spread))
    return found
