"""Ordinary receipts are taken up together: as few questions for many notices as for one, and the same rows."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import Event, Notice, Promise, WebhookEvent
from requests_app.operations.receipts import process_webhooks, store_webhook
from tests.factories import REJECTED, OfficerFactory, decided, on_duty
from tests.operations.post_office import only

MINUTE = timedelta(minutes=1)


def answers(now: datetime, number: int) -> list[Notice]:
    """Answers that the provider has taken."""
    officer = on_duty(OfficerFactory(), now)
    notices = [only(decided(now, REJECTED, officer), "rejected") for _ in range(number)]
    Notice.objects.filter(pk__in=[n.pk for n in notices]).update(state="accepted", attempt=1, next_attempt_at=None)
    return notices


def posted(notices: list[Notice], status: str, at: datetime) -> dict[str, Any]:
    statuses = [
        {
            "id": f"wamid.{notice.pk}", "status": status, "timestamp": str(int(at.timestamp())),
            "biz_opaque_callback_data": f"{notice.pk}:1",
        }
        for notice in notices
    ]  # fmt: skip
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "statuses": statuses}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}


def questions(payload: dict[str, Any], now: datetime) -> int:
    store_webhook(payload=payload, now=now)
    with CaptureQueriesContext(connection) as asked:
        process_webhooks(now=now)
    return len(asked)


@pytest.mark.parametrize("status", ["sent", "delivered", "read"])
def test_many_are_worked_on_with_as_few_questions_as_two(now: datetime, db: None, status: str):
    few, many = answers(now, 2), answers(now, 12)
    at = now + MINUTE
    assert questions(posted(few, status, at), at) == questions(posted(many, status, at), at)
    assert set(Notice.objects.filter(pk__in=[n.pk for n in many]).values_list("state", flat=True)) == {status}


def test_each_promise_is_kept_and_each_history_says_so_once(now: datetime, db: None):
    notices, at = answers(now, 5), now + MINUTE
    for status in ("read", "sent", "delivered", "delivered"):
        store_webhook(payload=posted(notices, status, at), now=at)
        process_webhooks(now=at)
    promises = Promise.objects.filter(pk__in=[n.promise_id for n in notices])
    assert set(promises.values_list("outcome", "evidence", "told_at")) == {("kept", "delivered", at)}
    told = Event.objects.filter(step="told")
    assert sorted(told.values_list("application_id", flat=True)) == sorted(n.application_id for n in notices)
    assert not WebhookEvent.objects.filter(processed_at=None).exists()


def test_one_that_needs_a_look_of_its_own_does_not_keep_the_others(now: datetime, db: None):
    """Two messages under one id of the provider's: what cannot be stored together is worked on one by one."""
    first, second, third = answers(now, 3)
    at = now + MINUTE
    payload = posted([first, second, third], "delivered", at)
    statuses = payload["entry"][0]["changes"][0]["value"]["statuses"]
    statuses[1] |= {"id": statuses[0]["id"], "timestamp": str(int(at.timestamp()) - 1)}
    store_webhook(payload=payload, now=at)
    process_webhooks(now=at)
    third.refresh_from_db()
    assert third.state == "delivered"
    outcomes = WebhookEvent.objects.values_list("outcome", flat=True)
    assert sorted(outcomes) == ["applied", "applied", "trouble"]
