"""What goes into the forecast of card blanks and what comes out. All days are WIB days, all amounts are cards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Holidays = Mapping[date, str]

MODEL, LAST_WEEK, RATE = "model", "last_week", "rate"
NONE = "none"
WEEKEND, EACH_DAY = "weekend", "each_day"
RISING, FALLING = "rising", "falling"
MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Day:
    """One past day: the cards asked for, and whether blanks were there the whole day.

    A day without blanks (`available` false) shows less than was wanted. It is left out, never read as zero.
    """

    date: date
    demand: int
    available: bool = True


@dataclass(frozen=True, slots=True)
class OutlookDay:
    """A day to come: cards expected, and the band that holds four days of five (`0 <= low <= expected <= high`)."""

    date: date
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Structure:
    """What the model found in the history; whatever is not significant is "none" and is not used."""

    weekday: str = NONE  # "none", "weekend" (Saturday and Sunday differ), "each_day"
    trend: str = NONE  # "none", "rising", "falling"
    trend_per_week: float = 0.0  # share of the level: 0.02 is two percent more each week, before it is damped
    lebaran: str = NONE  # "none" (never seen, or nothing seen), "measured"
    closed_share: float = 0.0  # demand of a closed day as a share of an open one
    level: float = 0.0  # cards on an average day of a week without holidays, at the end of the history
    days_used: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast: single days, running totals, and how it was made.

    `totals` hold the sum from the first day to that day, with a band of its own: errors of single days partly cancel
    out, an error of the level does not. Errors are mean absolute errors in cards a day, one week ahead, on weeks that
    were held back; None when the history is too short to hold any back.
    """

    days: list[OutlookDay]
    totals: list[OutlookDay]
    method: str  # "model", "last_week" (same weekday last week), "rate" (the office's usual rate: no history)
    error_model: float | None = None
    error_last_week: float | None = None
    error_mean: float | None = None  # of the plain mean of all days, for comparison only
    held_back_weeks: int = 0
    structure: Structure = field(default_factory=Structure)

    @property
    def gain(self) -> float | None:
        """By what share the method in use was better than "same weekday last week" on the weeks held back."""
        if self.error_model is None or not self.error_last_week:
            return None
        return 1 - self.error_model / self.error_last_week if self.method == MODEL else 0.0
