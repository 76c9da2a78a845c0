"""A clock that is set wrong while we run breaks no promise on its first word."""

from datetime import UTC, datetime, timedelta

from requests_app.rules.clock_guard import ClockGuard

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def judged(*ticks: tuple[float, float]) -> list[str]:
    """Verdicts of ticks given as (seconds on the clock, seconds that the process lived)."""
    guard = ClockGuard()
    return [guard.judge(START + timedelta(seconds=clock), lived) for clock, lived in ticks]


def test_ordinary_ticks_are_fine():
    assert judged((0, 100), (15, 115), (30, 130)) == ["ok", "ok", "ok"]


def test_after_a_restart_there_is_nothing_to_compare_with():
    assert judged((10**8, 5)) == ["ok"]


def test_five_seconds_back_are_a_small_correction_and_more_is_not():
    assert judged((0, 0), (-5, 15)) == ["ok", "ok"]
    assert judged((0, 0), (-5.1, 15)) == ["ok", "backwards"]


def test_after_going_back_the_new_time_counts():
    assert judged((3600, 0), (0, 15), (15, 30)) == ["ok", "backwards", "ok"]


def test_ten_minutes_ahead_of_ones_own_life_are_allowed_and_more_is_a_jump():
    assert judged((0, 0), (615, 15)) == ["ok", "ok"]
    assert judged((0, 0), (615.1, 15)) == ["ok", "jump"]


def test_the_next_tick_must_agree():
    assert judged((0, 0), (7200, 15), (7215, 30)) == ["ok", "jump", "ok"]
    assert judged((0, 0), (7200, 15), (30, 30)) == ["ok", "jump", "backwards"]


def test_a_worker_that_was_asleep_for_hours_and_lived_through_them_is_fine():
    assert judged((0, 0), (7200, 7200)) == ["ok", "ok"]
