"""When desks are open, and the slots that follow: whatever the hours, holidays and closures are."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.rules.dates import ENGLISH, WIB
from requests_app.rules.opening import (
    LETTERS,
    USUAL_HOURS,
    HoursError,
    Opening,
    Period,
    check_hours,
    clock_time,
    hours_in_words,
    letter,
)

MONDAY = date(2026, 11, 23)
FRIDAY, SATURDAY = MONDAY + timedelta(days=4), MONDAY + timedelta(days=5)
DAY = timedelta(days=1)

days = st.integers(0, 27).map(lambda ahead: MONDAY + timedelta(days=ahead))
minutes = st.sampled_from([5, 10, 15, 20, 30, 45, 60, 240])


def moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=WIB).astimezone(UTC)


@st.composite
def weeks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Weekly hours that check_hours takes: up to three intervals a day, in any order."""
    hours: list[dict[str, Any]] = []
    for day in range(1, 8):
        ends = draw(st.lists(st.integers(0, 287), max_size=6, unique=True).map(sorted))
        for begin, end in zip(ends[::2], ends[1::2], strict=False):
            hours.append({"day": day, "from": _written(begin), "to": _written(end)})
    return draw(st.permutations(hours))


def _written(fives: int) -> str:
    return f"{fives // 12:02d}:{fives % 12 * 5:02d}"


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """A closure of a minute to four days, somewhere in these weeks."""
    begin = moment(MONDAY, "00:00") + timedelta(minutes=draw(st.integers(-1440, 28 * 1440)))
    return Period(begin, begin + timedelta(minutes=draw(st.integers(1, 4 * 1440))))


openings = st.builds(Opening, weeks(), st.lists(days, max_size=4), st.lists(periods(), max_size=3))


@given(openings, days, minutes)
def test_slots_lie_inside_the_hours_one_after_the_other_each_as_long_as_it_should_be(
    opening: Opening, day: date, length: int
) -> None:
    slots = opening.slots(day, length)
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=length) for slot in slots)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(slots))
    for slot in slots:
        assert any(p.starts_at <= slot.starts_at and slot.ends_at <= p.ends_at for p in opening.periods(day))


@given(openings, days, minutes)
def test_no_slot_touches_a_closure_or_a_holiday_and_where_one_is_the_day_is_open(
    opening: Opening, day: date, length: int
) -> None:
    slots = opening.slots(day, length)
    assert not any(slot.overlaps(closure) for slot in slots for closure in opening.closures)
    assert not (slots and day in opening.holidays)
    assert opening.is_open_on(day) or not slots


@given(openings, periods(), days, minutes)
def test_another_closure_never_adds_a_slot_and_takes_those_only_that_it_touches(
    opening: Opening, closure: Period, day: date, length: int
) -> None:
    before = opening.slots(day, length)
    after = Opening(opening.hours, opening.holidays, [*opening.closures, closure]).slots(day, length)
    assert after == [slot for slot in before if not slot.overlaps(closure)]


@given(openings, days, days, minutes)
def test_another_holiday_takes_its_own_day_only(opening: Opening, holiday: date, day: date, length: int) -> None:
    after = Opening(opening.hours, [*opening.holidays, holiday], opening.closures)
    assert after.slots(day, length) == ([] if day == holiday else opening.slots(day, length))


@given(openings, days)
def test_a_day_is_open_when_a_minute_of_its_hours_is_left(opening: Opening, day: date) -> None:
    assert opening.is_open_on(day) == any(
        not any(closure.starts_at <= at < closure.ends_at for closure in opening.closures)
        for period in opening.periods(day)
        for at in _each_minute(period)
    )


def _each_minute(period: Period) -> list[datetime]:
    length = int((period.ends_at - period.starts_at).total_seconds()) // 60
    return [period.starts_at + timedelta(minutes=minute) for minute in range(length)]


def test_closures_one_after_the_other_close_a_day_as_one_does() -> None:
    morning = Period(moment(MONDAY, "07:00"), moment(MONDAY, "10:00"))
    rest = Period(moment(MONDAY, "10:00"), moment(MONDAY, "16:00"))
    assert Opening(USUAL_HOURS, closures=[morning]).is_open_on(MONDAY)
    assert not Opening(USUAL_HOURS, closures=[rest, morning]).is_open_on(MONDAY)


@given(openings, days, st.integers(1, 5))
@settings(max_examples=60)
def test_slots_are_offered_from_exactly_so_many_open_days_ahead(opening: Opening, today: date, ahead: int) -> None:
    first = opening.first_day_offered(today, ahead)
    between = [today + DAY * n for n in range(1, (first - today).days + 1)]
    if any(opening.hours):
        assert sum(map(opening.is_open_on, between)) == ahead
        assert opening.is_open_on(first)
    else:
        assert first > today + timedelta(days=300)  # never


def test_two_working_days_ahead_passes_over_the_weekend_a_holiday_and_a_closed_day() -> None:
    assert Opening(USUAL_HOURS).first_day_offered(MONDAY, 2) == MONDAY + DAY * 2
    assert Opening(USUAL_HOURS).first_day_offered(FRIDAY, 2) == FRIDAY + DAY * 4
    closed = Period(moment(MONDAY + DAY * 2, "00:00"), moment(MONDAY + DAY * 3, "00:00"))
    assert Opening(USUAL_HOURS, [MONDAY + DAY], [closed]).first_day_offered(MONDAY, 2) == FRIDAY


def test_the_usual_week_has_the_friday_break() -> None:
    opening = Opening(USUAL_HOURS)
    assert [len(opening.slots(MONDAY + DAY * n, 30)) for n in range(7)] == [12, 12, 12, 12, 10, 0, 0]
    begins = [slot.starts_at.astimezone(WIB).strftime("%H.%M") for slot in opening.slots(FRIDAY, 30)]
    assert begins == ["08.00", "08.30", "09.00", "09.30", "10.00", "10.30", "11.00", "13.30", "14.00", "14.30"]


def test_a_rest_that_is_too_short_for_a_slot_stays_free() -> None:
    hours = [{"day": 1, "from": "08:00", "to": "09:20"}]
    assert len(Opening(hours).slots(MONDAY, 30)) == 2


def test_letters_of_a_day_are_unique_short_and_never_the_walk_ins_letter() -> None:
    letters = [letter(position) for position in range(len(LETTERS) * (len(LETTERS) + 1))]
    assert len(set(letters)) == len(letters)
    assert letters[:3] == ["A", "B", "C"]
    assert max(map(len, letters)) == 2
    assert not any(set(text) & set("LIO") for text in letters)


@given(weeks())
def test_hours_that_can_be_are_taken_and_put_in_order(hours: list[dict[str, Any]]) -> None:
    checked = check_hours(hours)
    assert checked == sorted(hours, key=lambda interval: (interval["day"], interval["from"]))
    assert check_hours(checked) == checked


@pytest.mark.parametrize(
    ("hours", "code", "message"),
    [
        ([(8, "08:00", "12:00")], "time", "Tulis jam seperti 08.00"),
        ([(0, "08:00", "12:00")], "time", "Tulis jam seperti 08.00"),
        ([(1, "8", "12:00")], "time", "Tulis jam seperti 08.00"),
        ([(1, "08:00", "25:00")], "time", "Tulis jam seperti 08.00"),
        ([(1, "08:00", None)], "time", "Tulis jam seperti 08.00"),
        ([(1, None, "12:00"), (1, "08:00", "09:00")], "time", "Tulis jam seperti 08.00"),
        ([(2, "12:00", "12:00")], "order", "Selasa: jam tutup harus sesudah jam buka."),
        ([(2, "12:00", "08:00")], "order", "Selasa: jam tutup harus sesudah jam buka."),
        ([(5, "10:00", "12:00"), (5, "08:00", "10:05")], "overlap", "Jumat: dua rentang jam bertumpuk."),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(hours: list[Any], code: str, message: str) -> None:
    with pytest.raises(HoursError) as refused:
        check_hours({"day": day, "from": begin, "to": end} for day, begin, end in hours)
    assert refused.value.code == code
    assert message in refused.value.message


@pytest.mark.parametrize("typed", ["8", "08", "8.00", "08.00", "08:00", " 8:00 "])
def test_a_time_is_read_as_people_write_it(typed: str) -> None:
    assert clock_time(typed) == "08:00"


@pytest.mark.parametrize("typed", ["", "24", "8.5", "8.60", "pagi", "8.00.00", "-1", "٨"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(HoursError):
        clock_time(typed)


def test_hours_are_told_in_both_languages() -> None:
    assert hours_in_words(USUAL_HOURS) == (
        "Senin–Kamis 08.00–12.00 dan 13.00–15.00, Jumat 08.00–11.30 dan 13.30–15.00 WIB"
    )
    assert hours_in_words(USUAL_HOURS, ENGLISH) == (
        "Monday–Thursday 08:00–12:00 and 13:00–15:00, Friday 08:00–11:30 and 13:30–15:00 WIB"
    )
    assert (hours_in_words([]), hours_in_words([], ENGLISH)) == ("Tutup", "Closed")


def test_days_with_a_gap_or_other_hours_between_them_stand_apart() -> None:
    hours = [{"day": day, "from": "08:00", "to": "12:00"} for day in (1, 2, 4, 7)]
    hours.append({"day": 3, "from": "09:00", "to": "12:00"})
    told = "Senin–Selasa 08.00–12.00, Rabu 09.00–12.00, Kamis 08.00–12.00, Minggu 08.00–12.00 WIB"
    assert hours_in_words(hours) == told


@given(weeks())
def test_every_interval_is_told_once_for_each_run_of_days(hours: list[dict[str, Any]]) -> None:
    told = hours_in_words(hours)
    for interval in hours:
        assert f"{interval['from']}–{interval['to']}".replace(":", ".") in told
