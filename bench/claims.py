"""take_next by 50 officers at once beside the barest claim: SELECT … SKIP LOCKED, UPDATE, nothing else."""

import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import psycopg2
from django.db import connections

from bench.load import percentile
from bench.result import Result
from bench.stage import ROLE, Stage, say, use_database
from bench.stored import Store

OFFICERS = 50
TARGET = 1.5
RAW_CLAIM = """
UPDATE requests_app_application SET status = 'in_review', lease_officer_id = %s, lease_until = %s
WHERE id = (SELECT id FROM requests_app_application WHERE status = 'submitted'
            ORDER BY first_due_at, submitted_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
# Everybody's lease ends, so that each take gives another application; the queue is as long as before.
PUT_BACK = """
UPDATE requests_app_application SET status = 'submitted', lease_officer_id = NULL, lease_until = NULL
WHERE status = 'in_review'
"""
Claim = Callable[[], None]


def measure(stage: Stage, store: Store, *, rounds: int, each: int) -> list[Result]:
    """Rounds of the floor and of ours in turn; the result is the median ratio of their p95."""
    use_database(store.database)
    officers = _officers()
    floors, ours = [], []
    for turn in range(rounds):
        with ExitStack() as opened:
            raw = [_raw(stage, store, officer.pk, opened) for officer in officers]
            floors.append(_round(stage, store, raw, each))
        ours.append(_round(stage, store, [_take(officer) for officer in officers], each))
        say(f"  take next {turn + 1}/{rounds}: floor {1000 * floors[-1]:.1f} ms, ours {1000 * ours[-1]:.1f} ms")
    ratio = statistics.median(mine / floor for floor, mine in zip(floors, ours, strict=True))
    figures = {"floor_p95_ms": 1000 * statistics.median(floors), "ours_p95_ms": 1000 * statistics.median(ours)}
    return [Result("take_next", "Take next, 50 officers at once, p95", ratio=ratio, target=TARGET, figures=figures)]


def _round(stage: Stage, store: Store, claims: list[Claim], each: int) -> float:
    with stage.owner(store.database).cursor() as cursor:
        cursor.execute(PUT_BACK)
        cursor.execute("VACUUM ANALYZE requests_app_application")
    times: list[list[float]] = [[] for _ in claims]
    start, troubles = threading.Barrier(len(claims)), []

    def work(claim: Claim, mine: list[float]) -> None:
        try:
            claim()  # opens the connection
            start.wait(60)
            for _ in range(each):
                begin = time.perf_counter()
                claim()
                mine.append(time.perf_counter() - begin)
        except Exception as trouble:
            troubles.append(trouble)
            start.abort()
            raise
        finally:
            connections.close_all()  # this thread's own

    threads = [threading.Thread(target=work, args=pair) for pair in zip(claims, times, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return percentile([seconds for mine in times for seconds in mine], 0.95)


def _raw(stage: Stage, store: Store, officer_id: int, opened: ExitStack) -> Claim:
    connection = psycopg2.connect(stage.engines.url(ROLE, store.database))
    opened.callback(connection.close)

    def claim() -> None:
        with connection, connection.cursor() as cursor:
            cursor.execute(RAW_CLAIM, [officer_id, datetime.now().astimezone() + timedelta(minutes=15)])
            assert cursor.fetchone()

    return claim


def _take(officer: object) -> Claim:
    """The operation itself. Each take comes 16 minutes later, when the lease of the one before is over."""
    from requests_app.clock import database_now
    from requests_app.operations.review import take_next

    begin, taken = database_now(), []

    def claim() -> None:
        now = begin + timedelta(minutes=16) * len(taken)
        taken.append(take_next(officer=officer, now=now))  # type: ignore[arg-type]
        assert taken[-1]

    return claim


def _officers() -> list[object]:
    """Fifty officers, on duty on all days that the benchmark plays through."""
    from requests_app.clock import database_now
    from requests_app.models import Officer, Shift
    from requests_app.rules.dates import local_date

    today = local_date(database_now())
    officers = [Officer(username=f"bench{n}", role="officer") for n in range(OFFICERS)]
    Officer.objects.bulk_create(officers)
    days = [today + timedelta(days=n) for n in range(4)]
    Shift.objects.bulk_create([Shift(officer=officer, date=day) for officer in officers for day in days])
    return list(officers)
