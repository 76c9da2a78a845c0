"""Charts: in scale, standing on the floor, readable as a table."""

import pytest
from lxml import html

from requests_app.charts import FLOOR, TOP, Chart, Point, bar_chart, line_chart
from tests.templates.samples import render


def down(place: str) -> float:
    """A place in the drawing as a number."""
    return float(place.removesuffix("em"))


def bars(*points: Point) -> Chart:
    return bar_chart("muatan", "Yang harus diperiksa", points, values="Harus diperiksa", limits="Kapasitas")


def draw(chart: Chart) -> html.HtmlElement:
    return html.fromstring(render('{% include "partials/chart.html" %}', chart=chart))


def test_bars_are_in_scale_and_stand_on_the_floor() -> None:
    first, second = bars(Point("Sen", 400), Point("Sel", 200)).marks
    assert down(first.top) + down(first.height) == down(second.top) + down(second.height) == FLOOR
    assert down(first.height) == 2 * down(second.height)
    assert down(first.top) == TOP


def test_bars_share_the_width_evenly() -> None:
    marks = bars(*[Point(str(number), 1) for number in range(4)]).marks
    assert [mark.middle for mark in marks] == ["12.5%", "37.5%", "62.5%", "87.5%"]


def test_a_limit_far_above_is_drawn_at_the_top_and_does_not_press_the_bars_flat() -> None:
    (mark,) = bars(Point("Sen", 20, limit=1500)).marks
    assert mark.beyond
    assert down(mark.limit) == TOP / 2
    assert down(mark.height) >= (FLOOR - TOP) / 2


def test_a_limit_below_the_value_lies_inside_the_bar() -> None:
    (mark,) = bars(Point("Sen", 1000, limit=500)).marks
    assert not mark.beyond
    assert down(mark.top) < down(mark.limit) < FLOOR


def test_nothing_to_show_divides_by_nothing() -> None:
    assert bars().marks == []
    assert down(bars(Point("Sen", 0, limit=0)).marks[0].height) == 0


def test_a_line_joins_each_value_to_the_next() -> None:
    chart = line_chart(
        "waktu", "Hari sampai dijawab", [Point("Jan", 3), Point("Feb", 2), Point("Mar", 4)], values="Hari"
    )
    assert [(a.point.label, b.point.label) for a, b in chart.lines] == [("Jan", "Feb"), ("Feb", "Mar")]
    drawn = draw(chart)
    assert len(drawn.cssselect("line.path")) == 2
    assert len(drawn.cssselect("circle")) == 3
    assert not drawn.cssselect("rect")


def test_a_line_is_broken_where_there_is_no_value() -> None:
    chart = line_chart(
        "w", "Jam", [Point("Jan", 3), Point("Feb", None), Point("Mar", 4), Point("Apr", 5)], values="Jam"
    )
    assert [(a.point.label, b.point.label) for a, b in chart.lines] == [("Mar", "Apr")]
    drawn = draw(chart)
    assert len(drawn.cssselect("circle")) == 3
    assert [text.text for text in drawn.cssselect("svg text")] == ["3", "Jan", "Feb", "4", "Mar", "5", "Apr"]
    assert [cell.text_content() for cell in drawn.cssselect("tbody td")] == ["3", "–", "4", "5"]


def test_the_drawing_tells_whole_numbers_and_the_table_exact_ones() -> None:
    drawn = draw(line_chart("i", "Indeks", [Point("Jan", 84.5, exact="84,50")], values="Indeks"))
    assert [text.text for text in drawn.cssselect("svg text")] == ["85", "Jan"]
    assert drawn.cssselect("tbody td")[0].text_content() == "84,50"


def two_lines(first: list[float | None], second: list[float | None]) -> Chart:
    def points(values: list[float | None]) -> list[Point]:
        return [Point(f"M{number}", value) for number, value in enumerate(values)]

    return line_chart("w", "Jam", points(first), values="Daring", others=points(second), other_values="Loket")


def test_two_lines_share_one_scale_and_stand_beside_each_other_in_the_table() -> None:
    chart = two_lines([10, 20], [40, None])
    assert down(chart.others[0].top) == TOP
    assert FLOOR - down(chart.marks[1].top) == pytest.approx(2 * (FLOOR - down(chart.marks[0].top)))
    rows = [[cell.text_content() for cell in row] for row in draw(chart).cssselect("table tr")]
    assert rows == [["", "Daring", "Loket"], ["M0", "10", "40"], ["M1", "20", "–"]]


def test_figures_of_two_lines_keep_out_of_each_others_way() -> None:
    chart = two_lines([30, 40, 1, 1], [28, 10, 40, 2])
    for mark, other in zip(chart.marks, chart.others, strict=True):
        shown = [down(one.figure) for one in (mark, other) if one.figure]
        assert shown
        assert len(shown) == 1 or abs(shown[0] - shown[1]) >= 1.2
        assert max(shown) < FLOOR
    assert all(mark.figure for pair in list(zip(chart.marks, chart.others, strict=True))[:3] for mark in pair)


def test_a_phone_sees_every_other_of_many_labels_and_the_last_one() -> None:
    few, many = (draw(bars(*[Point(str(n), 1) for n in range(count)])) for count in (7, 12))
    assert not few.cssselect("text.wide")
    assert [text.text for text in many.cssselect("text.wide")] == ["0", "2", "4", "6", "8", "10"]


def test_the_drawing_is_named_and_every_figure_stands_in_its_table() -> None:
    drawn = draw(bars(Point("Sen", 1204, 1500), Point("Sel", 1700, 1500, "bad")))
    (picture,) = drawn.cssselect("svg")
    assert picture.get("role") == "img"
    assert drawn.get_element_by_id(picture.get("aria-labelledby")).text == "Yang harus diperiksa"
    rows = [[cell.text_content() for cell in row] for row in drawn.cssselect("table tr")]
    assert rows == [["", "Harus diperiksa", "Kapasitas"], ["Sen", "1.204", "1.500"], ["Sel", "1.700", "1.500"]]


def test_places_are_written_with_a_point_in_every_language() -> None:
    drawn = draw(bars(*[Point(str(number), 1) for number in range(3)]))
    assert "," not in " ".join(value for element in drawn.cssselect("svg *") for value in element.values())
