"""What means nothing any more is forgotten; what people wrote stays."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import InboundMessage, LimitCounter, ProofCode, ReachedPhone, WebhookEvent
from requests_app.operations.clock import forget_old
from requests_app.operations.proofs import send_code
from tests.factories import submitted
from tests.operations.inbound import write

pytestmark = pytest.mark.django_db


def test_old_posts_are_forgotten_and_what_people_wrote_stays_in_its_conversation(now: datetime) -> None:
    kept = write("Apakah besok buka?", now - timedelta(days=400))
    for age, outcome in ((31, "applied"), (29, "applied")):
        WebhookEvent.objects.create(
            digest=f"{age}".encode(), body={}, received_at=now, processed_at=now - timedelta(days=age), outcome=outcome
        )
    forget_old(now=now)
    assert [e.outcome for e in WebhookEvent.objects.all()] == ["applied"]
    assert InboundMessage.objects.get() == kept


def test_a_post_that_could_not_be_read_is_kept(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.operations.conversations._take", None)
    write("Apakah besok buka?", now - timedelta(days=400))
    forget_old(now=now)
    assert WebhookEvent.objects.get().body["text"] == "Apakah besok buka?"


def test_codes_and_counters_that_ended_are_forgotten(now: datetime) -> None:
    for asked_at in (now - timedelta(days=40), now):
        send_code(application_id=submitted(asked_at).pk, now=asked_at)
    for age in (0, 3):
        LimitCounter.objects.create(scope="guess", subject=bytes(16), window_start=now - timedelta(days=age), count=1)
    forget_old(now=now)
    assert ProofCode.objects.count() == 1
    assert LimitCounter.objects.count() == 1


def test_phones_that_count_no_more_are_forgotten(now: datetime) -> None:
    for age in (1, 4):
        ReachedPhone.objects.create(
            phone_hash=bytes([age]) * 16, charged_until=now - timedelta(days=age - 1),
            last_sent_at=now - timedelta(days=age),
        )  # fmt: skip
    forget_old(now=now)
    assert bytes(ReachedPhone.objects.get().phone_hash) == bytes([1]) * 16
