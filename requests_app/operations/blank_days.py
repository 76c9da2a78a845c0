"""Days that are over, as the forecast reads them: blanks asked for, whether some were free all day, what was left."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from requests_app.models import BlankDay, SweepState
from requests_app.rules.blanks import BAD_AT_PRINTING
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.printing import TOLD_AS_WITHDRAWN

SWEEP = "sweep_stock_days"
SETTLED = timedelta(minutes=10)
"""So long after midnight nothing of the day before is still on its way into the database, or can be taken back."""

# The first day to be reckoned: the first without a row, or the earliest for which blanks used outside were entered
# since the last row was written. No row: nothing is to be done.
BEGIN = """
WITH ledger AS (
  SELECT (at AT TIME ZONE 'Asia/Jakarta')::date AS first FROM requests_app_blankmovement ORDER BY id LIMIT 1
)
SELECT first, greatest(first, begin) FROM ledger CROSS JOIN LATERAL (SELECT least(
  (SELECT min(d)::date FROM generate_series(first, %(last)s::date, '1 day') AS d
    WHERE NOT EXISTS (SELECT FROM requests_app_blankday WHERE day = d::date)),
  (SELECT min(day) FROM requests_app_blankmovement
    WHERE kind = 'outside' AND at >= %(entered_since)s AND day <= %(last)s)) AS begin) AS days
WHERE first <= %(last)s AND begin IS NOT NULL
"""
# demand: KTP-el whose first approval that stands is of that day, one more blank for each card spoiled that day, blanks
# that turned out bad at printing, and blanks used outside (docs/decisions/0024 says what else is no demand). available:
# at no moment of the day the city's free blanks, in the order of the ledger, were down to zero (what is on its way
# counts nowhere; on the first day nothing counts before the first line). Blanks used outside count on the day of their
# use. A card printed in vain, its application withdrawn, took the blank that its approval had asked for.
# Each part is made once (MATERIALIZED): over a year of the ledger that is seconds instead of minutes.
CLOSE = """
WITH days AS MATERIALIZED (
  SELECT d::date AS day FROM generate_series(%(begin)s::date, %(last)s::date, '1 day') AS d
),
lines AS MATERIALIZED (
  SELECT id, kind, on_hand, reserved,
         kind = 'outside' OR (kind = 'spoil' AND card_id IS NULL AND reason = ANY(%(bad_at_printing)s)) AS asks,
         greatest(%(first)s, least((at AT TIME ZONE 'Asia/Jakarta')::date, day)) AS of_day
  FROM requests_app_blankmovement
),
before AS MATERIALIZED (
  SELECT coalesce(sum(on_hand), 0) AS on_hand, coalesce(sum(reserved), 0) AS reserved FROM lines
  WHERE of_day < %(begin)s
),
moments AS MATERIALIZED (
  SELECT of_day, sum(on_hand - reserved) OVER (ORDER BY of_day, kind = 'outside', id) AS more FROM lines
  WHERE of_day BETWEEN %(begin)s AND %(last)s
),
lowest AS MATERIALIZED (SELECT of_day, min(more) AS more FROM moments GROUP BY 1),
moved AS MATERIALIZED (
  SELECT of_day, sum(on_hand) AS on_hand, sum(reserved) AS reserved,
         -sum(on_hand) FILTER (WHERE asks) AS asked
  FROM lines WHERE of_day BETWEEN %(begin)s AND %(last)s GROUP BY 1
),
approved AS MATERIALIZED (
  SELECT (decision.decided_at AT TIME ZONE 'Asia/Jakarta')::date AS day, count(DISTINCT application_id) AS number
  FROM requests_app_decision AS decision
  JOIN requests_app_application AS application ON application.id = application_id AND service = 'ktp_el'
  WHERE decision.kind = 'approved' AND taken_back_at IS NULL
    AND decision.decided_at >= %(since)s AND decision.decided_at < %(until)s
    AND NOT EXISTS (
      SELECT FROM requests_app_decision AS earlier
      WHERE earlier.application_id = decision.application_id AND earlier.kind = 'approved'
        AND earlier.taken_back_at IS NULL AND earlier.decided_at < decision.decided_at)
  GROUP BY 1
),
again AS MATERIALIZED (
  SELECT (outcome_at AT TIME ZONE 'Asia/Jakarta')::date AS day, count(*) AS number FROM requests_app_card
  WHERE outcome = 'spoiled' AND reason <> %(withdrawn)s AND outcome_at >= %(since)s AND outcome_at < %(until)s
  GROUP BY 1
),
steps AS MATERIALIZED (
  SELECT greatest((at AT TIME ZONE 'Asia/Jakarta')::date, %(begin)s - 1) AS day,
         count(*) FILTER (WHERE to_status = 'waiting_for_blank')
         - count(*) FILTER (WHERE from_status = 'waiting_for_blank') AS more
  FROM requests_app_event
  WHERE 'waiting_for_blank' IN (from_status, to_status) AND at < %(until)s GROUP BY 1
),
closed AS (
  SELECT day,
    coalesce(approved.number, 0) + coalesce(again.number, 0) + coalesce(moved.asked, 0) AS demand,
    before.on_hand + coalesce(sum(moved.on_hand) OVER sofar, 0) AS on_hand,
    before.reserved + coalesce(sum(moved.reserved) OVER sofar, 0) AS reserved,
    before.on_hand - before.reserved
      + coalesce(sum(moved.on_hand - moved.reserved) OVER earlier, 0) AS free_first,
    before.on_hand - before.reserved + lowest.more AS free_least,
    (SELECT coalesce(sum(more), 0) FROM steps WHERE steps.day <= days.day) AS waiting
  FROM days CROSS JOIN before
  LEFT JOIN moved ON moved.of_day = day LEFT JOIN lowest ON lowest.of_day = day LEFT JOIN approved USING (day)
  LEFT JOIN again USING (day)
  WINDOW sofar AS (ORDER BY day), earlier AS (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
INSERT INTO requests_app_blankday AS known (day, demand, available, on_hand, reserved, waiting)
SELECT day, demand, (day = %(first)s OR free_first > 0) AND coalesce(free_least, 1) > 0,
       greatest(on_hand, 0), greatest(reserved, 0), greatest(waiting, 0)
FROM closed
ON CONFLICT (day) DO UPDATE SET demand = excluded.demand, available = excluded.available,
  on_hand = excluded.on_hand, reserved = excluded.reserved, waiting = excluded.waiting
WHERE (known.demand, known.available, known.on_hand, known.reserved, known.waiting)
  IS DISTINCT FROM (excluded.demand, excluded.available, excluded.on_hand, excluded.reserved, excluded.waiting)
"""


@transaction.atomic
def close_days(*, now: datetime) -> int:
    """Write a row for each day (WIB) that is over, from the first line of the ledger on; how many rows changed.

    Late or repeated it comes to the same. Blanks used outside the system that were entered for earlier days since the
    last row was written change those days, and all after them.
    """
    last = local_date(now - SETTLED) - timedelta(days=1)
    known = BlankDay.objects.filter(day__lte=last).order_by("-day").values_list("day", flat=True).first()
    days = _begin(last, entered_since=_looked_last(known, now) - SETTLED if known else now)
    if days is None:
        return 0
    first, begin = days
    given: dict[str, Any] = {
        "first": first, "begin": begin, "last": last,
        "since": start_of_day(begin), "until": start_of_day(last + timedelta(days=1)),
        "bad_at_printing": list(BAD_AT_PRINTING), "withdrawn": TOLD_AS_WITHDRAWN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, given)
        return cursor.rowcount


def _looked_last(known: date, now: datetime) -> datetime:
    """When the ledger was last looked at: after the last row's day was over, or later by the sweep that calls this.

    A sweep with trouble (the clock in doubt) has looked at nothing.
    """
    over = start_of_day(known + timedelta(days=1))
    swept = SweepState.objects.filter(name=SWEEP, trouble="", last_run_at__lte=now).first()
    return over if swept is None or swept.last_run_at is None else max(over, swept.last_run_at)


def _begin(last: date, *, entered_since: datetime) -> tuple[date, date] | None:
    """The ledger's first day, and the first to be reckoned."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, {"last": last, "entered_since": entered_since})
        row: tuple[date, date] | None = cursor.fetchone()
    return row
