"""The drawing of the stock: in scale, words inside it, and every figure in its table."""

from datetime import date, timedelta

import pytest

from requests_app.rules.forecast import Runway, StockDay
from requests_app.stock_chart import HEIGHT, TOP, Past, StockChart, stock_chart

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def falling(start: int, a_day: int, days: int = 120, *, spread: int = 0) -> Runway:
    """A line that falls evenly."""
    line = [
        StockDay(TODAY + n * DAY, *(max(0.0, start - a_day * (n + 1) + more) for more in (0, -spread * n, spread * n)))
        for n in range(days)
    ]
    zero = next((day.date for day in line if day.expected <= 0), None)
    return Runway(line, None, zero, zero, zero, None, zero - 20 * DAY if zero else None)


def draw(line: Runway, *, past: int = 30, free: int = 3000, **more: object) -> StockChart:
    before = [Past(TODAY - n * DAY, free + 50 * n, 40) for n in range(past, 0, -1)]
    return stock_chart(before, line, today=TODAY, free=free, reorder_level=1000, **more)  # type: ignore[arg-type]


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, _, y in (point.partition(",") for point in line.split())]


def test_the_past_and_what_is_expected_meet_today_and_fall_to_the_floor_on_the_day_of_zero() -> None:
    chart = draw(falling(3000, 60, spread=4))
    past, ahead = points(chart.past), points(chart.expected)
    assert past[-1][0] == ahead[0][0]
    assert all(0 <= x <= 1000 and 0 <= y <= 1000 for x, y in [*past, *ahead, *points(chart.band)])
    assert [y for _x, y in past] == sorted(y for _x, y in past), "downwards, as stock becomes less"
    zero = next(upright for upright in chart.uprights if upright.name == "Habis")
    on_floor = [x for x, y in ahead if y == 1000]
    assert on_floor[0] / 10 == pytest.approx(float(zero.x.removesuffix("%")), abs=0.1)


def test_the_band_lies_around_the_line() -> None:
    chart = draw(falling(3000, 30, spread=4))
    band, ahead = points(chart.band), points(chart.expected)
    half = len(band) // 2
    upper, lower = band[:half], band[half:][::-1]
    assert [x for x, _y in upper] == [x for x, _y in lower] == [x for x, _y in ahead]
    assert all(high <= middle <= low for (_, high), (_, middle), (_, low) in zip(upper, ahead, lower, strict=True))


def test_it_ends_some_weeks_after_the_last_day_of_zero_so_that_near_days_can_be_told_apart() -> None:
    soon, late = draw(falling(3000, 300)), draw(falling(3000, 10))
    assert soon.rows[-1].day <= TODAY + 60 * DAY
    assert late.rows[-1].day >= TODAY + 110 * DAY
    both = draw(falling(3000, 300), otherwise=falling(3000, 10))
    assert both.rows[-1].day >= TODAY + 110 * DAY
    assert len(points(both.otherwise)) > len(points(soon.expected))


def test_the_table_has_a_day_of_each_week_both_ways() -> None:
    rows = draw(falling(3000, 30)).rows
    past = [row for row in rows if row.on_hand is not None]
    assert [row.day for row in past] == [TODAY - n * DAY for n in (29, 22, 15, 8, 1)]
    assert (past[-1].on_hand, past[-1].reserved, past[-1].expected) == (3050, 40, None)
    ahead = [row for row in rows if row.expected is not None]
    assert (ahead[0].day, ahead[0].expected) == (TODAY, 2970)
    assert ahead[1].day == TODAY + 7 * DAY


def test_the_level_is_drawn_where_the_scale_has_it() -> None:
    chart = draw(falling(3000, 30))
    y = float(chart.level.y)
    assert float(chart.level.words_y.removesuffix("em")) == pytest.approx(TOP + HEIGHT * y / 1000 - 0.3, abs=0.02)
    assert [line.words for line in chart.grid] == ["1.000", "2.000", "3.000", "4.000"]


def test_nothing_known_and_nothing_there_divides_by_nothing() -> None:
    chart = stock_chart([], falling(0, 0, days=30), today=TODAY, free=-5, reorder_level=0)
    assert chart.past == ""
    assert points(chart.expected)


def test_the_sentence_for_who_cannot_see_it() -> None:
    assert draw(falling(3000, 60)).summary == "Blangko diperkirakan habis 11 Januari 2027."
    assert "belum habis sampai 22 Maret 2027" in draw(falling(3000, 1)).summary
