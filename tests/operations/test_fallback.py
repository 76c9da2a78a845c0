"""A channel that failed for good: the next one, each at most once; then somebody calls, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Application, CallTask, Notice
from requests_app.operations.calls import open_call
from requests_app.operations.clock import break_promises
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.followup import change_contact
from requests_app.operations.notices import owe_notice
from requests_app.operations.promises import record_evidence
from tests.factories import APPROVED, decided, new_phone
from tests.operations.post_office import only

pytestmark = pytest.mark.django_db
MAIL = "siti@example.com"
MINUTE = timedelta(minutes=1)


def fail(notice: Notice, now: datetime) -> None:
    """The channel gave up on the person."""
    assert notice.application is not None
    use_next_channel(notice.application, notice, now=now)


def channels(application: Application) -> list[str]:
    """Of all messages that carry the answer, in the order in which they were owed."""
    return list(application.notices.filter(purpose="approved").order_by("created_at").values_list("channel", flat=True))


def test_no_channel_is_used_twice(now: datetime, settings: Any):
    settings.SMS_API_URL = "https://sms.example/send"
    application = decided(now, APPROVED, email=MAIL)
    for minutes, channel in ((1, "whatsapp"), (2, "sms"), (3, "email")):
        fail(only(application, "approved", channel=channel), now + minutes * MINUTE)
    assert channels(application) == ["whatsapp", "sms", "email"]
    assert CallTask.objects.get().notice == only(application, "approved", channel="email")


def test_sms_only_where_a_gateway_is_connected(now: datetime, settings: Any):
    settings.SMS_API_URL = ""
    application = decided(now, APPROVED)
    fail(only(application, "approved"), now + MINUTE)
    assert channels(application) == ["whatsapp"]
    assert CallTask.objects.filter(application=application).exists()


def test_what_fails_again_at_the_persons_new_phone_is_followed_again(now: datetime, settings: Any):
    settings.SMS_API_URL = "https://sms.example/send"
    application = decided(now, APPROVED)
    news = owe_notice(application, "ready_for_pickup", now=now, dedup="1")
    for attempt in (1, 2):
        at = now + attempt * MINUTE
        Notice.objects.filter(pk=news.pk).update(state="failed", attempt=attempt, failed_at=at, next_attempt_at=None)
        fail(only(application, "ready_for_pickup", pk=news.pk), at)
        assert application.phone in {copy.recipient for copy in news.fallbacks.filter(channel="sms")}
        new = {"contact": "whatsapp", "phone_owner": "self", "phone": new_phone()}
        change_contact(application_id=application.pk, answers=new, now=at)
        application.refresh_from_db()


def test_who_was_told_already_is_not_written_to_again(now: datetime):
    application = decided(now, APPROVED, email=MAIL)
    record_evidence(application.promises.get(), at=now + MINUTE, evidence="told", now=now + MINUTE)
    fail(only(application, "approved"), now + 2 * MINUTE)
    assert channels(application) == ["whatsapp"]
    assert not CallTask.objects.exists()


def test_one_call_for_an_application(now: datetime):
    application = decided(now, APPROVED)
    notice = only(application, "approved")
    fail(notice, now + MINUTE)
    open_call(application, reason="due_soon", now=now + 2 * MINUTE, notice=notice, promise=notice.promise)
    task = CallTask.objects.get()
    assert (task.reason, task.opened_at) == ("due_soon", now + MINUTE)


def test_the_late_answer_takes_the_place_of_the_one_that_did_not_arrive(now: datetime):
    application = decided(now, APPROVED, email=MAIL)
    break_promises(now=application.due_at + MINUTE)
    assert only(application, "approved").state == "superseded"
    assert only(application, "late_answer").state == "queued"
