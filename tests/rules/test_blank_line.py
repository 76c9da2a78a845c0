"""When a place in the line comes up, and when it has moved so much that its owner is told."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.blank_line import (
    LONGEST_LINE,
    NOTHING_KNOWN,
    PASSED_ON_AFTER,
    Location,
    Supply,
    monday,
    moved_much,
    supply_of,
    week_of_place,
    weeks_by_place,
)

TODAY = date(2026, 11, 23)
MONDAY = TODAY
DAY, WEEK = timedelta(days=1), timedelta(days=7)

deliveries = st.lists(
    st.tuples(st.dates(date(2026, 10, 1), date(2027, 6, 30)), st.integers(1, 20_000)), max_size=6
).map(tuple)
supplies = st.builds(Supply, promised=deliveries, per_day=st.floats(0, 900))
places = st.integers(1, 60_000)
amounts = st.integers(0, 20_000)
locations = st.builds(
    Location, is_head=st.booleans(), prints=st.booleans(), used=amounts, came=st.integers(-20_000, 20_000),
    on_way=amounts,
)  # fmt: skip
neighbours = st.lists(locations, max_size=4)


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
    ("part", "first_week"),
    [(0, MONDAY), (1, TODAY + 200 * DAY)],
)
def test_a_delivery_of_which_nothing_comes_here_puts_nobody_off(part: int, first_week: date) -> None:
    far = TODAY + 200 * DAY
    supply = Supply(((TODAY, 0), (far, part)), per_day=1)
    assert week_of_place(1, supply, TODAY) == monday(first_week)
    assert week_of_place(1, Supply(((TODAY, 0), (TODAY + WEEK, 5), (far, 0)), per_day=1), TODAY) == MONDAY + WEEK
    assert week_of_place(6, Supply(((TODAY, 0), (TODAY + WEEK, 5), (far, 0)), per_day=1), TODAY) == MONDAY + WEEK


def test_a_zone_without_a_part_in_a_far_promise_goes_by_what_usually_comes() -> None:
    promised = ((TODAY + 200 * DAY, 5_000),)
    assert week_at(1, zone(0, 90), [head(7_600)], promised) == MONDAY
    assert week_at(1, zone(90, 90), [head(7_600)], promised) == monday(TODAY + 200 * DAY + PASSED_ON_AFTER)


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


# --- what comes to a location


def head(used: int, *, came: int = 0) -> Location:
    return Location(is_head=True, prints=True, used=used, came=came, on_way=0)


def zone(used: int, came: int, *, on_way: int = 0, prints: bool = True) -> Location:
    return Location(is_head=False, prints=prints, used=used, came=came, on_way=on_way)


def week_at(place: int, here: Location, others: list[Location], promised: tuple[tuple[date, int], ...]) -> date | None:
    return week_of_place(place, supply_of(here, others, promised, today=TODAY), TODAY)


@given(places, locations, neighbours, deliveries, st.fractions(0, 1))
def test_nobody_comes_up_earlier_where_less_comes(
    place: int, here: Location, others: list[Location], promised: tuple[tuple[date, int], ...], left: Fraction
) -> None:
    less_came = replace(here, came=int(here.came * left) if here.came > 0 else here.came)
    less_on_way = replace(here, on_way=int(here.on_way * left))
    smaller = tuple((day, int(quantity * left)) for day, quantity in promised)
    usual = supply_of(here, others, promised, today=TODAY)
    for poorer, fewer in ((less_came, promised), (less_on_way, promised), (here, smaller)):
        supply = supply_of(poorer, others, fewer, today=TODAY)
        if _counted(supply) == _counted(usual):
            assert _later(week_of_place(place, supply, TODAY)) >= _later(week_of_place(place, usual, TODAY))


def _counted(supply: Supply) -> list[bool]:
    """Which deliveries bring anything here: one that does not says nothing, and then the rate of the past speaks."""
    return [quantity > 0 for _day, quantity in supply.promised[1:]]


@given(locations, neighbours, deliveries, places)
def test_further_behind_is_never_earlier_anywhere(
    here: Location, others: list[Location], promised: tuple[tuple[date, int], ...], place: int
) -> None:
    assert _later(week_at(place, here, others, promised)) <= _later(week_at(place + 1, here, others, promised))


@given(st.lists(locations, min_size=2, max_size=5), st.integers(1, 20_000))
def test_no_delivery_is_handed_out_twice(everywhere: list[Location], quantity: int) -> None:
    everywhere = [replace(location, prints=True, is_head=not number) for number, location in enumerate(everywhere)]
    parts = [
        supply_of(here, [other for other in everywhere if other is not here], [(TODAY, quantity)], today=TODAY)
        for here in everywhere
    ]
    assert sum(part.promised[-1][1] for part in parts) <= quantity


@given(deliveries, st.integers(0, 20_000))
def test_where_one_office_prints_for_all_every_delivery_is_for_it(
    promised: tuple[tuple[date, int], ...], came: int
) -> None:
    supply = supply_of(head(0, came=came), [zone(900, 900, prints=False)], promised, today=TODAY)
    assert [quantity for _day, quantity in supply.promised] == [0, *(quantity for _day, quantity in promised)]
    assert supply.per_day == came / 90


def test_a_zone_gets_its_part_of_a_delivery_a_week_later_and_the_head_office_the_rest() -> None:
    city, own = head(7_600), zone(400, 400)
    promised = ((TODAY + 2 * WEEK, 4_000),)
    assert supply_of(own, [city], promised, today=TODAY).promised[-1] == (TODAY + 2 * WEEK + PASSED_ON_AFTER, 200)
    assert supply_of(city, [own], promised, today=TODAY).promised[-1] == (TODAY + 2 * WEEK, 3_800)
    from_its_own_stock = zone(400, 100)
    assert supply_of(from_its_own_stock, [city], promised, today=TODAY).promised[-1][1] == 50


def test_a_late_delivery_reaches_a_zone_a_week_from_today() -> None:
    supply = supply_of(zone(50, 50), [head(50)], ((TODAY - WEEK, 100),), today=TODAY)
    assert supply.promised[-1] == (TODAY + PASSED_ON_AFTER, 50)


def test_what_is_on_its_way_comes_first_and_belongs_to_that_location_alone() -> None:
    own = zone(0, 0, on_way=30)
    assert week_at(30, own, [head(500)], ()) == MONDAY
    assert week_at(31, own, [head(500)], ()) is None
    assert week_at(1, head(500), [own], ()) is None


def test_a_zone_to_which_nothing_came_lately_is_told_nothing() -> None:
    promised = ((TODAY + WEEK, 20_000),)
    assert week_at(1, zone(400, 0), [head(7_600)], promised) is None
    assert week_at(1, zone(400, -30), [head(7_600)], promised) is None
    assert supply_of(zone(400, -30), [head(7_600)], promised, today=TODAY).promised[-1][1] == 0


def test_where_nobody_has_used_a_blank_no_part_is_known() -> None:
    promised = ((TODAY + WEEK, 20_000),)
    assert week_at(1, zone(0, 100), [head(0)], ()) == MONDAY, "what usually comes, comes"
    assert supply_of(zone(0, 100), [head(0)], promised, today=TODAY).promised[-1] == (TODAY + 2 * WEEK, 0)
    assert week_at(1, head(0), [zone(0, 100)], promised) is None


def test_before_the_first_blank_a_promise_is_the_head_offices() -> None:
    assert week_at(500, NOTHING_KNOWN, [], ((TODAY + WEEK, 500),)) == MONDAY + WEEK
