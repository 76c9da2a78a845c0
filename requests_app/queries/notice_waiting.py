"""What has not left the building, with its cause; and how much of the limit of 24 hours is used.

Nothing sealed is read; what waits is read by the partial indexes of what waits and what is stuck.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from requests_app.channels.whatsapp.codes import kind_of_code
from requests_app.models import Circuit, SendingPolicy
from requests_app.rules.budget import PACE_HOURS, hours_until
from requests_app.rules.notice_health import BUDGET_LEAST, BUDGET_WITHIN_HOURS, HELD, TO_OFFICE, Cause, cause_of

# What has not left, of any age: two partial indexes. What was put off until the morning might leave from then on.
WAITING = """
SELECT zone_id, channel, state, error_code, since > %(soon)s AS later, count(*),
  min(since), min(since) FILTER (WHERE promise_id IS NOT NULL), purpose = ANY(%(to_office)s) AS to_office
FROM (
  SELECT zone_id, channel, state, error_code, promise_id, purpose,
    CASE WHEN state = 'queued' AND error_code = 'quiet_hours' THEN next_attempt_at
      ELSE coalesce(leaves_at, created_at) END AS since
  FROM requests_app_notice WHERE state IN ('queued', 'retry', 'unconfirmed', 'sending')
  UNION ALL
  SELECT zone_id, channel, state, error_code, promise_id, purpose, coalesce(leaves_at, created_at)
  FROM requests_app_notice WHERE state = 'held'
) AS unsent GROUP BY zone_id, channel, state, error_code, later, to_office
"""
# People who count, by the hour in which they stop counting: 1 is the coming one. The last were written to last.
COUNTED = """
SELECT least(ceil(extract(epoch FROM charged_until - %(now)s) / 3600), 24)::int, count(*)
FROM requests_app_reachedphone WHERE charged_until > %(now)s GROUP BY 1
"""


@dataclass(frozen=True)
class Waiting:
    """Messages that have not left for one cause; `since`: from when the oldest of them might have left.

    `to_office`: warnings to supervisors and tests of a number, which no citizen waits for.
    """

    zone_id: int
    channel: str
    cause: Cause
    code: str
    number: int
    since: datetime
    promised_since: datetime | None
    to_office: bool

    @property
    def is_due(self) -> bool:
        """Whether the worker would send it if it could; what people send by hand is theirs."""
        return self.cause not in (Cause.QUIET, Cause.BY_HAND)


def load_waiting(now: datetime, broken: Sequence[Circuit]) -> list[Waiting]:
    """What has not left, with its cause. One query. What may leave within a minute is on its way."""
    ways = {(circuit.channel, circuit.zone_id) for circuit in broken}
    found = []
    rows = _read(WAITING, {"soon": now + timedelta(minutes=1), "to_office": list(TO_OFFICE)})
    for zone_id, channel, state, code, later, number, since, promised_since, to_office in rows:
        is_broken = (channel, zone_id) in ways or (channel, None) in ways
        kind = kind_of_code(code)
        cause = cause_of(state=state, channel=channel, code=code, kind=kind, is_later=later, is_broken=is_broken)
        told = code if cause in HELD or cause is Cause.RETRY else ""
        found.append(Waiting(zone_id, channel, cause, told, number, since, promised_since, to_office))
    return found


@dataclass(frozen=True)
class BudgetNow:
    """How many people count against the limit of 24 hours (0: there is none), and when it is reached at this pace.

    `reserve_in` and `full_in`: hours until only answers may leave, and until nobody new may be written to; None: not
    within a day.
    """

    used: int
    limit: int
    reserve: int
    warn_percent: int
    per_hour: float
    reserve_in: int | None
    full_in: int | None

    @property
    def percent(self) -> int:
        """Used, of the limit."""
        return 100 * self.used // self.limit if self.limit else 0

    @property
    def open_to_all(self) -> int:
        """So many people may be written to before only answers may leave."""
        return max(self.limit - self.reserve, 0)

    @property
    def is_used_up(self) -> bool:
        """Nobody new may be written to."""
        return bool(self.limit) and self.used >= self.limit

    @property
    def is_near(self) -> bool:
        """More is used than the office wants to be warned at, or soon only answers may leave."""
        soon = self.reserve_in is not None and self.reserve_in <= BUDGET_WITHIN_HOURS and self.percent >= BUDGET_LEAST
        return bool(self.limit) and not self.is_used_up and (soon or self.percent >= self.warn_percent)

    @property
    def tone(self) -> str:
        """As its warning says: bad when used up, warn when near."""
        return "bad" if self.is_used_up else "warn" if self.is_near else "good"


def load_budget(now: datetime) -> BudgetNow:
    """Two queries."""
    policy = SendingPolicy.current()
    counted = dict(_read(COUNTED, {"now": now}))
    used, leaving = sum(counted.values()), [counted.get(hour, 0) for hour in range(1, 25)]
    per_hour = sum(leaving[-PACE_HOURS:]) / PACE_HOURS
    limit = policy.portfolio_limit
    reserve = limit * policy.reserve_percent // 100

    def until(level: int) -> int | None:
        return hours_until(level, used=used, leaving=leaving, per_hour=per_hour) if limit else None

    return BudgetNow(used, limit, reserve, policy.warn_percent, per_hour, until(limit - reserve), until(limit))


def _read(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
