from datetime import date

import pytest

from requests_app.rules.elements import MARITAL_STATUSES
from requests_app.rules.eligibility import AgeError, check_age, check_birth_date, is_under_17

TODAY = date(2026, 6, 29)


def answers(birth_date, **more):
    return {"birth_date": birth_date, **more}


def test_from_the_seventeenth_birthday_on():
    check_age(answers("2009-06-29"), TODAY)
    assert not is_under_17(date(2009, 6, 29), TODAY)


@pytest.mark.parametrize("marital_status", ["belum_kawin", "", None])
def test_one_day_younger_and_never_married_is_refused(marital_status):
    with pytest.raises(AgeError) as refusal:
        check_age(answers("2009-06-30", marital_status=marital_status), TODAY)
    assert refusal.value.code == "under_17"
    assert "ulang tahun ke-17" in refusal.value.message


@pytest.mark.parametrize("marital_status", sorted(set(MARITAL_STATUSES) - {"belum_kawin"}))
def test_married_or_once_married_may_be_younger(marital_status):
    check_age(answers("2009-06-30", marital_status=marital_status), TODAY)


def test_nobody_is_born_tomorrow():
    for check in (
        lambda: check_birth_date(date(2026, 6, 30), TODAY),
        lambda: check_age(answers("2026-06-30", marital_status="kawin_tercatat"), TODAY),
    ):
        with pytest.raises(AgeError) as refusal:
            check()
        assert refusal.value.code == "future"
    check_birth_date(TODAY, TODAY)
