"""A card that cannot be found, on the pages of production: who may say what, and bad input told in words."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Card, CardLoss, Officer, StockAlert
from requests_app.operations.batches import cancel_batch
from requests_app.operations.followup import withdraw
from requests_app.operations.losses import look_for, tell_long_searches
from tests.factories import OfficerFactory
from tests.operations.blanks import stocked
from tests.operations.cards import ready_card
from tests.operations.test_handovers import give
from tests.printing.conftest import signed_in

pytestmark = pytest.mark.django_db


def miss(client: Client, card: Card, note: str = "Baki dan lantai.") -> Any:
    return client.post(f"/cetak/kartu/{card.code}/dicari/", {"note": note})


def answer(client: Client, loss: CardLoss, end: str) -> Any:
    return client.post(f"/cetak/dicari/{loss.pk}/", {"akhir": end})


@pytest.fixture
def second(db: None) -> Client:
    """Somebody else of the same office."""
    return signed_in(OfficerFactory())


@pytest.fixture
def loss(cards: list[Card], officer: Officer, now: datetime) -> CardLoss:
    """The officer looks for the first card's blank."""
    look_for(card=cards[0], note="Baki dan lantai.", officer=officer, now=now)
    return CardLoss.objects.get()


def test_a_card_is_looked_for_from_its_own_page_and_stands_in_the_list(
    printer: Client, cards: list[Card], second: Client
) -> None:
    assert "Sedang dicari" not in printer.get("/cetak/").text
    assert "Kartu tidak ditemukan" in printer.get(f"/cetak/kartu/{cards[0].code}/").text
    there = miss(printer, cards[0])
    assert there["Location"] == f"/cetak/kartu/{cards[0].code}/"
    page = printer.get(there["Location"]).text
    assert "sekarang dicari" in page
    assert "Tidak ditemukan, dicari" in page and "Baki dan lantai. (" in page
    assert "Anda yang mulai mencari" in page and "Nyatakan hilang" not in page
    assert "Kartu ini dicari" not in page, "no second form"
    listed = second.get("/cetak/").text
    assert cards[0].code in listed and "oleh Rina Contoh" in listed and "Nyatakan hilang" in listed


def test_twice_is_told(printer: Client, second: Client, cards: list[Card]) -> None:
    miss(printer, cards[0])
    assert "Tidak ada yang berubah" in second.get(miss(second, cards[0])["Location"]).text
    assert CardLoss.objects.count() == 1


@pytest.mark.parametrize("note", ["", " ", "a" * 201, "<b>laci</b>", "NIK 1671045708959902", "0812-3456-7890", "\x00"])
def test_a_note_that_cannot_be_taken_comes_back(printer: Client, cards: list[Card], note: str) -> None:
    response = miss(printer, cards[0], note)
    assert response.status_code == 422
    assert "Ada yang perlu dibetulkan" in response.text
    assert '<details open id="tidak-ditemukan">' in response.text
    assert not CardLoss.objects.exists()


def test_found_and_not_found_twice(printer: Client, loss: CardLoss) -> None:
    for told in ("ditemukan. Semuanya berjalan", "Tidak ada yang berubah"):
        assert told in printer.get(answer(printer, loss, "ditemukan")["Location"]).text
    assert "Sedang dicari" not in printer.get("/cetak/").text


def test_lost_is_said_by_a_second_person_only(printer: Client, second: Client, loss: CardLoss) -> None:
    response = answer(printer, loss, "hilang")
    assert response.status_code == 409
    assert "Minta orang lain" in response.text
    assert "dinyatakan hilang" in second.get(answer(second, loss, "hilang")["Location"]).text
    page = printer.get(f"/cetak/kartu/{loss.card.code}/").text
    assert "Hilang, dicari dan tidak ditemukan" in page and "Dinyatakan hilang" in page
    assert "Tidak ada yang berubah" in second.get(answer(second, loss, "hilang")["Location"]).text
    late = answer(printer, loss, "ditemukan")
    assert late.status_code == 409
    assert "Musnahkan" in late.text


@pytest.mark.parametrize("end", ["", "rusak", "lost", "\x00"])
def test_an_answer_that_is_none_changes_nothing(second: Client, loss: CardLoss, end: str) -> None:
    assert answer(second, loss, end).status_code == 409
    loss.refresh_from_db()
    assert loss.ended_at is None


def test_an_unknown_card_and_somebody_elses_do_not_exist(
    printer: Client, cards: list[Card], loss: CardLoss, now: datetime
) -> None:
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(ready_card(now).zone)
    elsewhere = signed_in(clerk)
    for client, card in ((printer, Card(code="ZZZZZZZZ")), (elsewhere, cards[1])):
        assert miss(client, card).status_code == 404
    for client, which in ((printer, CardLoss(pk=9999)), (elsewhere, loss)):
        assert answer(client, which, "hilang").status_code == 404
    assert loss.card.code not in elsewhere.get("/cetak/").text
    assert printer.get(f"/cetak/dicari/{loss.pk}/").status_code == 405


def test_a_card_handed_over_meanwhile_or_of_a_cancelled_batch(
    printer: Client, second: Client, cards: list[Card], officer: Officer, now: datetime
) -> None:
    pickup = ready_card(now)
    handed = pickup.application.cards.get()
    miss(printer, handed)
    give(pickup, now)
    gone = answer(second, handed.losses.get(), "hilang")
    assert gone.status_code == 409
    assert "sudah ditemukan" in gone.text
    cancel_batch(batch_id=cards[0].batch_id, officer=officer, now=now)
    for card, why in ((handed, "sudah diserahkan"), (cards[0], "tidak jadi dicetak")):
        response = miss(printer, card)
        assert response.status_code == 409
        assert why in response.text
    assert CardLoss.objects.count() == 1


def test_the_batch_page_marks_it_leaves_it_out_of_the_rest_and_does_not_close(
    printer: Client, loss: CardLoss, cards: list[Card]
) -> None:
    batch = f"/cetak/{loss.card.batch.number}/"
    page = printer.get(batch).text
    assert page.count("Sedang dicari") == 1
    assert "Semua 2 sisanya tercetak" in page
    printer.post(f"{batch}hasil/", {"sisa": "2"})
    response = printer.post(f"{batch}tutup/", {f"box_{loss.card.box_id}": "1", "drop_pending": "on"})
    assert response.status_code == 422
    assert f"Blangko untuk kartu {loss.card.code} masih dicari" in response.text
    cancelled = printer.post(f"{batch}batal/")
    assert cancelled.status_code == 409


def test_the_blank_of_a_withdrawn_card_is_looked_for_where_the_count_says_so(
    printer: Client, second: Client, cards: list[Card], now: datetime
) -> None:
    withdraw(application_id=cards[0].application_id, now=now)
    batch, box = f"/cetak/{cards[0].batch.number}/", f"box_{cards[0].box_id}"
    wrong = printer.post(f"{batch}tutup/", {box: "2", "drop_pending": "on"})
    assert wrong.status_code == 422
    assert f"buka kartu {cards[0].code} dan tekan “Kartu tidak ditemukan”" in wrong.text
    page = printer.get(f"/cetak/kartu/{cards[0].code}/").text
    assert "Bila blangkonya tidak ada di baki, tekan “Kartu tidak ditemukan”" in page and "Kartu ini dicari" in page
    miss(printer, cards[0])
    assert printer.get(batch).text.count("Sedang dicari") == 1
    answer(second, CardLoss.objects.get(), "hilang")
    done = printer.post(f"{batch}tutup/", {box: "2", "drop_pending": "on"})
    assert "semua blangko terhitung" in printer.get(done["Location"]).text
    assert "Kartu ini dicari" not in printer.get(f"/cetak/kartu/{cards[0].code}/").text


def test_supervisors_see_a_long_search(cards: list[Card], officer: Officer, now: datetime) -> None:
    look_for(card=cards[0], note="Dicari.", officer=officer, now=now - timedelta(days=3))
    assert tell_long_searches(now=now) == 1
    page = signed_in(OfficerFactory(role="supervisor")).get("/pengawas/").text
    assert "Kartu tidak ditemukan" in page
    assert f"kartu {cards[0].code} dicari sejak" in page and f"/cetak/kartu/{cards[0].code}/" in page
    assert StockAlert.objects.filter(kind="loss").count() == 1


def test_lost_is_no_reason_that_is_chosen_with_a_photo(printer: Client, cards: list[Card]) -> None:
    page = printer.get(f"/cetak/kartu/{cards[0].code}/rusak/").text
    assert 'value="jam"' in page and 'value="lost"' not in page


def test_the_list_costs_one_question_however_long_it_is(
    printer: Client, cards: list[Card], officer: Officer, now: datetime, django_assert_max_num_queries: Any
) -> None:
    stocked(now, 5)
    for card in cards:
        look_for(card=card, note="Dicari.", officer=officer, now=now)
    printer.get("/cetak/")
    with django_assert_max_num_queries(25):
        assert printer.get("/cetak/").text.count("dicari sejak") == len(cards)
    with django_assert_max_num_queries(14):
        printer.get(f"/cetak/kartu/{cards[0].code}/")
