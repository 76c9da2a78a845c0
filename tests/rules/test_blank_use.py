"""What the office stated, assumptions, and how much to ask for."""

from datetime import date, timedelta

import pytest

from requests_app.rules.blank_use import (
    PRINTED_A_DAY,
    SURGE,
    USUAL_RATE,
    Terms,
    WhatIf,
    expected_over,
    quantity_to_ask,
    stock_line,
)
from requests_app.rules.forecast import forecast, named_covers

TODAY = date(2026, 11, 23)
TERMS = Terms(reorder_level=3000, lead_days=21, safety_days=7)


def even(rate: float = 100, days: int = 60):  # type: ignore[no-untyped-def]
    """So many cards on each day."""
    return forecast([], holidays={}, first=TODAY, horizon=days, usual_rate=rate)


def test_the_offices_own_figures_make_the_three_covers() -> None:
    covers = named_covers(8020, printed_a_day=PRINTED_A_DAY, received=16_000, used_in_days=90, more=SURGE)
    assert [round(cover.days or 0, 1) for cover in covers] == [7.8, 9.3, 90.5]
    assert round(USUAL_RATE) == 89


def test_nothing_assumed_changes_nothing() -> None:
    given = {"free": 1050, "arrivals": [(TODAY + timedelta(days=3), 100)]}
    assert stock_line(even(), TERMS, **given) == stock_line(even(), TERMS, **given, what_if=WhatIf())
    assert not WhatIf(extra_on=TODAY).is_otherwise
    assert WhatIf(late=1).is_otherwise


@pytest.mark.parametrize(
    ("assumed", "days"),
    [
        (WhatIf(), 15),
        (WhatIf(demand=50), 10),
        (WhatIf(demand=-50), 30),
        (WhatIf(share=0), 10),
        (WhatIf(late=60), 10),
        (WhatIf(extra=500, extra_on=TODAY), 20),
    ],
)
def test_an_assumption_moves_the_day_of_zero(assumed: WhatIf, days: int) -> None:
    line = stock_line(even(), TERMS, free=1000, arrivals=[(TODAY + timedelta(days=5), 500)], what_if=assumed)
    assert line.zero_on == TODAY + timedelta(days=days - 1)


def test_what_is_expected_goes_on_at_its_average_beyond_the_forecast() -> None:
    assert expected_over(even(), 30) == pytest.approx(3000)
    assert expected_over(even(), 90) == pytest.approx(9000)
    assert expected_over(even(), 0) == 0


@pytest.mark.parametrize(
    ("free", "arrivals", "wanted"),
    [
        (0, [], 3000),
        (950, [], 2100),
        (-300, [], 3300),
        (0, [(TODAY + timedelta(days=29), 1000)], 2000),
        (0, [(TODAY + timedelta(days=30), 1000)], 3000),
        (9000, [], 0),
    ],
)
def test_what_to_ask_for_lasts_until_so_many_days_after_it_arrives(
    free: int, arrivals: list[tuple[date, int]], wanted: int
) -> None:
    asked = quantity_to_ask(even(), free=free, arrivals=arrivals, lead_days=10, wanted_days=20)
    assert asked == wanted
