"""How long the blanks last: the stock line of the days to come, what would change it, and when to order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from requests_app.rules.forecast.shapes import Outlook

SAFETY_DAYS = 7
Arrival = tuple[date, int]


@dataclass(frozen=True, slots=True)
class StockDay:
    """Free blanks at the end of a day (never below 0), and how many people are then expected to wait for one."""

    date: date
    expected: float
    low: float
    high: float
    waiting: float = 0.0


@dataclass(frozen=True, slots=True)
class Runway:
    """The stock line and its dates. A date beyond the days that were forecast is None.

    `zero_early` and `zero_late` come from the band of the total demand. `cover_days` may lie beyond the horizon (the
    average of the horizon goes on); None means that there is no demand to cover. `order_by` may lie in the past.
    """

    days: list[StockDay]
    reorder_on: date | None
    zero_on: date | None
    zero_early: date | None
    zero_late: date | None
    cover_days: float | None
    order_by: date | None


def free_stock(*, on_hand: int, reserved: int, waiting: int) -> int:
    """Return the blanks that nobody is promised and nobody waits for; negative when more wait than are free."""
    return on_hand - reserved - waiting


def runway(
    outlook: Outlook,
    *,
    free: int,
    arrivals: Sequence[Arrival] = (),
    reorder_level: int,
    lead_days: int,
    safety_days: int = SAFETY_DAYS,
    scale: float = 1.0,
) -> Runway:
    """Return the stock line of `free` blanks (see `free_stock`) with planned arrivals, and the dates it gives.

    `scale` multiplies the demand (1.2 is +20 %). An arrival counts from its day on, one dated earlier from the first
    day on. Demand without a blank is not lost, it waits and takes from the next arrival. To be there before the early
    end of the band, with `safety_days` to spare, blanks have to be ordered `lead_days` ahead: that is `order_by`.
    """
    came = _arrived(outlook, arrivals)
    expected, low, high = (
        [free + more - scale * used for more, used in zip(came, total, strict=True)]
        for total in (
            [t.expected for t in outlook.totals],
            [t.high for t in outlook.totals],
            [t.low for t in outlook.totals],
        )
    )
    zero_early = _first(outlook, low, 0)
    return Runway(
        days=[
            StockDay(total.date, max(e, 0.0), max(lo, 0.0), max(hi, 0.0), max(-e, 0.0))
            for total, e, lo, hi in zip(outlook.totals, expected, low, high, strict=True)
        ],
        reorder_on=_first(outlook, expected, reorder_level),
        zero_on=_first(outlook, expected, 0),
        zero_early=zero_early,
        zero_late=_first(outlook, high, 0),
        cover_days=_cover(outlook, free, came, scale),
        order_by=zero_early - timedelta(days=lead_days + safety_days) if zero_early else None,
    )


def later(arrivals: Sequence[Arrival], days: int) -> list[Arrival]:
    """Return the arrivals, each late by so many days."""
    return [(day + timedelta(days=days), quantity) for day, quantity in arrivals]


def smaller(arrivals: Sequence[Arrival], share: float) -> list[Arrival]:
    """Return the arrivals, each cut to a share (0.5 is half), rounded down."""
    return [(day, int(quantity * share)) for day, quantity in arrivals]


def _arrived(outlook: Outlook, arrivals: Sequence[Arrival]) -> list[int]:
    """For each day, all that has arrived by then."""
    return [sum(quantity for day, quantity in arrivals if day <= total.date) for total in outlook.totals]


def _first(outlook: Outlook, line: Sequence[float], bound: float) -> date | None:
    """The first day whose stock is down to the bound."""
    return next((total.date for total, stock in zip(outlook.totals, line, strict=True) if stock <= bound), None)


def _cover(outlook: Outlook, free: int, came: Sequence[int], scale: float) -> float | None:
    """Days until the expected stock is used up, with the part of the last day; 0 when there is nothing now."""
    if not outlook.totals or free + came[0] <= 0:
        return 0.0
    before = 0.0
    for number, (total, more) in enumerate(zip(outlook.totals, came, strict=True)):
        used = scale * total.expected
        if free + more <= used:
            return number + (max(free + more - before, 0.0)) / (used - before) if used > before else float(number)
        before = used
    if before <= 0:
        return None
    return len(came) + (free + came[-1] - before) / (before / len(came))
