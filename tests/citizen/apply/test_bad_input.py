"""Refused: a message beside the field and on top, 422, everything typed kept. Accepted: what real people have."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

from requests_app.clock import database_now
from requests_app.models import Application, Draft
from requests_app.rules.dates import local_date
from tests.citizen.apply.walk import (
    ADDRESS,
    BASE,
    OWNER,
    POLICE,
    apply,
    field_message,
    messages_of,
    send,
    submit,
    value_of,
    walk,
)
from tests.factories import new_nik

pytestmark = pytest.mark.django_db

GOOD_OWNER = {**OWNER, "nik": "1671015708959031"}
NIK, KK, BIRTH = "nik", "kk_number", "birth_date"


def assert_refused(answer: Any, field: str, message: str) -> None:
    """422, the message on top leading to the field, and the same words beside it."""
    assert answer.status_code == 422
    assert any(message in line for line in messages_of(answer)), messages_of(answer)
    tree = html.fromstring(answer.content)
    targets = [a.get("href")[1:] for a in tree.cssselect(".errors a") if message in a.text_content()]
    assert targets
    assert tree.cssselect(f'[id="{targets[0]}"]'), "the line on top leads nowhere"
    assert message in field_message(answer, f"id_{field}")
    assert tree.findtext("head/title").startswith("Ada yang perlu dibetulkan")


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (NIK, "167101570895903", "NIK harus 16 angka. Anda menulis 15 angka."),
        (NIK, "1671 0157 0895 90311", "NIK harus 16 angka. Anda menulis 17 angka."),
        (NIK, "16710157O8959031", "NIK hanya berisi angka."),
        (NIK, "1671013213959031", "bukan tanggal yang ada"),
        (NIK, "1671015708950000", "tidak boleh 0000"),
        (NIK, "0071015708959031", "bukan kode provinsi"),
        (NIK, "1111111111111111", "Angka ini bukan NIK"),
        (NIK, "", "Isi NIK."),
        (KK, "167104170895990", "Nomor KK harus 16 angka"),
        (KK, "1671045708959901", "bukan tanggal yang ada"),
        (KK, "9999999999999999", "Angka ini bukan nomor KK"),
        ("name", "", "Isi nama lengkap"),
        ("name", "x" * 61, "paling panjang 60 huruf"),
        ("name", "12345", "Nama harus berisi huruf"),
        ("sex", "", "Pilih jenis kelamin."),
        ("applicant", "", "Pilih untuk siapa"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(client: Client, field: str, typed: str, message: str) -> None:
    walk(client, "rusak", upto="pemilik")
    answer = send(client, "pemilik", {**GOOD_OWNER, field: typed})
    assert_refused(answer, field, message)
    assert value_of(answer, field) == typed
    assert value_of(answer, "birth_date_1") == "Agustus"
    assert "nik" not in Draft.objects.get().answers


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("31", "2", "1995"), "Tanggal lahir ini tidak ada"),
        (("17", "Agostos", "1995"), "Isi bulan lahir"),
        (("17", "8", "95"), "empat angka"),
        (("", "", ""), "Isi tanggal lahir."),
        (("17", "", "1995"), "Isi bulan lahir"),
        (("1", "1", "2999"), "belum terjadi"),
    ],
)
def test_a_birth_date_that_cannot_be(client: Client, parts: tuple[str, str, str], message: str) -> None:
    walk(client, "rusak", upto="pemilik")
    answer = send(client, "pemilik", {**GOOD_OWNER, **{f"birth_date_{i}": part for i, part in enumerate(parts)}})
    assert_refused(answer, BIRTH, message)
    assert [value_of(answer, f"birth_date_{i}") for i in range(3)] == list(parts)


def test_a_birth_date_of_tomorrow_is_refused_and_today_is_not(client: Client) -> None:
    walk(client, "rusak", upto="pemilik")
    today = local_date(database_now())

    def born(day: date) -> dict[str, Any]:
        return {**GOOD_OWNER, "birth_date_0": day.day, "birth_date_1": day.month, "birth_date_2": day.year}

    assert_refused(send(client, "pemilik", born(today + timedelta(days=1))), BIRTH, "belum terjadi")
    assert send(client, "pemilik", born(today)).status_code == 302


def young() -> dict[str, Any]:
    """Sixteen today."""
    today = local_date(database_now())
    return {"birth_date_0": "1", "birth_date_1": "1", "birth_date_2": str(today.year - 16)}


def test_under_17_and_never_married_is_refused_with_what_to_do(client: Client) -> None:
    walk(client, "rusak", upto="alamat", **young())
    assert send(client, "alamat", ADDRESS)["Location"] == f"{BASE}keterangan/"
    answer = send(client, "keterangan", {"marital_status": "belum_kawin"})
    assert_refused(answer, "marital_status", "mulai hari ulang tahun ke-17")
    assert value_of(answer, "marital_status") == "belum_kawin"


def test_under_17_and_married_goes_on_with_the_certificate_the_card_does_not_show(client: Client) -> None:
    walk(client, "baru", upto="alamat", **young())
    send(client, "alamat", ADDRESS)
    answer = send(client, "keterangan", {"marital_status": "kawin_tercatat"})
    assert_refused(answer, "marriage_in_kk", "sudah tertulis di Kartu Keluarga")
    married = {"marital_status": "kawin_tercatat", "marriage_in_kk": "no"}
    assert send(client, "keterangan", married).status_code == 302
    assert 'name="AKTA_NIKAH"' in client.get(f"{BASE}berkas/").content.decode()


def test_someone_who_makes_themselves_younger_later_is_asked_again_before_sending(client: Client) -> None:
    walk(client, "rusak")
    send(client, "pemilik", {**GOOD_OWNER, **young()}, query="?kembali=periksa")
    assert submit(client)["Location"] == f"{BASE}keterangan/"
    assert not Application.objects.exists()


@pytest.mark.parametrize("kelurahan", ["", "16.02.01.2001", "Talang Kelapa"])
def test_a_kelurahan_outside_the_city_is_refused(client: Client, kelurahan: str) -> None:
    walk(client, "rusak", upto="alamat")
    answer = send(client, "alamat", {**ADDRESS, "kelurahan": kelurahan})
    assert_refused(answer, "kelurahan", "Pilih kelurahan di Kota Palembang")
    assert value_of(answer, "address") == ADDRESS["address"]


@pytest.mark.parametrize(("field", "typed"), [("rt", "1234"), ("rw", "satu"), ("rt", ""), ("address", "")])
def test_address_parts_that_cannot_be(client: Client, field: str, typed: str) -> None:
    walk(client, "rusak", upto="alamat")
    answer = send(client, "alamat", {**ADDRESS, field: typed})
    assert answer.status_code == 422
    assert value_of(answer, field) == typed


def test_registered_address_of_luar_domisili_may_be_anywhere(client: Client) -> None:
    walk(client, "luar_domisili", upto="alamat")
    answer = send(client, "alamat", ADDRESS)
    assert_refused(answer, "registered_address", "Isi alamat yang tertulis di KTP-el.")
    good = {**ADDRESS, "registered_address": "Jl. Merdeka 1", "registered_region": "Kabupaten Muara Enim"}
    assert send(client, "alamat", good).status_code == 302


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Isi nomor WhatsApp."),
        ("0812", "kurang angka"),
        ("081234567890123", "kelebihan angka"),
        ("0711 123456", "telepon rumah"),
        ("nomor saya", "hanya berisi angka"),
        ("+1 555", "Nomor luar negeri"),
    ],
)
def test_a_phone_that_cannot_exist(client: Client, typed: str, message: str) -> None:
    walk(client, "rusak", upto="kabar")
    answer = send(client, "kabar", {"contact": "whatsapp", "phone": typed, "phone_owner": "self"})
    assert_refused(answer, "phone", message)
    assert value_of(answer, "phone") == typed


def test_the_fictitious_range_is_refused_in_production(client: Client, settings: Any) -> None:
    walk(client, "rusak", upto="kabar")
    settings.LOCAL = False
    answer = send(client, "kabar", {"contact": "whatsapp", "phone": "0800 0000 0001", "phone_owner": "self"})
    assert_refused(answer, "phone", "hanya contoh")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({}, "contact", "Pilih cara kami mengabari Anda."),
        ({"contact": "email"}, "email", "Isi alamat surel."),
        ({"contact": "email", "email": "siti@"}, "email", "tidak lengkap"),
        ({"contact": "whatsapp", "phone": "08000000001"}, "phone_owner", "milik Anda"),
        ({"contact": "whatsapp", "phone": "08000000001", "phone_owner": "other"}, "phone_owner_name", "Isi nama"),
    ],
)
def test_contact_that_is_incomplete(client: Client, typed: dict[str, str], field: str, message: str) -> None:
    walk(client, "rusak", upto="kabar")
    assert_refused(send(client, "kabar", typed), field, message)


def test_a_police_letter_of_tomorrow_is_refused(client: Client) -> None:
    walk(client, "hilang", upto="keterangan")
    answer = send(client, "keterangan", {**POLICE, "police_date_2": "2999"})
    assert_refused(answer, "police_date", "belum terjadi")
    assert value_of(answer, "police_station") == POLICE["police_station"]


@pytest.mark.parametrize(
    ("reason", "question", "message"),
    [
        ("baru", "recorded_before", "Pilih apakah pernah direkam."),
        ("pindah_datang", "origin", "Pilih asal kepindahan."),
        ("luar_domisili", "cause", "Pilih hilang atau rusak."),
    ],
)
def test_the_question_below_a_reason_is_demanded(client: Client, reason: str, question: str, message: str) -> None:
    walk(client, upto="alasan")
    assert_refused(send(client, "alasan", {"reason": reason}), question, message)


def test_a_question_below_another_reason_is_forgotten(client: Client) -> None:
    walk(client, upto="alasan")
    assert send(client, "alasan", {"reason": "rusak", "cause": "hilang", "origin": "abroad"}).status_code == 302
    assert Draft.objects.get().answers == {"reason": "rusak"}


def test_changed_data_needs_both_values_and_they_differ(client: Client) -> None:
    walk(client, "perubahan_data", upto="keterangan")
    assert_refused(send(client, "keterangan", {}), "elements", "Pilih paling sedikit satu")
    answer = send(client, "keterangan", {"elements": ["nama"], "old_nama": "Siti"})
    assert_refused(answer, "new_nama", "Isi nama seharusnya.")
    assert value_of(answer, "old_nama") == "Siti"
    answer = send(client, "keterangan", {"elements": ["nama"], "old_nama": "Siti", "new_nama": "SITI"})
    assert_refused(answer, "new_nama", "berbeda dari data lama")


def test_the_statement_is_demanded(client: Client) -> None:
    walk(client, "rusak")
    answer = send(client, "periksa", {})
    assert_refused(answer, "statement", "Centang pernyataan")
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    "owner",
    [
        {"name": "Sukarno"},
        {"name": "M. Ja'far bin H. Ibr."},
        {"sex": "L"},
        {"birth_date_0": "18"},
        {"nik": "3201015708959041"},
        {"nik": "6171015708959041"},
    ],
)
def test_what_real_people_have_is_accepted(client: Client, owner: dict[str, str]) -> None:
    assert apply(client, "rusak", **owner).status == "submitted"


@pytest.mark.parametrize("phone", ["+62 812-3456-7890", "0899.1234.567", "62 800 0000 0007", "0867 1234 5678"])
def test_phones_are_accepted_as_people_write_them(client: Client, phone: str) -> None:
    contact = {"contact": "whatsapp", "phone": phone, "phone_owner": "other", "phone_owner_name": "Pak RT"}
    application = apply(client, "rusak", contact=contact)
    assert application.phone.startswith("+62")
    assert application.phone_owner == "Pak RT"


def test_several_people_may_share_a_phone() -> None:
    contact = {"contact": "whatsapp", "phone": "0800 0000 0009", "phone_owner": "self"}
    for _ in range(3):
        assert apply(Client(), "rusak", contact=contact, nik=new_nik()).status == "submitted"
