import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.phone import (
    PhoneError,
    is_fictitious,
    last_four,
    mask_phone,
    normalise_phone,
    phone_hints,
)
from requests_app.rules.reference import read_reference


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "0812 3456 7890",
        "0812-3456-7890",
        "0812.3456.7890",
        "(0812) 3456 7890",
        "81234567890",
        "6281234567890",
        "+6281234567890",
        "+62 (0) 812 3456 7890",
        "006281234567890",
        "+62 812\u20113456\u20117890",
        "０８１２３４５６７８９０",
    ],
)
def test_every_usual_way_of_writing_gives_one_number(typed):
    assert normalise_phone(typed, allow_fictitious=False) == "+6281234567890"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" + ", "empty"),
        ("0812abc", "characters"),
        ("0812+3456", "characters"),
        ("0812345", "too_short"),
        ("0", "too_short"),
        ("08123456789012", "too_long"),
        ("0711 350000", "landline"),
        ("+62 21 5550000", "landline"),
        ("0800 1 234567", "not_mobile"),
        ("110", "unclear"),
        ("0110", "not_mobile"),
        ("711350000", "unclear"),
        ("+999 12345678", "foreign"),
        ("+60 1", "foreign"),
        ("+60 3-2161 5000", "landline"),
    ],
)
def test_a_number_that_no_message_can_reach_is_refused(typed, code):
    with pytest.raises(PhoneError) as refusal:
        normalise_phone(typed, allow_fictitious=True)
    assert refusal.value.code == code


@pytest.mark.parametrize("typed", ["+60 12-345 6789", "+1 202 555 0143", "+966 51 234 5678"])
def test_mobile_numbers_of_indonesians_abroad_are_accepted(typed):
    assert normalise_phone(typed, allow_fictitious=False).startswith(typed.split()[0])


@pytest.mark.parametrize(("national", "fits"), [(8, False), (9, True), (12, True), (13, False)])
def test_mobile_numbers_have_nine_to_twelve_digits_after_the_country_code(national, fits):
    typed = "0812345678901234"[: national + 1]
    if fits:
        assert normalise_phone(typed, allow_fictitious=False) == "+62" + typed[1:]
    else:
        with pytest.raises(PhoneError):
            normalise_phone(typed, allow_fictitious=False)


def test_the_fictitious_range_only_where_it_is_allowed():
    for typed in ("+62 800-0000-0000", "0800 0000 9999"):
        assert is_fictitious(normalise_phone(typed, allow_fictitious=True))
        with pytest.raises(PhoneError) as refusal:
            normalise_phone(typed, allow_fictitious=False)
        assert refusal.value.code == "fictitious"


@pytest.mark.parametrize("typed", ["+62 800-0001-0000", "+62 800-0000-000", "+62 800-0000-00000"])
def test_the_rest_of_0800_is_never_accepted(typed):
    with pytest.raises(PhoneError) as refusal:
        normalise_phone(typed, allow_fictitious=True)
    assert refusal.value.code == "not_mobile"


def test_all_example_zones_have_fictitious_numbers():
    assert all(is_fictitious(row["wa_e164_fictitious"]) for row in read_reference("uptd_zones"))


def test_an_unknown_prefix_is_accepted_with_a_hint():
    assert phone_hints(normalise_phone("0844 1234 5678", allow_fictitious=False)) == ["unknown_prefix"]
    assert phone_hints("+6281234567890") == []
    assert phone_hints("+6280000000001") == []
    assert phone_hints("+60123456789") == []


@given(st.text())
def test_any_text_is_either_refused_or_e164(text):
    try:
        number = normalise_phone(text, allow_fictitious=True)
    except PhoneError as refusal:
        assert refusal.message
        return
    assert number.startswith("+") and number[1:].isdigit()
    assert normalise_phone(number, allow_fictitious=True) == number


def test_only_the_last_four_digits_are_shown():
    assert mask_phone("+6280000000001") == "+62 ••• •••• 0001"
    assert mask_phone("+60123456789") == "+60 ••• •••• 6789"
    assert last_four("+6280000000001") == "0001"
