"""The stock line: reorder level, zero, days of cover, when to order, and what changes it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.forecast import Outlook, Runway, forecast, free_stock, later, runway, smaller

FIRST = date(2026, 6, 29)


def day(number: int) -> date:
    """The number-th day of the outlook, 1 is the first."""
    return FIRST + timedelta(days=number - 1)


def flat(rate: float = 100, horizon: int = 120) -> Outlook:
    return forecast([], holidays={}, first=FIRST, horizon=horizon, usual_rate=rate)


def line(free: int, *, rate: float = 100, arrivals: tuple[tuple[date, int], ...] = (), scale: float = 1.0) -> Runway:
    return runway(flat(rate), free=free, arrivals=arrivals, reorder_level=500, lead_days=14, safety_days=7, scale=scale)


def test_what_is_promised_or_waited_for_is_not_free() -> None:
    assert free_stock(on_hand=8_020, reserved=1_200, waiting=300) == 6_520
    assert free_stock(on_hand=100, reserved=90, waiting=300) == -290


def test_the_line_goes_down_by_what_is_expected() -> None:
    runs = line(1_000)
    assert [round(d.expected) for d in runs.days[:3]] == [900, 800, 700]
    assert (runs.reorder_on, runs.zero_on, runs.cover_days) == (day(5), day(10), pytest.approx(10))
    assert runs.days[11].expected == 0 and round(runs.days[11].waiting) == 200


def test_the_office_has_three_months_at_the_rate_really_used() -> None:
    runs = runway(flat(89), free=8_020, reorder_level=2_000, lead_days=30)
    assert round(runs.cover_days or 0) == 90
    assert runs.zero_on == day(91)


def test_zero_comes_early_late_or_in_between_and_early_decides_when_to_order() -> None:
    runs = line(1_000)
    assert runs.zero_early and runs.zero_on and runs.zero_late
    assert runs.zero_early < runs.zero_on < runs.zero_late
    assert runs.order_by == runs.zero_early - timedelta(days=21)


def test_cover_counts_the_part_of_the_last_day() -> None:
    assert line(950).cover_days == pytest.approx(9.5)


def test_nothing_there_is_no_cover_and_zero_at_once() -> None:
    runs = line(-20)
    assert (runs.cover_days, runs.zero_on, round(runs.days[0].waiting)) == (0, day(1), 120)


def test_beyond_the_horizon_there_is_a_cover_but_no_date() -> None:
    runs = line(100_000)
    assert (runs.zero_on, runs.zero_early, runs.order_by) == (None, None, None)
    assert runs.cover_days == pytest.approx(1_000)


def test_without_demand_there_is_no_end() -> None:
    assert line(100, rate=0).cover_days is None


def test_an_arrival_counts_from_its_day_and_serves_first_who_waits() -> None:
    runs = line(200, arrivals=((day(5), 1_000),))
    assert [round(d.expected) for d in runs.days[:6]] == [100, 0, 0, 0, 700, 600]
    assert [round(d.waiting) for d in runs.days[:6]] == [0, 0, 100, 200, 0, 0]


def test_an_arrival_overdue_is_expected_on_the_first_day() -> None:
    assert round(line(200, arrivals=((FIRST - timedelta(days=3), 50),)).days[0].expected) == 150


def test_deliveries_come_late_or_smaller() -> None:
    planned = [(day(5), 1_001)]
    assert later(planned, 10) == [(day(15), 1_001)]
    assert smaller(planned, 0.5) == [(day(5), 500)]


def test_more_demand_a_late_delivery_or_a_smaller_one_end_sooner() -> None:
    planned = ((day(8), 1_000),)
    assert line(1_000, arrivals=planned).zero_on == day(20)
    assert line(1_000, arrivals=planned, scale=1.2).zero_on == day(17)
    assert line(1_000, arrivals=tuple(later(planned, 5))).zero_on == day(10)
    assert line(1_000, arrivals=tuple(smaller(planned, 0.5))).zero_on == day(15)


@given(st.integers(0, 20_000), st.floats(0.1, 3), st.integers(0, 5_000))
def test_more_demand_never_lasts_longer_and_the_band_is_ordered(free: int, scale: float, quantity: int) -> None:
    arrivals = ((day(10), quantity),)
    less, more = line(free, arrivals=arrivals, scale=scale), line(free, arrivals=arrivals, scale=scale * 1.2)
    assert (more.cover_days or 0) <= (less.cover_days or 0)
    assert all(0 <= d.low <= d.expected <= d.high for d in less.days)
    assert (less.zero_early or day(999)) <= (less.zero_on or day(999)) <= (less.zero_late or day(999))
