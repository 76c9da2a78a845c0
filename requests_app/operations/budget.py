"""Whom we may write to: the limit of 24 hours that all numbers share, and the pause between two messages to a phone.

Meta counts the people whom a business has written to outside a conversation in the last 24 hours. We count them
ourselves, before each call, as a limit overrun is only told afterwards and costs the number's standing. A share is
kept for answers and what else belongs to the promise; the rest goes to other channels, or waits.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from django.db import connection
from django.db.models import Min
from psycopg2.extras import execute_values

from requests_app.models import Conversation, Notice, ReachedPhone
from requests_app.operations.routes import route_of
from requests_app.rules.routes import Policy

DAY = timedelta(hours=24)
PAIR_PAUSE = timedelta(seconds=6)
"""Meta takes one message in six seconds to the same person; the small burst beyond is left for answers and codes."""
NOT_AT_ALL = timedelta(0)
LATER = timedelta(microseconds=1)
"""So much later than the last one a message to the same phone counts at least: each can be told from the others."""
COUNTING = 0x4255
"""The advisory lock of whoever counts somebody new."""

Verdict = Literal["new", "go", "talk", "pause", "over"]
LEAVES = ("new", "go", "talk")
"""The verdicts on what may be sent."""

NOTE_SENT = """
INSERT INTO requests_app_reachedphone AS known (phone_hash, charged_until, last_sent_at) VALUES %s
ON CONFLICT (phone_hash) DO UPDATE SET
  last_sent_at = EXCLUDED.last_sent_at, charged_until = greatest(known.charged_until, EXCLUDED.charged_until)
"""
COUNT_AGAIN = """
UPDATE requests_app_reachedphone AS known
SET charged_until = greatest(known.charged_until, reached.at + interval '24 hours')
FROM (
  SELECT n.recipient_hash AS phone_hash, max(a.started_at) AS at
  FROM requests_app_notice AS n JOIN requests_app_noticeattempt AS a ON a.notice_id = n.id
  WHERE n.id = ANY(%(notices)s::uuid[]) AND n.state IN ('sent', 'delivered', 'read')
    AND a.channel = 'whatsapp' AND a.outcome IN ('unknown', 'retry') AND n.purpose NOT LIKE 'reply%%'
    AND NOT EXISTS (
      SELECT 1 FROM requests_app_conversation AS c
      WHERE c.zone_id = n.zone_id AND c.phone_hash = n.recipient_hash
        AND a.started_at >= c.last_heard_at AND a.started_at < c.window_until
    )
  GROUP BY n.recipient_hash
) AS reached
WHERE known.phone_hash = reached.phone_hash
"""


@dataclass(frozen=True)
class Place:
    """What a message took of the limit: its phone counts until `until` because of it, until `before` without it."""

    phone: bytes
    until: datetime
    before: datetime


class Admitted(NamedTuple):
    """The verdict on a notice, and the place that it took; inside a conversation it takes none."""

    verdict: Verdict
    place: Place | None = None


@dataclass(frozen=True)
class Budget:
    """How many people count now, and how many may; `limit` 0 means no limit."""

    used: int
    limit: int
    reserve: int

    @property
    def free(self) -> int:
        """For whoever may use the reserve."""
        return max(self.limit - self.used, 0)

    @property
    def share(self) -> float:
        """Used, between 0 and (after a lower limit was set) more than 1."""
        return self.used / self.limit if self.limit else 0.0


def budget_now(policy: Policy, *, now: datetime) -> Budget:
    """What is used of the limit at this moment."""
    used = ReachedPhone.objects.filter(charged_until__gt=now).count()
    return Budget(used, policy.portfolio_limit, policy.portfolio_limit * policy.reserve_percent // 100)


def next_place_at(*, now: datetime) -> datetime:
    """When the next person stops counting."""
    soonest = ReachedPhone.objects.filter(charged_until__gt=now).aggregate(at=Min("charged_until"))["at"]
    return soonest or now


def admit(notices: Sequence[Notice], policy: Policy, *, now: datetime) -> dict[Notice, Admitted]:
    """What may be sent by WhatsApp now, counted in the caller's transaction, in the order given.

    new: may leave, and from now on this person counts. go: the person counts already. talk: inside the person's
    conversation. pause: this phone had a message a moment ago. over: the limit is used up for this kind of notice.
    """
    count = _Count(notices, policy, now)
    admitted = {notice: count.judge(notice) for notice in notices}
    _note_sent(count.sent, now)
    return admitted


class _Count:
    """What is known of the phones of a batch, and the places that are left while its notices are judged in turn."""

    def __init__(self, notices: Sequence[Notice], policy: Policy, now: datetime) -> None:
        self._now = now
        hashes = {notice.recipient_hash for notice in notices if notice.recipient_hash}
        open_now = Conversation.objects.filter(phone_hash__in=hashes, window_until__gt=now)
        self._talking = set(open_now.values_list("zone_id", "phone_hash"))
        known = list(ReachedPhone.objects.filter(phone_hash__in=hashes))
        self._until = {row.phone_hash: row.charged_until for row in known}
        self._last_sent = {row.phone_hash: row.last_sent_at for row in known}
        self._budget = self._counted(notices, policy)
        self.sent: dict[bytes, datetime] = {}

    def _counted(self, notices: Iterable[Notice], policy: Policy) -> Budget | None:
        """None when nothing has to be counted. Whoever counts, counts alone."""
        if not policy.portfolio_limit or all(self._costs_nothing(notice) for notice in notices):
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING])
        return budget_now(policy, now=self._now)

    def _talks(self, notice: Notice) -> bool:
        return (notice.zone_id, notice.recipient_hash) in self._talking

    def _costs_nothing(self, notice: Notice) -> bool:
        return self._talks(notice) or self._counts_until(notice.recipient_hash) > self._now

    def _counts_until(self, phone: bytes | None) -> datetime:
        return self._until.get(phone, self._now) if phone else self._now

    def judge(self, notice: Notice) -> Admitted:
        """The verdict on the next notice; the person of one that leaves counts for 24 hours from now on."""
        route, phone = route_of(notice.purpose), notice.recipient_hash
        last_sent = self._last_sent.get(phone) if phone else None
        if last_sent is not None and self._now - last_sent < PAIR_PAUSE and not route.is_critical:
            return Admitted("pause")
        if not self._costs_nothing(notice) and self._budget is not None:
            if self._budget.free <= (0 if route.is_critical else self._budget.reserve):
                return Admitted("over")
            self._budget = replace(self._budget, used=self._budget.used + 1)
        if phone is None:
            return Admitted("go")
        self._last_sent[phone] = self._now
        if self._talks(notice):
            self.sent.setdefault(phone, self._now)
            return Admitted("talk")
        before = self._counts_until(phone)
        until = self.sent[phone] = self._until[phone] = max(self._now + DAY, before + LATER)
        return Admitted("go" if before > self._now else "new", Place(phone, until, before))


def give_back(places: Iterable[Place], *, keep: timedelta = NOT_AT_ALL) -> None:
    """Places that were taken for calls which reached nobody: their phones count as they did before.

    `keep`: so long from the call they count all the same, as they may have been reached. Where a later message to the
    phone took a place too, that one says until when it counts. An outage in which every probe is somebody else would
    use up the day's limit without one message.
    """
    for place in sorted(places, key=lambda place: place.until, reverse=True):
        mine = ReachedPhone.objects.filter(phone_hash=place.phone, charged_until=place.until)
        mine.update(charged_until=max(place.before, place.until - DAY + keep))


def count_again(notice_ids: Collection[uuid.UUID]) -> None:
    """Notices that the provider posted receipts of: who was reached by a call of which we saw no such outcome counts
    for its day; not where it was made inside a conversation."""
    if notice_ids:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_AGAIN, {"notices": [str(notice_id) for notice_id in notice_ids]})


def _note_sent(sent: dict[bytes, datetime], now: datetime) -> None:
    if sent:
        with connection.cursor() as cursor:
            execute_values(cursor, NOTE_SENT, [(phone, until, now) for phone, until in sorted(sent.items())])
