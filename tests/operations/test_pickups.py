"""Where a card is collected, against which code, and what its owner is told when it is there."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from requests_app.models import CardPickup, CardShipment, Zone
from requests_app.operations.actors import staff
from requests_app.operations.pickups import ensure_pickup, make_ready, not_ready, pickup_hash
from requests_app.operations.steps import lock
from requests_app.rules.statuses import StepNotAllowed
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards
from tests.operations.cards import bring_to, printed_card, ready_card
from tests.operations.offices import AWAY, notices, open_office

pytestmark = pytest.mark.django_db


def test_a_card_goes_to_its_zone_and_has_one_code_however_often_it_is_asked(now: datetime) -> None:
    (application,) = approved_cards(now, 1)
    pickup, again = ensure_pickup(application), ensure_pickup(application)
    assert (pickup.zone, again.code) == (application.zone, pickup.code)
    assert CardPickup.objects.get(code_hash=pickup_hash(pickup.code)) == pickup


def test_the_code_is_sealed(now: datetime) -> None:
    (application,) = approved_cards(now, 1)
    code = ensure_pickup(application).code
    stored = CardPickup.objects.extra(select={"raw": "code"}).values_list("raw", flat=True).get()
    assert code.encode() not in bytes(stored)


def test_a_printed_card_that_is_there_is_told_with_place_hours_things_to_bring_and_code(now: datetime) -> None:
    pickup = ready_card(now)
    application = pickup.application
    assert application.status == "ready_for_pickup"
    assert (pickup.ready_at, pickup.remind_at) == (now, now + timedelta(days=3))
    (notice,) = notices(application, "ready_for_pickup")
    assert application.zone.name in notice.params["tempat"]
    assert application.zone.hours in notice.params["waktu"]
    assert notice.params["bawa"] == "Kartu Keluarga asli"
    assert notice.params["kode_ambil"] == pickup.code
    assert notice.zone == application.zone


def test_a_card_that_was_sent_lies_where_its_shipment_went(now: datetime) -> None:
    card, other = printed_card(now), open_office(now, AWAY)
    card.shipment = CardShipment.objects.create(number="K-1", zone=other, sent_at=now, sent_by=OfficerFactory())
    card.save(update_fields=["shipment"])
    pickup = bring_to(card.application, card, now)
    card.refresh_from_db()
    assert (pickup.zone, card.zone) == (other, other)
    assert other.name in notices(card.application, "ready_for_pickup")[0].params["tempat"]


def test_what_is_not_printed_is_not_ready(now: datetime) -> None:
    pickup = ready_card(now)
    card = pickup.application.cards.get()
    with pytest.raises(StepNotAllowed), transaction.atomic():
        make_ready(lock(card.application_id), card, now=now, actor=staff(OfficerFactory()))


def test_of_a_spoiled_card_nobody_is_reminded_and_what_was_not_sent_is_not_sent(now: datetime) -> None:
    pickup = ready_card(now)
    not_ready(pickup.application, pickup.application.cards.get())
    pickup.refresh_from_db()
    assert (pickup.ready_at, pickup.remind_at) == (None, None)
    assert notices(pickup.application, "ready_for_pickup")[0].state == "superseded"


def test_the_head_office_is_a_place_with_an_address(now: datetime) -> None:
    card = printed_card(now)
    pickup = ensure_pickup(card.application)
    pickup.zone = None
    pickup.save(update_fields=["zone"])
    bring_to(card.application, card, now)
    told = notices(card.application, "ready_for_pickup")[0].params
    assert told["tempat"].startswith("Kantor Dukcapil, Jl. ")
    assert "Senin–Kamis" in told["waktu"]
    assert Zone.objects.exists()
