"""The list of zones, a zone's form, and how a zone closes down."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Application, Officer, Slot, Visit, Zone, ZoneCoverage
from requests_app.operations.visit_clock import move_displaced
from tests.factories import OfficerFactory, submitted
from tests.operations.offices import AWAY, approve, asked, coming, open_office
from tests.zone_admin.forms import errors, sent, yes_of

pytestmark = pytest.mark.django_db
NEW = {
    "code": "z10", "name": "UPTD Zona 10", "address": "Jl. Contoh 10", "latitude": "-2.990934, 104.756554",
    "longitude": "", "whatsapp_number": "0800 0000 0099", "whatsapp_phone_id": "", "services": ["kk", "legalisir"],
    "desks": "3", "slot_minutes": "30", "slot_capacity": "4", "room_capacity": "15",
}  # fmt: skip


def zone_at(address: str) -> str:
    return f"/kelola/{address}/"


def test_only_admins_come_in() -> None:
    for role in ("officer", "counter", "supervisor"):
        client = Client()
        client.force_login(OfficerFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/kelola/").status_code == 403
        assert client.post("/kelola/Z1/", {"name": "x"}).status_code == 403


def test_the_list_says_how_each_zone_sends_and_what_is_missing(
    desk: Client, now: datetime, django_assert_max_num_queries: Any
) -> None:
    zones = list(Zone.objects.order_by("code"))
    changes = [
        {"whatsapp_number": "", "whatsapp_phone_id": ""},
        {"whatsapp_phone_id": "", "whatsapp_number": "+6281200000001"},
        {"whatsapp_number": "+6281200000002"},
        {"number_trouble": "131042"},
    ]
    for zone, change in zip(zones, changes, strict=False):
        Zone.objects.filter(pk=zone.pk).update(**change)
    with django_assert_max_num_queries(12):
        page = desk.get("/kelola/").text
    for words in ("Tanpa nomor", "Dikirim manual", "Lewat API", "Nomor ditolak", "Nomor contoh"):
        assert words in page, words
    assert page.count("Data contoh") == len(zones)


def test_invitations_that_wait_for_a_number_stand_in_plain_sight(desk: Client, now: datetime) -> None:
    open_office(now, whatsapp_number="", whatsapp_phone_id="")
    approve(asked(now), now)
    assert "1 undangan menunggu nomor" in desk.get("/kelola/").text


def test_the_admin_finds_these_pages_from_the_settings(desk: Client) -> None:
    assert 'href="/kelola/"' in desk.get("/admin/").text


def test_a_zone_is_opened_with_all_that_was_typed(desk: Client) -> None:
    response = desk.post("/kelola/baru/", sent(desk, "/kelola/baru/", **NEW))
    assert response.headers["Location"] == "/kelola/cakupan/"
    zone = Zone.objects.get(code="Z10")
    assert (zone.name, zone.whatsapp_number, zone.services) == ("UPTD Zona 10", "+6280000000099", ["kk", "legalisir"])
    assert (zone.latitude, zone.longitude) == (Decimal("-2.990934"), Decimal("104.756554"))
    assert zone.hours == "Senin–Kamis 08.00–12.00 dan 13.00–15.00, Jumat 08.00–11.30 dan 13.30–15.00 WIB"
    assert Slot.objects.filter(zone=zone, is_open=True).exists()
    assert "query=-2.990934%2C104.756554" in desk.get("/kelola/z10/").text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("code", "", "Isi kode zona."),
        ("code", "cakupan", "Kode terdiri dari huruf lalu angka"),
        ("code", "Z7", "Kode ini sudah dipakai UPTD Zona 7"),
        ("name", "", "Isi nama zona."),
        ("latitude", "di sini", "Isi lintang dan bujur"),
        ("latitude", "-2.99", "Isi lintang dan bujur"),
        ("latitude", "104.756554, -2.990934", "di luar Indonesia"),
        ("whatsapp_number", "0711 310 000", "telepon rumah atau kantor"),
        ("whatsapp_number", "08", "kurang angka"),
        ("whatsapp_number", "+62 800 0000 0007", "Nomor ini sudah dipakai UPTD Zona 7"),
        ("whatsapp_phone_id", "abc", "Phone number ID terdiri dari angka"),
        ("whatsapp_phone_id", "10000000000007", "Phone number ID ini sudah dipakai UPTD Zona 7"),
        ("name", "UPTD 1671045708959001", "Hapus NIK"),
        ("address", "Rumah 1671045708959001", "Hapus NIK"),
        ("desks", "0", "Isi angka 1 sampai 99."),
        ("desks", "", "Isi angka 1 sampai 99."),
        ("slot_minutes", "4", "Isi angka 5 sampai 240."),
        ("slot_minutes", "tiga puluh", "Isi angka 5 sampai 240."),
        ("slot_capacity", "0", "Isi angka 1 sampai 200."),
        ("room_capacity", "-1", "Isi angka 1 sampai 999."),
        ("services", ["pajak"], "pajak"),
        ("from_1_1", "8.75", "Senin: tulis jam buka dan tutup"),
        ("from_2_3", "16", "Selasa: tulis jam buka dan tutup"),
        ("to_3_1", "07.00", "Rabu: jam tutup harus sesudah jam buka."),
        ("to_4_1", "13.30", "Kamis: dua rentang jam bertumpuk."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_stored(
    desk: Client, field: str, typed: Any, words: str
) -> None:
    response = desk.post("/kelola/baru/", sent(desk, "/kelola/baru/", **{**NEW, field: typed}))
    assert response.status_code == 422
    assert any(words in error for error in errors(response.text)), errors(response.text)
    assert "UPTD Zona 10" in response.text or field == "name"
    assert not Zone.objects.filter(name="UPTD Zona 10").exists()


def test_a_phone_id_needs_its_number(desk: Client) -> None:
    given = sent(desk, "/kelola/baru/", **{**NEW, "whatsapp_number": "", "whatsapp_phone_id": "12345"})
    response = desk.post("/kelola/baru/", given)
    assert "Isi nomor yang memiliki Phone number ID ini." in errors(response.text)


def test_hours_too_many_to_be_told_are_refused(desk: Client) -> None:
    hours = {
        f"{end}_{day}_{n}": f"{6 + 5 * n + (end == 'to')}.{day:02d}"
        for day in range(1, 8) for n in (1, 2, 3) for end in ("from", "to")
    }  # fmt: skip
    response = desk.post("/kelola/baru/", sent(desk, "/kelola/baru/", **{**NEW, **hours}))
    assert any("terlalu beragam" in error for error in errors(response.text))


def test_a_zone_saved_as_it_stands_stays_as_it_is(desk: Client) -> None:
    before = Zone.objects.filter(code="Z7").values().get()
    response = desk.post("/kelola/Z7/", sent(desk, "/kelola/Z7/"))
    assert response.headers["Location"] == "/kelola/"
    assert Zone.objects.filter(code="Z7").values().get() == before


def test_a_day_gets_a_third_interval_and_another_none(desk: Client) -> None:
    over = {"from_6_1": "8", "to_6_1": "11", "from_1_3": "15.30", "to_1_3": "16.30"}
    friday = {f"{end}_5_{n}": "" for end in ("from", "to") for n in (1, 2)}
    desk.post("/kelola/Z7/", sent(desk, "/kelola/Z7/", **over, **friday))
    zone = Zone.objects.get(code="Z7")
    assert zone.hours == (
        "Senin 08.00–12.00 dan 13.00–15.00 dan 15.30–16.30, Selasa–Kamis 08.00–12.00 dan 13.00–15.00, "
        "Sabtu 08.00–11.00 WIB"
    )


def test_hours_that_move_visits_are_asked_about_first(desk: Client, now: datetime) -> None:
    zone = open_office(now)
    visit = coming(now)
    day = visit.day.isoweekday()
    address = zone_at(zone.code)
    gone = {f"{end}_{day}_{n}": "" for end in ("from", "to") for n in (1, 2)}
    asked_first = desk.post(address, sent(desk, address, **gone))
    assert asked_first.status_code == 200
    assert "1 kunjungan harus pindah" in asked_first.text
    zone.refresh_from_db()
    assert day in {interval["day"] for interval in zone.weekly_hours}
    yes = yes_of(asked_first.text)
    other = desk.post(address, sent(desk, address, **gone, name="Lain", setuju=yes))  # not what was asked about
    assert "1 kunjungan harus pindah" in other.text
    response = desk.post(address, sent(desk, address, **gone, setuju=yes), follow=True)
    assert "1 kunjungan dipindahkan" in response.text
    assert move_displaced(now=now) == 1
    visit.refresh_from_db()
    assert visit.slot.is_open and visit.day.isoweekday() != day


def test_an_unknown_zone_is_not_found_and_letters_may_be_small(desk: Client) -> None:
    assert desk.get("/kelola/Z99/").status_code == 404
    assert desk.get("/kelola/z7/").status_code == 200


# closing down


def test_the_page_says_what_holds_a_zone_and_refuses_to_close_it(desk: Client, now: datetime) -> None:
    zone = open_office(now)
    coming(now)
    page = desk.get(f"/kelola/{zone.code}/nonaktif/").text
    wards = ZoneCoverage.objects.filter(zone=zone).count()
    for words in (f"{wards} kelurahan", "1 permohonan terbuka", "1 kunjungan akan datang", "langkah di atas"):
        assert words in page
    response = desk.post(f"/kelola/{zone.code}/nonaktif/simpan/")
    assert response.status_code == 409
    assert f"{wards} kelurahan, 1 kunjungan" in response.text
    zone.refresh_from_db()
    assert zone.is_active


def test_a_zone_is_emptied_and_closed_down_on_these_pages(desk: Client, now: datetime) -> None:
    zone, other = open_office(now), open_office(now, AWAY)
    coming(now)
    submitted(now)
    page = f"/kelola/{zone.code}/nonaktif/"
    given = sent(desk, "/kelola/cakupan/", zone=other.pk)
    given["kelurahan"] = list(ZoneCoverage.objects.filter(zone=zone).values_list("kelurahan", flat=True))
    assert desk.post("/kelola/cakupan/", given).status_code == 302
    told = desk.post(f"{page}serahkan/", {"to_zone": other.pk}, follow=True).text
    assert f"2 permohonan dilanjutkan {other.name}. 1 kunjungan dibatalkan" in told
    assert set(Application.objects.values_list("zone", flat=True)) == {other.pk}
    response = desk.post(f"{page}simpan/", follow=True)
    assert f"{zone.name} tidak aktif lagi." in response.text
    assert Visit.objects.filter(zone=zone, state__in=["invited", "confirmed"]).count() == 0
    response = desk.post(f"/kelola/{zone.code}/aktif/", follow=True)
    assert f"{zone.name} aktif lagi." in response.text


@pytest.mark.parametrize("target", ["", "0", "x"])
def test_a_zone_to_hand_over_to_has_to_be_chosen(desk: Client, now: datetime, target: str) -> None:
    zone = open_office(now)
    response = desk.post(f"/kelola/{zone.code}/nonaktif/serahkan/", {"to_zone": target})
    assert response.status_code == 422
    assert errors(response.text)[-1] in ("Pilih zona yang mengambil alih.", "Pilih zona yang aktif.")


def test_the_log_of_settings_knows_who_changed_a_zone(desk: Client, admin: Officer) -> None:
    desk.post("/kelola/Z7/", sent(desk, "/kelola/Z7/", name="UPTD Zona Tujuh"))
    entry = admin.logentry_set.get()
    assert (entry.object_repr, entry.change_message) == ("UPTD Zona Tujuh", "name")
