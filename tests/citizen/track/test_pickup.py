"""The tracking page of a card that is there: where, with what, the code; and choosing where and when."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

from requests_app.models import CardPickup, CardPolicy, Holiday
from requests_app.models.pickup_choice import opening_of
from requests_app.operations.followup import change_contact
from requests_app.operations.shipments import confirm_all
from requests_app.operations.status_words import sentence_of, standings
from requests_app.operations.way_back import carry_back
from requests_app.queries.stage import live
from requests_app.rules.pickups import offered_days
from tests.citizen.track.conftest import look_up
from tests.factories import OfficerFactory, new_phone
from tests.operations.blanks import queued_cards, stocked
from tests.operations.cards import printed_card, ready_card
from tests.operations.offices import AWAY, open_office
from tests.operations.test_handovers import give

pytestmark = pytest.mark.django_db


def address(pickup: Any, what: str = "") -> str:
    return f"/lacak/{pickup.application.number}/{what}"


def block(page: Any) -> str:
    found = html.fromstring(page.content).xpath("//section[@aria-labelledby='next']")[0]
    return " ".join(found.text_content().split())


@pytest.fixture
def pickup(now: datetime) -> CardPickup:
    return ready_card(now)


@pytest.fixture
def owner(pickup: CardPickup, prove: Any) -> Client:
    """The browser of its owner."""
    return prove(pickup.application)


def test_a_card_that_is_there_is_told_with_place_things_to_bring_and_code(owner: Client, pickup: CardPickup) -> None:
    page = owner.get(address(pickup))
    words = block(page)
    assert pickup.zone is not None
    assert pickup.zone.name in words and "Kartu Keluarga asli." in words and "surat kuasa F-1.07" in words
    assert "kartu dapat kami pindahkan ke Kantor Dukcapil; Anda kami kabari." in words
    assert pickup.code in page.text and "data:image/svg+xml" in page.text


def test_before_the_proof_nobody_sees_place_or_code(visitor: Client, pickup: CardPickup) -> None:
    page = visitor.get(look_up(visitor, pickup.application).url)
    assert pickup.zone is not None
    assert pickup.code not in page.text and pickup.zone.name not in block(page)
    assert visitor.get(address(pickup, "ambil/")).status_code == 302


def test_a_message_with_a_code_that_no_longer_counts_does_not_show_it(
    owner: Client, pickup: CardPickup, now: datetime
) -> None:
    application = pickup.application
    application.notices.filter(purpose="ready_for_pickup").update(state="delivered", next_attempt_at=None)
    shown = owner.get(address(pickup))
    assert f"Kode ambil: {pickup.code}." in shown.text and "sudah diganti" not in shown.text
    new = {"contact": "whatsapp", "phone": new_phone()}
    change_contact(application_id=application.pk, answers=new, now=now)
    old_code, pickup.code = pickup.code, CardPickup.objects.get().code
    page = owner.get(address(pickup))
    assert old_code not in page.text and "Kode ambil: sudah diganti." in page.text
    assert f"Kode ambil: {pickup.code}." in page.text
    CardPickup.objects.update(zone=None, carried_since=now)
    assert old_code not in owner.get(address(pickup)).text


def test_a_day_is_chosen_and_stands_on_the_page(owner: Client, pickup: CardPickup, now: datetime) -> None:
    (first, *_) = offered_days(opening_of(pickup.zone, now=now), now=now + timedelta(days=1))
    form = owner.get(address(pickup, "ambil/")).text
    assert first.day.isoformat() in form and 'name="office"' not in form
    part = first.parts[0]
    sent = owner.post(address(pickup, "ambil/"), {"day": first.day.isoformat(), "part": part})
    assert sent["Location"] == address(pickup)
    pickup.refresh_from_db()
    assert (pickup.day, pickup.part) == (first.day, part)
    assert "Pilihan Anda:" in block(owner.get(address(pickup)))


def test_a_chosen_day_that_is_past_is_nobodys_choice_any_more(owner: Client, pickup: CardPickup, now: datetime) -> None:
    offered = offered_days(opening_of(pickup.zone, now=now), now=now)[1]
    CardPickup.objects.filter(pk=pickup.pk).update(day=offered.day, part=offered.parts[0])
    assert "Pilihan Anda:" in block(owner.get(address(pickup)))
    CardPickup.objects.filter(pk=pickup.pk).update(day=offered.day - timedelta(weeks=4))
    assert "Pilihan Anda:" not in block(owner.get(address(pickup)))


def test_a_chosen_day_on_which_the_office_is_closed_after_all_is_not_promised(
    owner: Client, pickup: CardPickup, now: datetime
) -> None:
    offered = offered_days(opening_of(pickup.zone, now=now), now=now)[1]
    CardPickup.objects.filter(pk=pickup.pk).update(day=offered.day, part=offered.parts[0])
    assert "Pilihan Anda:" in block(owner.get(address(pickup)))
    Holiday.objects.create(date=offered.day, name="Hari Contoh", kind="libur_nasional")
    assert "Pilihan Anda:" not in block(owner.get(address(pickup)))


@pytest.mark.parametrize(
    "sent", [{"day": "2020-01-01", "part": "pagi"}, {"day": "x", "part": "pagi"}, {"part": "malam"}, {"day": "first"}]
)  # fmt: skip
def test_what_is_not_offered_is_not_taken(owner: Client, pickup: CardPickup, now: datetime, sent: Any) -> None:
    if sent.get("day") == "first":
        sent = sent | {"day": offered_days(opening_of(pickup.zone, now=now), now=now)[0].day.isoformat()}
    assert owner.post(address(pickup, "ambil/"), sent).status_code == 422
    pickup.refresh_from_db()
    assert pickup.chosen_at is None


def test_until_it_is_sent_a_printed_card_goes_to_the_office_that_is_chosen(prove: Any, now: datetime) -> None:
    card, other = printed_card(now), open_office(now, AWAY, address="Jl. Contoh 10")
    own = card.application.zone
    visitor = prove(card.application)
    form = visitor.get(address(card, "ambil/")).text
    assert form.index(own.name) < form.index(other.name) < form.index("Kantor Dukcapil")
    assert "Jl. Contoh 10" in form
    assert visitor.post(address(card, "ambil/"), {"office": "ZZ"}).status_code == 422
    assert visitor.post(address(card, "ambil/"), {"office": other.code, "part": "siang"}).status_code == 302
    chosen = CardPickup.objects.get()
    assert (chosen.zone, chosen.day, chosen.part) == (other, None, "siang")
    visitor.post(address(card, "ambil/"), {"office": "kantor"})
    chosen.refresh_from_db()
    assert chosen.zone is None


def test_nobody_reads_that_a_card_was_sent_while_its_place_can_be_chosen(prove: Any, now: datetime) -> None:
    card = printed_card(now)
    anybody, owner = Client(), prove(card.application)
    stage_page = anybody.get(look_up(anybody, card.application).url)
    assert "Kartu sudah dicetak. Kami mengabari Anda begitu kartu siap diambil." in stage_page.text
    owners_page = owner.get(address(card))
    assert "Pilih tempat ambil kartu" in owners_page.text
    for page in (stage_page, owners_page):
        assert "Tunggu. Kartu Anda sudah dicetak." in block(page) and "dikirim ke tempat" not in page.text
    (standing,) = standings(card.application.phone_hash, number=None, now=now)
    assert "dikirim" not in sentence_of(standing)


def test_on_its_way_back_the_page_says_wait_and_at_the_head_office_collect(
    owner: Client, pickup: CardPickup, now: datetime
) -> None:
    before = live(pickup.application.number, {pickup.pk}, now=now)
    CardPickup.objects.filter(pk=pickup.pk).update(ready_at=now - timedelta(days=61))
    assert pickup.zone is not None
    shipment = carry_back(zone=pickup.zone, until=now, officer=OfficerFactory(), now=now)
    assert shipment is not None
    assert live(pickup.application.number, {pickup.pk}, now=now) != before, "an open page notices"
    anybody = Client()
    stage_page = anybody.get(look_up(anybody, pickup.application).url)
    assert "Kartu sedang dibawa ke Kantor Dukcapil. Anda kami kabari saat sudah ada di sana." in stage_page.text
    for page in (stage_page, owner.get(address(pickup))):
        assert "Tunggu. Kartu sedang dibawa ke Kantor Dukcapil." in block(page)
        assert "Dibawa ke Kantor Dukcapil" in page.text and "Siap diambil" not in page.text
        assert pickup.code not in page.text and "data:image/svg+xml" not in page.text
    assert "Kartu belum diambil, kami bawa ke Kantor Dukcapil" in owner.get(address(pickup)).text
    assert owner.get(address(pickup, "ambil/"))["Location"] == address(pickup)
    confirm_all(shipment=shipment, officer=OfficerFactory(), now=now)
    page = owner.get(address(pickup))
    assert "Kantor Dukcapil, Jl. Demang Lebar Daun" in block(page) and pickup.code in page.text


def test_before_printing_only_where_the_office_asks_then(prove: Any, now: datetime) -> None:
    stocked(now, 1)
    (application,) = queued_cards(now, 1)
    visitor = prove(application)
    page, choice = f"/lacak/{application.number}/", f"/lacak/{application.number}/ambil/"
    assert choice not in visitor.get(page).text
    assert visitor.get(choice)["Location"] == page
    CardPolicy.objects.create(valid_from=now, pickup_asked="before")
    assert choice in visitor.get(page).text
    assert visitor.get(choice).status_code == 200


def test_who_has_the_card_is_told(owner: Client, pickup: CardPickup, now: datetime) -> None:
    give(pickup, now)
    page = owner.get(address(pickup))
    assert "Kartu Anda terima:" in block(page)
    assert pickup.code not in html.fromstring(page.content).xpath("string(//main//section[@aria-labelledby='next'])")
    assert "data:image/svg+xml" not in page.text
    assert owner.get(address(pickup, "ambil/"))["Location"] == address(pickup)


def test_a_representative_is_named_by_the_first_name(owner: Client, pickup: CardPickup, now: datetime) -> None:
    own = pickup.application
    give(pickup, now, representative="Budi Contoh", representative_nik="1671012501990001", family_kk=own.kk_number)
    assert "Kartu diterima wakil Anda, Budi:" in block(owner.get(address(pickup)))


def test_choosing_has_an_end(owner: Client, pickup: CardPickup) -> None:
    for _ in range(10):
        assert owner.post(address(pickup, "ambil/"), {}).status_code == 302
    assert owner.post(address(pickup, "ambil/"), {}).status_code == 429


def test_the_pages_ask_the_database_little(
    owner: Client, pickup: CardPickup, django_assert_max_num_queries: Any
) -> None:
    owner.get(address(pickup))  # the first look is evidence, which is written down
    with django_assert_max_num_queries(14):
        owner.get(address(pickup))
    with django_assert_max_num_queries(9):
        owner.get(address(pickup, "ambil/"))
