"""The list of what is to be carried to the head office, taking it along, and its arrival there."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import CardPickup, CardShipment, Zone
from requests_app.operations.shipments import confirm_all
from requests_app.operations.way_back import carry_back
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.cards import ready_card
from tests.operations.test_shipments import on_their_way
from tests.zone_desk.conftest import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def due(now: datetime) -> list[CardPickup]:
    """Two cards that are to be carried, the older one first."""
    return [ready_card(now - DAY * days) for days in (70, 62)]


@pytest.fixture
def zone(due: list[CardPickup]) -> Zone:
    assert due[0].zone is not None
    return due[0].zone


def listed(client: Client, zone: Zone) -> str:
    return client.get(f"/kartu/{zone.code}/", {"tampil": "pindah"}).text


def carry(client: Client, zone: Zone, *pickups: CardPickup, **over: Any) -> Any:
    numbers = [pickup.application.number for pickup in pickups]
    return client.post(f"/kartu/{zone.code}/bawa/", {"nomor": numbers, **over})


def test_the_list_marks_what_is_to_go_now_and_looks_a_week_ahead(
    desk: Client, zone: Zone, due: list[CardPickup], now: datetime
) -> None:
    soon, expected, young = (ready_card(now - DAY * days) for days in (55, 65, 40))
    CardPickup.objects.filter(pk=expected.pk).update(day=local_date(now), part="pagi")
    page = listed(desk, zone)
    now_part, later = page.split("Dalam seminggu")
    for pickup in due:
        assert f'value="{pickup.application.number}"' in now_part and pickup.application.number not in later
    for pickup in (soon, expected):
        assert f'value="{pickup.application.number}"' not in page and pickup.application.number in later
    assert young.application.number not in page
    assert "tetap dapat diambil di sini" in page


def test_the_desk_and_the_supervisor_see_how_many_are_to_go(desk: Client, zone: Zone, due: list[CardPickup]) -> None:
    assert 'href="?tampil=pindah#daftar"' in desk.get(f"/kartu/{zone.code}/").text
    page = signed_in(OfficerFactory(role="supervisor")).get("/kartu/").text
    assert f'<a href="/kartu/{zone.code}/?tampil=pindah">2</a>' in page


def test_what_is_ticked_leaves_and_the_list_to_take_along_follows(
    desk: Client, zone: Zone, due: list[CardPickup]
) -> None:
    sent = carry(desk, zone, due[1])
    shipment = CardShipment.objects.get(returned=True)
    assert sent["Location"] == f"/cetak/kiriman/{shipment.number}/"
    page = desk.get(sent["Location"]).text
    assert "1 kartu ke Kantor Dukcapil. 1 kartu lain masih perlu dibawa." in page
    assert f"dari {zone.name} kembali ke Kantor Dukcapil" in page and "Cetak daftar" in page
    assert due[1].application.number in page and due[0].application.number not in page
    assert "Catat yang tiba" not in page, "only the head office confirms"
    assert f"dari {zone.name} kembali ke Kantor Dukcapil" in desk.get("/cetak/kiriman/").text
    assert due[1].application.number not in listed(desk, zone)


def test_all_of_them_leave_with_one_press_and_a_second_one_changes_nothing(
    desk: Client, zone: Zone, due: list[CardPickup], now: datetime
) -> None:
    carry(desk, zone, semua="1", sampai=now.isoformat())
    assert CardShipment.objects.get(returned=True).cards.count() == 2
    again = carry(desk, zone, semua="1", sampai=now.isoformat())
    assert "Tidak ada kartu yang dibawa" in desk.get(again["Location"]).text
    assert CardShipment.objects.filter(returned=True).count() == 1


def test_nothing_ticked_or_nonsense_moves_nothing(desk: Client, zone: Zone, due: list[CardPickup]) -> None:
    for over in ({}, {"nomor": ["PLG-0", "\x00", "x" * 500]}, {"semua": "1", "sampai": "2020-01-01T00:00:00+00:00"}):
        assert carry(desk, zone, **over)["Location"] == f"/kartu/{zone.code}/?tampil=pindah"
    assert not CardShipment.objects.filter(returned=True).exists()


def test_nobody_carries_from_the_head_office_or_for_another_zone(desk: Client, zone: Zone, due: Any) -> None:
    everywhere = signed_in(OfficerFactory(role="supervisor"))
    assert everywhere.post("/kartu/kantor/bawa/", {"semua": "1"}).status_code == 404
    other = OfficerFactory(role="counter")
    other.zones.add(Zone.objects.exclude(pk=zone.pk).filter(is_active=True)[0])
    assert signed_in(other).post(f"/kartu/{zone.code}/bawa/", {"semua": "1"}).status_code == 404
    assert desk.get(f"/kartu/{zone.code}/bawa/").status_code == 405
    assert not CardShipment.objects.filter(returned=True).exists()


def test_on_the_way_every_desk_says_so_and_the_head_office_confirms(
    desk: Client, zone: Zone, due: list[CardPickup]
) -> None:
    carry(desk, zone, *due)
    office = signed_in(OfficerFactory(role="supervisor"))
    for client, place in ((desk, zone.code), (office, "kantor")):
        found = client.post(f"/kartu/{place}/cari/", {"code": due[0].code})
        assert found.status_code == 409
        assert "sedang dibawa ke Kantor Dukcapil" in found.text
        assert due[0].application.number not in client.get(f"/kartu/{place}/").text
    shipment = CardShipment.objects.get(returned=True)
    address = f"/cetak/kiriman/{shipment.number}/"
    assert desk.post(address, {"semua": "1"}).status_code == 409
    code = due[0].application.cards.get().code
    assert "tiba dan siap diambil" in office.get(office.post(address, {"code": code})["Location"]).text
    assert due[0].application.number in office.get("/kartu/kantor/").text
    office.post(address, {"selesai": "1"})
    for client in (desk, office):
        assert "1 kartu tidak sampai" in client.get("/cetak/kiriman/").text, "both sides see it"
        missing = client.get(f"/cetak/kartu/{due[1].application.cards.get().code}/")
        assert "Tidak diambil, dibawa ke Kantor Dukcapil" in missing.text


def test_the_shipment_that_brought_them_still_says_where_it_came_from(now: datetime) -> None:
    came, cards = on_their_way(now - DAY * 61)
    confirm_all(shipment=came, officer=OfficerFactory(), now=now - DAY * 61)
    assert came.zone is not None
    assert carry_back(zone=came.zone, until=now, officer=OfficerFactory(), now=now) is not None
    assert not came.cards.exists(), "all of them went back"
    sender, receiver = OfficerFactory(role="officer"), OfficerFactory(role="counter")
    receiver.zones.add(came.zone)
    for officer in (sender, receiver):
        page = signed_in(officer).get(f"/cetak/kiriman/{came.number}/")
        assert page.status_code == 200
        assert f"Dari Kantor Dukcapil ke {came.zone.name}" in page.text
        assert page.text.count("Tiba, lalu dibawa ke kantor") == len(cards)


def test_the_pages_ask_the_database_little(
    desk: Client, zone: Zone, due: list[CardPickup], django_assert_max_num_queries: Any
) -> None:
    listed(desk, zone)
    with django_assert_max_num_queries(8):
        listed(desk, zone)
