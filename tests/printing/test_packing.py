"""What is packed by: the list of the offices of now, since a slip keeps the office of when it was printed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Application, BlankStock, Card, CardPolicy, CardShipment, PrintBatch, Zone
from requests_app.operations.pickup_choice import choose_pickup
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards
from tests.operations.printing import batch_of, printed, sent
from tests.printing.conftest import signed_in
from tests.printing.test_sheet import pages_of

pytestmark = pytest.mark.django_db
OLD = "Slip lama menyebut kantor lain"


@pytest.fixture
def other(db: None) -> Zone:
    return Zone.objects.get(code="Z3")


def choose(application: Application, office: Zone | None, now: datetime) -> None:
    """As the citizen does on the tracking page while the card is printed."""
    choose_pickup(application_id=application.pk, office=office, day=None, part="", now=now)


@pytest.fixture
def chosen(batch: PrintBatch, cards: list[Card], other: Zone, now: datetime) -> Card:
    """The slips were printed with the batch; then the first owner chose another office."""
    printed(batch, now - timedelta(minutes=20))
    choose(cards[0].application, other, now - timedelta(minutes=10))
    return cards[0]


def parts_of(page: str) -> dict[str, str]:
    """The part of each office on the list, by its heading."""
    sections = page.split("<section ")[1:]
    return {part.split("</h2>")[0].rsplit(">", 1)[1].split(":")[0]: part for part in sections}


def test_the_list_names_every_card_under_the_office_of_now_and_marks_the_old_slip(
    printer: Client, chosen: Card, cards: list[Card], other: Zone
) -> None:
    page = printer.get("/cetak/daftar/").text
    parts = parts_of(page)
    assert set(parts) == {other.name, chosen.application.zone.name}
    assert chosen.code in parts[other.name] and OLD in parts[other.name]
    for card in cards[1:]:
        assert card.code in parts[card.application.zone.name]
    assert OLD not in parts[chosen.application.zone.name]
    assert "Cetak daftar" in page and "bukan menurut slipnya" in page


def test_the_page_before_sending_says_it_and_leads_to_the_list(printer: Client, chosen: Card) -> None:
    page = printer.get("/cetak/").text
    assert "Slip lama 1 kartu menyebut kantor lain." in page
    assert page.count("1 slip lama menyebut kantor lain: pakai daftar.") == 1
    assert "/cetak/daftar/?lokasi=kantor" in page


def test_new_slips_name_the_office_of_now_and_are_only_for_those_cards(
    printer: Client, chosen: Card, cards: list[Card], other: Zone
) -> None:
    answer = printer.get("/cetak/daftar/slip.pdf?lokasi=kantor")
    assert answer.headers["Content-Type"] == "application/pdf"
    (page,) = pages_of(answer.content, "slip-baru")
    assert f"Diambil di {other.name}" in page
    assert [card.code in page for card in cards] == [True, False, False]
    assert f"{chosen.batch.number}, urutan 1" in page


def test_what_is_sent_from_the_list_is_what_the_list_showed(
    printer: Client, chosen: Card, cards: list[Card], other: Zone, now: datetime
) -> None:
    page = printer.get("/cetak/daftar/").text
    shown_at = page.split('name="sampai" value="')[1].split('"')[0]
    choose(cards[1].application, other, now + timedelta(minutes=5))
    answer = printer.post("/cetak/kirim/", {"lokasi": "kantor", "kantor": other.code, "sampai": shown_at})
    shipment = CardShipment.objects.get()
    assert [card.pk for card in shipment.cards.all()] == [chosen.pk]
    assert "isi tasnya menurut daftar, bukan menurut slip" in printer.get(answer.headers["Location"]).text


def test_every_shipment_has_a_list_to_print_with_the_mark(
    printer: Client, chosen: Card, stock: BlankStock, other: Zone, now: datetime
) -> None:
    (shipment,) = sent(stock, [other], now)
    page = printer.get(f"/cetak/kiriman/{shipment.number}/").text
    assert "Cetak daftar" in page and "bukan menurut slip" in page
    assert page.count(OLD) == 1
    (usual,) = sent(stock, [chosen.application.zone], now)
    page = printer.get(f"/cetak/kiriman/{usual.number}/").text
    assert "Cetak daftar" in page and OLD not in page


def test_a_card_in_the_wrong_bag_is_told_with_where_it_goes(
    printer: Client, chosen: Card, stock: BlankStock, other: Zone, now: datetime
) -> None:
    zone = chosen.application.zone
    right, wrong = sent(stock, [other, zone], now)
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(zone)
    answer = signed_in(clerk).post(f"/cetak/kiriman/{wrong.number}/", {"code": chosen.code})
    assert answer.status_code == 409
    assert f"tetapi kiriman {right.number} ke {other.name}. Sisihkan dan teruskan ke sana." in answer.text


def test_who_confirms_the_office_of_the_slip_or_comes_back_to_it_needs_no_new_one(
    printer: Client, batch: PrintBatch, cards: list[Card], other: Zone, now: datetime
) -> None:
    printed(batch, now - timedelta(minutes=20))
    same, back = cards[0].application, cards[1].application
    choose(same, same.zone, now - timedelta(minutes=10))
    choose(back, other, now - timedelta(minutes=10))
    choose(back, back.zone, now - timedelta(minutes=5))
    assert OLD not in printer.get("/cetak/daftar/").text
    assert "Slip lama" not in printer.get("/cetak/").text


def test_where_it_is_asked_before_printing_the_choice_before_the_batch_is_on_the_slip(
    printer: Client, stock: BlankStock, other: Zone, now: datetime
) -> None:
    hour = timedelta(hours=1)
    CardPolicy.objects.create(valid_from=now - 3 * hour, pickup_asked="before", ask_days=7)
    first, second, third = queued_cards(now - 3 * hour, 3)
    for application in (first, second, third):
        choose(application, other, now - 2 * hour)
    batch = batch_of(now - hour, 3)
    choose(second, second.zone, now - hour / 2)
    choose(third, None, now - hour / 2)
    printed(batch, now - hour / 4)
    parts = parts_of(printer.get("/cetak/daftar/").text)
    assert {name: part.count(OLD) for name, part in parts.items()} == {
        other.name: 0, second.zone.name: 1, "Kantor Dukcapil": 1
    }  # fmt: skip


def test_nothing_to_send_is_told(printer: Client, stock: BlankStock) -> None:
    page = printer.get("/cetak/daftar/").text
    assert "Tidak ada kartu tercetak yang menunggu dikirim" in page and "Cetak daftar" not in page
    assert printer.get("/cetak/daftar/slip.pdf").status_code == 200


@pytest.mark.parametrize("address", ["/cetak/daftar/?lokasi=kantor", "/cetak/daftar/slip.pdf?lokasi=kantor"])
def test_another_locations_list_does_not_exist(chosen: Card, other: Zone, address: str) -> None:
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(other)
    assert signed_in(clerk).get(address).status_code == 404


def test_the_list_asks_a_fixed_number_of_questions_and_opens_nothing_sealed(
    printer: Client, chosen: Card, now: datetime, django_assert_max_num_queries: Any, opened: list[str]
) -> None:
    queued_cards(now - timedelta(hours=1), 6)
    printed(batch_of(now, 6), now)
    printer.get("/cetak/daftar/")
    opened.clear()
    with django_assert_max_num_queries(12):
        assert printer.get("/cetak/daftar/").text.count("PLG-") == 9
    with django_assert_max_num_queries(9):
        printer.get("/cetak/daftar/slip.pdf")
    assert [name for name in opened if not name.startswith("Officer")] == []
