"""Does one side wait longer? Hours until the first decision, of what came in online and at the counter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.core.cache import cache
from django.db import connection

from requests_app.rules.dates import local_date, start_of_day

WEEKS = 8
WEEK = timedelta(days=7)
# A decision of the first week may belong to an application from before it; what waited longer than this is rare.
LOOK_BACK = timedelta(days=28)
ENOUGH = 20
MUCH = 1.25
"""So many times the other side's median is told as longer."""
ONLINE, COUNTER = "online", "counter"
KEPT, KEPT_S = "fairness", 300

# In one pass over what came in since then (index promises_by_start); a week begins on Monday in Palembang.
MEDIANS = """
SELECT week, channel, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY hours)
FROM (
  SELECT date_trunc('week', answered_at AT TIME ZONE 'Asia/Jakarta')::date AS week, application.channel,
         extract(epoch FROM answered_at - started_at) / 3600 AS hours
  FROM requests_app_promise AS promise
  JOIN requests_app_application AS application ON application.id = promise.application_id
  WHERE promise.round = 1 AND started_at >= %(look_back)s AND started_at <= %(now)s
    AND answered_at >= %(since)s AND answered_at <= %(now)s
) AS decided
GROUP BY GROUPING SETS ((week, channel), (channel))
"""


@dataclass(frozen=True)
class Side:
    """One way in: how many first decisions there were in these weeks, and the hours within which half of them came."""

    decisions: int = 0
    median: float | None = None


@dataclass(frozen=True)
class Fairness:
    """Both sides over the last eight weeks together, and week by week (its Monday, online, counter)."""

    online: Side
    counter: Side
    weeks: Sequence[tuple[date, Side, Side]]

    @property
    def slower(self) -> str:
        """`online` or `counter` where that side waits clearly longer and both have enough decisions; else empty."""
        online, counter = self.online.median, self.counter.median
        if online is None or counter is None or min(self.online.decisions, self.counter.decisions) < ENOUGH:
            return ""
        if online > counter * MUCH:
            return ONLINE
        return COUNTER if counter > online * MUCH else ""


def fairness_at(now: datetime) -> Fairness:
    """One query. The last of the weeks is still running."""
    weeks = _weeks(local_date(now))
    since = start_of_day(weeks[0])
    with connection.cursor() as cursor:
        cursor.execute(MEDIANS, {"now": now, "since": since, "look_back": since - LOOK_BACK})
        found = {(week, channel): Side(number, float(hours)) for week, channel, number, hours in cursor.fetchall()}
    none = Side()
    return Fairness(
        online=found.get((None, ONLINE), none),
        counter=found.get((None, COUNTER), none),
        weeks=[(week, found.get((week, ONLINE), none), found.get((week, COUNTER), none)) for week in weeks],
    )


def fairness(now: datetime) -> Fairness:
    """The same, up to five minutes old."""
    return cast(Fairness, cache.get_or_set(KEPT, lambda: fairness_at(now), KEPT_S))


def _weeks(today: date) -> list[date]:
    """The Mondays of the last eight weeks, this one among them."""
    monday = today - timedelta(days=today.weekday())
    return [monday - ago * WEEK for ago in range(WEEKS - 1, -1, -1)]
