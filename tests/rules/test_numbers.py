import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules import numbers
from requests_app.rules.numbers import (
    ALPHABET,
    new_application_number,
    new_check_code,
    new_code,
    new_report_number,
    new_secret,
    normalise_check_code,
    normalise_number,
    normalise_secret,
)

bodies = st.text(ALPHABET, min_size=8, max_size=8)


def number_of(body):
    return f"PLG-{body[:4]}-{body[4:]}-{numbers.luhn.calc_check_digit(body, alphabet=ALPHABET)}"


@pytest.mark.parametrize("_", range(50))
def test_a_new_number_is_its_own_normal_form(_):
    number = new_application_number()
    assert re.fullmatch(r"PLG-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]", number)
    assert normalise_number(number) == number


@given(bodies)
def test_careless_writing_is_read_as_the_same_number(body):
    number = number_of(body)
    for written in (
        number.lower(),
        number.replace("-", ""),
        number.replace("-", " "),
        number.removeprefix("PLG-"),
        f"  {number.removeprefix('PLG-').replace('-', '').lower()} ",
        number.replace("0", "O").replace("1", "l"),
        number.replace("0", "o").replace("1", "I"),
        number.replace("-", "\u2013"),
    ):
        assert normalise_number(written) == number


@given(bodies, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body, place, wrong):
    characters = number_of(body).removeprefix("PLG-").replace("-", "")
    changed = characters[:place] + wrong + characters[place + 1 :]
    if wrong != characters[place]:
        assert normalise_number(changed) is None


@given(st.text())
def test_any_text_is_no_number_or_a_normal_one(text):
    number = normalise_number(text)
    assert number is None or normalise_number(number) == number


@pytest.mark.parametrize("text", ["", "PLG", "PLG-0000-0000", "PLG-0000-000U-0", "²²²²²²²²²x"])
def test_what_cannot_be_a_number(text):
    assert normalise_number(text) is None


def test_report_numbers_are_not_application_numbers():
    report = new_report_number()
    assert report.startswith("LAP-")
    assert normalise_number(report, prefix="LAP") == report
    assert normalise_number(report) is None


def test_codes_and_secrets_have_their_form():
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{6}", new_check_code())
    assert re.fullmatch(r"\d{6}", new_code())
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", new_secret())


def test_a_secret_has_sixty_random_bits():
    assert len(new_secret().replace("-", "")) * 5 >= 60
    assert len({new_secret() for _ in range(200)}) == 200


def test_a_one_time_code_keeps_its_leading_zeros(monkeypatch):
    monkeypatch.setattr(numbers.secrets, "randbelow", lambda limit: 42)
    assert new_code() == "000042"


def test_secret_and_check_code_are_read_as_carelessly_as_numbers():
    assert normalise_secret("ab cd-0o1l 2345") == "ABCD-0011-2345"
    assert normalise_secret("ABCD-0011-234") is None
    assert normalise_check_code("a0 re-2e") == "A0RE2E"
    assert normalise_check_code("A0RE2U") is None
