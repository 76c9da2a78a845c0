"""The forecast of card blanks: the office's rate without a history, else the better of a model and last week."""

from collections.abc import Sequence
from datetime import date
from math import sqrt

from requests_app.rules.forecast import last_week, model
from requests_app.rules.forecast.backtest import backtest
from requests_app.rules.forecast.series import Series, build, days_from
from requests_app.rules.forecast.shapes import MODEL, RATE, Day, Holidays, Outlook, OutlookDay

# Without a history nothing is known of the spread: half to one and a half of the rate that the office gave.
UNKNOWN_SPREAD = 0.5
UNKNOWN_LEVEL = 0.3


def forecast(history: Sequence[Day], *, holidays: Holidays, first: date, horizon: int, usual_rate: float) -> Outlook:
    """Return what is expected on `horizon` days from `first` on (WIB days), from the demand seen before `first`.

    `holidays` name the days on which the office is closed (date → the holiday's name), past and coming; Lebaran is
    known by its name, "Idul Fitri". `usual_rate` is the office's own guess in cards per calendar day: all there is
    without a history, and soon outweighed by one.
    """
    series = build(history, holidays, first)
    if not series.known:
        return _by_rate(first, horizon, usual_rate)
    return _by_history(series, holidays, days_from(first, horizon), usual_rate)


def _by_history(series: Series, holidays: Holidays, dates: Sequence[date], usual_rate: float) -> Outlook:
    result = backtest(series, holidays, usual_rate)
    fitted = model.fit(series, usual_rate)
    if result.method == MODEL:
        days, totals = model.look_ahead(fitted, dates, holidays)
    else:
        days, totals = last_week.look_ahead(series, dates, holidays, usual_rate)
    return Outlook(
        days, totals, result.method, result.model, result.last_week, result.mean, result.weeks, model.structure(fitted)
    )


def _by_rate(first: date, horizon: int, rate: float) -> Outlook:
    """The same on every day: the rate is an average over open and closed days."""
    days, totals = [], []
    for number, day in enumerate(days_from(first, horizon), start=1):
        days.append(OutlookDay(day, rate, rate * (1 - UNKNOWN_SPREAD), rate * (1 + UNKNOWN_SPREAD)))
        spread = rate * sqrt((UNKNOWN_LEVEL * number) ** 2 + UNKNOWN_SPREAD**2 * number)
        totals.append(OutlookDay(day, rate * number, max(rate * number - spread, 0.0), rate * number + spread))
    return Outlook(days, totals, RATE)
