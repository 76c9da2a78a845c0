"""Receipts: what providers post is stored first, answered at once, and worked on afterwards.

Order means nothing and doubles change nothing: an item is one row, times are the earliest the provider stamped,
and states only climb: accepted < sent < failed < delivered < read.
"""

import hashlib
import json
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from requests_app.channels.base import Outcome
from requests_app.channels.whatsapp import Inbound, Receipt, outcome_for_code, parse_webhook
from requests_app.models import Application, CallTask, Notice, NoticeAttempt, Promise, WebhookEvent
from requests_app.operations.calls import close_call_if_reached
from requests_app.operations.delivery import after_outcome
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.notices import UNSENT
from requests_app.operations.nudge import nudge_receipts
from requests_app.operations.number_trouble import note_arrived, note_refused
from requests_app.operations.promises import record_evidence
from requests_app.operations.steps import lock

log = logging.getLogger(__name__)

BATCH = 500
# A receipt can overtake the answer to our own call; after a minute nobody knows the message any more.
ORPHAN_WAIT = timedelta(minutes=1)
RANK = {"accepted": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5}
# A late "sent" says nothing about a message that was refused since, or is not to be sent.
TAKES_SENT = {"sending", "unconfirmed", "accepted"}
TAKES_FAILED = {"sending", "unconfirmed", "accepted", "sent"}


@transaction.atomic
def store_webhook(*, payload: object, now: datetime) -> int:
    """Store each receipt and each message of one POST, once, and ring for the work on them.

    What is unknown or incomplete is left out. Returns how many items there were.
    """
    rows = dict(_event(item, now) for item in parse_webhook(payload))
    # In one order, so that two posts with the same items never wait for each other.
    WebhookEvent.objects.bulk_create([rows[d] for d in sorted(rows)], ignore_conflicts=True, batch_size=1000)
    if rows:
        transaction.on_commit(nudge_receipts, robust=True)
    return len(rows)


def _event(item: Receipt | Inbound, now: datetime) -> tuple[bytes, WebhookEvent]:
    what: list[Any]
    body: dict[str, Any]
    if isinstance(item, Inbound):
        what = ["inbound", item.id]
        body = {"from": item.from_, "text": item.text, "context": item.context_id}
    else:
        what = ["receipt", item.provider_id, item.status, int(item.at.timestamp()), item.error_code]
        body = {"status": item.status, "opaque": item.opaque, "code": item.error_code}
    body |= {"kind": what[0], "id": what[1], "at": item.at.isoformat(), "phone_number_id": item.phone_number_id}
    digest = hashlib.sha256(json.dumps(what).encode()).digest()
    return digest, WebhookEvent(digest=digest, body=body, received_at=now)


def process_webhooks(*, now: datetime) -> int:
    """Work on what was stored, oldest first. Running it twice, late or in parallel gives the same rows.

    Returns how many items are done. Receipts of unknown messages wait for a minute, then stay as orphans.
    """
    done, last = 0, 0
    waiting = WebhookEvent.objects.filter(processed_at=None).order_by("id")
    while events := list(waiting.filter(id__gt=last)[:BATCH]):
        last = events[-1].pk
        done += _process(events, now)
    return done


@dataclass(frozen=True)
class _Posted:
    """One stored receipt."""

    event_id: int
    provider_id: str
    status: str
    at: datetime
    received_at: datetime
    notice_id: uuid.UUID | None
    attempt: int | None
    code: str

    @classmethod
    def read(cls, event: WebhookEvent) -> "_Posted":
        body = event.body
        notice_id, attempt = _opaque(body.get("opaque") or "")
        at = datetime.fromisoformat(body["at"])
        code = body.get("code") or ""
        return cls(event.pk, body["id"][:120], body["status"], at, event.received_at, notice_id, attempt, code)


def _opaque(text: str) -> tuple[uuid.UUID | None, int | None]:
    """Our own "<notice>:<attempt>", as it came back."""
    name, _, attempt = text.partition(":")
    try:
        return uuid.UUID(name), int(attempt)
    except ValueError:
        return None, None


def _process(events: list[WebhookEvent], now: datetime) -> int:
    inbound = [event.pk for event in events if event.body.get("kind") == "inbound"]
    posted = [_Posted.read(event) for event in events if event.body.get("kind") == "receipt"]
    groups, orphans = _by_notice(posted)
    for notice_id, receipts in groups.items():
        _apply_safely(notice_id, receipts, now)
    given_up = [receipt.event_id for receipt in orphans if receipt.received_at <= now - ORPHAN_WAIT]
    _mark(WebhookEvent.objects.filter(pk__in=inbound), "inbound", now)
    _mark(WebhookEvent.objects.filter(pk__in=given_up), "orphan", now)
    return len(events) - len(orphans) + len(given_up)


def _by_notice(posted: Iterable[_Posted]) -> tuple[dict[uuid.UUID, list[_Posted]], list[_Posted]]:
    """Receipts by the notice they speak of, found by our own id or the provider's; and those of no notice."""
    posted = list(posted)
    ours = set(Notice.objects.filter(pk__in={r.notice_id for r in posted if r.notice_id}).values_list("pk", flat=True))
    named = {r.provider_id for r in posted if r.notice_id not in ours}
    theirs = dict(Notice.objects.filter(provider_id__in=named).values_list("provider_id", "pk"))
    groups: dict[uuid.UUID, list[_Posted]] = defaultdict(list)
    orphans = []
    for receipt in posted:
        found = receipt.notice_id if receipt.notice_id in ours else theirs.get(receipt.provider_id)
        if found is None:
            orphans.append(receipt)
        else:
            groups[found].append(receipt)
    return groups, orphans


def _apply_safely(notice_id: uuid.UUID, receipts: list[_Posted], now: datetime) -> None:
    """One receipt that cannot be worked on must not keep the others, and the clock, waiting."""
    try:
        _note_number(*_apply(notice_id, receipts, now), now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        log.error("receipts of notice %s: %s", notice_id, type(problem).__name__)
        _mark(WebhookEvent.objects.filter(pk__in=[r.event_id for r in receipts]), "trouble", now)


def _mark(events: QuerySet[WebhookEvent], outcome: str, now: datetime) -> None:
    events.filter(processed_at=None).update(processed_at=now, outcome=outcome)


@transaction.atomic
def _apply(notice_id: uuid.UUID, receipts: list[_Posted], now: datetime) -> tuple[Notice, list[_Posted]]:
    application_id = Notice.objects.values_list("application_id", flat=True).get(pk=notice_id)
    application = lock(application_id) if application_id else None
    notice = Notice.objects.select_for_update(of=("self",)).select_related("promise").get(pk=notice_id)
    events = WebhookEvent.objects.select_for_update().filter(pk__in=[r.event_id for r in receipts], processed_at=None)
    fresh = set(events.values_list("pk", flat=True))
    taken = [r for r in sorted(receipts, key=lambda r: (r.at, RANK[r.status])) if r.event_id in fresh]
    for receipt in taken:
        _take(application, notice, receipt, now)
    _mark(WebhookEvent.objects.filter(pk__in=fresh), "applied", now)
    return notice, taken


def _note_number(notice: Notice, receipts: list[_Posted], now: datetime) -> None:
    """What the receipts say of the number, once the locks of notice and application are gone."""
    for receipt in receipts:
        if receipt.status == "failed":
            outcome = _failure(receipt)
            note_refused(notice, outcome.kind, outcome.code)
        elif receipt.status != "sent":
            note_arrived(notice, now=now)


def _take(application: Application | None, notice: Notice, receipt: _Posted, now: datetime) -> None:
    if receipt.status == "failed":
        _take_failure(application, notice, receipt, now)
    elif receipt.status == "sent":
        changes = {"sent_at": _earlier(notice.sent_at, receipt.at)}
        if notice.state in TAKES_SENT:
            changes |= _climb(notice, receipt)
        _change(notice, changes)
    else:
        _take_arrival(application, notice, receipt, now)


def _take_arrival(application: Application | None, notice: Notice, receipt: _Posted, now: datetime) -> None:
    """Delivered or read (which implies delivered, and may come alone): the message arrived; that is evidence."""
    changes: dict[str, Any] = {"delivered_at": _earlier(notice.delivered_at, receipt.at)}
    if receipt.status == "read":
        changes["read_at"] = _earlier(notice.read_at, receipt.at)
    if RANK[receipt.status] > RANK.get(notice.state, 0):
        changes |= _climb(notice, receipt)
    _change(notice, changes)
    notice.fallbacks.filter(state__in=UNSENT).update(
        state="superseded", next_attempt_at=None, lease_owner=None, lease_until=None
    )
    if application is None:
        return
    _keep_promise(application, notice, receipt, now)
    task = CallTask.objects.filter(application=application, closed_at=None).first()
    if task is not None and (task.notice_id == notice.pk or task.promise_id == notice.promise_id is not None):
        close_call_if_reached(application, now=now)


def _keep_promise(application: Application, notice: Notice, receipt: _Posted, now: datetime) -> None:
    """Evidence at the provider's stamp; never before the notice existed, never after we heard of it."""
    if notice.promise_id is None:
        return
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=notice.promise_id)
    if promise.answered_at is None:
        return
    promise.application = application
    at = min(max(receipt.at, notice.created_at), receipt.received_at)
    record_evidence(promise, at=at, evidence="delivered", now=now)


def _take_failure(application: Application | None, notice: Notice, receipt: _Posted, now: datetime) -> None:
    """Taken, then failed: as if it had been refused at once. Never undoes an arrival or a later attempt."""
    first = notice.failed_at is None or receipt.at < notice.failed_at
    code = receipt.code or "failed"
    _change(notice, {"failed_at": receipt.at, "error_code": code} if first else {})
    attempt = receipt.attempt or notice.attempt
    NoticeAttempt.objects.filter(notice=notice, attempt=attempt).update(outcome="failed", code=code[:40])
    if notice.state not in TAKES_FAILED or attempt < notice.attempt:
        return
    outcome = _failure(receipt)
    changes = after_outcome(notice, outcome, attempt_at=receipt.at, now=now)
    _change(notice, changes | {"failed_at": notice.failed_at, "provider_id": notice.provider_id or receipt.provider_id})
    if outcome.kind == "permanent" and application is not None:
        use_next_channel(application, notice, now=now)


def _failure(receipt: _Posted) -> Outcome:
    return outcome_for_code(int(receipt.code) if receipt.code.isdigit() else 131000)


def _climb(notice: Notice, receipt: _Posted) -> dict[str, Any]:
    """The state that a receipt proves; the lease ends, and no other attempt follows."""
    return {
        "state": receipt.status,
        "accepted_at": notice.accepted_at or receipt.at,
        "provider_id": notice.provider_id or receipt.provider_id,
        "next_attempt_at": None,
        "lease_owner": None,
        "lease_until": None,
    }


def _change(notice: Notice, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(notice, name, value)
    notice.save(update_fields=list(changes))


def _earlier(known: datetime | None, stamp: datetime) -> datetime:
    return stamp if known is None else min(known, stamp)
