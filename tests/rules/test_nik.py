import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.nik import (
    NikError,
    check_kk_number,
    check_nik,
    clean_digits,
    group_nik,
    mask_nik,
    nik_hints,
    province_codes,
    read_nik,
)
from requests_app.rules.reference import read_reference

VECTORS = Path(__file__).resolve().parent.parent / "data" / "nik_test_vectors.csv"
REGIONS = {row["code6"]: row["status"] for row in read_reference("wilayah_nik")}
NIK = "1671045708959902"


def vectors(*levels):
    with VECTORS.open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["level"] in levels]
    return [pytest.param(row, id=row["note"] or row["input"]) for row in rows]


def test_every_vector_is_used():
    assert len(vectors("ok", "hint", "error")) == 30


@pytest.mark.parametrize("row", vectors("error"))
def test_an_impossible_nik_is_refused_with_its_reason(row):
    with pytest.raises(NikError) as refusal:
        check_nik(row["input"])
    assert refusal.value.code == row["code"]
    assert refusal.value.message.startswith(("NIK", "Isi NIK", "Angka", "Dua angka", "Empat angka"))


@pytest.mark.parametrize("row", vectors("ok", "hint"))
def test_a_possible_nik_is_accepted_and_differences_are_only_hints(row):
    hints = nik_hints(
        check_nik(row["input"]),
        birth_date=date.fromisoformat(row["form_birth_date"]),
        sex=row["form_sex"],
        known_regions=REGIONS.get,
    )
    assert hints == ([row["code"]] if row["level"] == "hint" else [])


def test_several_differences_are_all_told():
    hints = nik_hints("3174041708959912", birth_date=date(1990, 1, 1), sex="P", known_regions=REGIONS.get)
    assert hints == ["region_other", "sex_mismatch", "date_mismatch"]


def test_an_unknown_kecamatan_of_the_city_is_a_hint():
    assert nik_hints("1671991708959912", birth_date=None, sex=None, known_regions=REGIONS.get) == ["region_unknown"]


@pytest.mark.parametrize(
    "pasted",
    [
        "1671 0457 0895 9902",
        "1671.0457.0895.9902",
        "1671-0457\u20130895\u22129902",
        "\u200b1671\u00a00457\u202f0895\ufeff9902\n",
        "１６７１０４５７０８９５９９０２",
        "٠١٢٣٤٥٦٧٨٩"[1] + "671045708959902",
    ],
)
def test_pasted_numbers_are_cleaned(pasted):
    assert check_nik(pasted) == NIK


def test_a_superscript_is_no_digit():
    with pytest.raises(NikError) as refusal:
        check_nik("167104570895990²")
    assert refusal.value.code == "not_digits"


@given(st.text())
def test_any_text_is_either_refused_or_sixteen_digits(text):
    try:
        number = check_nik(text)
    except NikError:
        return
    assert len(number) == 16 and number.isascii() and number.isdigit()


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean_digits(clean_digits(text)) == clean_digits(text)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.booleans(), st.integers(1, 9999))
def test_a_nik_built_from_a_person_reads_back_as_that_person(birth, female, serial):
    day = birth.day + 40 * female
    nik = check_nik(f"167104{day:02}{birth:%m}{birth.year % 100:02}{serial:04}")
    reading = read_nik(nik)
    assert (reading.region6, reading.female, reading.sex) == ("167104", female, "P" if female else "L")
    assert nik_hints(nik, birth_date=birth, sex=reading.sex, known_regions=REGIONS.get) == []


def test_a_leap_day_of_either_century():
    assert check_nik("1671022902009904")
    with pytest.raises(NikError):
        check_nik("1671022902019904")


def test_a_family_card_number_has_no_woman_day():
    assert check_kk_number("1671 0417 0815 0001") == "1671041708150001"
    with pytest.raises(NikError) as refusal:
        check_kk_number("1671045708150001")
    assert refusal.value.code == "date"
    assert "nomor kk" in refusal.value.message.casefold()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("16710417081500", "length"),
        ("nomor", "not_digits"),
        ("9999999999999999", "placeholder"),
        ("0071041708150001", "province"),
        ("1671043002150001", "date"),
        ("1671041708150000", "serial"),
    ],
)
def test_an_impossible_family_card_number_is_refused(text, code):
    with pytest.raises(NikError) as refusal:
        check_kk_number(text)
    assert refusal.value.code == code
    assert "nomor kk" in refusal.value.message.casefold()


def test_a_message_never_repeats_the_number():
    with pytest.raises(NikError) as refusal:
        check_nik("167102170895990")
    assert "167102" not in refusal.value.message
    assert "15 angka" in refusal.value.message


def test_all_38_provinces_are_known():
    assert len(province_codes()) == 38
    assert province_codes() == {code[:2] for code in REGIONS}


def test_writing_and_masking():
    assert group_nik(NIK) == "1671 0457 0895 9902"
    assert mask_nik(NIK) == "1671********9902"
    assert mask_nik("12") == "*" * 16
