"""The yardstick: the same weekday last week. It knows closed days and leaves out days without blanks, too."""

from collections.abc import Sequence
from datetime import date

from requests_app.rules.forecast.chance import mean, quantile
from requests_app.rules.forecast.series import Series, calendar
from requests_app.rules.forecast.shapes import Holidays, OutlookDay

TENTH = 1.2816
ERRORS_OF_DAYS = 180


def week(series: Series, usual_rate: float) -> list[float]:
    """Return the demand of the last Monday to Sunday known of an open day; the usual rate where there is none."""
    last: list[float | None] = [None] * 7
    for n in range(len(series.demand) - 1, -1, -1):
        value, weekday = series.demand[n], series.weekday[n]
        if value is not None and not series.closed[n] and last[weekday] is None:
            last[weekday] = value
            if None not in last:
                break
    return [usual_rate if value is None else value for value in last]


def expected(last: Sequence[float], dates: Sequence[date], holidays: Holidays) -> list[float]:
    """Return last week once more, nothing on closed days."""
    weekday, closed, _ = calendar(dates, holidays)
    return [0.0 if shut else last[day] for day, shut in zip(weekday, closed, strict=True)]


def look_ahead(
    series: Series, dates: Sequence[date], holidays: Holidays, usual_rate: float
) -> tuple[list[OutlookDay], list[OutlookDay]]:
    """Return single days and running totals with bands from how weeks differed from the week before."""
    low, high, deviation = _differences(series)
    days, totals, total = [], [], 0.0
    for n, middle in enumerate(expected(week(series, usual_rate), dates, holidays), start=1):
        open_day = middle > 0
        days.append(OutlookDay(dates[n - 1], middle, max(middle + low * open_day, 0.0), middle + high * open_day))
        total += middle
        # Each week to come repeats the same seven errors, besides its own.
        spread = TENTH * deviation * (n + n * n / 7) ** 0.5
        totals.append(OutlookDay(dates[n - 1], total, max(total - spread, 0.0), total + spread))
    return days, totals


def _differences(series: Series) -> tuple[float, float, float]:
    """A tenth of the differences from the week before lies below, a tenth above; and the deviation of one day."""
    found = [
        now - before
        for now, before, shut, was_shut in zip(
            series.demand[7:], series.demand, series.closed[7:], series.closed, strict=False
        )
        if now is not None and before is not None and not shut and not was_shut
    ][-ERRORS_OF_DAYS:]
    if len(found) < 5:
        usual = mean([value for value in series.demand if value is not None])
        return -usual / 2, usual / 2, usual / 2
    ordered = sorted(found)
    deviation = (mean([d * d for d in found]) / 2) ** 0.5
    return min(quantile(ordered, 0.1), 0.0), max(quantile(ordered, 0.9), 0.0), deviation
