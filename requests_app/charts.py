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
ABOVE, BELOW = -0.5, 1.45  # em: from a dot to the foot of its figure
APART = 2.6  # em: two dots so far from each other have room for both figures between them
DENSE = 8  # with so many labels a phone shows every other one


@dataclass(frozen=True)
class Point:
    """A labelled value, None where there is none; `limit` is what it is measured against, `tone` (`bad`, `warn`,
    `good`) how that ends. The drawing tells whole numbers; the table tells `exact`, where that is given."""

    label: str
    value: float | None
    limit: int | None = None
    tone: str = ""
    exact: str = ""

    @property
    def height(self) -> float:
        """As it is drawn."""
        return self.value or 0

    @property
    def rounded(self) -> int | None:
        """The figure beside it, half up."""
        return None if self.value is None else int(self.value + 0.5)


@dataclass(frozen=True)
class Mark:
    """Where a point stands in the drawing, as SVG writes it; `beyond`: its limit lies above the drawing.

    `figure` is the place of its figure, empty where two lines leave no room for it.
    """

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
    """A drawing with its title and the names of what it shows; `note` says how to read it.

    `others` are the marks of a second line, named `other_values`: one for each of `marks`, or none at all.
    """

    id: str
    title: str
    values: str
    marks: Sequence[Mark]
    limits: str = ""
    note: str = ""
    lines: Sequence[tuple[Mark, Mark]] = ()
    floor: str = f"{FLOOR}em"
    others: Sequence[Mark] = ()
    other_lines: Sequence[tuple[Mark, Mark]] = ()
    other_values: str = ""
    is_line: bool = False

    @property
    def is_dense(self) -> bool:
        """Whether a phone has no room for every label; the last one always stands there."""
        return len(self.marks) >= DENSE

    @property
    def rows(self) -> Sequence[tuple[Mark, Mark | None]]:
        """For the table: each mark, with the second line's beside it."""
        beside: Sequence[Mark | None] = self.others or [None] * len(self.marks)
        return list(zip(self.marks, beside, strict=True))


def bar_chart(id: str, title: str, points: Sequence[Point], *, values: str, limits: str = "", note: str = "") -> Chart:
    """Bars side by side, scaled to the highest value, or to a limit up to twice that; a limit is a line across."""
    return Chart(id, title, values, _marks(points, _scale(points)), limits, note)


def line_chart(
    id: str, title: str, points: Sequence[Point], *, values: str, note: str = "",
    others: Sequence[Point] = (), other_values: str = "",
) -> Chart:  # fmt: skip
    """A line from value to value, each a dot with its figure above; broken where there is no value.

    With `others` a second, dashed line with hollow dots over the same labels.
    """
    scale = _scale([*points, *others])
    marks = _marks(points, scale, others)
    other_marks = _marks(others, scale, points) if others else []
    return Chart(
        id, title, values, marks, note=note, lines=_lines(marks), others=other_marks,
        other_lines=_lines(other_marks), other_values=other_values, is_line=True,
    )  # fmt: skip


def _lines(marks: Sequence[Mark]) -> list[tuple[Mark, Mark]]:
    return [pair for pair in pairwise(marks) if all(mark.point.value is not None for mark in pair)]


def _scale(points: Sequence[Point]) -> float:
    """em for each unit."""
    highest = max((point.height for point in points), default=0) or 1
    limit = max((point.limit or 0 for point in points), default=0)
    return (FLOOR - TOP) / max(highest, min(ROOM * highest, limit))


def _marks(points: Sequence[Point], scale: float, others: Sequence[Point] = ()) -> list[Mark]:
    slot = 100 / max(1, len(points))
    beside: Sequence[Point | None] = others or [None] * len(points)
    return [
        _mark(point, number * slot, slot, scale, other)
        for number, (point, other) in enumerate(zip(points, beside, strict=True))
    ]


def _mark(point: Point, left: float, slot: float, scale: float, other: Point | None) -> Mark:
    top = FLOOR - point.height * scale
    limit = None if point.limit is None else FLOOR - point.limit * scale
    figure = _figure(top, None if other is None or other.value is None else FLOOR - other.value * scale)
    return Mark(
        point,
        left=_across(left + slot * GAP),
        width=_across(slot * (1 - 2 * GAP)),
        middle=_across(left + slot / 2),
        right=_across(left + slot * (1 - GAP)),
        top=_down(top),
        height=_down(FLOOR - top),
        figure="" if figure is None else _down(figure),
        limit="" if limit is None else _down(max(limit, TOP / 2)),
        beyond=limit is not None and limit < TOP - 0.01,
    )


def _figure(top: float, other: float | None) -> float | None:
    """Above the dot; of two dots the lower one's below it, or above where it nearly stands on the floor."""
    if other is None or top <= other:
        return top + ABOVE
    if top + BELOW <= FLOOR - 0.2:
        return top + BELOW
    return top + ABOVE if top - other >= APART else None


def _across(place: float) -> str:
    return f"{round(place, 2):g}%"


def _down(place: float) -> str:
    return f"{round(place, 2):g}em"
