"""What an ordinary receipt says of its notice: sent, delivered, read; and many of them taken up together.

Nearly all receipts are ordinary, and under load there are thousands a minute: one transaction for a hundred notices
asks as few questions as one for a single notice would.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from psycopg2.extras import execute_values

from requests_app.models import Application, CallTask, Notice, NoticeAttempt, Promise, WebhookEvent
from requests_app.operations.notices import UNSENT
from requests_app.operations.promises import record_deliveries
from requests_app.rules.routes import better_grade

TOGETHER = 100
RANK = {"accepted": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5}
# A late "sent" says nothing about a message that was refused since, or is not to be sent.
TAKES_SENT = {"sending", "unconfirmed", "accepted"}

WRITE = """
UPDATE requests_app_notice AS n
SET state = v.state, evidence = v.evidence, provider_id = v.provider_id, accepted_at = v.accepted_at,
    sent_at = v.sent_at, delivered_at = v.delivered_at, read_at = v.read_at, next_attempt_at = v.next_attempt_at,
    lease_owner = v.lease_owner, lease_until = v.lease_until
FROM (VALUES %s) AS v (id, state, evidence, provider_id, accepted_at, sent_at, delivered_at, read_at, next_attempt_at,
  lease_owner, lease_until)
WHERE n.id = v.id
"""
WRITTEN = (
    "state", "evidence", "provider_id", "accepted_at", "sent_at", "delivered_at", "read_at", "next_attempt_at",
    "lease_owner", "lease_until",
)  # fmt: skip
WRITE_TYPES = "(%s::uuid, %s, %s, %s" + ", %s::timestamptz" * 5 + ", %s::uuid, %s::timestamptz)"
KNOWN = ("id", "attempt", "application_id", "promise_id", "zone_id", "purpose", "created_at", *WRITTEN)


@dataclass(frozen=True)
class Posted:
    """One stored receipt."""

    event_id: int
    provider_id: str
    status: str
    at: datetime
    received_at: datetime
    notice_id: uuid.UUID | None
    attempt: int | None
    code: str
    channel: str


def in_order(receipts: Sequence[Posted]) -> list[Posted]:
    """As the provider stamped them; of the same second, as a message goes."""
    return sorted(receipts, key=lambda receipt: (receipt.at, RANK[receipt.status]))


def after_sent(notice: Notice, receipt: Posted) -> dict[str, Any]:
    """The columns that a receipt "sent" changes."""
    changes: dict[str, Any] = {"sent_at": earlier(notice.sent_at, receipt.at)}
    takes = notice.state in TAKES_SENT or is_of_the_last_try(notice, receipt)
    return changes | climb(notice, receipt) if takes else changes


def is_of_the_last_try(notice: Notice, receipt: Posted) -> bool:
    """Whether it tells what became of the last try of a notice that waits (for the morning, say) to be tried again.

    Also of a try that we took for refused, as the call's answer said so; not where a receipt did, which knows better.
    """
    if notice.attempt == 0 or receipt.attempt != notice.attempt:
        return False
    last = NoticeAttempt.objects.filter(notice=notice.pk, attempt=notice.attempt)
    return notice.state == "queued" or (notice.state == "retry" and last.filter(outcome="retry").exists())


def after_arrival(notice: Notice, receipt: Posted) -> dict[str, Any]:
    """The columns that "delivered" changes, or "read" (which implies delivered, and may come alone)."""
    grade = better_grade(notice.evidence, "delivered")
    changes: dict[str, Any] = {"delivered_at": earlier(notice.delivered_at, receipt.at), "evidence": grade}
    if receipt.status == "read":
        changes["read_at"] = earlier(notice.read_at, receipt.at)
    return changes | climb(notice, receipt) if RANK[receipt.status] > RANK.get(notice.state, 0) else changes


def climb(notice: Notice, receipt: Posted) -> dict[str, Any]:
    """The state that a receipt proves; the lease ends, and no other attempt follows."""
    return {
        "state": receipt.status,
        "accepted_at": notice.accepted_at or receipt.at,
        "provider_id": notice.provider_id or receipt.provider_id,
        "next_attempt_at": None,
        "lease_owner": None,
        "lease_until": None,
    }


def earlier(known: datetime | None, stamp: datetime) -> datetime:
    """The earliest that the provider has stamped."""
    return stamp if known is None else min(known, stamp)


def evidence_at(notice: Notice, receipt: Posted) -> datetime:
    """Evidence at the provider's stamp; never before the notice existed, never after we heard of it."""
    return min(max(receipt.at, notice.created_at), receipt.received_at)


@transaction.atomic
def take_together(groups: Mapping[uuid.UUID, Sequence[Posted]], *, now: datetime) -> dict[Notice, list[Posted]]:
    """Work on the receipts of many notices, as far as they are ordinary. Returns what was taken, by notice.

    What is left needs a look of its own: it failed, is held by somebody (nothing is waited for here but promises, so
    that nobody waits in a circle), has another copy that did not leave, stands on the call list, or its promise is
    broken.
    """
    applications, notices = _lock(groups)
    promises = _lock_promises(notices, applications)
    notices = [notice for notice in notices if _is_ordinary(notice, promises)]
    posted = [receipt for notice in notices for receipt in groups[notice.pk]]
    fresh = _lock_events(posted)
    taken = {notice: [r for r in in_order(groups[notice.pk]) if r.event_id in fresh] for notice in notices}
    deliveries = []
    for notice, receipts in taken.items():
        for receipt in receipts:
            arrived = receipt.status != "sent"
            _set(notice, after_arrival(notice, receipt) if arrived else after_sent(notice, receipt))
            promise = promises.get(notice.promise_id or 0)
            if arrived and promise is not None and promise.answered_at is not None:
                deliveries.append((promise, evidence_at(notice, receipt)))
    _write([notice for notice, receipts in taken.items() if receipts])
    record_deliveries(deliveries, now=now)
    WebhookEvent.objects.filter(pk__in=fresh).update(processed_at=now, outcome="applied")
    return taken


def _lock(groups: Mapping[uuid.UUID, Sequence[Posted]]) -> tuple[dict[int, Application], list[Notice]]:
    """The notices that may be worked on together, locked after their applications as everywhere."""
    wanted = [pk for pk, receipts in groups.items() if all(receipt.status != "failed" for receipt in receipts)]
    owners = set(Notice.objects.filter(pk__in=wanted).values_list("application_id", flat=True))
    free = Application.objects.select_for_update(skip_locked=True).only("id", "status", "round")
    applications = {row.pk: row for row in free.filter(pk__in=owners - {None}).order_by("pk")}
    rows = Notice.objects.select_for_update(skip_locked=True).filter(pk__in=wanted).only(*KNOWN)
    notices = [notice for notice in rows if notice.application_id is None or notice.application_id in applications]
    followed = _followed(notices)
    on_list = CallTask.objects.filter(application__in=applications, closed_at=None)
    called = set(on_list.values_list("application_id", flat=True))
    return applications, [n for n in notices if n.pk not in followed and n.application_id not in called]


def _followed(notices: Sequence[Notice]) -> set[uuid.UUID]:
    """Those whose arrival stops something: a further channel, or another copy of the same answer, that has not left."""
    answers = {notice.promise_id for notice in notices if notice.promise_id is not None}
    copies = Q(fallback_of__in=notices) | Q(fallback_of__isnull=False, promise__in=answers)
    unsent = list(Notice.objects.filter(copies, state__in=UNSENT).only("pk", "fallback_of", "promise"))
    return {n.pk for n in notices if any(_follows(copy, n) for copy in unsent if copy.pk != n.pk)}


def _follows(copy: Notice, notice: Notice) -> bool:
    return copy.fallback_of_id == notice.pk or copy.promise_id == notice.promise_id is not None


def _lock_promises(notices: Sequence[Notice], applications: Mapping[int, Application]) -> dict[int, Promise]:
    wanted = {notice.promise_id for notice in notices if notice.promise_id is not None}
    promises = {row.pk: row for row in Promise.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    for promise in promises.values():
        promise.application = applications[promise.application_id]
    return promises


def _is_ordinary(notice: Notice, promises: Mapping[int, Promise]) -> bool:
    return notice.promise_id is None or promises[notice.promise_id].outcome != "broken"


def _lock_events(posted: Sequence[Posted]) -> set[int]:
    """Those that nobody has worked on, or is at work on."""
    events = WebhookEvent.objects.select_for_update(skip_locked=True)
    return set(events.filter(pk__in=[r.event_id for r in posted], processed_at=None).values_list("pk", flat=True))


def _set(notice: Notice, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(notice, name, value)


def _write(notices: Sequence[Notice]) -> None:
    rows = [(str(n.pk), *(_plain(getattr(n, name)) for name in WRITTEN)) for n in notices]
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor, WRITE, rows, template=WRITE_TYPES)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value
