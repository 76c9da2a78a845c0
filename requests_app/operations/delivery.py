"""Delivering notices: claimed by lease, sent outside any transaction, settled only by whoever still holds the lease.

One run per lane works at a time (tasks.py). The run's own thread does all that concerns the database; a pool of
senders does nothing but call providers, so a slow one holds up its own calls and no transaction. What may leave is
claimed number by number, as each number bears so many messages a second (operations/pace.py); a number that is out of
order is asked once a minute (operations/circuits.py).
"""

import logging
import time
import uuid
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Min

from requests_app.channels.base import Outcome
from requests_app.models import Circuit, Notice, NoticeAttempt
from requests_app.operations.circuits import Way, give_back_probe, leave_unprobed, open_circuits, take_probe, way_of
from requests_app.operations.number_probes import probe_numbers
from requests_app.operations.numbers import zone_numbers
from requests_app.operations.pace import Pace
from requests_app.operations.rerouting import reroute_held
from requests_app.operations.routes import sending_policy
from requests_app.operations.senders import render_notice
from requests_app.operations.sending import (
    HELD_WAIT,
    LEASE,
    LEASE_ENDED,
    RECEIPT_WAIT,
    Prepared,
    Sending,
    call,
    prepare,
    settle,
)
from requests_app.operations.unsure import give_up_unsure
from requests_app.rules.labels import error_words
from requests_app.rules.routes import EMAIL, HAND, SMS, WHATSAPP

__all__ = ["HELD_WAIT", "LANES", "RECEIPT_WAIT", "deliver_notices", "delivery_trouble", "render_notice"]

log = logging.getLogger(__name__)

# After an outage of our own: the provider posts again what it could not, and that is read first.
GRACE = timedelta(minutes=1)
AWAY_AFTER = timedelta(minutes=2)
"""A lane that ended no run for so long was away."""
LANES: dict[str, tuple[str, ...]] = {"whatsapp": (WHATSAPP,), "others": (EMAIL, SMS)}
"""What is delivered by one run: WhatsApp's troubles are not those of mail and SMS."""
SENDERS = 16
BUDGET_S = 60.0
LINGER_S = 12.0
"""An answer may leave eight seconds after its decision: a run that finds nothing else waits for it."""
LOOK_EVERY_S = 0.5
RESCUE_PAUSES_S = (1, 2, 4, 8, 15)

CLAIM = """
WITH due AS MATERIALIZED (
  SELECT n.id
  FROM unnest(%(channels)s::text[], %(zones)s::bigint[], %(allowed)s::int[]) AS way(channel, zone_id, allowed),
  LATERAL (
    SELECT id, priority, next_attempt_at FROM requests_app_notice
    WHERE channel = way.channel AND zone_id = way.zone_id
      AND state IN ('queued', 'retry', 'unconfirmed') AND next_attempt_at <= %(now)s
      AND (expires_at IS NULL OR expires_at > %(now)s)
    ORDER BY priority, next_attempt_at LIMIT way.allowed FOR UPDATE SKIP LOCKED
  ) AS n
  ORDER BY n.priority, n.next_attempt_at LIMIT %(limit)s
)
UPDATE requests_app_notice AS n SET state = 'sending', lease_owner = %(owner)s, lease_until = %(until)s
FROM due WHERE n.id = due.id
RETURNING n.priority, n.next_attempt_at, n.id, n.channel, n.zone_id
"""
CLAIM_PROBE = """
WITH due AS MATERIALIZED (
  SELECT id FROM requests_app_notice
  WHERE channel = %(channel)s AND zone_id = ANY(%(zones)s::bigint[])
    AND (state = 'retry' OR (state IN ('queued', 'unconfirmed') AND next_attempt_at <= %(now)s))
    AND (expires_at IS NULL OR expires_at > %(now)s)
  ORDER BY attempt, priority, next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE requests_app_notice AS n SET state = 'sending', lease_owner = %(owner)s, lease_until = %(until)s
FROM due WHERE n.id = due.id
RETURNING n.id
"""

Clock = Callable[[], datetime]
Results = list[tuple[Prepared, Outcome]]


@dataclass
class _Run:
    """One run of a lane: its channels, how fast it goes, and the calls that are under way."""

    sending: Sending
    channels: Collection[str]
    senders: int
    pace: Pace | None
    begin: float = field(default_factory=time.monotonic)
    calls: dict[Future[Outcome], Prepared] = field(default_factory=dict)
    probes: dict[Way, Circuit] = field(default_factory=dict)

    accepted: Results = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.senders - len(self.calls)

    def settle_accepted(self) -> None:
        """Write down the outcomes that were put aside."""
        settle(self.accepted, self.sending)
        self.accepted = []


def deliver_notices(
    *, clock: Clock, channels: Collection[str] = (WHATSAPP, EMAIL, SMS), senders: int = SENDERS, paced: bool = True,
    budget_s: float = BUDGET_S, linger_s: float = 0.0, last_run: datetime | None = None,
) -> int:  # fmt: skip
    """Send what is due on these channels, most urgent first, until nothing is due or `budget_s` seconds are over.

    `clock` gives the moment (UTC); calls take time, so each is asked for its own. `senders` calls are under way at
    once; `paced`: no number sends more a second than it bears. `linger_s`: wait for what becomes due within so many
    seconds. `last_run`: when the last one ended, if known. Returns how many notices were taken up. Several runs at once
    share the work.
    """
    now, done = clock(), 0
    end_delivery_leases(now=now)
    if last_run is not None and now - last_run >= AWAY_AFTER:
        wait_for_receipts(channels, away_since=last_run, now=now)
    give_up_unsure(channels, now=now)
    try_held_again(now=now)
    expire_notices(now=now)
    pace = Pace(sending_policy().rate_per_second) if paced else None
    run = _Run(Sending(clock), channels, senders, pace)
    with ThreadPoolExecutor(senders, thread_name_prefix="sender") as pool:
        while True:
            in_time = time.monotonic() - run.begin <= budget_s
            was_idle = not (run.calls or run.accepted)
            try:
                batch = _start_calls(run, pool) if in_time and run.free else []
                run.settle_accepted()  # while the next calls are under way
                if run.calls:
                    _finish(run)
            except BaseException:  # whatever it is, a time limit too: what came of the calls is known here only
                _rescue(run)
                raise
            done += len(batch)
            if was_idle and not batch and not (in_time and _wait_for_more(run, clock, linger_s)):
                return done


def _start_calls(run: _Run, pool: ThreadPoolExecutor) -> list[uuid.UUID]:
    """Take up what the free senders can send, write it down, and let them call. Returns what was taken up."""
    now = run.sending.clock()
    batch = _take(run, now)
    for prepared in prepare(batch, run.sending):
        run.calls[pool.submit(call, prepared, run.sending)] = prepared
        run.probes.pop(way_of(prepared.notice), None)
    for circuit in run.probes.values():
        give_back_probe(circuit)
    run.probes.clear()
    return batch


def _rescue(run: _Run) -> None:
    """Something ended the run: calls that are under way are waited for, and stored once the database takes them."""
    results = [*run.accepted, *((prepared, future.result()) for future, prepared in run.calls.items())]
    for pause_s in RESCUE_PAUSES_S:
        try:
            return settle(results, run.sending)
        except (OperationalError, InterfaceError) as problem:
            log.warning("outcomes not stored: %s", type(problem).__name__)
            connection.close()
            time.sleep(pause_s)


def _take(run: _Run, now: datetime) -> list[uuid.UUID]:
    """The next notices for the senders that are free: probes of what is out of order, then what is due."""
    broken = open_circuits(run.channels)
    if WHATSAPP in run.channels:
        probe_numbers(broken=broken, now=now)
    found: list[uuid.UUID] = []
    for way, circuit in broken.items():
        if len(found) < run.free and take_probe(circuit, now=now):
            probe = _claim_probe(way, now=now, owner=run.sending.owner)
            if probe:
                run.probes[way] = circuit
            else:
                leave_unprobed(circuit, now=now)
            found += probe
    limit = run.free - len(found)
    if limit:
        taken = _claim(_allowed(run, broken, limit), now=now, owner=run.sending.owner, limit=limit)
        if run.pace is not None:
            run.pace.count(zone_id for _, channel, zone_id in taken if channel == WHATSAPP)
        found += [notice_id for notice_id, _, _ in taken]
    return found


def _allowed(run: _Run, broken: Collection[Way], limit: int) -> dict[tuple[str, int], int]:
    """How many notices each way may take up now: one way per channel and zone."""
    allowed = {}
    for channel in run.channels:
        for zone_id in zone_numbers():
            if (channel, zone_id) in broken or (channel, None) in broken:
                continue
            paced = run.pace is not None and channel == WHATSAPP
            allowed[channel, zone_id] = min(limit, run.pace.free(zone_id)) if paced and run.pace else limit
    return allowed


def claim_notices(
    *, now: datetime, owner: uuid.UUID, limit: int, channels: Collection[str] = (WHATSAPP, EMAIL, SMS)
) -> list[uuid.UUID]:
    """Lease up to `limit` due notices to `owner` for 90 seconds, in one statement; rows that others hold are left.

    What people send by hand (operations/hand.py), or look up themselves, is not the worker's.
    """
    allowed = {(channel, zone_id): limit for channel in channels for zone_id in zone_numbers()}
    return [notice_id for notice_id, _, _ in _claim(allowed, now=now, owner=owner, limit=limit)]


def _claim(
    allowed: dict[tuple[str, int], int], *, now: datetime, owner: uuid.UUID, limit: int
) -> list[tuple[uuid.UUID, str, int]]:
    ways = [(channel, zone_id, number) for (channel, zone_id), number in allowed.items() if number > 0]
    values: dict[str, Any] = {"now": now, "until": now + LEASE, "owner": owner, "limit": limit}
    values["channels"], values["zones"], values["allowed"] = ([way[n] for way in ways] for n in range(3))
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [(notice_id, channel, zone_id) for _, _, notice_id, channel, zone_id in sorted(cursor.fetchall())]


def _claim_probe(way: Way, *, now: datetime, owner: uuid.UUID) -> list[uuid.UUID]:
    """A notice of a way that is out of order; the wait of the single message means nothing there.

    Of those tried least often the most urgent: what a provider refuses again and again must not be the probe each time.
    """
    channel, zone_id = way
    zones = list(zone_numbers()) if zone_id is None else [zone_id]
    values: dict[str, Any] = {"now": now, "until": now + LEASE, "owner": owner, "channel": channel, "zones": zones}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_PROBE, values)
        return [notice_id for (notice_id,) in cursor.fetchall()]


def _finish(run: _Run) -> None:
    """Wait for calls to end, or until there may be work for a sender that is free. What was taken is settled later.

    Where anything else came of them it is written down at once: it may say that nothing more should leave.
    """
    wait(run.calls, timeout=LOOK_EVERY_S if run.free else None, return_when=FIRST_COMPLETED)
    finished = [future for future in run.calls if future.done()]
    run.accepted = [(run.calls.pop(future), future.result()) for future in finished]
    if not all(outcome.kind == "accepted" for _, outcome in run.accepted):
        run.settle_accepted()


def _wait_for_more(run: _Run, clock: Clock, linger_s: float) -> bool:
    """Sleep a moment when something is due in a moment: a number has to pause, or an answer is not to leave yet."""
    if run.pace is not None and run.pace.is_waited_for():
        time.sleep(run.pace.wait_s)
        return True
    now = clock()
    coming = Notice.objects.filter(
        channel__in=run.channels, state__in=["queued", "retry"], next_attempt_at__gt=now,
        next_attempt_at__lte=now + timedelta(seconds=linger_s),
    ).aggregate(soonest=Min("next_attempt_at"))["soonest"]  # fmt: skip
    if coming is None:
        return False
    time.sleep(min(max((coming - now).total_seconds(), 0.01), LOOK_EVERY_S))
    return True


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
    unfinished = NoticeAttempt.objects.filter(notice_id=notice_id, attempt=attempt, finished_at=None).first()
    if unfinished is None:
        notice.update(state="queued", next_attempt_at=now, lease_owner=None, lease_until=None)
        return
    unfinished.finished_at, unfinished.outcome, unfinished.code = now, "unknown", LEASE_ENDED
    unfinished.save(update_fields=["finished_at", "outcome", "code"])
    again_at = max(unfinished.started_at + RECEIPT_WAIT, now + GRACE)
    notice.update(
        state="unconfirmed", error_code=LEASE_ENDED, next_attempt_at=again_at, lease_owner=None, lease_until=None
    )


def wait_for_receipts(channels: Collection[str], *, away_since: datetime, now: datetime) -> int:
    """After an outage of our own: what may have been taken before it waits for a receipt a minute more.

    Only what was tried before we were away; so runs that fail one after the other keep nothing back for long.
    """
    tried_before = away_since + AWAY_AFTER + RECEIPT_WAIT
    unsure = Notice.objects.filter(channel__in=channels, state="unconfirmed", next_attempt_at__lte=tried_before)
    return unsure.filter(next_attempt_at__lt=now + GRACE).update(next_attempt_at=now + GRACE)


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


def delivery_trouble(channels: Collection[str] = (WHATSAPP, EMAIL, SMS)) -> str:
    """What holds notices back, for supervisors: how many by code. Empty when nothing is held."""
    held = Notice.objects.filter(state="held", channel__in=channels).values("channel", "error_code")
    counted = held.annotate(n=Count("pk")).order_by("-n")
    ways = {"whatsapp": "WhatsApp", "email": "surel", "sms": "SMS"}
    causes = [
        f"{row['n']} {ways.get(row['channel'], row['channel'])}: {error_words(row['error_code'])}"
        for row in counted[:4]
    ]
    return f"Pemberitahuan tertahan: {'; '.join(causes)}." if causes else ""
