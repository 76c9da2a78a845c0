"""Limits against guessing and flooding: how often something was done in a window of time.

Counted before the caller's transaction, in one statement of its own, so that a rolled-back try stays counted.
Windows start at multiples of their length (UTC). A counter holds a keyed hash, never the address or number itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from requests_app.models import LimitCounter
from requests_app.statements import Planned, Statement, execute_together
from requests_app.vault.keyring import keyed_hash

KEYS = ("text[]", "bytea[]", "timestamptz[]")
COUNT = Planned(
    "count_tries",
    """
    INSERT INTO requests_app_limitcounter AS counter (scope, subject, window_start, count)
    SELECT scope, subject, window_start, 1 FROM unnest($1, $2, $3) AS tried (scope, subject, window_start)
    ON CONFLICT (scope, subject, window_start) DO UPDATE SET count = counter.count + 1
    RETURNING scope, subject, window_start, count
    """,
    KEYS,
)
COUNT_OR_STOP = Planned(
    "count_or_stop",
    """
    WITH counted AS (
      INSERT INTO requests_app_limitcounter AS counter (scope, subject, window_start, count)
      SELECT scope, subject, window_start, 1 FROM unnest($1, $2, $3) AS tried (scope, subject, window_start)
      ON CONFLICT (scope, subject, window_start) DO UPDATE SET count = counter.count + 1
      RETURNING scope, subject, window_start, count)
    SELECT adminduk_expect('limits', NOT EXISTS (
      SELECT FROM counted
      JOIN unnest($1, $2, $3, $4) AS allowed (scope, subject, window_start, most)
        USING (scope, subject, window_start)
      WHERE count > most))
    """,
    (*KEYS, "int[]"),
)
GIVE_BACK = Planned(
    "give_back_tries",
    """
    UPDATE requests_app_limitcounter AS counter SET count = count - 1
    FROM unnest($1, $2, $3) AS tried (scope, subject, window_start)
    WHERE counter.count > 0 AND counter.scope = tried.scope AND counter.subject = tried.subject
      AND counter.window_start = tried.window_start
    """,
    KEYS,
)
# The counter that all visitors share stays locked until it is written to disk. After a power cut the last half second
# of tries may be forgotten, so nobody waits for the disk here. Never inside a transaction: it would hold for all of it.
NO_WAIT_FOR_DISK = Statement("SET LOCAL synchronous_commit = off", ())
Key = tuple[str, bytes, datetime]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TooMany(Exception):
    """The limit is reached; `retry_at` (aware, UTC) is when the next try is taken."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__("limit reached")
        self.retry_at = retry_at


@dataclass(frozen=True)
class Limit:
    """At most `limit` times per `window` for one subject of one scope."""

    scope: str
    subject: str
    limit: int
    window: timedelta

    def window_start(self, now: datetime) -> datetime:
        """When the window that holds `now` began."""
        return now - (now - EPOCH) % self.window

    def row(self, now: datetime) -> Key:
        """The counter's unique key. Each length of window counts apart."""
        scope = f"{self.scope}:{int(self.window.total_seconds()) // 60}"
        return scope, keyed_hash("visitor", self.subject), self.window_start(now)


def growing(scope: str, subject: str, *tiers: tuple[int, timedelta]) -> list[Limit]:
    """Several limits of one subject, the longer the window the longer the wait: a wait that grows with the tries."""
    return [Limit(scope, subject, limit, window) for limit, window in tiers]


def count_or_refuse(scope: str, subject: str, *, now: datetime, limit: int, window: timedelta) -> None:
    """Count one try of `subject` (an address, phone or number; stored as a keyed hash).

    Raises TooMany when it is more than `limit` in this window. Call it before the caller's transaction.
    """
    count_all_or_refuse([Limit(scope, subject, limit, window)], now=now)


def count_all_or_refuse(limits: Sequence[Limit], *, now: datetime) -> list[int]:
    """Count one try against several limits in one statement, and return the counts in the order given.

    Raises TooMany with the latest of the moments to wait for.
    """
    keys = [limit.row(now) for limit in limits]
    # Sorted, so that two tries at once lock the rows in the same order.
    counts = _execute(COUNT, sorted(set(keys)))
    ordered = [counts[key] for key in keys]
    _refuse((limit for limit, count in zip(limits, ordered, strict=True) if count > limit.limit), now)
    return ordered


def refuse_over(limits: Sequence[Limit], *, now: datetime) -> None:
    """Raises TooMany when one more would be too many for any of these limits; counts nothing."""
    _refuse((limit for limit in limits if _count_of(limit, now) >= limit.limit), now)


def _refuse(full: Iterable[Limit], now: datetime) -> None:
    moments = [limit.window_start(now) + limit.window for limit in full]
    if moments:
        raise TooMany(max(moments))


def _count_of(limit: Limit, now: datetime) -> int:
    scope, subject, start = limit.row(now)
    counters = LimitCounter.objects.filter(scope=scope, subject=subject, window_start=start)
    return counters.values_list("count", flat=True).first() or 0


def count_or_stop(limits: Sequence[Limit], *, now: datetime) -> Statement:
    """The statement that counts one success in the caller's transaction and stops it (NotAsExpected, "limits") when
    that is one too many; what was stopped does not count."""
    rows = sorted((*limit.row(now), limit.limit) for limit in limits)
    return COUNT_OR_STOP.with_values(*(list(column) for column in zip(*rows, strict=True)))


@contextmanager
def refused_at_no_cost(limits: Sequence[Limit], *, now: datetime) -> Iterator[None]:
    """A try that was counted in here and is refused (TooMany) is not judged, and does not lengthen the wait."""
    try:
        yield
    except TooMany:
        give_back(limits, now=now)
        raise


def give_back(limits: Iterable[Limit], *, now: datetime) -> None:
    """A try that turned out right does not count: only wrong ones slow anybody down."""
    _execute(GIVE_BACK, sorted({limit.row(now) for limit in limits}))


def _execute(planned: Planned, keys: Sequence[Key]) -> dict[Key, int]:
    columns = [list(column) for column in zip(*keys, strict=True)]
    before = [] if connection.in_atomic_block else [NO_WAIT_FOR_DISK]
    found = execute_together([*before, planned.with_values(*columns)])
    return {(scope, bytes(subject), start): count for scope, subject, start, count in found}
