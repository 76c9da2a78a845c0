"""Receipts as the provider posts them: through the simulator, the door, and the work behind it."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Notice, WebhookEvent
from tests.factories import APPROVED, decided, submitted
from tests.operations.post_office import PostOffice, only

SECOND = timedelta(seconds=1)
RELEASE = timedelta(seconds=8)


def state_of(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_a_call_that_timed_out_is_settled_by_its_receipt_and_not_sent_again(office: PostOffice, now: datetime):
    notice = only(submitted(now), "received")
    office.simulator.faults({"action": "reset_after_accept"})
    office.deliver(now)
    assert state_of(notice) == "unconfirmed"
    assert office.take(office.receipts("sent", "delivered"), now + 5 * SECOND) == [200, 200]
    assert state_of(notice) == "delivered"
    assert (notice.next_attempt_at, notice.maybe_twice) == (None, False)
    assert office.deliver(now + timedelta(hours=1)) == 0
    assert len(office.accepted(notice)) == 1
    notice.refresh_from_db()
    assert notice.provider_id == office.accepted(notice)[0]["wamid"]


def test_without_answer_and_without_receipt_it_is_sent_once_more_and_says_so(office: PostOffice, now: datetime):
    notice = only(submitted(now), "received")
    office.simulator.faults({"action": "reset_after_accept", "times": 1}, {"action": "lost_webhook", "times": 1})
    office.deliver(now)
    office.deliver(now + timedelta(minutes=10))
    assert len(office.accepted(notice)) == 2
    office.take(office.receipts("sent", "delivered"), now + timedelta(minutes=11))
    assert (state_of(notice), notice.maybe_twice) == ("delivered", True)


@pytest.mark.parametrize("fault", ["reorder", "dup_webhook", "skip_delivered", "bsuid_only", "unknown_field"])
def test_however_the_provider_tells_it_the_message_arrived(office: PostOffice, now: datetime, fault: str):
    notice = only(submitted(now), "received")
    office.simulator.faults({"action": fault})
    office.deliver(now)
    last = {"skip_delivered": "read", "reorder": "read"}.get(fault, "delivered")
    answers = office.take(office.receipts("sent", last), now + timedelta(minutes=2))
    assert set(answers) == {200}
    assert state_of(notice) == last


def test_a_failure_that_comes_later_leads_to_the_next_channel(office: PostOffice, now: datetime):
    application = decided(now, APPROVED, email="siti@example.com")
    office.simulator.faults({"action": "undeliverable_131026", "async": True, "match": {"template": "adm_approved"}})
    office.deliver(now + RELEASE)
    office.take(office.receipts("failed"), now + timedelta(minutes=1))
    assert only(application, "approved", channel="whatsapp").state == "failed"
    assert only(application, "approved", channel="email").state == "queued"


@pytest.mark.parametrize("fault", ["forged_signature", "missing_signature", "sha1_only", "tampered_body"])
def test_a_forged_post_changes_nothing(office: PostOffice, now: datetime, fault: str):
    notice = only(submitted(now), "received")
    office.simulator.faults({"action": fault})
    office.deliver(now)
    posts = office.webhook.wait_for(lambda posts: len(posts) >= 2)
    assert office.take(posts, now + timedelta(minutes=2)) == [403] * len(posts)
    assert not WebhookEvent.objects.exists()
    assert state_of(notice) == "accepted"
