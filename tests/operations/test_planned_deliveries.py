"""Deliveries that the centre has promised: each is noted once."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import PlannedDelivery
from requests_app.operations.office import FieldRefused
from requests_app.operations.planned_deliveries import cancel_delivery, plan_delivery
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.test_blanks_at_once import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


def test_the_same_promise_from_many_hands_at_once_is_noted_once(now: datetime) -> None:
    officer = OfficerFactory()
    expected = local_date(now + timedelta(days=30))

    def plan() -> None:
        plan_delivery(expected_on=expected, quantity=500, note="470/5", officer=officer, now=now)

    assert run_at_once([plan] * AT_ONCE) == {"done": 1, "FieldRefused": AT_ONCE - 1}
    assert PlannedDelivery.objects.count() == 1


def test_it_may_be_noted_again_once_it_was_cancelled(now: datetime) -> None:
    officer = OfficerFactory()

    def plan() -> PlannedDelivery:
        return plan_delivery(expected_on=local_date(now), quantity=500, note="", officer=officer, now=now)

    first = plan()
    with pytest.raises(FieldRefused, match="sudah tercatat"):
        plan()
    cancel_delivery(delivery_id=first.pk, officer=officer, now=now)
    plan()
    assert PlannedDelivery.objects.filter(cancelled_at=None).count() == 1
