"""When a place in the line comes up, and when it has moved so much that its owner is told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.blank_line import LONGEST_LINE, Supply, moved_much, week_of_place, weeks_by_place

TODAY = date(2026, 11, 23)
MONDAY = TODAY
WEEK = timedelta(days=7)

deliveries = st.lists(
    st.tuples(st.dates(date(2026, 10, 1), date(2027, 6, 30)), st.integers(1, 20_000)), max_size=6
).map(tuple)
supplies = st.builds(Supply, promised=deliveries, per_day=st.floats(0, 900))
places = st.integers(1, 60_000)


def _later(week: date | None) -> date:
    return week or date.max


@given(places, places, supplies)
def test_who_is_further_behind_is_never_earlier(one: int, other: int, supply: Supply) -> None:
    near, far = sorted((one, other))
    assert _later(week_of_place(near, supply, TODAY)) <= _later(week_of_place(far, supply, TODAY))


@given(places, supplies, st.dates(TODAY, date(2027, 6, 30)), st.integers(1, 20_000))
def test_a_larger_delivery_makes_nobody_wait_longer(place: int, supply: Supply, day: date, more: int) -> None:
    if not supply.promised:
        return
    (first, quantity), *others = supply.promised
    larger = Supply(((first, quantity + more), *others), supply.per_day)
    assert _later(week_of_place(place, larger, TODAY)) <= _later(week_of_place(place, supply, TODAY))


@given(places, supplies)
def test_it_is_a_monday_not_in_the_past(place: int, supply: Supply) -> None:
    week = week_of_place(place, supply, TODAY)
    assert week is None or (week.weekday() == 0 and week >= MONDAY)


@given(places, supplies)
def test_all_places_at_once_say_the_same_as_each_alone(place: int, supply: Supply) -> None:
    weeks = weeks_by_place(supply, TODAY)
    found = [week for first, week in weeks if first <= place][-1]
    assert found == week_of_place(place, supply, TODAY)
    assert [first for first, _week in weeks] == sorted({first for first, _week in weeks})
    assert weeks[0][0] == 1
    assert weeks[-1][0] <= LONGEST_LINE


def test_promised_deliveries_first_then_what_usually_comes() -> None:
    supply = Supply(((TODAY + 2 * WEEK, 500),), per_day=100)
    weeks = [week_of_place(place, supply, TODAY) for place in (1, 500, 501, 1200)]
    assert weeks == [MONDAY + 2 * WEEK, MONDAY + 2 * WEEK, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK]


def test_what_should_have_come_is_expected_today_and_beyond_a_year_nothing_is_said() -> None:
    assert week_of_place(5, Supply(((TODAY - WEEK, 5),), 0), TODAY) == MONDAY
    assert week_of_place(6, Supply(((TODAY - WEEK, 5),), 0), TODAY) is None
    assert week_of_place(52_000, Supply((), per_day=16), TODAY) is None


@pytest.mark.parametrize(
    ("told", "now", "much"),
    [
        (340, 170, True),
        (340, 171, False),
        (170, 340, True),
        (19, 9, True),
        (18, 9, False),
        (9, 1, False),
        (11, 1, True),
    ],
)
def test_half_or_double_is_much_but_not_among_the_first_few(told: int, now: int, much: bool) -> None:
    assert moved_much(told_place=told, told_week=MONDAY, place=now, week=MONDAY) is much


@pytest.mark.parametrize(
    ("told", "now", "much"),
    [
        (MONDAY, MONDAY + WEEK, False),
        (MONDAY, MONDAY + 2 * WEEK, True),
        (MONDAY + 2 * WEEK, MONDAY, True),
        (None, MONDAY, True),
        (MONDAY, None, True),
        (None, None, False),
    ],
)
def test_two_weeks_are_much_and_so_is_beginning_or_ceasing_to_know(
    told: date | None, now: date | None, much: bool
) -> None:
    assert moved_much(told_place=50, told_week=told, place=50, week=now) is much
