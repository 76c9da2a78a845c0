"""What goes to the new phone when somebody changes their contact: each message once, and only what it got counts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from requests_app.models import Notice
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.followup import change_contact
from requests_app.operations.notices import owe_notice
from requests_app.operations.saving import save_answers
from tests.factories import APPROVED, decided, new_phone
from tests.operations.post_office import only
from tests.operations.test_receipts import failed, item, take

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WHATSAPP = {"contact": "whatsapp", "phone_owner": "self"}


@pytest.mark.parametrize("state", ["unconfirmed", "sending"])
def test_an_answer_that_nobody_knows_the_fate_of_goes_to_the_new_phone(now: datetime, state: str):
    application, new = decided(now, APPROVED), new_phone()
    sent = now + timedelta(seconds=8)
    answer = only(application, "approved")
    Notice.objects.filter(pk=answer.pk).update(
        state=state, attempt=1, next_attempt_at=sent + 10 * MINUTE, lease_until=sent, lease_owner=uuid4()
    )
    answer.attempts.create(attempt=1, channel="whatsapp", started_at=sent, outcome="unknown")
    at = now + 2 * MINUTE
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new}, now=at)
    answer.refresh_from_db()
    assert (answer.recipient, answer.state, answer.next_attempt_at) == (new, "queued", at)
    for status in (failed(at, 131026, answer), item("delivered", at, answer)):
        take(at + MINUTE, status)
        answer.refresh_from_db()
        assert answer.state == "queued", "what the old phone got says nothing of the new one"
    assert application.promises.get().told_at is None


def test_another_e_mail_does_not_send_again_what_may_have_arrived_at_the_same_phone(now: datetime):
    application = decided(now, APPROVED)
    answer, wait = only(application, "approved"), now + 10 * MINUTE
    Notice.objects.filter(pk=answer.pk).update(state="unconfirmed", attempt=1, next_attempt_at=wait)
    contact = {**WHATSAPP, "phone": application.phone, "email": "baru@example.org"}
    change_contact(application_id=application.pk, answers=contact, now=now + MINUTE)
    answer.refresh_from_db()
    assert (answer.state, answer.next_attempt_at) == ("unconfirmed", wait)


def test_copies_of_a_message_do_not_follow_to_the_new_phone_beside_it(now: datetime, settings: Any):
    settings.SMS_API_URL = "https://sms.example/send"
    application, new = decided(now, APPROVED), new_phone()
    news = owe_notice(application, "ready_for_pickup", now=now, dedup="1")
    for channel in ("whatsapp", "sms"):
        copy = application.notices.get(purpose="ready_for_pickup", channel=channel)
        Notice.objects.filter(pk=copy.pk).update(state="failed", attempt=1, failed_at=now, next_attempt_at=None)
        use_next_channel(application, copy, now=now)
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new}, now=now + HOUR)
    rows = application.notices.filter(purpose="ready_for_pickup")
    assert {(row.channel, row.state) for row in rows} == {("whatsapp", "queued"), ("sms", "superseded")}
    news.refresh_from_db()
    assert news.recipient == new


def test_a_copy_follows_alone_when_the_message_itself_has_left(now: datetime, settings: Any):
    settings.SMS_API_URL = "https://sms.example/send"
    application, new = decided(now, APPROVED), new_phone()
    answer = only(application, "approved")
    Notice.objects.filter(pk=answer.pk).update(state="accepted", attempt=1, next_attempt_at=None)
    save_answers(now=answer.promise.due_at - 2 * HOUR)
    at = answer.promise.due_at - HOUR
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new}, now=at)
    copy = application.notices.get(purpose="approved", fallback_of=answer)
    assert (copy.channel, copy.recipient, copy.state) == ("whatsapp", new, "queued")
