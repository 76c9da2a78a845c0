"""Invitations that wait stand in plain sight: zone by zone, with why, and on the supervisor's first page."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

from requests_app.models import Zone
from requests_app.operations.visit_clock import lapse_invitations
from requests_app.vault.keyring import KeyRing
from tests.operations.offices import AWAY, approve, asked, invited, open_office

pytestmark = pytest.mark.django_db
PAGE = "/pengawas/undangan/"
DAY = timedelta(days=1)


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def read(client: Client, address: str = PAGE) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.text)


def rows(page: Any, name: str) -> list[str]:
    return [words(row) for row in page.cssselect(f'[aria-label="{name}"] tbody tr')]


def test_each_zone_says_how_many_wait_and_why(desk: Client, now: datetime) -> None:
    silent = open_office(now, AWAY, whatsapp_number="", whatsapp_phone_id="")
    approve(asked(now, kelurahan=AWAY), now)
    for _ in range(2):
        full = approve(asked(now), now).zone
    lines = {line.split("  ")[0]: line for line in rows(read(desk), "Menurut zona")}
    assert len(lines) == Zone.objects.filter(is_active=True).count()
    of_silent = next(line for line in lines.values() if line.startswith(silent.name))
    of_full = next(line for line in lines.values() if line.startswith(full.name))
    assert "Tanpa nomor" in of_silent
    assert "1 nomor zona tidak bekerja" in of_silent
    assert "2 tidak ada slot kosong" in of_full


def test_a_refused_number_shows_its_code(desk: Client, now: datetime) -> None:
    open_office(now, number_trouble="131031")
    assert "Ditolak: 131031" in words(read(desk))


def test_beyond_seven_days_it_is_red(desk: Client, now: datetime) -> None:
    old = now - 8 * DAY
    late, fresh = approve(asked(old), old), approve(asked(now), now)
    page = read(desk)
    listed = rows(page, "Belum punya jadwal")
    assert late.number in listed[0]
    assert "terlambat 1 hari" in listed[0]
    assert fresh.number in listed[1]
    assert "lagi" in listed[1]
    zone_row = next(
        row for row in page.cssselect('[aria-label="Menurut zona"] tbody tr') if late.zone.name in words(row)
    )
    assert "bad" in zone_row.get("class")


def test_one_zone_alone_and_back(desk: Client, now: datetime) -> None:
    here, there = approve(asked(now), now), approve(asked(now, kelurahan=AWAY), now)
    page = words(read(desk, f"{PAGE}?zona={there.zone.code}"))
    assert there.number in page
    assert here.number not in page
    assert "Tampilkan semua zona" in page
    assert here.number in words(read(desk, f"{PAGE}?zona=tidak-ada"))


def test_whoever_did_not_answer_is_one_tap_from_being_called(desk: Client, now: datetime) -> None:
    at = now - 6 * DAY
    open_office(at)
    application = invited(at).services.get().application
    lapse_invitations(now=now)
    page = read(desk)
    link = next(a for a in page.iter("a") if "Telepon" in words(a))
    assert application.number in words(read(desk, link.get("href")))


def test_nobody_waits(desk: Client) -> None:
    assert "Semua yang diminta datang punya jadwal." in words(read(desk))


def test_the_first_page_counts_them_and_names_the_zones_without_a_number(desk: Client, now: datetime) -> None:
    page = read(desk, "/pengawas/")
    assert "Undangan tertahan" in words(page.cssselect(".figures")[0])
    assert not page.cssselect(".notice.bad[data-zones]")
    zone = open_office(now, AWAY, whatsapp_number="", whatsapp_phone_id="")
    for _ in range(3):
        approve(asked(now, kelurahan=AWAY), now)
    page = read(desk, "/pengawas/")
    figure = next(div for div in page.cssselect(".figures > div") if "Undangan tertahan" in words(div))
    assert "3" in words(figure)
    assert "warn" in figure.get("class")
    assert f"{zone.name}: tanpa nomor" in words(page)


def test_it_is_cheap_and_opens_nothing_sealed(
    desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:
        raise AssertionError("a list opened a sealed value")

    for _ in range(5):
        approve(asked(now), now)
    monkeypatch.setattr(KeyRing, "open", refuse)
    with django_assert_max_num_queries(8):
        read(desk)
