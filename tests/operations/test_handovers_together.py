"""Two desks, the owner and the clock at the same moment: one card is given once, and nobody is told what is not so."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from requests_app.models import Handover
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.steps import NotNow
from requests_app.operations.unfetched import move_unfetched, remind_unfetched
from tests.operations.cards import ready_card
from tests.operations.offices import notices
from tests.operations.test_handovers import give
from tests.operations.test_printing_together import together

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


def test_the_clock_twice_reminds_once_and_moves_nothing_that_was_given(now: datetime) -> None:
    pickup, late = ready_card(now), now + DAY * 61
    place = pickup.zone
    together(
        partial(remind_unfetched, now=late), partial(remind_unfetched, now=late),
        partial(move_unfetched, now=late), partial(move_unfetched, now=late), partial(give, pickup, late),
    )  # fmt: skip
    pickup.refresh_from_db()
    given = Handover.objects.filter(application=pickup.application).first()
    assert len(notices(pickup.application, "pickup_reminder")) <= 1
    assert len(notices(pickup.application, "card_moved")) <= 1
    assert (given is None) == (pickup.fetched_at is None)
    assert given is None or (given.zone == place and pickup.zone == place)


def test_a_choice_beside_the_handover_leaves_it_whole(now: datetime) -> None:
    pickup = ready_card(now)
    choice = partial(choose_pickup, application_id=pickup.pk, office=pickup.zone, day=None, part="pagi", now=now)
    together(partial(give, pickup, now), choice)
    pickup.refresh_from_db()
    assert pickup.fetched_at == now
