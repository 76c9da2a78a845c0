from datetime import date

import pytest

from requests_app.rules.reading import read_aloud

TODAY = date(2026, 11, 23)


def born(nik, **typed):
    return read_aloud(nik, today=TODAY, **typed).birth_date


def test_a_nik_says_birth_date_and_sex():
    reading = read_aloud("1671 0157.0890-9001", today=TODAY)
    assert (reading.birth_date, reading.sex, reading.differs) == (date(1990, 8, 17), "P", False)
    assert read_aloud("1671011708909001", today=TODAY).sex == "L"


@pytest.mark.parametrize("typed", ["", "167101170890900", "1671013202909001", "0071011708909001", "abc"])
def test_what_cannot_be_a_nik_says_nothing(typed):
    assert read_aloud(typed, today=TODAY) is None


@pytest.mark.parametrize(
    ("digits", "year"),
    [("231114", 2014), ("241114", 1914), ("010126", 1926), ("290200", 2000), ("290228", 1928), ("010127", 1927)],
)
def test_the_century_is_the_one_in_which_somebody_of_twelve_or_more_is_the_owner(digits, year):
    assert born(f"167101{digits}9001").year == year


def test_the_typed_birth_date_settles_the_century():
    assert born("1671010101269001", birth_date=date(2026, 1, 1)) == date(2026, 1, 1)
    assert born("1671010101269001", birth_date=date(2026, 1, 2)) == date(1926, 1, 1)


@pytest.mark.parametrize(
    ("typed", "differs"),
    [
        ({"birth_date": date(1990, 8, 17), "sex": "P"}, False),
        ({"birth_date": date(1990, 8, 18), "sex": "P"}, True),
        ({"sex": "L"}, True),
        ({}, False),
    ],
)
def test_a_difference_is_told_and_nothing_more(typed, differs):
    assert read_aloud("1671015708909001", today=TODAY, **typed).differs is differs
