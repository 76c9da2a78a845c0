"""Closures and holidays: first what they would move, then declared; revoked and removed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Closure, Holiday, Promise, Slot
from requests_app.operations.visit_clock import move_displaced
from requests_app.rules.dates import local_date, start_of_day
from tests.factories import OfficerFactory
from tests.operations.offices import AWAY, coming, open_office
from tests.zone_admin.forms import errors, press_twice, yes_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "banjir di sekitar kantor"


def closing(first: date, last: date | None = None, **over: Any) -> dict[str, Any]:
    return {
        "first_day": first.isoformat(), "first_time": "", "last_day": (last or first).isoformat(), "last_time": "",
        "reason": WHY,
    } | over  # fmt: skip


def test_a_closure_says_whom_it_moves_before_and_how_far_it_is_after(desk: Client, now: datetime) -> None:
    zone = open_office(now)
    visit = coming(now)
    page = f"/kelola/{zone.code}/tutup/"
    asked = desk.post(page, closing(visit.day))
    assert asked.status_code == 200
    assert "1 kunjungan akan dipindahkan" in asked.text
    assert not Closure.objects.exists()
    told = press_twice(desk, page, closing(visit.day)).text
    assert "Penutupan tercatat. 1 kunjungan dipindahkan" in told
    assert "1 belum pindah" in told
    closure = Closure.objects.get()
    assert (closure.starts_at, closure.ends_at) == (start_of_day(visit.day), start_of_day(visit.day + DAY))
    move_displaced(now=now)
    assert "Semua sudah pindah" in desk.get(page).text


def test_more_visits_than_were_told_are_asked_about_again(desk: Client, now: datetime) -> None:
    zone = open_office(now)
    page, day = f"/kelola/{zone.code}/tutup/", coming(now).day
    yes = yes_of(desk.post(page, closing(day)).text)
    assert coming(now).day == day
    asked = desk.post(page, closing(day, setuju=yes))
    assert "2 kunjungan akan dipindahkan" in asked.text
    other = desk.post(page, closing(day, day + DAY, setuju=yes_of(asked.text)))  # not what was asked about
    assert "kunjungan akan dipindahkan" in other.text
    for wrong in ("", "2", "x-y", "9" * 30 + "-" + "0" * 16):
        desk.post(page, closing(day, setuju=wrong))
    assert not Closure.objects.exists()


def test_hours_of_one_day_can_be_closed(desk: Client, now: datetime) -> None:
    zone = open_office(now)
    day = local_date(now) + DAY
    press_twice(desk, f"/kelola/{zone.code}/tutup/", closing(day, first_time="10", last_time="11.30"))
    closure = Closure.objects.get()
    assert closure.ends_at - closure.starts_at == timedelta(minutes=90)
    assert closure.starts_at - start_of_day(day) == timedelta(hours=10)


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"reason": ""}, "Isi alasan; warga membacanya."),
        ({"reason": "x" * 121}, "Paling panjang 120 huruf."),
        ({"reason": "lihat <a>"}, "tanpa tanda"),
        ({"reason": "hubungi 0812 3456 7890"}, "Jangan cantumkan"),
        ({"first_day": ""}, "Isi tanggal mulai tutup."),
        ({"first_day": "31-02-2027"}, "Tulis tanggal seperti"),
        ({"last_day": "2020-01-01", "first_day": "2020-01-01"}, "sudah lewat"),
        ({"first_time": "9.99"}, "Tulis jam seperti 08.00."),
        ({"first_time": "12.00", "last_time": "12.00"}, "sesudah waktu tutup"),
        ({"last_day": "2020-01-01"}, "sesudah waktu tutup"),
    ],
)
def test_a_closure_that_cannot_be_is_said_beside_its_field(
    desk: Client, now: datetime, over: dict[str, Any], words: str
) -> None:
    open_office(now)
    response = desk.post("/kelola/Z7/tutup/", closing(local_date(now) + DAY, **over))
    assert response.status_code == 422
    assert any(words in error for error in errors(response.text)), errors(response.text)
    assert not Closure.objects.exists()


def test_the_same_press_twice_declares_once(desk: Client, now: datetime) -> None:
    open_office(now)
    given = closing(local_date(now) + DAY)
    assert press_twice(desk, "/kelola/Z7/tutup/", given).status_code == 200
    again = desk.post("/kelola/Z7/tutup/", given)
    assert any("sudah tercatat" in error for error in errors(again.text))
    assert Closure.objects.count() == 1


def test_a_closure_is_revoked_once_and_on_its_own_zone(desk: Client, now: datetime) -> None:
    zone, other = open_office(now), open_office(now, AWAY)
    day = local_date(now) + DAY
    while not Slot.objects.filter(zone=zone, day=day).exists():
        day += DAY
    press_twice(desk, f"/kelola/{zone.code}/tutup/", closing(day))
    closure = Closure.objects.get()
    assert desk.post(f"/kelola/{other.code}/tutup/{closure.pk}/cabut/").status_code == 404
    told = desk.post(f"/kelola/{zone.code}/tutup/{closure.pk}/cabut/", follow=True).text
    assert "Penutupan dicabut." in told and "Dicabut" in told
    assert Slot.objects.filter(zone=zone, day=day, is_open=True).exists()
    assert desk.post(f"/kelola/{zone.code}/tutup/{closure.pk}/cabut/").status_code == 409


def test_the_page_of_closures_costs_few_queries(
    desk: Client, now: datetime, django_assert_max_num_queries: Any
) -> None:
    zone = open_office(now)
    for ahead in range(1, 20):
        begin = start_of_day(local_date(now) + ahead * DAY)
        Closure.objects.create(
            zone=zone, starts_at=begin, ends_at=begin + DAY, reason=WHY, declared_at=now, declared_by=OfficerFactory()
        )
    with django_assert_max_num_queries(10):
        desk.get(f"/kelola/{zone.code}/tutup/")


def holiday(on: date, **over: Any) -> dict[str, Any]:
    return {"day": on.isoformat(), "name": "Hari uji", "kind": "libur_kantor"} | over


def test_a_holiday_says_whom_it_moves_in_which_zones_and_changes_no_promise(desk: Client, now: datetime) -> None:
    home, away = open_office(now), open_office(now, AWAY)
    day = coming(now).day
    coming(now, kelurahan=AWAY)
    promises = dict(Promise.objects.values_list("pk", "due_at"))
    asked = desk.post("/kelola/libur/", holiday(day)).text
    assert "2 kunjungan akan dipindahkan" in asked
    assert f"{home.name}: 1" in asked and f"{away.name}: 1" in asked
    assert not Holiday.objects.filter(date=day).exists()
    told = press_twice(desk, "/kelola/libur/", holiday(day)).text
    assert "tercatat libur. 2 kunjungan dipindahkan" in told
    assert "2 kunjungan masih harus dipindahkan" in told
    assert move_displaced(now=now) == 2
    assert "masih harus dipindahkan" not in desk.get("/kelola/libur/").text
    assert dict(Promise.objects.values_list("pk", "due_at")) == promises


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"day": ""}, "Isi tanggal libur."),
        ({"day": "2020-01-01"}, "sudah lewat"),
        ({"day": "9999-12-31"}, "Periksa tahunnya."),
        ({"name": ""}, "Isi nama hari libur."),
        ({"name": "<b>"}, "tanpa tanda"),
        ({"kind": "piknik"}, "Pilih jenisnya."),
    ],
)
def test_a_holiday_that_cannot_be_is_said_beside_its_field(
    desk: Client, now: datetime, over: dict[str, Any], words: str
) -> None:
    before = Holiday.objects.count()
    response = desk.post("/kelola/libur/", holiday(local_date(now) + DAY, **over))
    assert response.status_code == 422
    assert any(words in error for error in errors(response.text)), errors(response.text)
    assert Holiday.objects.count() == before


def test_a_holiday_is_removed_after_a_question_and_its_day_is_open(desk: Client, now: datetime) -> None:
    zone = open_office(now)
    day = Slot.objects.filter(zone=zone, is_open=True).latest("day").day
    press_twice(desk, "/kelola/libur/", holiday(day))
    row = Holiday.objects.get(date=day)
    assert not Slot.objects.filter(zone=zone, day=day, is_open=True).exists()
    page = f"/kelola/libur/{row.pk}/hapus/"
    assert "Hari uji" in desk.get(page).text
    told = desk.post(page, follow=True).text
    assert "bukan hari libur lagi" in told
    assert Slot.objects.filter(zone=zone, day=day, is_open=True).exists()
    assert desk.get(page).status_code == 404


def test_a_holiday_that_is_over_stays(desk: Client, now: datetime) -> None:
    row = Holiday.objects.create(date=local_date(now) - DAY, name="Kemarin", kind="libur_kantor")
    assert desk.post(f"/kelola/libur/{row.pk}/hapus/").status_code == 409


def test_years_are_looked_at_one_by_one(desk: Client, now: datetime) -> None:
    this = local_date(now).year
    Holiday.objects.create(date=date(this, 7, 7), name="Hari tahun ini", kind="libur_kantor")
    Holiday.objects.create(date=date(this + 1, 7, 7), name="Hari tahun depan", kind="libur_kantor")
    for year in ("", str(this), "abc", "99999"):
        page = desk.get(f"/kelola/libur/?tahun={year}").text
        assert "Hari tahun ini" in page and "Hari tahun depan" not in page
    page = desk.get(f"/kelola/libur/?tahun={this + 1}").text
    assert "Hari tahun depan" in page and "Hari tahun ini" not in page
