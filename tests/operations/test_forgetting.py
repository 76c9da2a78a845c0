"""What means nothing any more is forgotten; what people wrote stays."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import LimitCounter, ProofCode, WebhookEvent
from requests_app.operations.clock import forget_old
from requests_app.operations.proofs import send_code
from tests.factories import submitted

pytestmark = pytest.mark.django_db


def test_old_receipts_are_forgotten_and_what_people_wrote_stays(now: datetime) -> None:
    for age, outcome in ((31, "applied"), (29, "applied"), (400, "inbound")):
        WebhookEvent.objects.create(
            digest=f"{age}".encode(), body={}, received_at=now, processed_at=now - timedelta(days=age), outcome=outcome
        )
    forget_old(now=now)
    assert sorted(e.outcome for e in WebhookEvent.objects.all()) == ["applied", "inbound"]


def test_codes_and_counters_that_ended_are_forgotten(now: datetime) -> None:
    for asked_at in (now - timedelta(days=40), now):
        send_code(application_id=submitted(asked_at).pk, now=asked_at)
    for age in (0, 3):
        LimitCounter.objects.create(scope="guess", subject=bytes(16), window_start=now - timedelta(days=age), count=1)
    forget_old(now=now)
    assert ProofCode.objects.count() == 1
    assert LimitCounter.objects.count() == 1
