"""The line below the NIK: the page's script and the server read every number alike, and no number leaves the page."""

import csv
from typing import Any

import pytest

from requests_app.clock import database_now
from requests_app.models import Draft
from requests_app.questions.nik_line import NikLine
from requests_app.rules.dates import local_date
from requests_app.rules.reading import read_aloud
from tests.citizen.apply.phone import Phone
from tests.citizen.apply.walk import BASE
from tests.rules.test_nik import VECTORS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTED = [
    "1671 0457 0895 9902", "1671.0457.0895.9902", "1671-0457\u20130895\u22129902",
    "\u200b1671\u00a00457\u202f0895\ufeff9902", "１６７１０４５７０８９５９９０２", "\u0661671045708959902",
    "16710457089599\u00b22", "1671045708959902x", "167104\u200f5708959902", "1671018108959902", "1671014008959902",
]  # fmt: skip
CENTURIES = [f"167101{digits}9001" for digits in ("231114", "241114", "010126", "311299", "290200", "290228")]
FIELDS = "#id_nik, #id_birth_date_0, #id_birth_date_1, #id_birth_date_2"


@pytest.fixture(autouse=True)
def begun(phone: Phone) -> None:
    """The page of the owner is open."""
    phone.begins()


def line(phone: Phone) -> str:
    """What stands below the NIK."""
    return phone.page.locator("#baca-nik p").inner_text()


def by_the_rules(nik: str, **typed: Any) -> str:
    """What the server says of the same number."""
    today = local_date(database_now())
    return NikLine(read_aloud(nik, today=today, **typed), today).text


def test_script_and_server_read_every_number_alike(phone: Phone) -> None:
    with VECTORS.open(encoding="utf-8", newline="") as table:
        numbers = [row["input"] for row in csv.DictReader(table)] + PASTED + CENTURIES
    read = {}
    for number in numbers:
        phone.type(nik=number)
        read[number] = line(phone)
    assert read == {number: by_the_rules(number) for number in numbers}
    assert len([text for text in read.values() if text]) > 20


def test_no_number_leaves_the_page_before_lanjut(phone: Phone) -> None:
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    phone.page.locator("#id_nik").press_sequentially("1671045708959902")
    phone.sees("Menurut NIK: lahir 17 Agustus 1995, perempuan — benar?")
    assert asked == []


def test_a_birth_date_or_sex_that_differs_is_told_and_nothing_is_changed_or_refused(phone: Phone) -> None:
    phone.choose("applicant", "self")
    phone.type(name="Siti", nik="1671045708959902", kk_number="1671041708959901")
    phone.type(birth_date_0="18", birth_date_1="8", birth_date_2="1995")
    assert line(phone).startswith("Menurut NIK: lahir 17 Agustus 1995, perempuan. Ini berbeda dari isian Anda.")
    phone.type(birth_date_0="17")
    assert line(phone).endswith("benar?")
    phone.choose("sex", "L")
    assert "berbeda dari isian" in line(phone)
    assert phone.typed("birth_date_0") == "17"
    phone.press()
    phone.is_at("alamat/")
    phone.open(f"{BASE}pemilik/")
    assert "berbeda dari isian" in line(phone)
    assert Draft.objects.get().answers["sex"] == "L"


def test_the_typed_century_stands(phone: Phone) -> None:
    phone.type(nik="1671010101269906", birth_date_0="1", birth_date_1="1", birth_date_2="2026")
    assert line(phone) == "Menurut NIK: lahir 1 Januari 2026, laki-laki — benar?"


def test_birth_date_and_sex_are_filled_in_only_on_request_and_only_when_empty(phone: Phone) -> None:
    offer = phone.page.get_by_role("button", name="Ya, isi tanggal lahir dan jenis kelamin")
    phone.type(nik="1671045708959902")
    assert [phone.typed(f"birth_date_{n}") for n in range(3)] == ["", "", ""]
    offer.click()
    assert [phone.typed(f"birth_date_{n}") for n in range(3)] == ["17", "8", "1995"]
    assert phone.page.is_checked('input[name="sex"][value="P"]')
    phone.sees("Tanggal lahir dan jenis kelamin sudah diisi.")
    assert not offer.is_visible()
    phone.waits_until_kept("1995")
    phone.type(nik="1671041708959901")
    assert not offer.is_visible()
    assert phone.typed("birth_date_0") == "17"


def test_the_line_is_announced_and_does_not_push_the_page_apart(phone: Phone) -> None:
    phone.type(nik="1671045708959902")
    assert phone.page.locator("#baca-nik [role=status]").inner_text()
    assert phone.fits()
