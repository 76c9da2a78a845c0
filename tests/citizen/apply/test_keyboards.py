"""Each field asks for the keyboard of a phone that fits, and says what the browser may fill in."""

import gzip
from pathlib import Path

import pytest
from django.test import Client
from lxml import html

from tests.citizen.apply.walk import BASE, walk

pytestmark = pytest.mark.django_db

STATIC = Path(__file__).resolve().parents[3] / "static"
DIGITS = {
    "nik", "kk_number", "applicant_nik", "rt", "rw", "birth_date_0", "birth_date_2", "police_date_0", "police_date_2",
}  # fmt: skip
FILLED_IN = {
    "name": "name", "applicant_name": "section-pengaju name", "birth_date_0": "bday-day", "birth_date_1": "bday-month",
    "birth_date_2": "bday-year", "address": "address-line1", "phone": "tel", "email": "email",
}  # fmt: skip


@pytest.fixture
def fields(client: Client) -> dict[str, dict[str, str]]:
    """The attributes of all text fields of a lost card's form."""
    walk(client, "hilang")
    pages = [html.fromstring(client.get(f"{BASE}{s}/").content) for s in ("pemilik", "alamat", "keterangan", "kabar")]
    texts = [e for page in pages for e in page.cssselect('input[type="text"], input[type="email"]')]
    return {e.get("name"): dict(e.attrib) for e in texts}


def test_numbers_get_the_keyboard_of_digits_and_a_phone_that_of_phones(fields: dict[str, dict[str, str]]) -> None:
    assert {name for name, field in fields.items() if field.get("inputmode") == "numeric"} == DIGITS
    assert fields["phone"]["inputmode"] == "tel"
    assert fields["email"]["type"] == "email"


def test_the_browser_may_fill_in_what_is_the_citizens_own_and_nothing_else(fields: dict[str, dict[str, str]]) -> None:
    told = {name: field.get("autocomplete", "") for name, field in fields.items()}
    assert {name: token for name, token in told.items() if token not in {"", "off"}} == FILLED_IN
    assert told["nik"] == told["kk_number"] == told["phone_owner_name"] == "off"


def test_enter_says_next_and_in_the_last_field_done(fields: dict[str, dict[str, str]]) -> None:
    done = {name for name, field in fields.items() if field["enterkeyhint"] == "done"}
    assert done == {"birth_date_2", "rw", "police_station", "email"}
    assert {field["enterkeyhint"] for field in fields.values()} == {"next", "done"}


def test_no_field_cuts_off_what_is_pasted(fields: dict[str, dict[str, str]]) -> None:
    assert not [name for name, field in fields.items() if "maxlength" in field]


def test_the_script_of_the_form_weighs_at_most_three_kilobytes() -> None:
    assert len(gzip.compress((STATIC / "form.js").read_bytes(), 9)) <= 3 * 1024
