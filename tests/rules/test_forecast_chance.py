"""The tests of chance are wrong as often as they say, and see what is there."""

from random import Random

import pytest

from requests_app.rules.forecast.chance import (
    groups_differ,
    median,
    moves_one_way,
    quantile,
    sides_differ,
    spread,
    trimmed_mean,
)

SERIES = 1_500


def share_below(chances: list[float], bound: float) -> float:
    return sum(c < bound for c in chances) / len(chances)


@pytest.mark.parametrize("groups", [5, 7])
def test_equal_groups_rarely_differ(groups: int) -> None:
    chance = Random(groups)
    found = [groups_differ([[chance.random() for _ in range(12)] for _ in range(groups)]) for _ in range(SERIES)]
    assert share_below(found, 0.05) == pytest.approx(0.05, abs=0.02)


def test_equal_sides_rarely_differ() -> None:
    chance = Random(1)
    found = [
        sides_differ([chance.random() for _ in range(8)], [chance.random() for _ in range(20)]) for _ in range(SERIES)
    ]
    assert share_below(found, 0.05) == pytest.approx(0.05, abs=0.02)


def test_what_goes_nowhere_rarely_moves_one_way() -> None:
    chance = Random(2)
    found = [moves_one_way([chance.random() for _ in range(20)]) for _ in range(SERIES)]
    assert share_below(found, 0.05) == pytest.approx(0.05, abs=0.02)


def test_what_is_there_is_seen() -> None:
    assert groups_differ([[n + 5 * (g == 2) for n in range(10)] for g in range(5)]) < 0.01
    assert sides_differ([0, 0, 0, 0], [5, 6, 7, 8, 9, 5, 6, 7, 8, 9]) < 0.01
    assert moves_one_way(list(range(10))) < 0.001


def test_equal_values_say_nothing() -> None:
    assert groups_differ([[1.0] * 4] * 5) == sides_differ([1.0] * 3, [1.0] * 3) == moves_one_way([1.0] * 9) == 1


def test_averages_that_strange_values_hardly_move() -> None:
    values = [*range(1, 10), 1_000]
    assert (median(values), trimmed_mean(values), median([]), median([3, 1, 2])) == (5.5, 5.5, 0, 2)
    assert quantile([0, 10, 20], 0.25) == 5
    assert spread([1, 2, 3, 4, 1_000]) == pytest.approx(1.4826)
