"""Delivering notices: claimed by lease, sent outside any transaction, settled only by whoever still holds the lease.

The one thing that cannot be undone or asked twice is the provider's POST. So each call leaves an attempt row
behind before it is made; a call whose outcome nobody saw waits ten minutes for a receipt, and a message that is
sent again after that says so (`maybe_twice`).
"""

import logging
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Count

from requests_app.channels.base import Message, Outcome
from requests_app.models import Notice, NoticeAttempt
from requests_app.models.notice import HAND
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.number_trouble import NO_NUMBER, note_accepted, note_refused
from requests_app.operations.rerouting import reroute_held
from requests_app.operations.senders import build_message, channel_of, render_notice, sender_of
from requests_app.operations.steps import lock
from requests_app.rules.backoff import retry_wait
from requests_app.rules.labels import error_words
from requests_app.rules.messages import INVITATIONS
from requests_app.rules.visits import COMING

__all__ = ["deliver_notices", "delivery_trouble", "render_notice"]

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
RECEIPT_WAIT = timedelta(minutes=10)
# After an outage of our own: the provider posts again what it could not, and that is read first.
GRACE = timedelta(minutes=1)
HELD_WAIT = timedelta(minutes=10)
# Two lanes of seven a second stay under the fifteen that a shared number bears (20, if also used on a phone).
BATCH = 7
PACE_S = 1.0
BUDGET_S = 60.0

CLAIM = """
WITH due AS MATERIALIZED (
  SELECT id FROM requests_app_notice
  WHERE state IN ('queued', 'retry', 'unconfirmed') AND next_attempt_at <= %(now)s AND channel IN ('whatsapp', 'email')
  ORDER BY priority, next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE requests_app_notice AS n SET state = 'sending', lease_owner = %(owner)s, lease_until = %(until)s
FROM due WHERE n.id = due.id
RETURNING n.priority, n.next_attempt_at, n.id
"""

Clock = Callable[[], datetime]


@dataclass
class _Round:
    """One run: who is at work, and which senders the provider has refused in it."""

    clock: Clock
    owner: uuid.UUID = field(default_factory=uuid.uuid4)
    refused: dict[tuple[str, str], Outcome] = field(default_factory=dict)


def deliver_notices(*, clock: Clock, pace_s: float = PACE_S, budget_s: float = BUDGET_S) -> int:
    """Send what is due, most urgent first, until nothing is due or `budget_s` seconds are over.

    `clock` gives the moment (UTC); calls take time, so each is asked for its own. Full batches are `pace_s`
    seconds apart. Returns how many notices were taken up. Several runs at once share the work.
    """
    now, begin, done = clock(), time.monotonic(), 0
    end_delivery_leases(now=now)
    try_held_again(now=now)
    expire_notices(now=now)
    this = _Round(clock)
    while batch := claim_notices(now=clock(), owner=this.owner, limit=BATCH):
        batch_begin = time.monotonic()
        for notice_id in batch:
            _deliver(notice_id, this)
        done += len(batch)
        if time.monotonic() - begin > budget_s:
            break
        if len(batch) == BATCH:
            time.sleep(max(pace_s - (time.monotonic() - batch_begin), 0))
    return done


def claim_notices(*, now: datetime, owner: uuid.UUID, limit: int) -> list[uuid.UUID]:
    """Lease up to `limit` due notices to `owner` for 90 seconds, in one statement; rows that others hold are left.

    What people send by hand (operations/hand.py), or look up themselves, is not the worker's.
    """
    values: dict[str, Any] = {"now": now, "until": now + LEASE, "owner": owner, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [notice_id for _, _, notice_id in sorted(cursor.fetchall())]


def _deliver(notice_id: uuid.UUID, this: _Round) -> None:
    """One notice. What cannot be made into a message is held in plain sight; it must not stop the others."""
    try:
        prepared = _prepare(notice_id, this)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        log.error("notice %s cannot be made: %s", notice_id, type(problem).__name__)
        _hold_unreadable(notice_id, this, type(problem).__name__)
        return
    if prepared is None:
        return
    notice, message = prepared
    outcome = channel_of(notice).send(message)
    if outcome.kind == "account":
        this.refused[notice.channel, message.sender] = outcome
    _settle(notice, outcome, this)
    if notice.channel == "whatsapp":
        _note_number(notice, outcome, this)


def _note_number(notice: Notice, outcome: Outcome, this: _Round) -> None:
    """What a call says of the number that it was made from."""
    if outcome.kind == "accepted":
        note_accepted(notice, now=this.clock())
    else:
        note_refused(notice, outcome.kind, outcome.code)


def _prepare(notice_id: uuid.UUID, this: _Round) -> tuple[Notice, Message] | None:
    """The attempt row, committed before the call; None when the lease is lost or it is no use to make the call."""
    now = this.clock()
    with transaction.atomic():
        mine = Notice.objects.select_for_update(of=("self",)).select_related("zone", "text", "visit")
        notice = mine.filter(pk=notice_id, lease_owner=this.owner, state="sending").first()
        if notice is None:
            return None
        instead = _instead_of_calling(notice, this, now)
        if instead is not None:
            _save(notice, instead)
            return None
        notice.maybe_twice = notice.maybe_twice or _may_have_arrived(notice)
        notice.attempt += 1
        notice.lease_until = now + LEASE
        message = build_message(notice)
        notice.save(update_fields=["attempt", "lease_until", "maybe_twice"])
        sender = message.sender if notice.channel == "whatsapp" else ""
        NoticeAttempt.objects.create(notice=notice, attempt=notice.attempt, started_at=now, sender=sender)
    return notice, message


def _instead_of_calling(notice: Notice, this: _Round, now: datetime) -> dict[str, Any] | None:
    """The columns of a notice that cannot leave now: its visit is off, its zone has no number, or was refused."""
    if notice.visit is not None and notice.purpose in INVITATIONS and notice.visit.state not in COMING:
        return {"state": "superseded", "next_attempt_at": None, "lease_owner": None, "lease_until": None}
    sender = sender_of(notice)
    if not sender and notice.channel == "whatsapp":
        return _held(NO_NUMBER, now)
    refused = this.refused.get((notice.channel, sender))
    return _held(refused.code, now) if refused is not None else None


def _may_have_arrived(notice: Notice) -> bool:
    """Some earlier call was taken, or may have been, and no receipt said that it failed."""
    return notice.attempts.filter(outcome__in=["", "unknown", "accepted"]).exists()


def _hold_unreadable(notice_id: uuid.UUID, this: _Round, code: str) -> None:
    mine = Notice.objects.filter(pk=notice_id, lease_owner=this.owner, state="sending")
    mine.update(**_held(code, this.clock()))


def _settle(notice: Notice, outcome: Outcome, this: _Round) -> None:
    """Write down what came of the call. When the lease was lost meanwhile, only the attempt's own row learns it."""
    now = this.clock()
    try:
        _store(notice, outcome, this.owner, now)
    except IntegrityError:
        # A provider that gives one id to two messages; receipts find the notice by our own id.
        _store(notice, Outcome(outcome.kind, None, outcome.code, outcome.retry_after, outcome.detail), this.owner, now)


@transaction.atomic
def _store(notice: Notice, outcome: Outcome, owner: uuid.UUID, now: datetime) -> None:
    gave_up = outcome.kind == "permanent"
    application = lock(notice.application_id) if gave_up and notice.application_id is not None else None
    attempt = NoticeAttempt.objects.get(notice=notice, attempt=notice.attempt)
    attempt.finished_at, attempt.outcome = now, outcome.kind
    attempt.code, attempt.detail = outcome.code[:40], outcome.detail[:200]
    attempt.save(update_fields=["finished_at", "outcome", "code", "detail"])
    mine = Notice.objects.filter(pk=notice.pk, lease_owner=owner, attempt=notice.attempt, state="sending")
    held_on = mine.update(**after_outcome(notice, outcome, attempt_at=attempt.started_at, now=now))
    if held_on and application is not None:
        use_next_channel(application, notice, now=now)


def after_outcome(notice: Notice, outcome: Outcome, *, attempt_at: datetime, now: datetime) -> dict[str, Any]:
    """The columns of a notice after an attempt, by the class of its outcome (channels/base.py)."""
    free: dict[str, Any] = {"lease_owner": None, "lease_until": None, "next_attempt_at": None}
    code = outcome.code[:40]
    if outcome.kind == "accepted":
        provider_id = outcome.provider_id[:120] if outcome.provider_id else None
        return free | {"state": "accepted", "accepted_at": now, "provider_id": provider_id, "error_code": ""}
    if outcome.kind == "retry":
        wait = _wait(notice, outcome)
        return free | {"state": "retry", "error_code": code, "next_attempt_at": now + wait}
    if outcome.kind == "unknown":
        return free | {"state": "unconfirmed", "error_code": code, "next_attempt_at": attempt_at + RECEIPT_WAIT}
    if outcome.kind == "permanent":
        return free | {"state": "failed", "error_code": code, "failed_at": now}
    return _held(code, now)


def _held(code: str, now: datetime) -> dict[str, Any]:
    return {
        "state": "held",
        "error_code": code[:40],
        "next_attempt_at": now + HELD_WAIT,
        "lease_owner": None,
        "lease_until": None,
    }


def _save(notice: Notice, changes: dict[str, Any]) -> None:
    Notice.objects.filter(pk=notice.pk).update(**changes)


def _wait(notice: Notice, outcome: Outcome) -> timedelta:
    failures = notice.attempts.filter(outcome__in=["retry", "failed"]).count()
    return retry_wait(failures, chance=secrets.randbelow(1000) / 1000, at_least=outcome.retry_after)


def end_delivery_leases(*, now: datetime) -> int:
    """Leases that ran out because their worker died: not called yet, then queued again; else nobody saw the outcome."""
    with transaction.atomic():
        stuck = Notice.objects.select_for_update(skip_locked=True).filter(state="sending", lease_until__lt=now)
        rows = list(stuck.values_list("pk", "attempt")[:200])
        for notice_id, attempt in rows:
            _end_lease(notice_id, attempt, now)
    return len(rows)


def _end_lease(notice_id: uuid.UUID, attempt: int, now: datetime) -> None:
    notice = Notice.objects.filter(pk=notice_id)
    call = NoticeAttempt.objects.filter(notice_id=notice_id, attempt=attempt, finished_at=None).first()
    if call is None:
        notice.update(state="queued", next_attempt_at=now, lease_owner=None, lease_until=None)
        return
    call.finished_at, call.outcome, call.code = now, "unknown", "lease_ended"
    call.save(update_fields=["finished_at", "outcome", "code"])
    again_at = max(call.started_at + RECEIPT_WAIT, now + GRACE)
    notice.update(
        state="unconfirmed", error_code="lease_ended", next_attempt_at=again_at, lease_owner=None, lease_until=None
    )


def expire_notices(*, now: datetime) -> int:
    """What is due but means nothing any more (a code after its five minutes) is not sent."""
    late = Notice.objects.filter(
        state__in=["queued", "retry", "unconfirmed"], next_attempt_at__lte=now, expires_at__lte=now
    ).exclude(channel=HAND)
    return late.update(state="expired", next_attempt_at=None)


def try_held_again(*, now: datetime) -> int:
    """Held notices get another attempt every ten minutes: templates are approved and tokens renewed elsewhere.

    Those that wait for a number look for their way again.
    """
    reroute_held(now=now)
    return Notice.objects.filter(state="held", next_attempt_at__lte=now).update(state="retry")


def delivery_trouble() -> str:
    """What holds notices back, for supervisors: how many by code. Empty when nothing is held."""
    held = Notice.objects.filter(state="held").values("channel", "error_code").annotate(n=Count("pk")).order_by("-n")
    ways = {"whatsapp": "WhatsApp", "email": "surel"}
    causes = [
        f"{row['n']} {ways.get(row['channel'], row['channel'])} ({error_words(row['error_code'])})" for row in held[:4]
    ]
    return f"Pemberitahuan tertahan: {', '.join(causes)}." if causes else ""
