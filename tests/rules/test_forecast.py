"""What the outlook makes of a history: from no day at all to two years."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.rules.forecast import Day, Outlook, OutlookDay, forecast
from requests_app.rules.forecast.series import lebaran_days, reckoned_lebaran
from tests.rules.years import holidays, negative_binomial, year

FIRST = date(2026, 8, 31)  # a Monday far from any holiday
RATE = 100.0


def history(days: int, demand: Callable[[date], float] = lambda _: 100, *, last: date = FIRST) -> list[Day]:
    """That many days before `last`, with some unevenness that repeats every eleven days."""
    dates = [last - timedelta(days=n) for n in range(days, 0, -1)]
    return [Day(day, round(demand(day) * (1 + 0.03 * (day.toordinal() * 7 % 11 - 5)))) for day in dates]


def look(past: list[Day], *, first: date = FIRST, horizon: int = 28, closed: dict[date, str] | None = None) -> Outlook:
    return forecast(past, holidays=closed or {}, first=first, horizon=horizon, usual_rate=RATE)


def total(outlook: Outlook) -> float:
    return outlook.totals[-1].expected


def working_week(day: date) -> float:
    return 140 if day.weekday() < 5 else 0


def test_without_a_history_the_office_says_the_rate() -> None:
    outlook = look([])
    assert (outlook.method, outlook.error_model, outlook.error_last_week, outlook.gain) == ("rate", None, None, None)
    assert {d.expected for d in outlook.days} == {RATE}
    assert (outlook.days[0].date, outlook.days[-1].date, total(outlook)) == (FIRST, date(2026, 9, 27), 2_800)
    assert all(d.low < d.expected < d.high for d in [*outlook.days, *outlook.totals])


def test_days_that_all_had_no_blanks_are_no_history() -> None:
    assert look([Day(d.date, 0, available=False) for d in history(60)]).method == "rate"


def test_one_day_already_outweighs_the_rate() -> None:
    outlook = look([Day(FIRST - timedelta(days=1), 300)])
    assert outlook.method == "model" and outlook.error_model is None
    assert 200 < outlook.days[0].expected < 300


def test_two_weeks_are_enough_to_see_the_weekend() -> None:
    outlook = look(history(14, working_week))
    assert outlook.structure.weekday == "weekend"
    assert outlook.days[0].expected == pytest.approx(140, rel=0.1)
    assert outlook.days[5].expected == outlook.days[6].expected == 0


def test_one_week_claims_nothing_but_has_the_sum_right() -> None:
    outlook = look(history(7, working_week))
    assert outlook.structure.weekday == "none"
    assert total(outlook) == pytest.approx(2_800, rel=0.15)


def test_each_weekday_has_its_own_demand() -> None:
    outlook = look(history(140, lambda day: (200, 150, 120, 110, 90, 40, 10)[day.weekday()]))
    assert outlook.structure.weekday == "each_day"
    assert [round(d.expected, -1) for d in outlook.days[:5]] == [200, 150, 120, 110, 90]
    assert outlook.days[5].expected == pytest.approx(40, rel=0.2)


def test_a_closed_day_is_nearly_nothing_whatever_the_kind_is_called() -> None:
    closed = {FIRST + timedelta(days=2): "libur_nasional"}
    days = look(history(60), closed=closed).days
    assert days[2].expected < 0.05 * days[1].expected
    assert days[2].low == 0 and days[2].high > days[2].expected


def test_what_closed_days_really_brought_is_learned() -> None:
    closed = {FIRST - timedelta(days=7 * n + 3): "libur" for n in range(1, 13)} | {FIRST: "libur"}
    past = history(120, lambda day: 50 if day in closed else 100)
    outlook = look(past, closed=closed)
    assert outlook.structure.closed_share == pytest.approx(0.5, abs=0.1)
    assert outlook.days[0].expected == pytest.approx(50, rel=0.2)


@pytest.mark.parametrize("seen", [0, 30])
def test_days_without_blanks_do_not_pull_the_forecast_down(seen: int) -> None:
    past = history(90)
    cut = [Day(d.date, seen, available=False) for d in past[-20:]]
    assert total(look([*past[:-20], *cut])) == pytest.approx(total(look(past)), rel=0.05)
    shown_as_demand = [Day(d.date, seen) for d in cut]
    assert total(look([*past[:-20], *shown_as_demand])) < 0.6 * total(look(past))


def test_last_week_too_reaches_behind_days_without_blanks() -> None:
    past = [Day(d.date, 100 + 10 * d.date.weekday()) for d in history(84)]
    cut = [Day(d.date, 0, available=False) for d in past[-14:]]
    outlook = look([*past[:-14], *cut])
    assert outlook.method == "last_week" and outlook.error_last_week == 0
    assert [d.expected for d in outlook.days[:7]] == [100, 110, 120, 130, 140, 150, 160]


def test_last_week_knows_closed_days_past_and_coming() -> None:
    closed = {FIRST - timedelta(days=7): "libur", FIRST + timedelta(days=1): "libur"}
    past = [Day(d.date, 0 if d.date in closed else 100 + 10 * d.date.weekday()) for d in history(84)]
    outlook = look(past, closed=closed)
    assert outlook.method == "last_week" and outlook.error_last_week == 0
    assert [d.expected for d in outlook.days[:3]] == [100, 0, 120]
    assert outlook.days[1].high == 0


@pytest.mark.parametrize(("days", "compared"), [(41, False), (42, True)])
def test_six_weeks_are_needed_to_compare(days: int, compared: bool) -> None:
    exactly = [Day(d.date, 100 + d.date.weekday() ** 3) for d in history(days)]
    outlook = look(exactly)
    assert (outlook.error_model is not None) is compared
    assert outlook.method == ("last_week" if compared else "model")


def test_the_better_of_the_two_is_used_and_both_errors_are_said() -> None:
    days = year("flat", 71).days
    noisy = look(days[:200], first=days[200].date)
    assert noisy.method == "model"
    assert noisy.error_model and noisy.error_last_week and noisy.error_model < noisy.error_last_week
    assert noisy.gain == pytest.approx(1 - noisy.error_model / noisy.error_last_week)
    assert noisy.held_back_weeks == 8
    exactly = look([Day(d.date, 100 + d.date.weekday() ** 3) for d in history(70)])
    assert (exactly.method, exactly.error_last_week, exactly.gain) == ("last_week", 0, None)
    assert exactly.error_model is not None


def test_a_week_in_which_no_day_could_be_judged_is_no_tested_week() -> None:
    past = history(84)
    dry = [Day(d.date, d.demand, available=not 14 <= n < 28) for n, d in enumerate(reversed(past))]
    outlook = look(dry)
    assert outlook.error_model is not None
    assert outlook.held_back_weeks == 6


def test_a_jump_is_followed_within_two_weeks() -> None:
    jump = FIRST - timedelta(days=14)
    outlook = look(history(120, lambda day: 200 if day >= jump else 100))
    assert outlook.days[0].expected == pytest.approx(200, rel=0.15)
    assert outlook.structure.trend == "none"


@pytest.mark.parametrize("weeks", [6, 9, 12])
def test_a_jump_is_no_trend_however_long_ago(weeks: int) -> None:
    jump = FIRST - timedelta(weeks=weeks)
    outlook = look(history(180, lambda day: 200 if day >= jump else 100))
    assert outlook.structure.trend == "none"
    assert outlook.structure.level == pytest.approx(200, rel=0.1)


def test_a_steady_rise_goes_on_and_slows_down() -> None:
    outlook = look(history(180, lambda day: 200 + (day - FIRST).days / 2), horizon=120)
    assert outlook.structure.trend == "rising"
    assert outlook.structure.trend_per_week == pytest.approx(3.5 / 200, rel=0.25)
    first, middle, last = (outlook.days[n].expected for n in (0, 59, 119))
    assert 190 < first < middle < last < 260
    assert middle - first > last - middle


def test_a_fall_never_ends_below_nothing() -> None:
    outlook = look(history(100, lambda day: -(day - FIRST).days * 2.0), horizon=200)
    assert outlook.structure.trend == "falling"
    assert all(d.expected >= 0 for d in outlook.days)


def test_one_strange_day_changes_little() -> None:
    past = history(90)
    past[-3] = Day(past[-3].date, 5_000)
    assert total(look(past)) == pytest.approx(total(look(history(90))), rel=0.1)


def test_the_rush_after_lebaran_is_expected_once_one_was_seen() -> None:
    feast = date(2027, 3, 10)

    def demand(day: date) -> float:
        since = min(((day - d).days for d in (date(2026, 3, 21), feast)), key=abs)
        return 0 if day in holidays() else 100 * (0.6 if -7 <= since < 0 else 1.7 if 0 <= since < 14 else 1)

    past = history(420, demand, last=feast - timedelta(days=20))
    outlook = look(past, first=feast - timedelta(days=20), horizon=60, closed=holidays())
    by_day = {d.date: d.expected for d in outlook.days}
    assert outlook.structure.lebaran == "measured"
    assert by_day[feast - timedelta(days=3)] == pytest.approx(60, rel=0.2)
    assert by_day[feast + timedelta(days=8)] == pytest.approx(170, rel=0.2)
    assert by_day[feast + timedelta(days=39)] == pytest.approx(100, rel=0.1)
    assert by_day[feast] < 10


def test_lebaran_is_known_by_name_and_reckoned_where_no_holiday_names_it() -> None:
    assert lebaran_days(holidays(), date(2026, 1, 1), date(2027, 12, 31))[2:4] == [date(2026, 3, 21), date(2027, 3, 10)]
    assert [reckoned_lebaran(y) for y in (1444, 1445, 1446)] == [
        date(2023, 4, 22),
        date(2024, 4, 10),
        date(2025, 3, 31),
    ]


def test_days_after_the_first_and_very_old_days_are_not_looked_at() -> None:
    past = history(90)
    old, coming = Day(FIRST - timedelta(days=900), 90_000), Day(FIRST, 90_000)
    assert look([old, *past, coming]).days == look(past).days


def test_holidays_only_say_that_closed_days_are_asked_little_on() -> None:
    closed = {FIRST - timedelta(days=n): "libur" for n in range(1, 8)}
    outlook = look([Day(day, 0) for day in closed], closed=closed)
    assert outlook.method == "model"
    assert outlook.days[0].expected == pytest.approx(RATE)


def in_order(days: list[OutlookDay]) -> bool:
    return all(0 <= d.low <= d.expected <= d.high for d in days)


counts = st.lists(st.tuples(st.integers(0, 2_000), st.booleans()), max_size=80)


@settings(max_examples=60, deadline=None)
@given(counts, st.integers(0, 90), st.floats(0, 2_000), st.sets(st.integers(-80, 60), max_size=40))
def test_never_negative_always_in_order(
    seen: list[tuple[int, bool]], horizon: int, rate: float, closed: set[int]
) -> None:
    past = [Day(FIRST - timedelta(days=n + 1), count, there) for n, (count, there) in enumerate(seen)]
    shut = {FIRST + timedelta(days=n): "libur" for n in closed}
    outlook = forecast(past, holidays=shut, first=FIRST, horizon=horizon, usual_rate=rate)
    assert len(outlook.days) == len(outlook.totals) == horizon
    assert in_order(outlook.days) and in_order(outlook.totals)
    sums = [d.expected for d in outlook.totals]
    assert sums == sorted(sums)


@settings(max_examples=40, deadline=None)
@given(counts, st.sampled_from((2, 4)))
def test_twice_the_demand_is_twice_the_forecast(seen: list[tuple[int, bool]], times: int) -> None:
    past = [Day(FIRST - timedelta(days=n + 1), count, there) for n, (count, there) in enumerate(seen)]
    more = [Day(d.date, times * d.demand, d.available) for d in past]
    one, many = (
        forecast(days, holidays={}, first=FIRST, horizon=30, usual_rate=rate)
        for days, rate in ((past, RATE), (more, times * RATE))
    )
    assert one.method == many.method
    assert [d.expected for d in many.totals] == pytest.approx([times * d.expected for d in one.totals])
    assert [d.high for d in many.days] == pytest.approx([times * d.high for d in one.days])


def test_the_generator_counts_as_it_says() -> None:
    drawn = [negative_binomial(Random(n), 50, 10) for n in range(4_000)]
    average = sum(drawn) / len(drawn)
    variance = sum((d - average) ** 2 for d in drawn) / len(drawn)
    assert average == pytest.approx(50, rel=0.03)
    assert variance == pytest.approx(50 + 50**2 / 10, rel=0.1)
