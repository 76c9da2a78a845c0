"""Thirty generated years and pure noise: the forecast is worth something, and claims no more than that."""

from datetime import timedelta

import pytest

from requests_app.rules.forecast import forecast
from tests.rules.forecast_proof import (
    BLIND_RATE,
    SUMS,
    Judged,
    NoiseJudged,
    Rolling,
    judge,
    judge_noise,
    mean,
    together,
)
from tests.rules.years import KINDS, thirty, year

MOST_ERROR = 0.9
BAND = (0.7, 0.9)


@pytest.fixture(scope="module")
def years() -> list[Judged]:
    return [judge(one) for one in thirty()]


@pytest.fixture(scope="module")
def noise() -> NoiseJudged:
    return judge_noise(range(60), 112)


def test_there_are_thirty_years_of_five_kinds() -> None:
    assert [one.kind for one in thirty()] == [kind for kind in KINDS for _ in range(6)]
    assert year("trend", 101) == thirty()[7] != year("trend", 102)


@pytest.mark.parametrize("kind", [*KINDS, "all"])
def test_errors_are_a_tenth_below_those_of_the_same_weekday_last_week(years: list[Judged], kind: str) -> None:
    whole = together([one for one in years if kind in (one.kind, "all")], kind)
    assert whole.ratio <= MOST_ERROR
    assert whole.told_ratio <= MOST_ERROR, "not only because last week knows no closed days"


@pytest.mark.parametrize("kind", [*KINDS, "all"])
def test_four_days_of_five_are_in_the_band(years: list[Judged], kind: str) -> None:
    whole = together([one for one in years if kind in (one.kind, "all")], kind)
    assert BAND[0] <= mean(whole.covered) <= BAND[1]
    assert BAND[0] <= mean(whole.covered_busy) <= BAND[1], "not only because thin weekends are easy"


@pytest.mark.parametrize("span", SUMS)
def test_three_sums_of_four_are_in_their_band(years: list[Judged], span: int) -> None:
    assert BAND[0] <= mean(together(years, "all").sums[span]) <= BAND[1]


def test_no_single_year_is_worse_than_last_week(years: list[Judged]) -> None:
    assert max(one.ratio for one in years) <= MOST_ERROR
    assert max(one.told_ratio for one in years) < 1


def test_a_trend_is_claimed_where_there_is_one(years: list[Judged]) -> None:
    claimed = {kind: mean(together([one for one in years if one.kind == kind], kind).trends) for kind in KINDS}
    assert claimed["trend"] > 0.15
    assert all(share < 0.05 for kind, share in claimed.items() if kind != "trend")


def test_on_noise_the_gain_claimed_is_the_gain_that_comes(noise: NoiseJudged) -> None:
    assert noise.claimed <= noise.real + 0.02


def test_on_noise_nothing_is_claimed_over_the_plain_mean(noise: NoiseJudged) -> None:
    assert noise.claimed_over_mean <= 0.005
    assert noise.real_over_mean >= -0.01, "nor is it worse"


def test_on_noise_no_structure_is_claimed(noise: NoiseJudged) -> None:
    assert noise.without_structure >= 0.98


@pytest.mark.parametrize("kind", ["lebaran", "gaps"])
def test_the_proof_judges_what_the_office_gets(kind: str) -> None:
    one = year(kind, 3)
    for length in (15, 40, 300):
        days, totals, result = Rolling(one.days, one.holidays).outlook(length, 30)
        first = one.days[0].date + timedelta(days=length)
        outlook = forecast(one.days, holidays=one.holidays, first=first, horizon=30, usual_rate=BLIND_RATE)
        assert (outlook.days, outlook.totals) == (days, totals)
        assert (outlook.method, outlook.error_model) == (result.method, result.model)
