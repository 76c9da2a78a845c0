"""Two desks, the owner and the clock at the same moment: one card is given once, and nobody is told what is not so."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from requests_app.models import CardShipment, Handover
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.shipments import confirm_all, confirm_codes
from requests_app.operations.steps import NotNow, lock
from requests_app.operations.unfetched import remind_unfetched
from requests_app.operations.way_back import carry_back
from tests.factories import OfficerFactory
from tests.operations.cards import ready_card
from tests.operations.offices import notices
from tests.operations.test_handovers import give
from tests.operations.test_printing_together import together, waits_for

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def test_two_desks_give_one_card_once(now: datetime) -> None:
    pickup = ready_card(now)
    assert pickup.application.name  # read before the threads
    results = together(*[partial(give, pickup, now) for _ in range(4)])
    assert [isinstance(one, Handover) for one in results].count(True) == 1
    refused = [str(one) for one in results if isinstance(one, NotNow)]
    assert len(refused) == 3
    assert all("sudah diserahkan kepada pemiliknya" in words for words in refused)
    assert len(notices(pickup.application, "card_handed")) == 1


def test_one_card_leaves_with_one_shipment_or_is_given_and_is_told_once(now: datetime) -> None:
    pickup, late = ready_card(now), now + DAY * 61
    place = pickup.zone
    assert place is not None and pickup.application.name  # read before the threads
    carry = partial(carry_back, zone=place, until=late, officer=OfficerFactory(), now=late)
    together(
        partial(remind_unfetched, now=late),
        partial(remind_unfetched, now=late),
        carry,
        carry,
        partial(give, pickup, late),
    )
    shipments = list(CardShipment.objects.filter(returned=True))
    given = Handover.objects.filter(application=pickup.application).first()
    assert (given is None) == (len(shipments) == 1)
    assert given is None or (given.zone == place and not shipments)
    assert len(notices(pickup.application, "pickup_reminder")) <= 1


def test_a_card_that_leaves_while_its_reminder_waits_is_not_reminded_of(now: datetime) -> None:
    pickup, late = ready_card(now), now + DAY * 61
    assert pickup.zone is not None
    carry = partial(carry_back, zone=pickup.zone, until=late, officer=OfficerFactory(), now=late)
    assert waits_for(partial(lock, pickup.pk), partial(remind_unfetched, now=late), carry) == 0
    assert notices(pickup.application, "pickup_reminder") == []


def test_two_who_confirm_one_arrival_tell_its_owner_once(now: datetime) -> None:
    pickup, late = ready_card(now), now + DAY * 61
    assert pickup.zone is not None
    shipment = carry_back(zone=pickup.zone, until=late, officer=OfficerFactory(), now=late)
    assert shipment is not None
    arrive = partial(confirm_all, shipment=shipment, officer=OfficerFactory(), now=late)
    scan = partial(confirm_codes, codes=[shipment.cards.get().code], **arrive.keywords)
    together(arrive, arrive, scan, scan)
    assert len(notices(pickup.application, "card_moved")) == 1
    assert pickup.application.events.filter(step="card_moved").count() == 1


def test_a_choice_beside_the_handover_leaves_it_whole(now: datetime) -> None:
    pickup = ready_card(now)
    choice = partial(choose_pickup, application_id=pickup.pk, office=pickup.zone, day=None, part="pagi", now=now)
    together(partial(give, pickup, now), choice)
    pickup.refresh_from_db()
    assert pickup.fetched_at == now
