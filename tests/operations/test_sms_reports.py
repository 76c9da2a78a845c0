"""What the SMS gateway reports is evidence like WhatsApp's receipts; and neither can speak of the other's messages."""

import json
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from requests_app.models import CallTask, Notice, NoticeAttempt, Promise, WebhookEvent, Zone
from requests_app.operations.fallback import owe_again
from requests_app.operations.numbers import forget_numbers
from requests_app.operations.receipts import process_webhooks, store_reports, store_webhook
from requests_app.rules.labels import error_words
from tests.factories import APPROVED, decided
from tests.operations.post_office import only
from tests.webhooks.doors import envelope

pytestmark = pytest.mark.django_db
SECOND, RELEASE = timedelta(seconds=1), timedelta(seconds=8)
RECEIVED = timedelta(minutes=1)


def taken(now: datetime, channel: str, provider_id: str, **over: Any) -> Notice:
    """An answer whose second try that channel has taken; the first was WhatsApp's."""
    notice = only(decided(now, APPROVED, **over), "approved")
    Notice.objects.filter(pk=notice.pk).update(
        channel=channel, state="accepted", attempt=2, provider_id=provider_id, next_attempt_at=None
    )
    at = now + RELEASE
    for attempt, name, outcome in ((1, "whatsapp", "unknown"), (2, channel, "accepted")):
        NoticeAttempt.objects.create(notice=notice, attempt=attempt, channel=name, started_at=at, outcome=outcome)
    return Notice.objects.select_related("promise").get(pk=notice.pk)


def by_sms(now: datetime, **over: Any) -> Notice:
    return taken(now, "sms", "sms:7", **over)


def after_whatsapp(now: datetime, **over: Any) -> Notice:
    """The same by a notice of its own, after WhatsApp gave up on the person."""
    first = taken(now, "whatsapp", "wamid.B", **over)
    Notice.objects.filter(pk=first.pk).update(state="failed")
    notice = owe_again(first.application, first, to=("sms", first.application.phone), now=now, dedup="1")
    Notice.objects.filter(pk=notice.pk).update(state="accepted", attempt=1, provider_id="sms:7", next_attempt_at=None)
    NoticeAttempt.objects.create(notice=notice, attempt=1, channel="sms", started_at=now, outcome="accepted")
    notice.refresh_from_db()
    return notice


def report(status: str, at: datetime, notice: Notice | None = None, **over: Any) -> dict[str, Any]:
    reference = f"{notice.pk}:{notice.attempt}" if notice is not None else ""
    return {"id": 7, "reference": reference, "status": status, "at": at.isoformat(), **over}


def take(now: datetime, *items: dict[str, Any]) -> None:
    store_reports(payload=list(items), now=now)
    process_webhooks(now=now)


def take_whatsapp(now: datetime, **status: Any) -> None:
    whole = {"id": "wamid.A", "status": "delivered", "timestamp": str(int(now.timestamp())), **status}
    store_webhook(payload=json.loads(envelope(whole)), now=now)
    process_webhooks(now=now)


def told(notice: Notice) -> tuple[Any, ...]:
    promise = Promise.objects.get(pk=notice.promise_id)
    return promise.outcome, promise.evidence, promise.told_at


def test_delivered_keeps_the_promise_at_the_gateways_stamp(now: datetime) -> None:
    notice, at = by_sms(now), now + 20 * SECOND
    take(now + RECEIVED, report("delivered", at, notice))
    notice.refresh_from_db()
    assert (notice.state, notice.evidence, notice.delivered_at) == ("delivered", "delivered", at)
    assert told(notice) == ("kept", "delivered", at)


def test_sent_is_no_evidence(now: datetime) -> None:
    notice = by_sms(now)
    take(now + RECEIVED, report("sent", now + 20 * SECOND, notice))
    notice.refresh_from_db()
    assert notice.state == "sent"
    assert told(notice) == ("open", "", None)


def test_its_own_id_is_enough(now: datetime) -> None:
    notice = by_sms(now)
    take(now + RECEIVED, report("delivered", now + 20 * SECOND))
    assert told(notice)[0] == "kept"


@pytest.mark.parametrize("code", ["131000", "190", "132001", None])
def test_what_failed_is_over_for_this_person_whatever_whatsapp_calls_that_number(now: datetime, code: Any) -> None:
    notice = after_whatsapp(now, email="siti@example.com")
    take(now + RECEIVED, report("failed", now + 20 * SECOND, notice, code=code))
    notice.refresh_from_db()
    assert (notice.state, notice.error_code) == ("failed", f"sms:{code or 'failed'}")
    assert notice.fallbacks.get().channel == "email"
    assert not Zone.objects.exclude(number_trouble="").exists(), "the zone's number has nothing to do with it"
    assert "SMS" in error_words(notice.error_code)


def test_without_another_channel_somebody_calls(now: datetime) -> None:
    notice = after_whatsapp(now)
    take(now + RECEIVED, report("failed", now + 20 * SECOND, notice))
    assert CallTask.objects.filter(application=notice.application, closed_at=None).count() == 1


def test_its_arrival_says_nothing_of_the_zones_number(now: datetime) -> None:
    notice = by_sms(now)
    notice.attempts.filter(attempt=1).update(outcome="failed")
    Zone.objects.filter(pk=notice.zone_id).update(number_trouble="131031")
    forget_numbers()
    take(now + RECEIVED, report("delivered", now + 20 * SECOND, notice))
    assert Zone.objects.get(pk=notice.zone_id).number_trouble == "131031"


def test_every_order_ends_in_the_same_rows(now: datetime) -> None:
    ends = []
    for order in permutations(range(3)):
        with transaction.atomic():
            notice = by_sms(now, email="siti@example.com")
            said = [
                report("sent", now + 10 * SECOND, notice),
                report("delivered", now + 12 * SECOND, notice),
                report("failed", now + 13 * SECOND, notice),
            ]
            for index in [*order, *order]:
                take(now + RECEIVED, said[index])
            notice.refresh_from_db()
            ends.append((notice.state, notice.sent_at, notice.delivered_at, notice.failed_at, told(notice)))
            transaction.set_rollback(True)
    assert len(set(ends)) == 1
    assert ends[0][0] == "delivered"


@pytest.mark.parametrize("reference", ["", "x", "1:2:3", "ffffffff-ffff-4fff-8fff-ffffffffffff:1", "\x00"])
def test_what_nobody_knows_is_kept_as_an_orphan(now: datetime, reference: str) -> None:
    take(now, report("delivered", now, reference=reference))
    process_webhooks(now=now + timedelta(hours=1))
    assert WebhookEvent.objects.get().outcome == "orphan"


def test_a_stale_stamp_is_brought_into_what_can_be_true(now: datetime) -> None:
    notice = by_sms(now)
    take(now + RECEIVED, report("delivered", now - timedelta(days=8), notice))
    assert told(notice) == ("kept", "delivered", notice.created_at)


def test_reports_of_a_gateway_without_real_ids_are_told_apart_by_our_own(now: datetime) -> None:
    first, second = by_sms(now), taken(now, "sms", "sms:8")
    at = now + 20 * SECOND
    take(now + RECEIVED, report("delivered", at, first, id=0), report("delivered", at, second, id=0))
    assert {told(first)[0], told(second)[0]} == {"kept"}


@pytest.mark.parametrize("status", ["sent", "delivered", "failed"])
def test_the_gateway_cannot_speak_of_what_left_by_whatsapp(now: datetime, status: str) -> None:
    notice = taken(now, "whatsapp", "wamid.A")
    forged = [report(status, now + 20 * SECOND, notice), report(status, now + 20 * SECOND, id="wamid.A")]
    take(now + RECEIVED, *forged)
    notice.refresh_from_db()
    assert (notice.state, told(notice)[0]) == ("accepted", "open")


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed"])
def test_whatsapp_cannot_speak_of_what_left_by_sms(now: datetime, status: str) -> None:
    notice = by_sms(now)
    take_whatsapp(now + RECEIVED, status=status, biz_opaque_callback_data=f"{notice.pk}:2")
    take_whatsapp(now + RECEIVED, status=status, id="sms:7")
    notice.refresh_from_db()
    assert (notice.state, told(notice)[0]) == ("accepted", "open")


def test_what_whatsapp_says_of_an_earlier_try_counts_although_sms_carries_it_now(now: datetime) -> None:
    notice = by_sms(now)
    take_whatsapp(now + RECEIVED, biz_opaque_callback_data=f"{notice.pk}:1")
    assert told(notice)[0] == "kept"


def test_the_gateway_cannot_speak_of_that_earlier_try(now: datetime) -> None:
    notice = by_sms(now)
    take(now + RECEIVED, report("delivered", now + 20 * SECOND, reference=f"{notice.pk}:1"))
    assert told(notice)[0] == "open"
