"""Of whom nobody knows whether they have the message: they get it twice at the most, and then another way."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.channels.base import Outcome
from requests_app.models import Application, CallTask, Notice
from requests_app.operations.delivery import claim_notices, deliver_notices
from requests_app.operations.followup import change_contact
from requests_app.operations.sending import Sending, prepare, settle
from tests.channels.simulator_process import SMS_TOKEN
from tests.factories import APPROVED, decided, new_phone, submitted
from tests.operations.post_office import PostOffice, only

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LOST = ({"action": "reset_after_accept"}, {"action": "lost_webhook"})
HANGS = {"action": "reset_before_accept"}


def deliver_for(office: PostOffice, now: datetime, hours: float) -> datetime:
    """A run every ten minutes. Returns when the last one was."""
    for run in range(int(hours * 6) + 1):
        office.deliver(now + run * 10 * MINUTE)
    return now + run * 10 * MINUTE


def states(application: Application, purpose: str = "approved") -> dict[str, str]:
    return dict(application.notices.filter(purpose=purpose).values_list("channel", "state"))


def test_nobody_gets_a_third_message_however_long_answers_and_receipts_are_lost(office: PostOffice, now: datetime):
    application = decided(now, APPROVED)
    office.simulator.faults(*LOST)
    notice = only(application, "approved")
    deliver_for(office, now + MINUTE, 8)
    assert len(office.accepted(notice)) == 2
    notice.refresh_from_db()
    assert (notice.state, notice.error_code, notice.maybe_twice) == ("failed", "unsure", True)
    assert CallTask.objects.get(application=application, closed_at=None).reason == "undelivered"


def test_after_six_hours_the_next_channel_follows_and_not_before(office: PostOffice, now: datetime):
    application = decided(now, APPROVED, email="siti@example.com")
    office.simulator.faults(*LOST)
    deliver_for(office, now + MINUTE, 5.8)
    assert states(application) == {"whatsapp": "unconfirmed"}
    deliver_for(office, now + 6 * HOUR + MINUTE, 0)
    assert states(application)["whatsapp"] == "failed"
    assert set(states(application)) == {"whatsapp", "email"}


def test_once_a_later_message_is_told_to_have_arrived_the_third_try_is_made(office: PostOffice, now: datetime):
    """The provider hung and took nothing: whoever was tried twice meanwhile need not wait for a call."""
    application = decided(now, APPROVED)
    office.simulator.faults(HANGS)
    tried = deliver_for(office, now + MINUTE, 1)
    assert only(application, "approved").attempt == 2
    office.simulator.control("faults", method="DELETE")
    deliver_for(office, tried, 1)
    assert only(application, "approved").state == "unconfirmed", "nothing tells that receipts reach us"
    later = only(submitted(tried + HOUR), "received")
    office.deliver(tried + HOUR)
    office.take(office.receipts("sent", "delivered"), tried + HOUR + MINUTE)
    later.refresh_from_db()
    assert later.state == "delivered"
    office.deliver(tried + HOUR + 11 * MINUTE)
    assert states(application) == {"whatsapp": "accepted"}
    assert len(office.accepted(only(application, "approved"))) == 1


def test_where_nobody_tells_of_arrivals_two_tries_are_the_end(office: PostOffice, now: datetime, settings: Any):
    settings.SMS_API_URL, settings.SMS_API_TOKEN = f"{office.simulator.url}/sms/messages", SMS_TOKEN
    settings.SMS_REPORT_SECRET = ""
    office.simulator.faults(
        {"action": "undeliverable_131026", "match": {"channel": "whatsapp"}},
        {"action": "reset_after_accept", "match": {"channel": "sms"}},
    )
    application = decided(now, APPROVED)
    deliver_for(office, now + MINUTE, 1)
    sms = only(application, "approved", channel="sms")
    assert (sms.state, sms.attempt) == ("failed", 2)
    assert CallTask.objects.filter(application=application, closed_at=None).count() == 1


def test_tries_to_the_old_phone_are_none_to_the_new_one(office: PostOffice, now: datetime):
    application = decided(now, APPROVED)
    office.simulator.faults(*LOST)
    tried = deliver_for(office, now + MINUTE, 1)
    new = {"contact": "whatsapp", "phone": new_phone(), "phone_owner": "self"}
    change_contact(application_id=application.pk, answers=new, now=tried)
    office.simulator.control("faults", method="DELETE")
    office.deliver(tried)
    assert only(application, "approved").state == "accepted"


@pytest.mark.parametrize("outcome", [Outcome("accepted", "wamid.A"), Outcome("unknown", code="ReadTimeout")])
def test_what_a_receipt_said_of_a_try_is_not_overwritten_by_the_end_of_its_call(
    now: datetime, db: None, outcome: Outcome
):
    notice = only(submitted(now), "received")
    this = Sending(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=1)
    (prepared,) = prepare([notice.pk], this)
    notice.attempts.update(outcome="failed", code="131016")
    Notice.objects.filter(pk=notice.pk).update(
        state="retry", next_attempt_at=now + MINUTE, lease_owner=None, lease_until=None
    )
    settle([(prepared, outcome)], this)
    assert notice.attempts.get().outcome == "failed"
    deliver_notices(clock=lambda: now + MINUTE, paced=False, senders=1)
    notice.refresh_from_db()
    assert (notice.attempt, notice.maybe_twice) == (2, False)
