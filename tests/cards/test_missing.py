"""A card that cannot be found at the desk: looked for while its owner may stand there, found or lost."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from requests_app.models import CardLoss, CardPickup, Officer
from requests_app.operations.losses import look_for
from tests.cards.test_pages import at, filled, find, form_of
from tests.factories import OfficerFactory
from tests.operations.cards import printed_card, ready_card
from tests.operations.offices import AWAY, open_office
from tests.zone_desk.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(pickup: CardPickup) -> Client:
    """Somebody else who works at that desk."""
    officer = OfficerFactory(role="counter")
    officer.zones.add(pickup.zone)
    return signed_in(officer)


@pytest.fixture
def loss(pickup: CardPickup, clerk: Officer, now: datetime) -> CardLoss:
    """The desk's clerk looks for the card."""
    look_for(card=pickup.application.cards.get(), note="Lemari dan laci.", officer=clerk, now=now)
    return CardLoss.objects.get()


def miss(client: Client, pickup: CardPickup, note: str = "Lemari dan laci.") -> Any:
    return client.post(f"{form_of(pickup)}dicari/", {"note": note})


def answer(client: Client, pickup: CardPickup, loss: CardLoss, end: str) -> Any:
    return client.post(at(pickup, f"dicari/{loss.pk}/"), {"akhir": end})


def test_a_card_is_looked_for_from_its_handover_and_stands_in_the_list(
    desk: Client, second: Client, pickup: CardPickup
) -> None:
    assert "Sedang dicari" not in desk.get(at(pickup)).text
    assert "Kartu tidak ditemukan" in desk.get(form_of(pickup)).text
    there = miss(desk, pickup)
    assert there["Location"] == at(pickup)
    mine = desk.get(there["Location"]).text
    assert "sekarang dicari" in mine and "Anda yang mulai mencari" in mine and "Nyatakan hilang" not in mine
    listed = second.get(at(pickup)).text
    assert "oleh Hasan Contoh" in listed and "Lemari dan laci." in listed and "Nyatakan hilang" in listed
    page = second.get(form_of(pickup)).text
    assert "Nyatakan hilang" in page and "Kartu ini dicari" not in page


def test_twice_is_told(desk: Client, second: Client, pickup: CardPickup) -> None:
    miss(desk, pickup)
    assert "Tidak ada yang berubah" in second.get(miss(second, pickup)["Location"]).text
    assert CardLoss.objects.count() == 1


@pytest.mark.parametrize("note", ["", "a" * 201, "Ibu <i>", "0812 3456 7890"])
def test_a_note_that_cannot_be_taken_comes_back(desk: Client, pickup: CardPickup, note: str) -> None:
    response = miss(desk, pickup, note)
    assert response.status_code == 422
    assert "Ada yang perlu dibetulkan" in response.text
    assert '<details open id="tidak-ditemukan">' in response.text
    assert not CardLoss.objects.exists()


def test_found(desk: Client, pickup: CardPickup, loss: CardLoss) -> None:
    assert "ditemukan." in desk.get(answer(desk, pickup, loss, "ditemukan")["Location"]).text
    assert "Sedang dicari" not in desk.get(at(pickup)).text


def test_lost_is_said_by_a_second_person_and_then_there_is_nothing_to_hand_over(
    desk: Client, second: Client, pickup: CardPickup, loss: CardLoss
) -> None:
    mine = answer(desk, pickup, loss, "hilang")
    assert mine.status_code == 409
    assert "Minta orang lain" in mine.text
    assert "dinyatakan hilang" in second.get(answer(second, pickup, loss, "hilang")["Location"]).text
    assert "Tidak ada yang berubah" in second.get(answer(second, pickup, loss, "hilang")["Location"]).text
    assert find(desk, pickup, pickup.code).status_code == 409
    assert desk.post(form_of(pickup), filled(pickup)).status_code == 409


def test_a_handover_ends_the_search(desk: Client, second: Client, pickup: CardPickup, loss: CardLoss) -> None:
    desk.post(form_of(pickup), filled(pickup))
    loss.refresh_from_db()
    assert loss.end == "found"
    late = answer(second, pickup, loss, "hilang")
    assert late.status_code == 409
    assert "sudah ditemukan" in late.text
    assert "sudah diserahkan" in miss(desk, pickup).text


def test_another_offices_card_one_that_is_not_there_and_an_unknown_one(
    desk: Client, pickup: CardPickup, now: datetime
) -> None:
    other, coming = ready_card(now, open_office(now, AWAY)), printed_card(now)
    look_for(card=other.application.cards.get(), note="Dicari.", officer=OfficerFactory(), now=now)
    elsewhere = CardLoss.objects.get()
    for number in (other.application.number, coming.application.number):
        response = desk.post(at(pickup, f"serah/{number}/dicari/"), {"note": "Dicari."})
        assert response.status_code == 409
    assert desk.post(at(pickup, "serah/PLG-0000-0000-0/dicari/"), {"note": "Dicari."}).status_code == 404
    assert answer(desk, pickup, elsewhere, "hilang").status_code == 404
    assert answer(desk, other, elsewhere, "hilang").status_code == 404, "not an office of this officer"
    assert CardLoss.objects.count() == 1


def test_whose_card_is_looked_for_is_not_called(desk: Client, pickup: CardPickup, loss: CardLoss) -> None:
    calls = at(pickup, "telepon/?tampil=")
    assert pickup.application.number not in desk.get(calls).text
    answer(desk, pickup, loss, "ditemukan")
    assert pickup.application.number in desk.get(calls).text


def test_the_list_costs_one_question(
    desk: Client, pickup: CardPickup, loss: CardLoss, django_assert_max_num_queries: Any
) -> None:
    desk.get(at(pickup))
    with django_assert_max_num_queries(9):
        desk.get(at(pickup))
    with django_assert_max_num_queries(10):
        desk.get(form_of(pickup))
