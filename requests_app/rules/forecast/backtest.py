"""Weeks held back: each is forecast from the days before it only, by the model, by last week and by the plain mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from requests_app.rules.forecast import last_week, model
from requests_app.rules.forecast.chance import mean
from requests_app.rules.forecast.series import Series, days_from
from requests_app.rules.forecast.shapes import LAST_WEEK, MODEL, Holidays

MOST_WEEKS = 8
FEWEST_DAYS_BEFORE = 14  # known days that a model has to have seen before its first held-back week
FEWEST_DAYS_HELD_BACK = 26  # four weeks but for two days: on fewer, luck would choose too often
WEEK = 7


@dataclass(frozen=True, slots=True)
class Errors:
    """Absolute errors of known days in one or more weeks: of the model, of last week, of the plain mean."""

    model: Sequence[float] = ()
    last_week: Sequence[float] = ()
    mean: Sequence[float] = ()

    def __add__(self, other: "Errors") -> "Errors":
        return Errors([*self.model, *other.model], [*self.last_week, *other.last_week], [*self.mean, *other.mean])


@dataclass(frozen=True, slots=True)
class Result:
    """Mean absolute errors in cards a day over the weeks held back; None when there are too few days."""

    weeks: int = 0
    model: float | None = None
    last_week: float | None = None
    mean: float | None = None

    @property
    def method(self) -> str:
        """The better one; the model when they can't be compared."""
        if self.model is None or self.last_week is None or self.model < self.last_week:
            return MODEL
        return LAST_WEEK


def backtest(series: Series, holidays: Holidays, usual_rate: float) -> Result:
    """Return the errors on the last weeks, at most eight, as long as enough is known before them."""
    weeks = []
    for number in range(1, MOST_WEEKS + 1):
        length = len(series.demand) - WEEK * number
        before = series.until(max(length, 0))
        if before.known < FEWEST_DAYS_BEFORE:
            break
        weeks.append(held_back(series, length, model.fit(before, usual_rate), holidays, usual_rate))
    return compare(weeks)


def held_back(series: Series, length: int, fitted: model.Fit, holidays: Holidays, usual_rate: float) -> Errors:
    """Return the errors on the week after the first `length` days, to which the model was fitted.

    Days whose demand is not known are not judged.
    """
    before, demand = series.until(length), series.demand[length : length + WEEK]
    dates = days_from(series.start + timedelta(days=length), len(demand))
    by_last_week = last_week.expected(last_week.week(before, usual_rate), dates, holidays)
    return Errors(
        _errors(model.expected(fitted, dates, holidays), demand),
        _errors(by_last_week, demand),
        _errors(_plain_mean(before, dates), demand),
    )


def compare(weeks: Sequence[Errors]) -> Result:
    """Return the mean errors over weeks, and how many of them had a day that could be judged."""
    all_weeks = sum(weeks, Errors())
    if len(all_weeks.model) < FEWEST_DAYS_HELD_BACK:
        return Result()
    judged = sum(1 for week in weeks if week.model)
    return Result(judged, mean(all_weeks.model), mean(all_weeks.last_week), mean(all_weeks.mean))


def _errors(guesses: Sequence[float], demand: Sequence[float | None]) -> list[float]:
    return [abs(guess - real) for guess, real in zip(guesses, demand, strict=True) if real is not None]


def _plain_mean(before: Series, dates: Sequence[date]) -> list[float]:
    return [mean([value for value in before.demand if value is not None])] * len(dates)
