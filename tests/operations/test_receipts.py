"""Receipts: late, doubled, reordered or forged, they end in the same rows; and what they prove counts as evidence."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from requests_app.channels.base import Outcome
from requests_app.models import CallTask, Notice, Promise, Report, WebhookEvent, Zone
from requests_app.operations import delivery, sending
from requests_app.operations.clock import break_promises
from requests_app.operations.delivery import claim_notices
from requests_app.operations.notices import owe_notice
from requests_app.operations.receipts import process_webhooks, store_webhook
from tests.factories import APPROVED, decided, submitted
from tests.operations.post_office import only, post_to_door

SECOND = timedelta(seconds=1)
RELEASE = timedelta(seconds=8)


def item(status: str, at: datetime, notice: Notice | None = None, **fields: Any) -> dict[str, Any]:
    """One status as Meta writes it."""
    opaque = {"biz_opaque_callback_data": f"{notice.pk}:{notice.attempt or 1}"} if notice is not None else {}
    return {"id": "wamid.A", "status": status, "timestamp": str(int(at.timestamp())), **opaque, **fields}


def failed(at: datetime, code: int, notice: Notice | None = None, **fields: Any) -> dict[str, Any]:
    return item("failed", at, notice, errors=[{"code": code, "title": "x"}], **fields)


def payload(*statuses: dict[str, Any]) -> dict[str, Any]:
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "statuses": list(statuses)}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}


def take(now: datetime, *statuses: dict[str, Any]) -> None:
    store_webhook(payload=payload(*statuses), now=now)
    process_webhooks(now=now)


def accepted_answer(now: datetime, **over: Any) -> Notice:
    """An answer that the provider has taken, as wamid.A."""
    application = decided(now, APPROVED, **over)
    notice = only(application, "approved")
    Notice.objects.filter(application=application).exclude(pk=notice.pk).update(state="accepted", next_attempt_at=None)
    at = now + RELEASE
    this = sending.Sending(lambda: at)
    assert claim_notices(now=at, owner=this.owner, limit=1) == [notice.pk]
    (prepared,) = sending.prepare([notice.pk], this)
    sending.settle([(prepared, Outcome("accepted", "wamid.A"))], this)
    notice.refresh_from_db()
    return notice


def facts(notice: Notice) -> dict[str, Any]:
    notice = Notice.objects.select_related("promise").get(pk=notice.pk)
    names = ("state", "sent_at", "delivered_at", "read_at", "failed_at", "error_code", "next_attempt_at", "maybe_twice")
    told = (notice.promise.told_at, notice.promise.outcome, notice.promise.evidence) if notice.promise else None
    return {name: getattr(notice, name) for name in names} | {"told": told}


# --- evidence


def test_delivered_in_time_keeps_the_promise_at_the_providers_stamp(now: datetime, db: None):
    notice = accepted_answer(now)
    at = notice.promise.due_at - SECOND
    take(at + 60 * SECOND, item("delivered", at, notice))
    promise = Promise.objects.get(pk=notice.promise_id)
    assert (promise.outcome, promise.evidence, promise.told_at) == ("kept", "delivered", at)


def test_sent_is_no_evidence(now: datetime, db: None):
    notice = accepted_answer(now)
    take(now + 60 * SECOND, item("sent", now + 10 * SECOND, notice))
    assert facts(notice)["state"] == "sent"
    assert facts(notice)["told"] == (None, "open", "")


def test_read_alone_implies_delivered(now: datetime, db: None):
    notice = accepted_answer(now)
    at = now + 20 * SECOND
    take(now + 60 * SECOND, item("read", at, notice))
    seen = facts(notice)
    assert (seen["state"], seen["delivered_at"], seen["read_at"]) == ("read", at, at)
    assert seen["told"] == (at, "kept", "delivered")


def test_the_receipt_of_a_notice_that_answers_nothing_keeps_nothing(now: datetime, db: None):
    application = submitted(now)
    notice = only(application, "received")
    take(now + 60 * SECOND, item("delivered", now + SECOND, notice))
    assert facts(notice)["state"] == "delivered"
    assert application.promises.get().told_at is None


def test_an_answer_that_was_taken_back_is_no_evidence(now: datetime, db: None):
    notice = accepted_answer(now)
    Promise.objects.filter(pk=notice.promise_id).update(answered_at=None)
    take(now + 60 * SECOND, item("delivered", now + 12 * SECOND, notice))
    assert facts(notice)["told"] == (None, "open", "")


def test_receipts_that_were_stored_in_time_are_read_before_a_promise_breaks(now: datetime, db: None):
    notice = accepted_answer(now)
    due = notice.promise.due_at
    store_webhook(payload=payload(item("delivered", due - SECOND, notice)), now=due + SECOND)
    process_webhooks(now=due + 2 * SECOND)
    break_promises(now=due + 2 * SECOND)
    assert facts(notice)["told"][1] == "kept"


def test_a_late_receipt_of_a_timely_arrival_rebuts_and_ends_the_call(now: datetime, db: None):
    notice = accepted_answer(now)
    due = notice.promise.due_at
    break_promises(now=due + SECOND)
    assert CallTask.objects.filter(closed_at=None).exists()
    take(due + timedelta(hours=6), item("delivered", due - 5 * SECOND, notice))
    promise = Promise.objects.get(pk=notice.promise_id)
    assert promise.outcome == "broken"
    assert promise.rebutted_at == due + timedelta(hours=6)
    assert Report.objects.get(promise=promise).status == "closed"
    assert not CallTask.objects.filter(closed_at=None).exists()


def test_a_stamp_from_the_future_or_the_past_is_brought_into_what_can_be_true(now: datetime, db: None):
    ahead, behind = accepted_answer(now), accepted_answer_of_another(now)
    received = now + 60 * SECOND
    take(received, item("delivered", now + timedelta(days=1), ahead))
    take(received, item("delivered", now - timedelta(days=1), behind, id="wamid.B"))
    assert facts(ahead)["told"][0] == received
    assert facts(behind)["told"][0] == behind.created_at


def accepted_answer_of_another(now: datetime) -> Notice:
    notice = only(decided(now, APPROVED), "approved")
    Notice.objects.filter(pk=notice.pk).update(state="accepted", attempt=1, provider_id="wamid.B", next_attempt_at=None)
    return Notice.objects.select_related("promise").get(pk=notice.pk)


# --- order, doubles, other attempts


@pytest.mark.parametrize("with_failure", [False, True])
def test_every_order_and_grouping_ends_in_the_same_rows(now: datetime, db: None, with_failure: bool):
    ends = []
    for order in permutations(range(4 if with_failure else 3)):
        with transaction.atomic():
            notice = accepted_answer(now)
            told = receipts_of(notice, now)
            for index in order:
                take(now + 60 * SECOND, told[index])
            ends.append(facts(notice))
            transaction.set_rollback(True)
    assert all(end == ends[0] for end in ends)
    assert ends[0]["state"] == "read"
    assert ends[0]["delivered_at"] == now + 12 * SECOND


def receipts_of(notice: Notice, now: datetime) -> list[dict[str, Any]]:
    return [
        item("sent", now + 10 * SECOND, notice),
        item("delivered", now + 12 * SECOND, notice),
        item("read", now + 15 * SECOND, notice),
        failed(now + 13 * SECOND, 131026, notice),
    ]


@limits(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_multiset_in_any_batches_ends_as_one_of_each(now: datetime, db: None, data: st.DataObject):
    with transaction.atomic():
        notice = accepted_answer(now)
        told = receipts_of(notice, now)
        chosen = data.draw(st.lists(st.sampled_from(range(3)), min_size=1, max_size=8))
        for batch in batches(data, chosen):
            take(now + 60 * SECOND, *[told[index] for index in batch])
        seen = facts(notice)
        transaction.set_rollback(True)
    assert seen["state"] == ("sent", "delivered", "read")[max(chosen)]
    assert seen["sent_at"] == (now + 10 * SECOND if 0 in chosen else None)
    assert seen["delivered_at"] == (now + 12 * SECOND if 1 in chosen else now + 15 * SECOND if 2 in chosen else None)
    assert seen["read_at"] == (now + 15 * SECOND if 2 in chosen else None)


def batches(data: st.DataObject, chosen: list[int]) -> Iterator[list[int]]:
    while chosen:
        size = data.draw(st.integers(min_value=1, max_value=len(chosen)))
        yield chosen[:size]
        chosen = chosen[size:]


def test_the_same_item_again_is_one_row_and_changes_nothing(now: datetime, db: None):
    notice = accepted_answer(now)
    for _ in range(3):
        take(now + 60 * SECOND, item("delivered", now + 12 * SECOND, notice))
    assert WebhookEvent.objects.count() == 1
    assert notice.application.events.filter(step="told").count() == 1


def test_a_failure_after_the_arrival_undoes_nothing(now: datetime, db: None):
    notice = accepted_answer(now, email="siti@example.com")
    take(now + 60 * SECOND, item("delivered", now + 12 * SECOND, notice))
    take(now + 61 * SECOND, failed(now + 13 * SECOND, 131026, notice))
    assert facts(notice)["state"] == "delivered"
    assert not notice.fallbacks.exists()


def test_an_arrival_after_a_failure_stops_the_other_channel_and_the_call(now: datetime, db: None):
    by_email = accepted_answer(now, email="siti@example.com")
    take(now + 60 * SECOND, failed(now + 11 * SECOND, 131026, by_email))
    assert by_email.fallbacks.get().state == "queued"
    take(now + 61 * SECOND, item("delivered", now + 13 * SECOND, by_email))
    assert by_email.fallbacks.get().state == "superseded"

    by_call = accepted_answer_of_another(now)
    take(now + 60 * SECOND, failed(now + 11 * SECOND, 131026, by_call, id="wamid.B"))
    assert CallTask.objects.filter(notice=by_call, closed_at=None).exists()
    take(now + 61 * SECOND, item("read", now + 13 * SECOND, by_call, id="wamid.B"))
    assert not CallTask.objects.filter(notice=by_call, closed_at=None).exists()


def test_a_call_goes_on_about_another_message_that_did_not_arrive(now: datetime, db: None):
    first = accepted_answer(now)
    take(now + 60 * SECOND, failed(now + 11 * SECOND, 131026, first))
    later = owe_notice(first.application, "report_answered", now=now + 60 * SECOND, dedup="1")
    Notice.objects.filter(pk=later.pk).update(state="accepted", attempt=1, next_attempt_at=None)
    later.refresh_from_db()
    take(now + 90 * SECOND, failed(now + 80 * SECOND, 131026, later, id="wamid.B"))
    task = CallTask.objects.get(application=first.application, closed_at=None)
    assert task.notice_id == first.pk, "an answer comes first"
    take(now + 95 * SECOND, item("delivered", now + 85 * SECOND, first))
    task.refresh_from_db()
    assert (task.notice_id, task.promise_id, task.closed_at) == (later.pk, None, None)
    take(now + 99 * SECOND, item("delivered", now + 86 * SECOND, later, id="wamid.B"))
    task.refresh_from_db()
    assert task.closed_at is not None


@pytest.mark.parametrize(
    ("code", "state"), [(131026, "failed"), (131016, "retry"), (131042, "held"), (132015, "held"), (999999, "retry")]
)
def test_a_message_that_fails_later_is_treated_as_if_it_had_been_refused_at_once(
    now: datetime, db: None, code: int, state: str
):
    notice = accepted_answer(now)
    take(now + 60 * SECOND, failed(now + 11 * SECOND, code, notice))
    seen = facts(notice)
    assert (seen["state"], seen["error_code"], seen["failed_at"]) == (state, str(code), now + 11 * SECOND)
    assert (seen["next_attempt_at"] is None) == (state == "failed")


def test_a_message_that_surely_failed_is_not_maybe_twice(now: datetime, db: None, settings: Any):
    settings.WHATSAPP_ACCESS_TOKEN = ""
    notice = accepted_answer(now)
    take(now + 60 * SECOND, failed(now + 11 * SECOND, 131016, notice))
    delivery.deliver_notices(clock=lambda: now + timedelta(minutes=5))
    notice.refresh_from_db()
    assert (notice.attempt, notice.maybe_twice) == (2, False)


def test_a_failure_of_an_earlier_attempt_does_not_undo_a_later_one(now: datetime, db: None):
    notice = accepted_answer(now)
    Notice.objects.filter(pk=notice.pk).update(attempt=2, maybe_twice=True, provider_id="wamid.B")
    take(now + 60 * SECOND, failed(now + 11 * SECOND, 131026, notice))
    assert facts(notice)["state"] == "accepted"


def test_a_late_sent_does_not_stop_a_retry(now: datetime, db: None):
    notice = accepted_answer(now)
    take(now + 60 * SECOND, failed(now + 11 * SECOND, 131016, notice))
    take(now + 61 * SECOND, item("sent", now + 10 * SECOND, notice))
    assert facts(notice)["state"] == "retry"


def test_a_sent_after_an_answer_that_said_no_stops_the_retry(now: datetime, db: None):
    """The provider answered 503 and had taken it: its receipt knows better, and there is no second message."""
    notice = only(submitted(now), "received")
    this = sending.Sending(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=1)
    (prepared,) = sending.prepare([notice.pk], this)
    sending.settle([(prepared, Outcome("retry", code="http_503"))], this)
    notice.refresh_from_db()
    assert notice.state == "retry"
    take(now + SECOND, item("sent", now, notice))
    notice.refresh_from_db()
    assert (notice.state, notice.next_attempt_at) == ("sent", None)


@pytest.mark.parametrize("post", [partial(item, "sent"), partial(failed, code=131026)])
def test_a_receipt_of_the_last_try_counts_although_the_notice_waits_for_the_morning(
    now: datetime, db: None, post: Callable[..., dict[str, Any]]
):
    """Nobody saw the answer; before the next try the quiet hours began. It must not be sent once more."""
    notice = accepted_answer(now)
    Notice.objects.filter(pk=notice.pk).update(
        state="queued", provider_id=None, accepted_at=None, next_attempt_at=now + timedelta(hours=9)
    )
    told = post(at=now + 60 * SECOND, notice=notice)
    take(now + 60 * SECOND, told)
    notice.refresh_from_db()
    assert (notice.state, notice.next_attempt_at) == (told["status"], None)


def test_a_receipt_before_our_own_commit_settles_the_notice(now: datetime, db: None):
    notice = only(submitted(now), "received")
    this = sending.Sending(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=1)
    (prepared,) = sending.prepare([notice.pk], this)
    notice.refresh_from_db()
    take(now + SECOND, item("delivered", now + SECOND, notice))
    sending.settle([(prepared, Outcome("accepted", "wamid.A"))], this)
    notice.refresh_from_db()
    assert (notice.state, notice.provider_id) == ("delivered", "wamid.A")
    assert notice.attempts.get().outcome == "accepted"


def test_an_unknown_message_is_waited_for_a_minute_and_then_kept_as_an_orphan(now: datetime, db: None):
    take(now, item("delivered", now))
    assert WebhookEvent.objects.get().processed_at is None
    process_webhooks(now=now + 59 * SECOND)
    assert WebhookEvent.objects.get().processed_at is None
    process_webhooks(now=now + 60 * SECOND)
    assert WebhookEvent.objects.get().outcome == "orphan"


def test_a_receipt_without_our_own_id_finds_the_notice_once_its_name_is_known(now: datetime, db: None):
    take(now + 10 * SECOND, item("delivered", now + 10 * SECOND))
    notice = accepted_answer(now)
    process_webhooks(now=now + 20 * SECOND)
    assert facts(notice)["state"] == "delivered"


def test_a_strange_opaque_is_no_trouble(now: datetime, db: None):
    for opaque in ("", "x", "1:2:3", f"{uuid.uuid4()}:x", f"{uuid.uuid4()}:1", "\x00"):
        take(now, item("delivered", now, id=f"wamid.{len(opaque)}", biz_opaque_callback_data=opaque))
    process_webhooks(now=now + timedelta(hours=1))
    assert set(WebhookEvent.objects.values_list("outcome", flat=True)) == {"orphan"}


def test_what_a_person_writes_is_stored_sealed_and_marked(now: datetime, db: None):
    text = {
        "from": "6280000000777",
        "id": "wamid.I",
        "timestamp": "1780000000",
        "type": "text",
        "text": {"body": "Halo"},
    }
    zone = Zone.objects.exclude(whatsapp_phone_id="").first()
    assert zone is not None
    value = {"metadata": {"phone_number_id": zone.whatsapp_phone_id}, "messages": [text]}
    store_webhook(payload={"entry": [{"changes": [{"value": value}]}]}, now=now)
    process_webhooks(now=now)
    event = WebhookEvent.objects.get()
    assert event.outcome == "inbound"
    assert event.body["text"] == "Halo"


# --- through the door


def test_a_thousand_receipts_in_one_post_of_three_megabytes(now: datetime, db: None, settings: Any):
    notice = accepted_answer(now)
    many = [item("delivered", now + 9 * SECOND, id=f"wamid.{n}", padding="x" * 2900) for n in range(999)]
    body = json.dumps(payload(*many, item("read", now + 12 * SECOND, notice))).encode()
    assert 2.9e6 < len(body) < 3.2e6
    signature = hmac.new(settings.WHATSAPP_APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert post_to_door(body, f"sha256={signature}") == 200
    assert WebhookEvent.objects.count() == 1000
    process_webhooks(now=now + timedelta(minutes=2))
    assert facts(notice)["state"] == "read"
