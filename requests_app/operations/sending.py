"""One attempt of each notice of a batch: written down before the call, made, and settled.

The one thing that cannot be undone or asked twice is the provider's POST. So each call leaves an attempt row behind
before it is made; a call whose outcome nobody saw waits ten minutes for a receipt, and a message that is sent again
after that says so (`maybe_twice`).
"""

import logging
import secrets
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from psycopg2.extras import execute_values

from requests_app.channels.base import Message, Outcome
from requests_app.models import Notice, NoticeAttempt
from requests_app.operations.budget import LEAVES, Admitted, Place, admit, give_back, next_place_at
from requests_app.operations.circuits import blocked_channels, note_outcomes, way_of
from requests_app.operations.fallback import tried_channels, use_next_channel
from requests_app.operations.notices import nudge_on_commit, phone_hash
from requests_app.operations.number_trouble import NO_NUMBER, note_accepted, note_refused
from requests_app.operations.routes import further_channels, route_of, sending_policy
from requests_app.operations.senders import build_message, channel_of, sender_of
from requests_app.operations.steps import lock
from requests_app.operations.unsure import UNSURE, Doubts, doubts_of, may_try_again
from requests_app.rules.backoff import retry_wait
from requests_app.rules.messages import INVITATIONS
from requests_app.rules.routes import WHATSAPP, after_quiet_hours
from requests_app.rules.visits import COMING

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
RECEIPT_WAIT = timedelta(minutes=10)
HELD_WAIT = timedelta(minutes=10)
LIMIT_WAIT = timedelta(minutes=15)
"""Who waits for a place within the limit of 24 hours looks again after so long, at the latest."""
OVER_LIMIT = "portfolio"
LEASE_ENDED = "lease_ended"
"""Code of an attempt whose worker was not seen any more."""

# Whoever lost the lease meanwhile writes to the attempt's own row only. What a receipt has said of it stays.
ACCEPT = """
WITH v (id, attempt, owner, at, provider_id, code, detail) AS (VALUES %s),
finished AS (
  UPDATE requests_app_noticeattempt AS a
  SET finished_at = v.at, outcome = 'accepted', code = v.code, detail = v.detail
  FROM v WHERE a.notice_id = v.id AND a.attempt = v.attempt AND (a.outcome = '' OR a.code = 'lease_ended')
)
UPDATE requests_app_notice AS n
SET state = 'accepted', accepted_at = v.at, provider_id = v.provider_id, error_code = '', next_attempt_at = NULL,
    lease_owner = NULL, lease_until = NULL, evidence = CASE n.evidence WHEN '' THEN 'accepted' ELSE n.evidence END
FROM v
WHERE n.id = v.id AND n.attempt = v.attempt AND n.lease_owner = v.owner AND n.state = 'sending'
"""
ACCEPT_TYPES = "(%s::uuid, %s::int, %s::uuid, %s::timestamptz, %s, %s, %s)"


@dataclass
class Sending:
    """Who is at work, and which senders the provider has refused since it began."""

    clock: Callable[[], datetime]
    owner: uuid.UUID = field(default_factory=uuid.uuid4)
    refused: dict[tuple[str, str], Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A notice whose attempt is written down, the message to be sent, and the place that it took of the limit."""

    notice: Notice
    message: Message
    place: Place | None = None


Results = Sequence[tuple[Prepared, Outcome]]


def prepare(notice_ids: Sequence[uuid.UUID], this: Sending) -> list[Prepared]:
    """The attempt rows of leased notices, committed before any call; without those whose lease is lost, or that it is
    no use to send now. What cannot be made into a message is held in plain sight; it does not stop the others."""
    if not notice_ids:
        return []
    try:
        return _prepare(notice_ids, this)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        if len(notice_ids) > 1:
            return [prepared for notice_id in notice_ids for prepared in prepare([notice_id], this)]
        log.error("notice %s cannot be made: %s", notice_ids[0], type(problem).__name__)
        mine = Notice.objects.filter(pk=notice_ids[0], lease_owner=this.owner, state="sending")
        mine.update(**_held(type(problem).__name__, this.clock()))
        return []


@transaction.atomic
def _prepare(notice_ids: Sequence[uuid.UUID], this: Sending) -> list[Prepared]:
    now = this.clock()
    rows = Notice.objects.select_for_update(of=("self",)).select_related("zone", "text", "visit")
    mine = rows.filter(pk__in=notice_ids, lease_owner=this.owner, state="sending").order_by("pk")
    place = {notice_id: number for number, notice_id in enumerate(notice_ids)}
    notices = sorted(mine, key=lambda notice: place[notice.pk])
    doubts = doubts_of([notice.pk for notice in notices if notice.attempt])
    leaving = [notice for notice in notices if not _is_kept(notice, doubts.get(notice.pk), this, now)]
    admitted = _judge(leaving, doubts, now)
    leaving = [notice for notice in leaving if admitted[notice].verdict in LEAVES]
    prepared = []
    for notice in leaving:
        notice.attempt += 1
        notice.maybe_twice = notice.maybe_twice or notice.pk in doubts
        prepared.append(Prepared(notice, build_message(notice), admitted[notice].place))
    _write_attempts(prepared, now)
    return prepared


def _write_attempts(prepared: Sequence[Prepared], now: datetime) -> None:
    pks = [each.notice.pk for each in prepared]
    if not pks:
        return
    Notice.objects.filter(pk__in=pks).update(attempt=F("attempt") + 1, lease_until=now + LEASE)
    doubtful = [each.notice.pk for each in prepared if each.notice.maybe_twice]
    if doubtful:
        Notice.objects.filter(pk__in=doubtful).update(maybe_twice=True)
    NoticeAttempt.objects.bulk_create(
        NoticeAttempt(
            notice=notice, attempt=notice.attempt, channel=notice.channel, started_at=now,
            sender=message.sender if notice.channel == WHATSAPP else "",
        )
        for notice, message in ((each.notice, each.message) for each in prepared)
    )  # fmt: skip


def _is_kept(notice: Notice, doubts: Doubts | None, this: Sending, now: datetime) -> bool:
    """Whether it does not leave now: its visit is off, its zone has no number, was refused, it is night, or the person
    may have it twice already."""
    changes = _instead_of_leaving(notice, doubts, this, now)
    if changes is None:
        return False
    Notice.objects.filter(pk=notice.pk).update(**changes)
    return True


def _instead_of_leaving(notice: Notice, doubts: Doubts | None, this: Sending, now: datetime) -> dict[str, Any] | None:
    if notice.visit is not None and notice.purpose in INVITATIONS and notice.visit.state not in COMING:
        return {"state": "superseded", "next_attempt_at": None, "lease_owner": None, "lease_until": None}
    sender = sender_of(notice)
    if not sender and notice.channel == WHATSAPP:
        return _held(NO_NUMBER, now)
    refused = this.refused.get((notice.channel, sender))
    if refused is not None:
        return _held(refused.code, now)
    if doubts is not None and not may_try_again(notice, doubts):
        return _waiting(now + RECEIPT_WAIT, UNSURE) | {"state": "unconfirmed"}
    return _until_morning(notice, now)


def _until_morning(notice: Notice, now: datetime) -> dict[str, Any] | None:
    if not route_of(notice.purpose).waits_for_day:
        return None
    policy = sending_policy()
    morning = after_quiet_hours(now, quiet_from=policy.quiet_from, quiet_until=policy.quiet_until)
    return None if morning == now else _waiting(morning, "quiet_hours")


def _waiting(until: datetime, code: str) -> dict[str, Any]:
    return {
        "state": "queued", "error_code": code, "next_attempt_at": until, "lease_owner": None, "lease_until": None,
    }  # fmt: skip


def _judge(notices: Sequence[Notice], doubtful: Collection[uuid.UUID], now: datetime) -> dict[Notice, Admitted]:
    """The limits' verdict on what goes by WhatsApp: some wait a few seconds, some take another channel or wait long.

    What goes another way goes.
    """
    counted = [notice for notice in notices if notice.channel == WHATSAPP]
    admitted = admit(counted, sending_policy(), now=now) if counted else {}
    for notice, (verdict, _) in admitted.items():
        if verdict == "pause":
            Notice.objects.filter(pk=notice.pk).update(**_waiting(now + timedelta(seconds=6), ""))
        elif verdict == "over":
            _divert(notice, now, may_have_it=notice.pk in doubtful)
    return {notice: Admitted("go") for notice in notices} | admitted


def _divert(notice: Notice, now: datetime, *, may_have_it: bool) -> None:
    """The limit is used up: the notice goes to the person's next channel; without one it waits for a place.

    So does what an earlier try may have brought already: no second channel before the first has failed. What concerns
    a visit has no other channel.
    """
    application = notice.application
    left: list[tuple[str, str]] = []
    is_free = application is not None and notice.visit_id is None and not may_have_it
    if application is not None and is_free and route_of(notice.purpose).next_after_failure:
        left = further_channels(application, notice.purpose, tried=tried_channels(notice) | blocked_channels())
    if not left:
        soonest = min(max(next_place_at(now=now), now + timedelta(seconds=30)), now + LIMIT_WAIT)
        Notice.objects.filter(pk=notice.pk).update(**_waiting(soonest, OVER_LIMIT))
        return
    notice.channel, notice.recipient = left[0]
    notice.recipient_hash = phone_hash(*left[0])
    for name, value in _waiting(now, OVER_LIMIT).items():
        setattr(notice, name, value)
    notice.save(
        update_fields=[
            "channel", "recipient", "recipient_hash", "state", "error_code", "next_attempt_at", "lease_owner",
            "lease_until",
        ]
    )  # fmt: skip
    nudge_on_commit(notice)


def call(prepared: Prepared, this: Sending) -> Outcome:
    """Make the call. Nothing else: this runs on a thread of its own, outside any transaction."""
    try:
        outcome = channel_of(prepared.notice.channel).send(prepared.message)
    except Exception as problem:  # one that a channel did not foresee must not take the other calls' outcomes along
        log.error("notice %s: %s in the call", prepared.notice.pk, type(problem).__name__)
        outcome = Outcome("unknown", code=type(problem).__name__)
    if outcome.kind == "account":
        this.refused[prepared.notice.channel, prepared.message.sender] = outcome
    return outcome


def settle(results: Results, this: Sending) -> None:
    """Write down what came of calls. Where the lease was lost meanwhile, only the attempt's own row learns it."""
    if not results:
        return
    now = this.clock()
    accepted = [(each.notice, outcome) for each, outcome in results if outcome.kind == "accepted"]
    try:
        _store_accepted(accepted, this.owner, now)
    except IntegrityError:
        for notice, outcome in accepted:
            _settle_alone(notice, outcome, this.owner, now)
    for each, outcome in results:
        if outcome.kind != "accepted":
            _settle_alone(each.notice, outcome, this.owner, now)
    give_back(_unreached(results))
    give_back(_unsure(results), keep=RECEIPT_WAIT)
    note_outcomes([(way_of(each.notice), outcome.kind, outcome.code) for each, outcome in results], now=now)
    _note_numbers(results, now)


def _unreached(results: Results) -> list[Place]:
    """The places of calls which the provider surely did not take."""
    untaken = [each for each, outcome in results if outcome.kind not in ("accepted", "unknown")]
    return [each.place for each in untaken if each.place is not None]


def _unsure(results: Results) -> list[Place]:
    """The places of calls whose outcome nobody saw, unless a receipt has told of it since."""
    places = {each.notice.pk: each.place for each, outcome in results if outcome.kind == "unknown" and each.place}
    if not places:
        return []
    untold = Notice.objects.filter(pk__in=places, state="unconfirmed").values_list("pk", flat=True)
    return [places[notice_id] for notice_id in untold]


@transaction.atomic
def _store_accepted(accepted: Iterable[tuple[Notice, Outcome]], owner: uuid.UUID, now: datetime) -> None:
    rows = []
    for notice, outcome in accepted:
        provider_id = outcome.provider_id[:120] if outcome.provider_id else None
        what = (provider_id, outcome.code[:40], outcome.detail[:200])
        rows.append((str(notice.pk), notice.attempt, str(owner), now, *what))
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor, ACCEPT, rows, template=ACCEPT_TYPES, page_size=len(rows))


def _settle_alone(notice: Notice, outcome: Outcome, owner: uuid.UUID, now: datetime) -> None:
    """What cannot be written down is left to its lease, and is unconfirmed then; it does not stop the others."""
    try:
        _settle_one(notice, outcome, owner, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        log.error("notice %s cannot be settled: %s", notice.pk, type(problem).__name__)


def _settle_one(notice: Notice, outcome: Outcome, owner: uuid.UUID, now: datetime) -> None:
    try:
        _store(notice, outcome, owner, now)
    except IntegrityError as error:
        if "notice_provider_id_once" not in str(error):
            raise
        # A provider that gives one id to two messages; receipts find the notice by our own id.
        _store(notice, replace(outcome, provider_id=None), owner, now)


@transaction.atomic
def _store(notice: Notice, outcome: Outcome, owner: uuid.UUID, now: datetime) -> None:
    gave_up = outcome.kind == "permanent"
    application = lock(notice.application_id) if gave_up and notice.application_id is not None else None
    attempt = NoticeAttempt.objects.get(notice=notice, attempt=notice.attempt)
    NoticeAttempt.objects.filter(Q(outcome="") | Q(code=LEASE_ENDED), pk=attempt.pk).update(
        finished_at=now, outcome=outcome.kind, code=outcome.code[:40], detail=outcome.detail[:200]
    )
    mine = Notice.objects.filter(pk=notice.pk, lease_owner=owner, attempt=notice.attempt, state="sending")
    held_on = mine.update(**after_outcome(notice, outcome, attempt_at=attempt.started_at, now=now))
    if held_on and application is not None:
        use_next_channel(application, notice, now=now)


def _note_numbers(results: Results, now: datetime) -> None:
    """What calls say of the numbers that they were made from; calls run side by side, so a refusal is the last word."""
    told = [(each.notice, outcome) for each, outcome in results if each.notice.channel == WHATSAPP]
    note_accepted([notice for notice, outcome in told if outcome.kind == "accepted"], now=now)
    for notice, outcome in told:
        note_refused(notice, outcome.kind, outcome.code)


def after_outcome(notice: Notice, outcome: Outcome, *, attempt_at: datetime, now: datetime) -> dict[str, Any]:
    """The columns of a notice after an attempt, by the class of its outcome (channels/base.py)."""
    free: dict[str, Any] = {"lease_owner": None, "lease_until": None, "next_attempt_at": None}
    code = outcome.code[:40]
    if outcome.kind == "accepted":
        provider_id = outcome.provider_id[:120] if outcome.provider_id else None
        taken = {"state": "accepted", "accepted_at": now, "provider_id": provider_id, "error_code": ""}
        return free | taken | {"evidence": notice.evidence or "accepted"}
    if outcome.kind == "retry":
        return free | {"state": "retry", "error_code": code, "next_attempt_at": now + _wait(notice, outcome)}
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


def _wait(notice: Notice, outcome: Outcome) -> timedelta:
    failures = notice.attempts.filter(outcome__in=["retry", "failed"]).count()
    return retry_wait(failures, chance=secrets.randbelow(1000) / 1000, at_least=outcome.retry_after)
