"""How many parts an SMS takes, and what is cut so that it takes two."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from requests_app.rules.sms import MOST_PARTS, plain_sms, short_message, sms_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("ā" * 70, 1),
        ("ā" * 71, 2),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
    ],
)
def test_a_part_has_160_plain_characters_or_70_others(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_typographic_characters_cost_nothing() -> None:
    assert plain_sms("Senin–Jumat, “buka”…") == 'Senin-Jumat, "buka"...'
    assert sms_parts(plain_sms("–" * 160)) == 1


@example("a" * 300)
@example("ā" * 120)
@given(st.text(max_size=300))
def test_the_link_and_the_code_always_fit_whole(about: str) -> None:
    address = "https://adminduk.example/buka/" + "t" * 30 + "/"
    text = short_message(about, address, "AB12CD")
    assert sms_parts(text) <= MOST_PARTS
    assert text.startswith("Dukcapil:")
    assert text.endswith(f". {address} Kode pesan: AB12CD")
