"""When the limit of 24 hours is reached at today's pace."""

from requests_app.rules.budget import hours_until

NOBODY_LEAVES = [0] * 24


def test_the_limit_is_reached_when_the_pace_has_filled_what_is_free() -> None:
    assert hours_until(250, used=190, leaving=NOBODY_LEAVES, per_hour=20) == 3


def test_whoever_stops_counting_makes_room() -> None:
    assert hours_until(250, used=190, leaving=[20] * 24, per_hour=20) is None
    assert hours_until(250, used=190, leaving=[20, 20, *[0] * 22], per_hour=20) == 5


def test_what_is_used_up_is_used_up_now_and_a_quiet_day_never_gets_there() -> None:
    assert hours_until(250, used=250, leaving=NOBODY_LEAVES, per_hour=0) == 0
    assert hours_until(250, used=249, leaving=NOBODY_LEAVES, per_hour=0) is None
