"""The history as plain columns, one entry per calendar day, so that it can be cut off at any earlier day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from requests_app.rules.forecast.shapes import Day, Holidays

LONGEST_HISTORY = 800  # days; older ones tell of another office
# The weeks around 1 Syawal that can differ: two before it, then the rush. Days count from 1 Syawal.
PHASES = ((-14, -8), (-7, -1), (0, 6), (7, 13), (14, 20), (21, 27), (28, 34))
DECREED_OFF = 3  # days that a decreed 1 Syawal may be from the reckoned one
WINDOW = (PHASES[0][0], PHASES[-1][1])
_LEBARAN_NAME = "idul fitri"
_SHARED_LEAVE = "cuti bersama"


@dataclass(frozen=True, slots=True)
class Series:
    """Columns of consecutive days from `start` on; `demand` is None when it is not known (censored or missing)."""

    start: date
    demand: Sequence[float | None]
    weekday: Sequence[int]
    closed: Sequence[bool]
    since_lebaran: Sequence[int | None]  # days from the nearest 1 Syawal, None when it is far

    def until(self, length: int) -> "Series":
        """Return the same, as it was known after so many days."""
        return Series(
            self.start,
            self.demand[:length],
            self.weekday[:length],
            self.closed[:length],
            self.since_lebaran[:length],
        )

    @property
    def known(self) -> int:
        """How many days have a demand that is known."""
        return sum(value is not None for value in self.demand)


def build(history: Sequence[Day], holidays: Holidays, first: date) -> Series:
    """Return the columns from the first day known (at most 800 days back) to the day before `first`."""
    days = {d.date: d for d in history if first - timedelta(days=LONGEST_HISTORY) <= d.date < first}
    start = min(days, default=first)
    dates = days_from(start, (first - start).days)
    demand = [float(max(days[d].demand, 0)) if d in days and days[d].available else None for d in dates]
    weekday, closed, since = calendar(dates, holidays)
    return Series(start, demand, weekday, closed, since)


def calendar(dates: Sequence[date], holidays: Holidays) -> tuple[list[int], list[bool], list[int | None]]:
    """Return what the calendar says of days: weekday (0 is Monday), closed, days since the nearest 1 Syawal."""
    feasts = lebaran_days(holidays, dates[0], dates[-1]) if dates else []
    return [d.weekday() for d in dates], [d in holidays for d in dates], [_since(d, feasts) for d in dates]


def days_from(first: date, count: int) -> list[date]:
    """Return consecutive days."""
    return [first + timedelta(days=n) for n in range(count)]


def lebaran_days(holidays: Holidays, first: date, last: date) -> list[date]:
    """Return each 1 Syawal between two days, and around them: as the holidays name it, else as reckoned."""
    return [_as_named(reckoned_lebaran(year), holidays) for year in _hijri_years(first, last)]


def reckoned_lebaran(hijri_year: int) -> date:
    """Return 1 Syawal by the tabular Islamic calendar; the decreed day may be one off."""
    julian = (11 * hijri_year + 3) // 30 + 354 * hijri_year + 30 * 10 - 9 // 2 + 1 + 1948440 - 385
    return date.fromordinal(julian - 1721425)


def phase(since: int | None) -> int | None:
    """Return which of the weeks around Lebaran a day belongs to; None when it is far."""
    return None if since is None else next((n for n, (a, b) in enumerate(PHASES) if a <= since <= b), None)


def _as_named(reckoned: date, holidays: Holidays) -> date:
    """The first day around the reckoned one that is called Idul Fitri."""
    around = [reckoned + timedelta(days=n) for n in range(-DECREED_OFF, DECREED_OFF + 1)]
    return next((day for day in around if _names_lebaran(holidays.get(day, ""))), reckoned)


def _names_lebaran(name: str) -> bool:
    text = name.casefold()
    return _LEBARAN_NAME in text and _SHARED_LEAVE not in text


def _hijri_years(first: date, last: date) -> Iterable[int]:
    return range(int((first.year - 622) * 1.0306) - 1, int((last.year - 622) * 1.0307) + 3)


def _since(day: date, feasts: Sequence[date]) -> int | None:
    return next((d for feast in feasts if WINDOW[0] - 70 <= (d := (day - feast).days) <= WINDOW[1] + 70), None)
