"""Charts as places in a drawing (SVG), made on the server: `partials/chart.html` draws, `chart.css` colours.

Places across are per cent and places down are `em` of the drawing's own type, so that labels and figures stay
readable from 320 px to a wide screen and when text is enlarged. Every chart hands on its figures for a table, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

TOP, FLOOR = 3.0, 12.2  # em: room above for figures, below for labels
GAP = 0.16  # of a slot, on both sides of a bar
ROOM = 2  # a limit far above the values is drawn at the top, or the values could not be seen


@dataclass(frozen=True)
class Point:
    """A labelled value; `limit` is what it is measured against, `tone` (`bad`, `warn`, `good`) how that ends."""

    label: str
    value: int
    limit: int | None = None
    tone: str = ""


@dataclass(frozen=True)
class Mark:
    """Where a point stands in the drawing, as SVG writes it; `beyond`: its limit lies above the drawing."""

    point: Point
    left: str
    width: str
    middle: str
    right: str
    top: str
    height: str
    figure: str
    limit: str = ""
    beyond: bool = False


@dataclass(frozen=True)
class Chart:
    """A drawing with its title and the names of what it shows; `note` says how to read it."""

    id: str
    title: str
    values: str
    marks: Sequence[Mark]
    limits: str = ""
    note: str = ""
    lines: Sequence[tuple[Mark, Mark]] = ()
    floor: str = f"{FLOOR}em"


def bar_chart(id: str, title: str, points: Sequence[Point], *, values: str, limits: str = "", note: str = "") -> Chart:
    """Bars side by side, scaled to the highest value, or to a limit up to twice that; a limit is a line across."""
    return Chart(id, title, values, _marks(points), limits, note)


def line_chart(id: str, title: str, points: Sequence[Point], *, values: str, note: str = "") -> Chart:
    """A line from value to value, each a dot with its figure above."""
    marks = _marks(points)
    return Chart(id, title, values, marks, note=note, lines=list(pairwise(marks)))


def _marks(points: Sequence[Point]) -> list[Mark]:
    highest = max((point.value for point in points), default=0) or 1
    limit = max((point.limit or 0 for point in points), default=0)
    scale = (FLOOR - TOP) / max(highest, min(ROOM * highest, limit))
    slot = 100 / max(1, len(points))
    return [_mark(point, number * slot, slot, scale) for number, point in enumerate(points)]


def _mark(point: Point, left: float, slot: float, scale: float) -> Mark:
    top = FLOOR - point.value * scale
    limit = None if point.limit is None else FLOOR - point.limit * scale
    return Mark(
        point,
        left=_across(left + slot * GAP),
        width=_across(slot * (1 - 2 * GAP)),
        middle=_across(left + slot / 2),
        right=_across(left + slot * (1 - GAP)),
        top=_down(top),
        height=_down(FLOOR - top),
        figure=_down(top - 0.5),
        limit="" if limit is None else _down(max(limit, TOP / 2)),
        beyond=limit is not None and limit < TOP - 0.01,
    )


def _across(place: float) -> str:
    return f"{round(place, 2):g}%"


def _down(place: float) -> str:
    return f"{round(place, 2):g}em"
