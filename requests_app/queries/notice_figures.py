"""How well messages arrive: what was owed, sent and delivered, by zone and channel, and what failed, by its code.

Nothing sealed is read. Periods are read by the time of writing (index notices_by_time).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from requests_app.channels.posts import receipted
from requests_app.rules.messages import ANSWER_PURPOSES

DAY, MONTH = timedelta(hours=24), timedelta(days=30)
BUCKET = timedelta(hours=3)
"""How much of a day one bar of the drawing is."""

# One pass over the notices of a period. A message counts as judged once it has had its sixty seconds.
PERIOD = """
WITH told AS (
  SELECT zone_id, channel,
    floor(extract(epoch FROM %(now)s - created_at) / %(bucket_s)s)::int AS bucket,
    coalesce(accepted_at, sent_at, delivered_at) IS NOT NULL AS sent,
    delivered_at IS NOT NULL AS arrived,
    state = 'failed' AS failed,
    channel = ANY(%(receipted)s) AND state <> 'expired' AND leaves_at <= %(now)s - interval '60 seconds' AS judged,
    channel = ANY(%(receipted)s) AND state <> 'expired' AND created_at <= %(now)s - interval '60 seconds'
      AND promise_id IS NOT NULL AND purpose = ANY(%(answers)s) AS answer,
    extract(epoch FROM delivered_at - created_at) AS from_decision,
    CASE WHEN channel = ANY(%(receipted)s) AND delivered_at IS NOT NULL
      THEN greatest(extract(epoch FROM delivered_at - leaves_at), 0) END AS seconds
  FROM requests_app_notice
  WHERE created_at > %(since)s AND created_at <= %(now)s AND channel <> 'page' AND state <> 'superseded'
)
SELECT zone_id, channel, bucket, count(*), count(*) FILTER (WHERE sent), count(*) FILTER (WHERE arrived),
  count(*) FILTER (WHERE failed), count(*) FILTER (WHERE judged),
  count(*) FILTER (WHERE judged AND seconds <= 10), count(*) FILTER (WHERE judged AND seconds <= 60),
  count(*) FILTER (WHERE judged AND arrived),
  count(*) FILTER (WHERE answer), count(*) FILTER (WHERE answer AND from_decision <= 10),
  count(*) FILTER (WHERE answer AND from_decision <= 60),
  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY seconds)
FROM told GROUP BY GROUPING SETS ((zone_id, channel), (zone_id), (channel), (bucket), ())
"""
STATES = """
SELECT zone_id, channel, state, count(*) FROM requests_app_notice
WHERE created_at > %(since)s AND created_at <= %(now)s AND channel <> 'page' GROUP BY 1, 2, 3
"""
FAILURES = """
SELECT zone_id, channel, error_code, count(*) FROM requests_app_notice
WHERE created_at > %(since)s AND created_at <= %(now)s AND state = 'failed' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
"""


@dataclass(frozen=True)
class Line:
    """Messages of one period, of one zone or channel or all. Shares and seconds: of channels that have receipts.

    They begin when a message might leave. `answers` to promises begin with the decision, eight seconds before.
    """

    owed: int = 0
    sent: int = 0
    arrived: int = 0
    failed: int = 0
    judged: int = 0
    in_10s: int = 0
    in_60s: int = 0
    judged_arrived: int = 0
    answers: int = 0
    answers_in_10s: int = 0
    answers_in_60s: int = 0
    median_s: float | None = None
    p95_s: float | None = None

    @property
    def share_10(self) -> float | None:
        """Of those that had their sixty seconds, how many arrived within ten: 0 to 1."""
        return self.in_10s / self.judged if self.judged else None

    @property
    def share_60(self) -> float | None:
        """The same within sixty seconds."""
        return self.in_60s / self.judged if self.judged else None

    @property
    def share_arrived(self) -> float | None:
        """The same, however long it took."""
        return self.judged_arrived / self.judged if self.judged else None

    @property
    def share_10_decided(self) -> float | None:
        """Of answers decided a minute ago or earlier, how many arrived within ten seconds of the decision."""
        return self.answers_in_10s / self.answers if self.answers else None

    @property
    def share_60_decided(self) -> float | None:
        """The same within sixty seconds."""
        return self.answers_in_60s / self.answers if self.answers else None


@dataclass(frozen=True)
class Period:
    """The figures of a period: as a whole, by channel, by zone, by both, and by age in steps of three hours."""

    total: Line = field(default_factory=Line)
    channels: Mapping[str, Line] = field(default_factory=dict)
    zones: Mapping[int, Line] = field(default_factory=dict)
    ways: Mapping[tuple[int, str], Line] = field(default_factory=dict)
    ages: Mapping[int, Line] = field(default_factory=dict)


def load_period(now: datetime, length: timedelta) -> Period:
    """One query over what was written in the time before `now`."""
    values = {
        "now": now, "since": now - length, "bucket_s": BUCKET.total_seconds(), "receipted": list(receipted()),
        "answers": list(ANSWER_PURPOSES),
    }  # fmt: skip
    return period_of(
        (zone_id, channel, age, Line(*counts, *(spread or (None, None))))
        for zone_id, channel, age, *counts, spread in _rows(PERIOD, values)
    )


def period_of(lines: Iterable[tuple[int | None, str | None, int | None, Line]]) -> Period:
    """Put together from lines that each name what they are of: zone, channel, both, an age, or nothing of it."""
    total, channels, zones, ways, ages = Line(), {}, {}, {}, {}
    for zone_id, channel, age, line in lines:
        if age is not None:
            ages[age] = line
        elif zone_id is not None and channel is not None:
            ways[zone_id, channel] = line
        elif zone_id is not None:
            zones[zone_id] = line
        elif channel is not None:
            channels[channel] = line
        else:
            total = line
    return Period(total, channels, zones, ways, ages)


def lines_of(period: Period) -> list[tuple[int | None, str | None, int | None, Line]]:
    """The same taken apart again."""
    return [
        (None, None, None, period.total),
        *((None, channel, None, line) for channel, line in period.channels.items()),
        *((zone_id, None, None, line) for zone_id, line in period.zones.items()),
        *((zone_id, channel, None, line) for (zone_id, channel), line in period.ways.items()),
        *((None, None, age, line) for age, line in period.ages.items()),
    ]


class Failure(NamedTuple):
    """How many messages of a zone and channel failed for good with this code."""

    zone_id: int
    channel: str
    code: str
    number: int


def load_failures(now: datetime, length: timedelta) -> list[Failure]:
    """What failed for good in the time before `now`, the most frequent first. One query."""
    return [Failure(*row) for row in _rows(FAILURES, {"now": now, "since": now - length})]


@dataclass(frozen=True)
class Figures:
    """All that is told of a period."""

    period: Period
    failures: Sequence[Failure]


def load_figures(now: datetime, length: timedelta) -> Figures:
    """Two queries."""
    return Figures(load_period(now, length), load_failures(now, length))


def count_states(now: datetime) -> list[tuple[int, str, str, int]]:
    """How many notices of the last 24 hours stand where: zone, channel, state, number."""
    return _rows(STATES, {"now": now, "since": now - DAY})


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
