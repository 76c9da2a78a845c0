"""Cards that nobody fetched travel back: nobody gets them on the way, and their owners are told at the arrival."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from requests_app.models import Card, CardPickup, CardPolicy, CardShipment, StockAlert, Zone
from requests_app.operations.losses import look_for
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.shipments import confirm_all, confirm_codes, finish_arrival, give_up
from requests_app.operations.status_words import standings, status_words
from requests_app.operations.steps import NotNow
from requests_app.operations.unfetched import remind_unfetched
from requests_app.operations.way_back import carry_back
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.cards import ready_card
from tests.operations.offices import AWAY, notices, open_office
from tests.operations.printing import spoiled
from tests.operations.test_handovers import give
from tests.operations.test_shipments import on_their_way

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATE = DAY * 61


def unfetched_cards(now: datetime, number: int = 2) -> list[Card]:
    """Cards that were sent to a zone and have lain there since `now`."""
    shipment, cards = on_their_way(now, number)
    confirm_all(shipment=shipment, officer=OfficerFactory(), now=now)
    return [Card.objects.get(pk=card.pk) for card in cards]


def carry(zone: Zone | None, at: datetime, numbers: list[str] | None = None) -> CardShipment | None:
    assert zone is not None
    return carry_back(zone=zone, until=at, officer=OfficerFactory(), now=at, numbers=numbers)


def leaves(zone: Zone | None, at: datetime) -> CardShipment:
    shipment = carry(zone, at)
    assert shipment is not None
    return shipment


def pickup_of(card: Card) -> CardPickup:
    return CardPickup.objects.select_related("zone", "application").get(application=card.application_id)


def test_on_the_way_a_card_belongs_to_no_office_and_nobody_is_told(now: datetime) -> None:
    cards = unfetched_cards(now)
    zone, came_with = cards[0].zone, cards[0].shipment
    shipment = leaves(zone, now + LATE)
    assert (shipment.returned, shipment.origin, shipment.zone, shipment.received_at) == (True, zone, None, None)
    for card in cards:
        card.refresh_from_db()
        assert (card.shipment, card.came_with, card.zone, card.arrived_at) == (shipment, came_with, None, None)
        pickup = pickup_of(card)
        assert (pickup.zone, pickup.ready_at, pickup.carried_since) == (None, now, now + LATE)
        assert pickup.application.status == "ready_for_pickup"
        assert notices(pickup.application, "card_moved") == []
        event = pickup.application.events.get(step="card_sent_back")
        assert (event.actor_kind, event.data["from"], event.data["card"]) == ("officer", zone.code, card.pk)


def test_what_said_come_to_the_zone_and_has_not_left_is_not_sent_any_more(now: datetime) -> None:
    pickup = ready_card(now)
    remind_unfetched(now=now + DAY * 31)
    leaves(pickup.zone, now + LATE)
    states = [notice.state for notice in notices(pickup.application, "pickup_reminder")]
    assert states == ["superseded"]


def test_until_it_has_arrived_no_desk_gives_it(now: datetime) -> None:
    pickup = ready_card(now)
    shipment = leaves(pickup.zone, now + LATE)
    for place in (pickup.zone, None):
        pickup.zone = place
        with pytest.raises(NotNow, match="sedang dibawa ke Kantor Dukcapil"):
            give(pickup, now + LATE)
    confirm_all(shipment=shipment, officer=OfficerFactory(), now=now + LATE)
    assert give(pickup, now + LATE).zone is None


def test_who_asks_by_whatsapp_is_told_that_it_is_on_its_way(now: datetime) -> None:
    pickup = ready_card(now)
    phone, number = pickup.application.phone_hash, pickup.application.number
    leaves(pickup.zone, now + LATE)
    told = status_words(standings(phone, number=number, now=now + LATE), named=True)
    assert "Kartu sedang dibawa ke Kantor Dukcapil. Anda kami kabari saat sudah ada di sana." in told
    assert "siap diambil" not in told


def test_the_database_lets_nobody_fetch_what_is_carried(now: datetime) -> None:
    pickup = ready_card(now)
    leaves(pickup.zone, now + LATE)
    with pytest.raises(IntegrityError, match="what_is_carried_is_not_fetched"), transaction.atomic():
        CardPickup.objects.filter(pk=pickup.pk).update(fetched_at=now + LATE)


def test_at_the_arrival_its_owner_is_told_where_it_is_once(now: datetime) -> None:
    card, _other = unfetched_cards(now)
    shipment = leaves(card.zone, now + LATE)
    arrives = now + LATE + DAY
    scan = {"shipment": shipment, "codes": [card.code], "officer": OfficerFactory(), "now": arrives}
    assert confirm_codes(**scan)[0].changed
    assert not confirm_codes(**scan)[0].changed, "twice changes nothing"
    pickup = pickup_of(card)
    assert (pickup.zone, pickup.carried_since, pickup.moved_at, pickup.ready_at) == (None, None, arrives, now)
    (told,) = notices(pickup.application, "card_moved")
    assert told.params["tempat"].startswith("Kantor Dukcapil")
    assert told.params["kode_ambil"] == pickup.code
    assert len(notices(pickup.application, "ready_for_pickup")) == 1
    assert pickup.application.events.filter(step="ready_for_pickup").count() == 1
    shipment.refresh_from_db()
    assert shipment.received_at is None, "the other one is still on its way"


def test_a_reminder_that_came_due_on_the_way_is_not_sent_beside_the_news(now: datetime) -> None:
    CardPolicy.objects.create(valid_from=now, move_after_days=29)
    pickup = ready_card(now)
    remind_unfetched(now=now + DAY * 29)
    shipment = leaves(pickup.zone, now + DAY * 29)
    assert remind_unfetched(now=now + DAY * 30) == 0
    confirm_all(shipment=shipment, officer=OfficerFactory(), now=now + DAY * 31)
    assert remind_unfetched(now=now + DAY * 31) == 0
    assert len(notices(pickup.application, "pickup_reminder")) == 1
    assert len(notices(pickup.application, "card_moved")) == 1


def test_only_what_is_due_leaves_and_of_that_only_what_was_ticked(now: datetime) -> None:
    first, second = unfetched_cards(now)
    young = ready_card(now + DAY * 30)
    elsewhere = ready_card(now, open_office(now, AWAY))
    numbers = [first.application.number, young.application.number, elsewhere.application.number, "PLG-0"]
    shipment = carry(first.zone, now + LATE, numbers)
    assert shipment is not None
    assert [card.pk for card in shipment.cards.all()] == [first.pk]
    assert carry(first.zone, now + LATE, []) is None
    assert carry(first.zone, now + LATE, numbers) is None, "twice sends nothing twice"
    assert [card.pk for card in leaves(first.zone, now + LATE).cards.all()] == [second.pk]
    assert carry(young.zone, now + DAY * 89) is None


def test_only_what_the_page_showed_leaves(now: datetime) -> None:
    pickup = ready_card(now)
    assert pickup.zone is not None
    shown = now + DAY * 60 - timedelta(minutes=1)
    assert carry_back(zone=pickup.zone, until=shown, officer=OfficerFactory(), now=now + LATE) is None


def test_whoever_comes_these_days_is_waited_for(now: datetime) -> None:
    pickup, day = ready_card(now), local_date(now + DAY * 60)
    choose_pickup(application_id=pickup.application_id, office=pickup.zone, day=day, part="pagi", now=now + DAY * 58)
    assert carry(pickup.zone, now + DAY * 60) is None
    assert carry(pickup.zone, now + DAY * 61) is not None


def test_a_card_that_is_looked_for_is_not_sent(now: datetime) -> None:
    card, other = unfetched_cards(now)
    look_for(card=card, note="Sudah dicari di laci.", officer=OfficerFactory(), now=now + DAY)
    assert [one.pk for one in leaves(card.zone, now + LATE).cards.all()] == [other.pk]


def test_where_the_office_says_so_nothing_leaves(now: datetime) -> None:
    pickup = ready_card(now)
    CardPolicy.objects.create(valid_from=now, move_after_days=0)
    assert carry(pickup.zone, now + DAY * 400) is None


def test_both_sides_see_what_did_not_arrive_until_it_is_found(now: datetime) -> None:
    cards, officer = unfetched_cards(now), OfficerFactory()
    zone = cards[0].zone
    shipment = leaves(zone, now + LATE)
    assert finish_arrival(shipment_id=shipment.pk, officer=officer, now=now + LATE) == 2
    alert = StockAlert.objects.get()
    assert alert.facts == {"shipment": shipment.number, "missing": 2, "from": zone.name, "to": "Kantor Dukcapil"}
    confirm_codes(shipment=shipment, codes=[cards[0].code], officer=officer, now=now + LATE)
    assert len(notices(cards[0].application, "card_moved")) == 1
    assert notices(cards[1].application, "card_moved") == []
    confirm_codes(shipment=shipment, codes=[cards[1].code], officer=officer, now=now + LATE)
    alert.refresh_from_db()
    assert alert.closed_at == now + LATE


def test_one_that_is_given_up_is_printed_again_for_where_it_was_to_be_fetched(now: datetime) -> None:
    card, _other = unfetched_cards(now)
    zone, officer = card.zone, OfficerFactory()
    shipment = leaves(zone, now + LATE)
    with pytest.raises(NotNow):
        give_up(card=card, officer=officer, now=now + LATE)
    finish_arrival(shipment_id=shipment.pk, officer=officer, now=now + LATE)
    assert give_up(card=card, officer=officer, now=now + LATE).changed
    card.refresh_from_db()
    pickup = pickup_of(card)
    assert (card.outcome, card.reason) == ("spoiled", "lost")
    assert pickup.application.status == "ready_to_print"
    assert (pickup.zone, pickup.ready_at, pickup.carried_since) == (zone, None, None)
    assert notices(pickup.application, "card_moved") == []
    assert len(notices(pickup.application, "card_again")) == 1


def test_one_found_spoiled_at_the_head_office_is_collected_there(now: datetime) -> None:
    card, _other = unfetched_cards(now)
    shipment = leaves(card.zone, now + LATE)
    confirm_all(shipment=shipment, officer=OfficerFactory(), now=now + LATE)
    spoiled(card, now + LATE, reason="chip")
    pickup = pickup_of(card)
    assert (pickup.zone, pickup.moved_at, pickup.application.status) == (None, None, "ready_to_print")
    assert notices(pickup.application, "card_moved")[0].state == "superseded"


def test_an_office_that_closed_meanwhile_gets_no_card_printed_for_it(now: datetime) -> None:
    pickup = ready_card(now, Zone.objects.create(code="Z0", name="UPTD lama"))
    card, officer = pickup.application.cards.get(), OfficerFactory()
    shipment = leaves(pickup.zone, now + LATE)
    Zone.objects.filter(pk=pickup.zone_id).update(is_active=False)
    finish_arrival(shipment_id=shipment.pk, officer=officer, now=now + LATE)
    give_up(card=card, officer=officer, now=now + LATE)
    assert pickup_of(card).zone == card.application.zone
