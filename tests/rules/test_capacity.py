"""What is left in the evening lies there in the morning."""

from datetime import date, timedelta

from requests_app.rules.capacity import forecast

MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days=n) for n in range(3)]


def test_enough_people_leave_nothing_behind() -> None:
    plan = forecast(DAYS, undecided=200, arrivals=dict.fromkeys(DAYS, 860), capacity=dict.fromkeys(DAYS, 1500))
    assert [day.left for day in plan] == [0, 0, 0]
    assert not any(day.too_much for day in plan)


def test_what_two_officers_cannot_decide_is_carried_on() -> None:
    plan = forecast(DAYS, undecided=0, arrivals=dict.fromkeys(DAYS, 1032), capacity=dict.fromkeys(DAYS, 1000))
    assert [(day.waiting, day.load, day.left) for day in plan] == [(0, 1032, 32), (32, 1064, 64), (64, 1096, 96)]
    assert all(day.too_much for day in plan)


def test_days_without_a_shift_or_arrivals_count_as_none() -> None:
    plan = forecast(DAYS, undecided=5, arrivals={}, capacity={DAYS[1]: 3})
    assert [day.left for day in plan] == [5, 2, 2]
