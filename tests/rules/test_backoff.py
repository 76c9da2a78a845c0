"""The waits between attempts."""

from datetime import timedelta

import pytest

from requests_app.rules.backoff import retry_wait


@pytest.mark.parametrize(("failures", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 15), (6, 30), (99, 30)])
def test_the_wait_grows_to_half_an_hour(failures: int, minutes: int):
    assert retry_wait(failures, chance=0) == timedelta(minutes=minutes)


def test_chance_adds_up_to_a_fifth():
    assert retry_wait(1, chance=1) == timedelta(seconds=72)


def test_the_providers_wish_is_a_lower_bound():
    assert retry_wait(1, chance=0, at_least=timedelta(hours=1)) == timedelta(hours=1)
    assert retry_wait(3, chance=0, at_least=timedelta(seconds=6)) == timedelta(minutes=4)
