"""Printed cards on their way: one shipment per office, arrival card by card, and what does not arrive."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Card, CardShipment, StockAlert, Zone
from requests_app.operations.blanks import stock_of
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.pickups import ensure_pickup
from requests_app.operations.shipments import confirm_all, confirm_codes, finish_arrival, give_up
from requests_app.operations.steps import NotNow
from requests_app.queries.printing import shipments_at
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import batch_of, cards_of, printed, sent, spoiled
from tests.operations.test_blanks import counters

pytestmark = pytest.mark.django_db


def on_their_way(now: datetime, number: int = 3) -> tuple[CardShipment, list[Card]]:
    """Cards of one zone, printed at the head office and sent."""
    stocked(now, 50)
    applications = queued_cards(now, number)
    batch = batch_of(now, number)
    printed(batch, now)
    (shipment,) = sent(stock_of(None), [applications[0].zone], now)
    return shipment, cards_of(batch)


def test_what_is_printed_goes_where_it_is_collected(now: datetime) -> None:
    stocked(now, 50)
    first, second, third = queued_cards(now, 3)
    chosen = ensure_pickup(second)
    chosen.zone = Zone.objects.get(code="Z3")
    chosen.save()
    at_head_office = ensure_pickup(third)
    at_head_office.zone = None
    at_head_office.save()
    printed(batch_of(now, 3), now)
    shipments = sent(stock_of(None), [first.zone, chosen.zone, None], now)
    assert [shipment.number for shipment in shipments] == ["K-20261123-01", "K-20261123-02", "K-20261123-03"]
    assert [shipment.cards.get().application for shipment in shipments] == [first, second, third]
    assert [shipment.received_at for shipment in shipments] == [None, None, now]
    for application, status in ((first, "printed"), (second, "printed"), (third, "ready_for_pickup")):
        application.refresh_from_db()
        assert application.status == status


def test_sending_twice_sends_nothing_twice(now: datetime) -> None:
    shipment, cards = on_their_way(now)
    assert sent(stock_of(None), [shipment.zone], now) == []
    assert {card.shipment for card in cards} == {shipment}


def test_only_what_the_page_showed_is_sent(now: datetime) -> None:
    stocked(now, 50)
    (application,) = queued_cards(now, 1)
    printed(batch_of(now, 1), now + timedelta(minutes=1))
    assert sent(stock_of(None), [application.zone], now) == []


def test_an_office_chosen_after_the_page_was_shown_gets_its_card_with_the_next_list(now: datetime) -> None:
    stocked(now, 50)
    application, _other = queued_cards(now, 2)
    office = Zone.objects.get(code="Z3")
    printed(batch_of(now, 2), now)
    later = now + timedelta(minutes=1)
    choose_pickup(application_id=application.pk, office=office, day=None, part="", now=later)
    assert sent(stock_of(None), [office], now) == []
    (shipment,) = sent(stock_of(None), [office], later)
    assert shipment.cards.get().application == application


def test_a_spoiled_card_is_not_sent(now: datetime) -> None:
    stocked(now, 50)
    (application,) = queued_cards(now, 1)
    (card,) = printed(batch_of(now, 1), now)
    spoiled(card, now)
    assert sent(stock_of(None), [application.zone], now) == []


def test_arrival_makes_each_card_ready_and_tells_its_owner(now: datetime) -> None:
    shipment, cards = on_their_way(now)
    assert confirm_all(shipment=shipment, officer=OfficerFactory(), now=now) == (3, 0)
    assert confirm_all(shipment=shipment, officer=OfficerFactory(), now=now) == (0, 0), "twice changes nothing"
    for card in cards:
        card.refresh_from_db()
        assert (card.arrived_at, card.zone) == (now, shipment.zone)
        assert card.application.status == "ready_for_pickup"
        assert card.application.notices.filter(purpose="ready_for_pickup").count() == 1
    assert not StockAlert.objects.exists()


def test_a_card_is_confirmed_by_scanning_it(now: datetime) -> None:
    shipment, cards = on_their_way(now, 2)
    officer = OfficerFactory()
    scan = {"shipment": shipment, "officer": officer, "now": now}
    first = confirm_codes(codes=[cards[0].code], **scan)
    assert first[0].changed
    shipment.refresh_from_db()
    assert shipment.received_at is None
    again, unknown = confirm_codes(codes=[cards[0].code, "TIDAKADA"], **scan)
    assert "sudah tercatat tiba" in again.text
    assert unknown.wrong
    confirm_codes(codes=[cards[1].code], **scan)
    shipment.refresh_from_db()
    assert shipment.received_at == now, "the last one completes the shipment"


def test_a_card_of_another_shipment_is_told_with_it(now: datetime) -> None:
    first, cards = on_their_way(now, 1)
    second, _cards = on_their_way(now, 1)
    (answer,) = confirm_codes(shipment=second, codes=[cards[0].code], officer=OfficerFactory(), now=now)
    assert answer.wrong
    assert first.number in answer.text


def test_both_sides_see_what_did_not_arrive_until_it_is_found(now: datetime) -> None:
    shipment, cards = on_their_way(now)
    officer = OfficerFactory()
    confirm_codes(shipment=shipment, codes=[cards[0].code], officer=officer, now=now)
    assert finish_arrival(shipment_id=shipment.pk, officer=officer, now=now) == 2
    alert = StockAlert.objects.get()
    assert alert.facts == {
        "shipment": shipment.number, "missing": 2, "from": "Kantor Dukcapil", "to": shipment.zone.name
    }  # fmt: skip
    cards[1].refresh_from_db()
    assert cards[1].application.status == "printed"
    confirm_codes(shipment=shipment, codes=[cards[1].code], officer=officer, now=now)
    alert.refresh_from_db()
    assert (alert.facts["missing"], alert.closed_at) == (1, None)
    confirm_codes(shipment=shipment, codes=[cards[2].code], officer=officer, now=now)
    alert.refresh_from_db()
    assert alert.closed_at == now


def test_a_card_that_is_given_up_is_printed_again(now: datetime) -> None:
    shipment, cards = on_their_way(now, 2)
    officer = OfficerFactory()
    with pytest.raises(NotNow):
        give_up(card=cards[1], officer=officer, now=now)
    confirm_codes(shipment=shipment, codes=[cards[0].code], officer=officer, now=now)
    finish_arrival(shipment_id=shipment.pk, officer=officer, now=now)
    with pytest.raises(NotNow):
        give_up(card=cards[0], officer=officer, now=now)
    assert give_up(card=cards[1], officer=officer, now=now).changed
    assert not give_up(card=cards[1], officer=officer, now=now).changed, "twice changes nothing"
    card = Card.objects.get(pk=cards[1].pk)
    assert (card.outcome, card.reason, card.photo) == ("spoiled", "lost", None)
    assert card.application.status == "ready_to_print"
    assert StockAlert.objects.get().closed_at == now
    assert counters(stock_of(None)) == (48, 1, 0)


def test_a_shipment_ends_with_the_last_card_that_can_still_come(now: datetime) -> None:
    """Spoiled on the way, it would be waited for by both offices for ever, and no button is left to end it."""
    shipment, cards = on_their_way(now, 2)
    officer = OfficerFactory()
    spoiled(cards[0], now, reason="transport", officer=officer)
    shipment.refresh_from_db()
    assert shipment.received_at is None
    spoiled(cards[1], now, reason="transport", officer=officer)
    shipment.refresh_from_db()
    assert (shipment.received_at, shipment.received_by) == (now, officer)
    assert shipments_at([stock_of(None), stock_of(shipment.zone)]) == []
    assert not StockAlert.objects.exists()


def test_a_ready_card_found_spoiled_at_the_desk_is_printed_again_and_not_asked_for(now: datetime) -> None:
    shipment, cards = on_their_way(now, 1)
    confirm_all(shipment=shipment, officer=OfficerFactory(), now=now)
    spoiled(cards[0], now, reason="chip")
    card = Card.objects.select_related("application__pickup").get(pk=cards[0].pk)
    assert card.application.status == "ready_to_print"
    assert (card.application.pickup.ready_at, card.application.pickup.remind_at) == (None, None)
    assert card.application.notices.get(purpose="ready_for_pickup").state == "superseded"


def test_a_spoiled_card_does_not_arrive(now: datetime) -> None:
    shipment, cards = on_their_way(now, 1)
    spoiled(cards[0], now, reason="transport")
    (answer,) = confirm_codes(shipment=shipment, codes=[cards[0].code], officer=OfficerFactory(), now=now)
    assert answer.wrong
    assert "Sisihkan" in answer.text
