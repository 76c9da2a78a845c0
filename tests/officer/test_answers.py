"""What citizens filled in, as the officer's desk lists it: every answer of every service, in words."""

from datetime import datetime
from typing import Any

import pytest

from requests_app.officer.answers import LABELS, ORDER, data_rows
from requests_app.questions.forms import FORMS
from requests_app.rules.catalogue import Service
from requests_app.templatetags.officer import kind_label
from tests.factories import submitted

pytestmark = pytest.mark.django_db
TOGETHER = {
    "rt",
    "rw",
    "kelurahan",
    "police_date",
    "police_station",
    "phone",
    "phone_owner",
    "phone_owner_name",
    "email",
}
"""What stands in one line with something else."""
NEVER_NEWS = {"reason", "signature"}
"""The reason is in the heading; what is not signed with a pen is never taken."""


def shown(now: datetime, **over: Any) -> dict[str, str]:
    """The lines of the data pane."""
    return {row.key: row.value for row in data_rows(submitted(now, **over), [])}


@pytest.mark.parametrize("service", Service)
def test_nothing_that_is_asked_is_kept_from_the_officer(service: Service) -> None:
    asked = {name for form in FORMS[service] for name in form.base_fields}
    assert asked - TOGETHER - NEVER_NEWS <= set(ORDER)
    assert set(ORDER) <= set(LABELS)


def test_a_family_card_is_read_in_words(now: datetime) -> None:
    rows = shown(
        now, service="kk", reason="tambah_anggota", added_by="birth", birth_letter="no", head_name="Budi Contoh",
        member_name="Bayi Contoh", member_birth_date="2026-11-01", member_sex="L", member_relation="Anak",
    )  # fmt: skip
    assert rows["added_by"] == "Kelahiran"
    assert rows["birth_letter"] == "Tidak ada"
    assert rows["member_birth_date"] == "1 November 2026"
    assert (rows["head_name"], rows["member_sex"], rows["member_relation"]) == ("Budi Contoh", "Laki-laki", "Anak")


def test_changed_data_and_the_members_of_a_new_card_stand_in_one_line(now: datetime) -> None:
    elements = [
        {"element": "pendidikan", "old": "SLTA", "new": "S2"},
        {"element": "tanda_tangan", "old": "", "new": ""},
    ]
    rows = shown(now, service="kk", reason="perubahan_elemen_data", whose="self", elements=elements)
    assert rows["elements"] == (
        "Pendidikan: “SLTA” menjadi “S2”; Tanda tangan kepala keluarga: dibuat lagi saat datang"
    )
    assert rows["whose"] == "Pemohon"
    rows = shown(now, service="kk", reason="baru_pisah_kk", kk_number="1671041708959902", members="Siti\nBudi")
    assert rows["members"] == "Siti, Budi"


def test_copies_and_who_will_come(now: datetime) -> None:
    rows = shown(now, service="legalisir", reason="akta_lain", copies=5, collector="outsider")
    assert (rows["copies"], rows["collector"]) == ("5", "Orang lain dengan surat kuasa")


@pytest.mark.parametrize(
    ("service", "reason", "words"),
    [
        ("ktp_el", "baru", "KTP-el, pertama"),
        ("kk", "baru_pisah_kk", "Kartu Keluarga, pisah KK"),
        ("legalisir", "akta_kelahiran", "Legalisir, akta kelahiran"),
    ],
)
def test_what_is_asked_for_in_one_cell(now: datetime, service: str, reason: str, words: str) -> None:
    assert kind_label(submitted(now, service=service, reason=reason)) == words
