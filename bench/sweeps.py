"""Each sweep of the clock with the same number due, 1,000 and 1,000,000 stored."""

import statistics
import time
from collections.abc import Callable
from datetime import datetime

from bench.result import Result
from bench.stage import Stage, say, use_database
from bench.stored import Store

TARGET = 1.5
DUE = 10
CHOSEN = "SELECT array_agg(id) FROM (SELECT id FROM requests_app_application ORDER BY id DESC LIMIT %s) AS newest"

# The same rows are made due again each time, as the owner and with the triggers off: a real promise's due moment never
# changes, and what was written about it is never removed.
AS_BEFORE = """
DELETE FROM requests_app_calltask WHERE application_id = ANY(%(ids)s);
DELETE FROM requests_app_report WHERE application_id = ANY(%(ids)s);
DELETE FROM requests_app_notice WHERE application_id = ANY(%(ids)s);
DELETE FROM requests_app_rung WHERE promise_id IN
  (SELECT id FROM requests_app_promise WHERE application_id = ANY(%(ids)s));
UPDATE requests_app_application SET status = 'submitted', lease_officer_id = NULL, lease_until = NULL,
  waiting_until = NULL, next_reminder_at = NULL, decided_at = NULL WHERE id = ANY(%(ids)s);
UPDATE requests_app_promise SET outcome = 'open', started_at = %(now)s::timestamptz - interval '2 days',
  due_at = %(now)s::timestamptz + interval '3 days', next_rung_at = %(now)s::timestamptz + interval '1 day',
  answered_at = NULL, told_at = NULL, publish_at = NULL, broken_at = NULL, detected_at = NULL, evidence = ''
WHERE application_id = ANY(%(ids)s);
"""
PROMISE = "UPDATE requests_app_promise SET {} WHERE application_id = ANY(%(ids)s)"
APPLICATION = "UPDATE requests_app_application SET {} WHERE id = ANY(%(ids)s)"
NOW = "%(now)s::timestamptz"
WAITING = f"status = 'needs_correction', decided_at = {NOW} - interval '11 days', "
MAKE_DUE: dict[str, str] = {
    "climb_ladder": PROMISE.format(f"started_at = {NOW} - interval '73 hours', next_rung_at = {NOW}"),
    "publish_answers": PROMISE.format(f"publish_at = {NOW}"),
    "break_promises": PROMISE.format(f"due_at = {NOW} - interval '1 second'"),
    "end_leases": APPLICATION.format(
        f"status = 'in_review', lease_officer_id = (SELECT min(id) FROM requests_app_officer), lease_until = {NOW}"
    ),
    "remind_waiting": APPLICATION.format(
        WAITING + f"next_reminder_at = {NOW}, waiting_until = {NOW} + interval '4 days'"
    ),
    "expire_waiting": APPLICATION.format(WAITING + f"waiting_until = {NOW} - interval '1 second'"),
}


def measure(stage: Stage, stores: tuple[Store, Store], *, rounds: int) -> list[Result]:
    """Seconds per due row at the larger store beside the smaller one; the median of the rounds."""
    from requests_app.operations import clock

    results = []
    for name, make_due in MAKE_DUE.items():
        sweep = getattr(clock, name)
        found: tuple[list[float], list[float]] = ([], [])
        for turn in range(rounds + 1):
            for times, store in zip(found, stores, strict=True):
                spent = _run(stage, store, sweep, make_due)
                if turn:  # the first one warms up
                    times.append(spent)
        small, large = map(statistics.median, found)
        say(f"  {name}: {large / small:.2f}")
        figures = {"at_1_000_ms_a_row": 1000 * small, "at_1_000_000_ms_a_row": 1000 * large}
        results.append(
            Result(name, f"Sweep {name}, time per due row", ratio=large / small, target=TARGET, figures=figures)
        )
    return results


def _run(stage: Stage, store: Store, sweep: Callable[..., int], make_due: str) -> float:
    from requests_app.clock import database_now

    use_database(store.database)
    now: datetime = database_now()
    with stage.owner(store.database).cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(CHOSEN, [DUE])
        values = {"now": now, "ids": cursor.fetchone()[0]}
        cursor.execute(AS_BEFORE, values)
        cursor.execute(make_due, values)
    begin = time.perf_counter()
    done = sweep(now=now)
    spent = time.perf_counter() - begin
    if done != DUE:
        raise AssertionError(f"{sweep.__name__} did {done} of {DUE} due")
    return spent / DUE
