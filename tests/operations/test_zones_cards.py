"""A zone closes down only when no card is left that lies there, comes there or has to leave from there."""

from datetime import datetime

import pytest

from requests_app.models import Card, CardLoss, CardPolicy, Zone
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.pickups import ensure_pickup
from requests_app.operations.zones import hand_over_zone, what_needs
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards, queued_cards, stocked
from tests.operations.cards import print_card, ready_card
from tests.operations.printing import sent

pytestmark = pytest.mark.django_db


def test_cards_that_lie_there_keep_a_zone_and_those_that_do_not_yet_move_with_their_people(now: datetime) -> None:
    there = ready_card(now)
    zone, other = there.zone, Zone.objects.exclude(pk=there.zone_id)[0]
    assert zone is not None
    assert what_needs(zone, now=now).cards == 1
    (coming,) = approved_cards(now, 1)
    ensure_pickup(coming)
    hand_over_zone(from_zone=zone, to_zone=other, officer=OfficerFactory(role="admin"), now=now)
    assert (ensure_pickup(coming).zone, ensure_pickup(there.application).zone) == (other, zone)


def test_who_chose_an_office_of_another_zone_keeps_it_open_until_another_takes_over(now: datetime) -> None:
    """Once it was closed, the printed card would be sent to an office that nobody works at any more."""
    CardPolicy.objects.create(valid_from=now, pickup_asked="before")
    stocked(now, 10)
    (card,) = queued_cards(now, 1)
    zone, other = Zone.objects.exclude(pk=card.zone_id).order_by("code")[:2]
    choose_pickup(application_id=card.pk, office=zone, day=None, part="", now=now)
    needs = what_needs(zone, now=now)
    assert (needs.applications, needs.chosen, needs.cards) == (0, 1, 0)
    done = hand_over_zone(from_zone=zone, to_zone=other, officer=OfficerFactory(role="admin"), now=now)
    assert (done.applications, done.chosen) == (0, 1)
    assert (ensure_pickup(card).zone, card.events.latest("pk").step) == (other, "pickup_place_moved")
    assert what_needs(zone, now=now).chosen == 0


def test_a_card_that_waits_at_a_zones_printer_or_is_looked_for_there_keeps_the_zone(now: datetime) -> None:
    zone = Zone.objects.get(code="Z3")
    stock = stocked(now, 1, zone=zone)
    Zone.objects.exclude(pk=zone.pk).update(printed_at=stock)
    (application,) = queued_cards(now, 1)
    card = print_card(application, now)
    assert (card.batch.stock, application.zone == zone) == (stock, False)
    assert what_needs(zone, now=now).cards == 1
    sent(stock, [application.zone], now)
    assert what_needs(zone, now=now).cards == 0
    Card.objects.filter(pk=card.pk).update(zone=zone)
    CardLoss.objects.create(card=card, note="rak", noticed_at=now, noticed_by=OfficerFactory())
    assert what_needs(zone, now=now).cards == 1
