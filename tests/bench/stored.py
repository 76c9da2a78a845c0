"""A database of its own with 20,000 stored applications, and how many of its rows a statement reads."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from bench.stored import load
from tests.conftest import owner_connection
from tests.factories import OfficerFactory

STORED = 20_000
READS = ("SELECT", "UPDATE", "DELETE", "WITH", "EXECUTE")
# Beside the applications: forms that are being filled in, and receipts that were worked on.
BESIDE = (
    """
    INSERT INTO requests_app_draft (id, service, answers, started_at, changed_at, expires_at)
    SELECT gen_random_uuid(), 'ktp_el', '', %(now)s, %(now)s, %(now)s::timestamptz + interval '20 seconds' * g
    FROM generate_series(1, %(n)s) AS g
    """,
    """
    INSERT INTO requests_app_webhookevent (digest, body, received_at, processed_at, outcome)
    SELECT sha256(int4send(g)), '', %(now)s, %(now)s, 'applied' FROM generate_series(1, %(n)s) AS g
    """,
    "VACUUM ANALYZE requests_app_draft, requests_app_webhookevent",
)


@contextmanager
def copy_of(database: str, name: str) -> Iterator[None]:
    """A copy of a database, its statistics included, that Django's connection leads to meanwhile."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    _run(f'CREATE DATABASE "{name}" TEMPLATE "{database}"')
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
        _run(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(statement: str) -> None:
    home = owner_connection(settings.DATABASE_OWNER["NAME"] or "postgres")
    home.autocommit = True
    with home.cursor() as cursor:
        cursor.execute(statement)
    home.close()


def fill(now: datetime) -> None:
    """20,000 applications and what lies beside them, of which nothing is due at `now`."""
    OfficerFactory(username="decided")
    with_owner = owner_connection(connection.settings_dict["NAME"])
    with_owner.autocommit = True
    with with_owner.cursor() as cursor:
        load(cursor, STORED, now)
        for statement in BESIDE:
            cursor.execute(statement, {"n": STORED, "now": now})
    with_owner.close()


def queries(run: Callable[[], Any]) -> list[str]:
    """The statements that `run` asks the database, without those around transactions."""
    with CaptureQueriesContext(connection) as seen:
        run()
    return [q["sql"] for q in seen.captured_queries if q["sql"].lstrip().upper().startswith(READS)]


def rows_read(sql: str, of: str = "", *, by_index: bool = False) -> int:
    """Rows that the statement's scans (of one table) looked at, those thrown away included. Nothing of it is kept.

    `by_index`: an index is used where there is one, also where the table is so small that the planner may do without.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if by_index:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"), [])
        (found,) = cursor.fetchone()
        transaction.set_rollback(True)
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(
        sum(
            (scan["Actual Rows"] + sum(scan.get(name, 0) for name in removed)) * scan["Actual Loops"]
            for scan in _scans(plan)
            if of in ("", scan["Relation Name"])
        )
    )


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in plan and "Scan" in plan["Node Type"]:
        yield plan
    for part in plan.get("Plans", ()):
        yield from _scans(part)
