from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from requests_app.rules.promise import (
    RUNGS,
    Policy,
    due_at,
    is_broken,
    is_kept,
    is_working_day,
    rung_to_tell,
    rungs_due,
)
from requests_app.rules.reference import read_reference

WIB = timezone(timedelta(hours=7))
HOLIDAYS = frozenset(date.fromisoformat(row["date"]) for row in read_reference("holidays_id"))
NOW = datetime(2026, 6, 29, 7, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)) | st.datetimes(
    datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.timezones()
)
holiday_sets = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=40)
early_2026 = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 31), timezones=st.just(UTC))


def working(start, holidays=HOLIDAYS):
    return due_at(start, policy=Policy.WORKING_DAYS, holidays=holidays)


@given(moments)
def test_five_days_are_exactly_120_hours_whatever_the_zone(start):
    due = due_at(start, policy=Policy.CALENDAR, holidays=HOLIDAYS)
    assert (due - start.astimezone(UTC)) == timedelta(hours=120)
    assert due.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2026, 6, 29, 16, 59, 59, tzinfo=UTC), datetime(2026, 7, 4, 16, 59, 59, tzinfo=UTC)),
        (datetime(2026, 6, 29, 17, 0, 0, tzinfo=UTC), datetime(2026, 7, 4, 17, 0, 0, tzinfo=UTC)),
        (datetime(2028, 2, 27, 3, 0, tzinfo=UTC), datetime(2028, 3, 3, 3, 0, tzinfo=UTC)),
        (datetime(2026, 2, 27, 3, 0, tzinfo=UTC), datetime(2026, 3, 4, 3, 0, tzinfo=UTC)),
        (datetime(2026, 12, 29, 18, 0, tzinfo=UTC), datetime(2027, 1, 3, 18, 0, tzinfo=UTC)),
    ],
)
def test_midnight_leap_day_month_end_and_year_end(start, due):
    assert due_at(start, policy=Policy.CALENDAR) == due


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2026, 3, 17, 10, 15, tzinfo=WIB), datetime(2026, 3, 31, 10, 15, tzinfo=WIB)),
        (datetime(2027, 3, 5, 10, 15, tzinfo=WIB), datetime(2027, 3, 22, 10, 15, tzinfo=WIB)),
        (datetime(2026, 7, 6, 23, 59, tzinfo=WIB), datetime(2026, 7, 13, 23, 59, tzinfo=WIB)),
        # Saturday counts from Monday 00.00; so does a Friday that is a holiday.
        (datetime(2026, 7, 4, 10, 15, tzinfo=WIB), datetime(2026, 7, 13, 0, 0, tzinfo=WIB)),
        (datetime(2026, 5, 1, 9, 0, tzinfo=WIB), datetime(2026, 5, 11, 0, 0, tzinfo=WIB)),
        # Sunday 23.30 UTC is Monday morning in Palembang.
        (datetime(2026, 7, 5, 23, 30, tzinfo=UTC), datetime(2026, 7, 13, 6, 30, tzinfo=WIB)),
    ],
)
def test_working_days(start, due):
    assert working(start) == due


@given(early_2026, early_2026, holiday_sets, st.sampled_from(Policy))
def test_who_comes_later_is_never_due_earlier(one, other, holidays, policy):
    first, second = sorted([one, other])
    assert due_at(first, policy=policy, holidays=holidays) <= due_at(second, policy=policy, holidays=holidays)


@given(early_2026, holiday_sets, st.dates(date(2026, 1, 1), date(2026, 3, 31)))
def test_another_holiday_never_makes_it_due_earlier(start, holidays, extra):
    assert working(start, holidays | {extra}) >= working(start, holidays)


@given(early_2026, holiday_sets)
def test_five_working_days_lie_between(start, holidays):
    first, last = start.astimezone(WIB).date(), working(start, holidays).astimezone(WIB).date()
    assume(is_working_day(first, holidays))
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_working_day(day, holidays) for day in days) == 5
    assert is_working_day(last, holidays)


@given(early_2026, holiday_sets)
def test_working_days_are_never_stricter_than_the_promise(start, holidays):
    assert working(start, holidays) >= due_at(start, policy=Policy.CALENDAR)


def test_one_second_decides():
    due = due_at(NOW, policy=Policy.CALENDAR)
    assert is_kept(due - SECOND, due) and is_kept(due, due) and not is_kept(due + SECOND, due)
    assert not is_broken(due, due - SECOND) and not is_broken(due, due) and is_broken(due, due + SECOND)


@given(moments, moments)
def test_a_moment_is_either_in_time_or_late(due, moment):
    assert is_kept(moment, due) is not is_broken(due, moment)


@pytest.mark.parametrize(
    "call",
    [
        lambda naive: due_at(naive, policy=Policy.CALENDAR),
        lambda naive: due_at(naive, policy=Policy.WORKING_DAYS),
        lambda naive: is_broken(naive, NOW),
        lambda naive: is_kept(NOW, naive),
        lambda naive: rungs_due(naive, NOW),
    ],
)
def test_a_moment_without_a_zone_is_refused(call):
    with pytest.raises(ValueError, match="time zone"):
        call(datetime(2026, 6, 29, 7, 30))


@pytest.mark.parametrize(
    ("passed", "rungs"),
    [
        (timedelta(days=3) - SECOND, []),
        (timedelta(days=3), ["three_days"]),
        (timedelta(days=4) - SECOND, ["three_days"]),
        (timedelta(days=4), ["three_days", "four_days"]),
        (timedelta(days=40), ["three_days", "four_days"]),
    ],
)
def test_the_ladder(passed, rungs):
    assert rungs_due(NOW, NOW + passed) == rungs


def test_a_recorded_rung_is_not_due_again():
    assert rungs_due(NOW, NOW + timedelta(days=4), recorded=["three_days"]) == ["four_days"]
    assert rungs_due(NOW, NOW + timedelta(days=4), recorded=RUNGS) == []


def test_after_an_absence_only_the_highest_rung_is_told():
    assert rung_to_tell(["three_days", "four_days"]) == ("four_days", ["three_days"])
    assert rung_to_tell(["three_days"]) == ("three_days", [])
    assert rung_to_tell([]) == (None, [])
