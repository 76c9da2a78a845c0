"""Receipts: what providers post is stored first, answered at once, and worked on afterwards.

Order means nothing and doubles change nothing: an item is one row, times are the earliest the provider stamped,
and states only climb: accepted < sent < failed < delivered < read.
"""

import hashlib
import json
import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet

from requests_app.channels.base import Outcome
from requests_app.channels.posts import Receipt
from requests_app.channels.sms_reports import parse_reports
from requests_app.channels.whatsapp import Inbound, outcome_for_code, parse_webhook
from requests_app.models import Application, Notice, NoticeAttempt, Promise, WebhookEvent
from requests_app.operations.arrivals import (
    TOGETHER,
    Posted,
    after_arrival,
    after_sent,
    evidence_at,
    in_order,
    is_of_the_last_try,
    take_together,
)
from requests_app.operations.budget import count_again
from requests_app.operations.calls import end_call_about
from requests_app.operations.conversations import take_inbound
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.notices import UNSENT
from requests_app.operations.nudge import nudge_receipts
from requests_app.operations.number_trouble import note_arrived, note_refused
from requests_app.operations.promises import record_evidence
from requests_app.operations.sending import after_outcome
from requests_app.operations.steps import lock
from requests_app.rules.inbound import without_id_numbers
from requests_app.rules.routes import SMS, WHATSAPP

log = logging.getLogger(__name__)

BATCH = 500
# A receipt can overtake the answer to our own call; after a minute nobody knows the message any more.
ORPHAN_WAIT = timedelta(minutes=1)
TAKES_FAILED = {"sending", "unconfirmed", "accepted", "sent"}


def store_webhook(*, payload: object, now: datetime) -> int:
    """Store each receipt and each message of one POST of WhatsApp's, once, and ring for the work on them.

    What is unknown or incomplete is left out. Returns how many items there were.
    """
    return _store(parse_webhook(payload), now)


def store_reports(*, payload: object, now: datetime) -> int:
    """The same for the reports in one POST of the SMS gateway."""
    return _store(parse_reports(payload), now)


@transaction.atomic
def _store(items: Iterable[Receipt | Inbound], now: datetime) -> int:
    rows = dict(_event(item, now) for item in items)
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
        body = {"from": item.from_, "user": item.user_id, "type": item.kind, "payload": item.payload}
        body |= {"text": without_id_numbers(item.text), "context": item.context_id}
    else:
        what = ["receipt", item.provider_id, item.status, int(item.at.timestamp()), item.error_code]
        if item.channel != WHATSAPP:  # the others' ids may say less than Meta's
            what += [item.channel, item.opaque]
        body = {"status": item.status, "opaque": item.opaque, "code": item.error_code, "channel": item.channel}
    body |= {"kind": what[0], "id": what[1], "at": item.at.isoformat(), "phone_number_id": item.phone_number_id}
    digest = hashlib.sha256(json.dumps(what).encode()).digest()
    return digest, WebhookEvent(digest=digest, body=body, received_at=now)


def process_webhooks(*, now: datetime) -> int:
    """Work on what was stored, oldest first. Running it twice, late or in parallel gives the same rows.

    Returns how many items are done. Receipts of unknown messages wait for a minute, then stay as orphans. What cannot
    be worked on is left aside as trouble: it is never forgotten, and supervisors are told.
    """
    done, last = 0, 0
    waiting = WebhookEvent.objects.filter(processed_at=None, outcome="").order_by("id")
    while events := list(waiting.filter(id__gt=last)[:BATCH]):
        last = events[-1].pk
        done += _process(events, now)
    return done


def _read(event: WebhookEvent) -> Posted:
    body = event.body
    notice_id, attempt = _opaque(body.get("opaque") or "")
    at, code = datetime.fromisoformat(body["at"]), body.get("code") or ""
    channel = body.get("channel", WHATSAPP)
    return Posted(event.pk, body["id"][:120], body["status"], at, event.received_at, notice_id, attempt, code, channel)


def _opaque(text: str) -> tuple[uuid.UUID | None, int | None]:
    """Our own "<notice>:<attempt>", as it came back."""
    name, _, attempt = text.partition(":")
    try:
        return uuid.UUID(name), int(attempt)
    except ValueError:
        return None, None


def _process(events: list[WebhookEvent], now: datetime) -> int:
    posted = [_read(event) for event in events if event.body.get("kind") == "receipt"]
    groups, orphans = _by_notice(posted)
    for notice_id in _apply_together(groups, now):
        _apply_safely(notice_id, groups[notice_id], now)
    count_again(groups)
    given_up = [receipt.event_id for receipt in orphans if receipt.received_at <= now - ORPHAN_WAIT]
    _mark(WebhookEvent.objects.filter(pk__in=given_up), "orphan", now)
    for event in events:
        if event.body.get("kind") == "inbound":
            _take_inbound_safely(event, now)
    return len(events) - len(orphans) + len(given_up)


def _take_inbound_safely(event: WebhookEvent, now: datetime) -> None:
    """Work on what a person wrote; when that goes wrong, it stands in the inbox of the zone all the same."""
    for to_inbox in (False, True):
        try:
            return take_inbound(event, now=now, to_inbox=to_inbox)
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            log.error("inbound event %s: %s", event.pk, type(problem).__name__)
    _leave_aside([event.pk])


def _by_notice(posted: Iterable[Posted]) -> tuple[dict[uuid.UUID, list[Posted]], list[Posted]]:
    """Receipts by the notice they speak of, found by our own id or the provider's; and those of no notice.

    A provider can speak of what went through it only, whatever name it uses: what it says of others is of no notice.
    """
    posted = list(posted)
    ours = set(Notice.objects.filter(pk__in={r.notice_id for r in posted if r.notice_id}).values_list("pk", flat=True))
    named = {r.provider_id for r in posted if r.notice_id not in ours}
    theirs = dict(Notice.objects.filter(provider_id__in=named).values_list("provider_id", "pk"))
    sent = _Sent.of({*ours, *theirs.values()})
    groups: dict[uuid.UUID, list[Posted]] = defaultdict(list)
    orphans = []
    for receipt in posted:
        found = receipt.notice_id if receipt.notice_id in ours else theirs.get(receipt.provider_id)
        if found is None or not sent.went_through(found, receipt):
            orphans.append(receipt)
        else:
            groups[found].append(receipt)
    return groups, orphans


@dataclass(frozen=True)
class _Sent:
    """How notices left: the channel of each try, and the one that each is on now; `elsewhere`: tries to a contact that
    was changed since, as they began before the notice could leave for the present one."""

    tries: Mapping[tuple[uuid.UUID, int], str]
    now: Mapping[uuid.UUID, str]
    elsewhere: Collection[tuple[uuid.UUID, int]]

    @classmethod
    def of(cls, notice_ids: Collection[uuid.UUID]) -> "_Sent":
        """Of these notices. One query."""
        rows = Notice.objects.filter(pk__in=notice_ids).annotate(old=Q(attempts__started_at__lt=F("leaves_at")))
        found = list(rows.values_list("pk", "channel", "attempts__attempt", "attempts__channel", "old"))
        tries = {(pk, attempt): channel for pk, _, attempt, channel, _ in found if channel}
        elsewhere = {(pk, attempt) for pk, _, attempt, _, old in found if old}
        return cls(tries, {pk: channel for pk, channel, *_ in found}, elsewhere)

    def went_through(self, notice_id: uuid.UUID, receipt: Posted) -> bool:
        """Whether the try that it names was made with its provider, to whom the notice goes now; without a known try,
        what its notice is on."""
        attempt = receipt.attempt if receipt.attempt is not None else 0
        if (notice_id, attempt) in self.elsewhere:
            return False
        return self.tries.get((notice_id, attempt), self.now[notice_id]) == receipt.channel


def _apply_together(groups: dict[uuid.UUID, list[Posted]], now: datetime) -> list[uuid.UUID]:
    """Work on what is ordinary, a hundred notices at a time. Returns those that need a look of their own."""
    left, waiting = [], list(groups)
    while chunk := waiting[:TOGETHER]:
        waiting = waiting[TOGETHER:]
        try:
            taken = take_together({notice_id: groups[notice_id] for notice_id in chunk}, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            log.warning("receipts one by one: %s", type(problem).__name__)
            taken = {}
        for notice, receipts in taken.items():
            _note_number(notice, receipts, now)
        done = {notice.pk for notice in taken}
        left += [notice_id for notice_id in chunk if notice_id not in done]
    return left


def _apply_safely(notice_id: uuid.UUID, receipts: list[Posted], now: datetime) -> None:
    """One receipt that cannot be worked on must not keep the others, and the clock, waiting."""
    try:
        _note_number(*_apply(notice_id, receipts, now), now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        log.error("receipts of notice %s: %s", notice_id, type(problem).__name__)
        _leave_aside([r.event_id for r in receipts])


def _leave_aside(event_ids: Iterable[int]) -> None:
    """They are not processed, so they are kept; and not tried again by themselves."""
    WebhookEvent.objects.filter(pk__in=event_ids, processed_at=None).update(outcome=WebhookEvent.TROUBLE)


def _mark(events: QuerySet[WebhookEvent], outcome: str, now: datetime) -> None:
    events.filter(processed_at=None).update(processed_at=now, outcome=outcome)


@transaction.atomic
def _apply(notice_id: uuid.UUID, receipts: list[Posted], now: datetime) -> tuple[Notice, list[Posted]]:
    application_id = Notice.objects.values_list("application_id", flat=True).get(pk=notice_id)
    application = lock(application_id) if application_id else None
    notice = Notice.objects.select_for_update(of=("self",)).select_related("promise").get(pk=notice_id)
    events = WebhookEvent.objects.select_for_update().filter(pk__in=[r.event_id for r in receipts], processed_at=None)
    fresh = set(events.values_list("pk", flat=True))
    wanted = [r for r in in_order(receipts) if r.event_id in fresh]
    taken = [receipt for receipt in wanted if _take(application, notice, receipt, now)]
    _mark(WebhookEvent.objects.filter(pk__in=fresh), "applied", now)
    return notice, taken


def _note_number(notice: Notice, receipts: list[Posted], now: datetime) -> None:
    """What WhatsApp's receipts say of the number, once the locks of notice and application are gone."""
    for receipt in receipts:
        if receipt.channel != WHATSAPP:
            continue
        if receipt.status == "failed":
            outcome = _failure(receipt)
            note_refused(notice, outcome.kind, outcome.code, at=receipt.at)
        elif receipt.status != "sent":
            note_arrived(notice, now=now)


def _take(application: Application | None, notice: Notice, receipt: Posted, now: datetime) -> bool:
    """Returns whether it speaks of what the notice is now; a failure may be of what is long over."""
    if receipt.status == "failed":
        return _take_failure(application, notice, receipt, now)
    if receipt.status == "sent":
        _change(notice, after_sent(notice, receipt))
    else:
        _take_arrival(application, notice, receipt, now)
    return True


def _take_arrival(application: Application | None, notice: Notice, receipt: Posted, now: datetime) -> None:
    """The message arrived; that is evidence."""
    _change(notice, after_arrival(notice, receipt))
    notice.fallbacks.filter(state__in=UNSENT).update(
        state="superseded", next_attempt_at=None, lease_owner=None, lease_until=None
    )
    if application is None:
        return
    _keep_promise(application, notice, receipt, now)
    end_call_about(application, notice, now=now)


def _keep_promise(application: Application, notice: Notice, receipt: Posted, now: datetime) -> None:
    if notice.promise_id is None:
        return
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=notice.promise_id)
    if promise.answered_at is None:
        return
    promise.application = application
    record_evidence(promise, at=evidence_at(notice, receipt), evidence="delivered", now=now)


def _take_failure(application: Application | None, notice: Notice, receipt: Posted, now: datetime) -> bool:
    """Taken, then failed: as if it had been refused at once. Never undoes an arrival or a later attempt.

    Returns whether the notice failed by it."""
    first = notice.failed_at is None or receipt.at < notice.failed_at
    code = receipt.code or "failed"
    _change(notice, {"failed_at": receipt.at, "error_code": code} if first else {})
    attempt = receipt.attempt or notice.attempt
    NoticeAttempt.objects.filter(notice=notice, attempt=attempt).update(outcome="failed", code=code[:40])
    takes = notice.state in TAKES_FAILED or is_of_the_last_try(notice, receipt)
    if not takes or attempt < notice.attempt:
        return False
    outcome = _failure(receipt)
    changes = after_outcome(notice, outcome, attempt_at=receipt.at, now=now)
    _change(notice, changes | {"failed_at": notice.failed_at, "provider_id": notice.provider_id or receipt.provider_id})
    if outcome.kind == "permanent" and application is not None:
        use_next_channel(application, notice, now=now)
    return True


def _failure(receipt: Posted) -> Outcome:
    """What a gateway for SMS could not bring, it will not bring this person; Meta says more with its codes."""
    if receipt.channel == SMS:
        return Outcome(kind="permanent", code=receipt.code or "failed")
    return outcome_for_code(int(receipt.code) if receipt.code.isdigit() else 131000)


def _change(notice: Notice, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(notice, name, value)
    notice.save(update_fields=list(changes))
