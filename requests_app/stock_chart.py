"""The drawing of the stock: what was there, what is expected with its band, and the days that matter.

Lines and band lie in a drawing of 1000 × 1000 that is stretched over the width; words lie above it, in places of per
cent and em (see requests_app/charts.py), so they stay readable from 320 px on. Its figures stand in a table, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from requests_app.rules.dates import MONTHS, format_count, format_day
from requests_app.rules.forecast import Runway

SIDE = 1000
TOP, HEIGHT = 4.4, 12.0  # em: three rows for the names of days above the drawing; the drawing itself
ROOM = 1.08
LINES = 4  # at most so many lines across
STEPS = (1, 2, 5)
NEAR_EDGE = 24  # per cent: names of days so near to an edge grow away from it
FEW_MONTHS = 6
WEEK = timedelta(days=7)
AFTER_ZERO = timedelta(days=21)
LEAST_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Past:
    """A day that is over: what was there at its end, and how much of that was promised."""

    date: date
    on_hand: int
    reserved: int


@dataclass(frozen=True)
class Upright:
    """A day that matters: where it stands, its name, and which way the name grows."""

    x: str
    name: str
    tone: str = ""
    row: str = "1.1em"
    anchor: str = "middle"


@dataclass(frozen=True)
class Across:
    """A level: where it lies in the stretched drawing, where its words stand."""

    y: str
    words_y: str
    words: str


@dataclass(frozen=True)
class Row:
    """One day of the table; a figure that is not known of it is None."""

    day: date
    on_hand: int | None = None
    reserved: int | None = None
    expected: int | None = None
    low: int | None = None
    high: int | None = None
    otherwise: int | None = None


@dataclass(frozen=True)
class StockChart:
    """All places, as SVG writes them, and the rows of the table."""

    id: str
    title: str
    summary: str
    past: str
    reserved: str
    band: str
    expected: str
    otherwise: str
    level: Across
    grid: Sequence[Across]
    uprights: Sequence[Upright]
    deliveries: Sequence[str]
    months: Sequence[tuple[str, str, bool]]
    rows: Sequence[Row]
    reached: tuple[str, str] | None = None  # where the expected line comes down to the level
    top: str = f"{TOP:g}em"
    height: str = f"{HEIGHT:g}em"
    floor: str = f"{TOP + HEIGHT:g}em"
    months_y: str = f"{TOP + HEIGHT + 1.4:g}em"


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    most: float

    def x(self, day: date) -> float:
        return (day - self.first).days / max(1, (self.last - self.first).days)

    def y(self, stock: float) -> float:
        return 1 - min(max(stock, 0), self.most) / self.most

    def percent(self, day: date) -> str:
        return f"{round(100 * self.x(day), 2):g}%"

    def line(self, points: Sequence[tuple[date, float]]) -> str:
        """Points inside the drawing."""
        return " ".join(
            f"{SIDE * self.x(day):.0f},{SIDE * self.y(stock):.0f}"
            for day, stock in points
            if self.first <= day <= self.last
        )

    def across(self, stock: float, words: str) -> Across:
        y = self.y(stock)
        return Across(f"{SIDE * y:.0f}", f"{round(TOP + HEIGHT * y - 0.3, 2):g}em", words)


def stock_chart(
    past: Sequence[Past], line: Runway, *, today: date, free: int, reorder_level: int,
    deliveries: Sequence[date] = (), otherwise: Runway | None = None,
) -> StockChart:  # fmt: skip
    """Up to today what was there, from then on the free blanks that are expected; `free`: at the day's beginning."""
    scale = _scale(past, line, otherwise, today, reorder_level)
    before = today - timedelta(days=1)

    def ahead(of: Runway, name: str) -> list[tuple[date, float]]:
        return [(before, float(max(free, 0))), *((day.date, getattr(day, name)) for day in of.days)]

    return StockChart(
        id="stok",
        title="Blangko sampai hari ini, dan perkiraannya",
        summary=_summary(line, today),
        past=scale.line([(day.date, day.on_hand) for day in past]),
        reserved=scale.line([(day.date, day.reserved) for day in past]),
        band=f"{scale.line(ahead(line, 'high'))} {scale.line(ahead(line, 'low')[::-1])}",
        expected=scale.line(ahead(line, "expected")),
        otherwise=scale.line(ahead(otherwise, "expected")) if otherwise else "",
        level=scale.across(reorder_level, f"Batas pemesanan {format_count(reorder_level)}"),
        grid=[scale.across(stock, format_count(stock)) for stock in _round_figures(scale.most)],
        uprights=list(_uprights(scale, line, today)),
        deliveries=[scale.percent(day) for day in deliveries if scale.first <= day <= scale.last],
        months=list(_months(scale)),
        rows=list(_rows(past, line, otherwise, scale.last)),
        reached=_reached(scale, line.reorder_on, reorder_level),
    )


def _scale(
    past: Sequence[Past], line: Runway, otherwise: Runway | None, today: date, reorder_level: int
) -> _Scale:  # fmt: skip
    """From the first day that is known to some weeks after the last day of zero, or to the end of the forecast."""
    lines = [one for one in (line, otherwise) if one is not None]
    end = max((one.days[-1].date for one in lines if one.days), default=today + LEAST_AHEAD)
    zeros = [one.zero_late or one.zero_on for one in lines]
    if all(zeros):
        end = min(end, max(today + LEAST_AHEAD, max(day for day in zeros if day) + AFTER_ZERO))
    first = min((day.date for day in past), default=today - WEEK)
    shown = [day.high for one in lines for day in one.days if day.date <= end]
    return _Scale(first, end, ROOM * max([1, reorder_level, *shown, *(day.on_hand for day in past)]))


def _round_figures(most: float) -> list[int]:
    """Round figures to draw a line at: at most four."""
    step = next(s * 10**power for power in range(9) for s in STEPS if most / (s * 10**power) <= LINES + 1)
    return [step * number for number in range(1, LINES + 1) if step * number <= most * 0.96]


def _uprights(scale: _Scale, line: Runway, today: date) -> Iterator[Upright]:
    """Today, the day to order by, the day of zero: each name in a row of its own."""
    named = (
        (today, "Hari ini", "", "1.1em"),
        (line.order_by, "Paling lambat dipesan", "warn", "2.4em"),
        (line.zero_on, "Habis", "bad", "3.7em"),
    )
    for day, name, tone, row in named:
        if day is not None and scale.first <= day <= scale.last:
            place = 100 * scale.x(day)
            anchor = "start" if place < NEAR_EDGE else "end" if place > 100 - NEAR_EDGE else "middle"
            yield Upright(scale.percent(day), name, tone, row, anchor)


def _reached(scale: _Scale, day: date | None, level: int) -> tuple[str, str] | None:
    if day is None or not scale.first <= day <= scale.last:
        return None
    return scale.percent(day), f"{round(TOP + HEIGHT * scale.y(level), 2):g}em"


def _months(scale: _Scale) -> Iterator[tuple[str, str, bool]]:
    """Where each month begins; `wide` ones only where there is room for all."""
    day, found = scale.first.replace(day=1), []
    while day <= scale.last:
        if day >= scale.first and 0.02 <= scale.x(day) <= 0.96:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    for number, day in enumerate(found):
        yield scale.percent(day), f"{MONTHS[day.month - 1][:3]}", len(found) > FEW_MONTHS and number % 2 == 1


def _rows(past: Sequence[Past], line: Runway, otherwise: Runway | None, last: date) -> Iterator[Row]:
    """A day of each week, counted from today both ways."""
    for day in past[::-1][::7][::-1]:
        yield Row(day.date, day.on_hand, day.reserved)
    others = {day.date: day.expected for day in otherwise.days} if otherwise else {}
    for ahead in line.days[::7]:
        if ahead.date <= last:
            other = others.get(ahead.date)
            yield Row(
                ahead.date, expected=round(ahead.expected), low=round(ahead.low), high=round(ahead.high),
                otherwise=None if other is None else round(other),
            )  # fmt: skip


def _summary(line: Runway, today: date) -> str:
    """The drawing in one sentence, for who cannot see it."""
    if line.zero_on is None:
        end = line.days[-1].date if line.days else today
        return f"Menurut perkiraan, blangko belum habis sampai {format_day(end)}."
    begin = f"Batas pemesanan tercapai {format_day(line.reorder_on)}; blangko" if line.reorder_on else "Blangko"
    return f"{begin} diperkirakan habis {format_day(line.zero_on)}."
