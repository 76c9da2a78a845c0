"""Receipts that need a look of their own: the same rules hold as for those that are taken up together."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import CallTask, Notice, Promise, Report, WebhookEvent
from requests_app.operations import receipts
from requests_app.operations.calls import open_call
from requests_app.operations.clock import break_promises
from requests_app.operations.receipts import process_webhooks, store_reports
from requests_app.operations.saving import save_answers
from tests.factories import submitted
from tests.operations.post_office import only
from tests.operations.test_receipts import accepted_answer, failed, item, take

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def listed_answer(now: datetime) -> Notice:
    """An answer that the provider has taken, of somebody who stands on the call list: looked at by itself."""
    notice = accepted_answer(now)
    assert notice.application is not None
    open_call(notice.application, reason="due_soon", now=now, notice=notice, promise=notice.promise)
    return notice


def told(notice: Notice) -> tuple[Any, ...]:
    promise = Promise.objects.get(pk=notice.promise_id)
    return promise.outcome, promise.told_at, promise.evidence


def test_what_cannot_be_taken_together_is_taken_one_by_one(now: datetime, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError

    notice = accepted_answer(now)
    monkeypatch.setattr(receipts, "take_together", fail)
    take(now + 60 * SECOND, item("delivered", now + 12 * SECOND, notice))
    assert told(notice) == ("kept", now + 12 * SECOND, "delivered")
    assert set(WebhookEvent.objects.values_list("outcome", flat=True)) == {"applied"}


def test_who_stands_on_the_call_list_is_taken_off_by_an_arrival(now: datetime):
    notice = listed_answer(now)
    take(now + 60 * SECOND, item("sent", now + 10 * SECOND, notice))
    assert told(notice) == ("open", None, "")
    assert CallTask.objects.filter(closed_at=None).exists()
    take(now + 61 * SECOND, item("delivered", now + 12 * SECOND, notice))
    assert told(notice) == ("kept", now + 12 * SECOND, "delivered")
    assert not CallTask.objects.filter(closed_at=None).exists()


def test_an_answer_that_was_taken_back_is_no_evidence_there_either(now: datetime):
    notice = listed_answer(now)
    Promise.objects.filter(pk=notice.promise_id).update(answered_at=None)
    take(now + 60 * SECOND, item("delivered", now + 12 * SECOND, notice))
    assert told(notice) == ("open", None, "")


def test_timely_evidence_of_a_broken_promise_is_not_taken_with_the_others(now: datetime):
    notice = accepted_answer(now)
    assert notice.promise is not None
    due = notice.promise.due_at
    break_promises(now=due + SECOND)
    CallTask.objects.update(closed_at=due + SECOND)
    take(due + 60 * SECOND, item("delivered", due - SECOND, notice))
    promise = Promise.objects.get(pk=notice.promise_id)
    assert (promise.outcome, promise.rebutted_at) == ("broken", due + 60 * SECOND)
    assert Report.objects.get(promise=promise).status == "closed"


def test_a_copy_that_arrives_stops_the_other_copies(now: datetime, settings: Any):
    settings.SMS_API_URL = "https://sms.example/send"
    first = accepted_answer(now, email="siti@example.com")
    assert first.application is not None
    assert first.promise is not None
    due = first.promise.due_at
    save_answers(now=due - HOUR * 2)
    sms, mail = (only(first.application, "approved", channel=channel) for channel in ("sms", "email"))
    Notice.objects.filter(pk=sms.pk).update(state="accepted", attempt=1, next_attempt_at=None)
    sms.attempts.create(attempt=1, channel="sms", started_at=due - HOUR * 2, outcome="accepted")
    body = {"id": "s1", "reference": f"{sms.pk}:1", "status": "delivered", "at": (due - HOUR).isoformat()}
    store_reports(payload=body, now=due - HOUR)
    process_webhooks(now=due - HOUR)
    assert told(first) == ("kept", due - HOUR, "delivered")
    mail.refresh_from_db()
    assert mail.state == "superseded"


def test_no_apology_leaves_for_a_promise_that_was_kept(now: datetime):
    notice = accepted_answer(now)
    assert notice.application is not None
    assert notice.promise is not None
    due = notice.promise.due_at
    break_promises(now=due + SECOND)
    apology = only(notice.application, "late_answer")
    assert apology.state == "queued"
    take(due + 60 * SECOND, item("delivered", due - SECOND, notice))
    apology.refresh_from_db()
    assert (apology.state, apology.next_attempt_at) == ("superseded", None)


def test_an_answer_that_arrived_late_is_still_followed_by_the_apology(now: datetime):
    notice = accepted_answer(now)
    assert notice.application is not None
    assert notice.promise is not None
    due = notice.promise.due_at
    break_promises(now=due + SECOND)
    take(due + 60 * SECOND, item("delivered", due + SECOND, notice))
    assert only(notice.application, "late_answer").state == "queued"


def test_the_channel_that_followed_a_message_that_is_no_answer_stops_too(now: datetime):
    notice = submitted(now, email="siti@example.com").notices.get()
    Notice.objects.filter(pk=notice.pk).update(state="accepted", attempt=1, next_attempt_at=None)
    take(now + 60 * SECOND, failed(now + 11 * SECOND, 131026, notice))
    assert notice.fallbacks.get().state == "queued"
    take(now + 61 * SECOND, item("delivered", now + 12 * SECOND, notice))
    assert notice.fallbacks.get().state == "superseded"
