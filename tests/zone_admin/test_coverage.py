"""The coverage screen: everything on one page, moved in one step."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Kelurahan, Zone, ZoneCoverage
from requests_app.rules.dates import local_date
from tests.operations.offices import AWAY, HOME
from tests.zone_admin.forms import errors

pytestmark = pytest.mark.django_db
PAGE = "/kelola/cakupan/"
KECAMATAN = HOME[:8]


@pytest.fixture
def away() -> Zone:
    return Zone.objects.get(zonecoverage__kelurahan=AWAY, zonecoverage__valid__upper_inf=True)


@pytest.fixture
def tomorrow(now: datetime) -> str:
    return (local_date(now) + timedelta(days=1)).isoformat()


def test_all_kelurahan_stand_on_one_page(desk: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        page = desk.get(PAGE).text
    assert page.count('name="kelurahan"') == 107
    assert page.count('name="kecamatan"') == 18
    assert all(zone.name in page for zone in Zone.objects.all())


def test_a_kecamatan_and_single_kelurahan_move_at_once(desk: Client, away: Zone, tomorrow: str) -> None:
    whole = Kelurahan.objects.filter(kecamatan=KECAMATAN).count()
    single = Kelurahan.objects.exclude(kecamatan=KECAMATAN).exclude(zonecoverage__zone=away).first()
    assert single is not None
    given = {"kecamatan": [KECAMATAN], "kelurahan": [HOME, single.code], "zone": away.pk, "first_day": tomorrow}
    page = desk.post(PAGE, given, follow=True).text
    assert f"{whole + 1} kelurahan pindah ke {away.name} mulai" in page
    assert f"{whole + 1} kelurahan ke {away.name} mulai" in page
    assert ZoneCoverage.objects.filter(zone=away, valid__startswith=tomorrow).count() == whole + 1


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"kelurahan": []}, "Centang kelurahan yang dipindahkan."),
        ({"zone": ""}, "Pilih zona tujuan."),
        ({"zone": "0"}, "Pilih zona yang aktif."),
        ({"first_day": ""}, "Isi tanggal mulai berlaku."),
        ({"first_day": "besok"}, "Tulis tanggal seperti 24-12-2026."),
        ({"first_day": "2020-01-01"}, "Tanggal ini sudah lewat."),
        ({"first_day": "9999-01-01"}, "Periksa tahunnya."),
        ({"kelurahan": ["99.99"]}, "Kelurahan ini tidak ada."),
        ({"kelurahan": [AWAY]}, "sudah tercakup"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_ticked_stays_ticked(
    desk: Client, away: Zone, tomorrow: str, over: dict[str, Any], words: str
) -> None:
    before = list(ZoneCoverage.objects.order_by("pk").values())
    given = {"kelurahan": [HOME], "zone": away.pk, "first_day": tomorrow} | over
    response = desk.post(PAGE, given)
    assert response.status_code == 422
    assert any(words in error for error in errors(response.text)), errors(response.text)
    if given["kelurahan"] == [HOME]:
        assert f'value="{HOME}" id="w{HOME}" checked' in response.text
    assert list(ZoneCoverage.objects.order_by("pk").values()) == before


def test_a_day_can_be_typed_the_indonesian_way(desk: Client, away: Zone, now: datetime) -> None:
    day = local_date(now) + timedelta(days=3)
    desk.post(PAGE, {"kelurahan": [HOME], "zone": away.pk, "first_day": f"{day:%d-%m-%Y}"})
    assert ZoneCoverage.objects.get(kelurahan=HOME, zone=away).valid.lower == day


def test_a_recorded_move_is_shown_and_taken_back(desk: Client, away: Zone, tomorrow: str) -> None:
    desk.post(PAGE, {"kelurahan": [HOME], "zone": away.pk, "first_day": tomorrow})
    move = ZoneCoverage.objects.get(kelurahan=HOME, zone=away)
    page = desk.get(PAGE).text
    assert f'name="pindah" value="{move.pk}"' in page
    assert f"<small>{away.code} mulai" in page
    again = desk.post(PAGE, {"kelurahan": [HOME], "zone": away.pk, "first_day": tomorrow})
    assert "sudah tercakup" in " ".join(errors(again.text))
    response = desk.post(f"{PAGE}batal/", {"pindah": [move.pk]}, follow=True)
    assert "1 perpindahan dibatalkan" in response.text
    assert ZoneCoverage.objects.get(kelurahan=HOME).valid.upper is None
    assert desk.post(f"{PAGE}batal/", {"pindah": [move.pk]}).status_code == 409


@pytest.mark.parametrize("ids", [[], ["x"], ["9" * 30], ["0"]])
def test_nothing_sensible_to_take_back_is_said(desk: Client, ids: list[str]) -> None:
    response = desk.post(f"{PAGE}batal/", {"pindah": ids})
    assert response.status_code == 409
    assert "tidak dapat dilakukan" in response.text


def test_a_later_move_stands_in_the_way_of_an_earlier_one(desk: Client, away: Zone, now: datetime) -> None:
    later = (local_date(now) + timedelta(days=30)).isoformat()
    desk.post(PAGE, {"kelurahan": [HOME], "zone": away.pk, "first_day": later})
    third = Zone.objects.exclude(zonecoverage__kelurahan=HOME).exclude(pk=away.pk).first()
    assert third is not None
    soon = (local_date(now) + timedelta(days=1)).isoformat()
    response = desk.post(PAGE, {"kelurahan": [HOME], "zone": third.pk, "first_day": soon})
    name = Kelurahan.objects.get(code=HOME).name
    assert any(f"Sudah tercatat pindah: {name}" in error for error in errors(response.text))
