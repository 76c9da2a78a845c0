"""A sweep reads what is due, not what is stored: by EXPLAIN, over 20,000 stored applications."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.stored import GIVEN, load
from bench.sweeps import AS_BEFORE, CHOSEN, DUE, MAKE_DUE
from requests_app.models import Application, Promise
from requests_app.operations import clock, delivery, drafts, invitations, keys_ahead, visit_clock
from requests_app.operations.submission import submit_draft
from requests_app.queries.officer import filtered, hash_matches, list_page, name_matches
from requests_app.queries.public import LOOK_BACK, first_answers
from tests.factories import OfficerFactory, make_draft, on_duty

STORED = 20_000
ZONES = 20  # a few rows, read whole once in ten seconds
SLACK = 5
READS = ("SELECT", "UPDATE", "DELETE", "WITH", "EXECUTE")


@pytest.fixture
def stored(as_owner: Any, transactional_db: None, now: datetime) -> Iterator[Any]:
    """20,000 applications, of which nothing is due at `now`; the owner's cursor."""
    OfficerFactory(username="decided")
    load(as_owner, STORED, now)
    keys_ahead._drawn.clear()  # the rows above have keys that this process had drawn
    return as_owner


def _queries(run: Callable[[], Any]) -> list[str]:
    """The statements that `run` asks the database, without those around transactions."""
    with CaptureQueriesContext(connection) as seen:
        run()
    return [q["sql"] for q in seen.captured_queries if q["sql"].lstrip().upper().startswith(READS)]


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in plan and "Scan" in plan["Node Type"]:
        yield plan
    for part in plan.get("Plans", ()):
        yield from _scans(part)


def rows_read(sql: str) -> int:
    """Rows that the statement's scans looked at, those thrown away included. Nothing of it is kept."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"), [])
        (found,) = cursor.fetchone()
        transaction.set_rollback(True)
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(
        sum(
            (scan["Actual Rows"] + sum(scan.get(name, 0) for name in removed)) * scan["Actual Loops"]
            for scan in _scans(plan)
        )
    )


def test_each_sweep_of_the_clock_reads_what_is_due(stored: Any, now: datetime) -> None:
    for name, make_due in MAKE_DUE.items():
        stored.execute(CHOSEN, [DUE])
        values = {"now": now, "ids": stored.fetchone()[0]}
        stored.execute(AS_BEFORE, values)
        asked = _queries(lambda sweep=getattr(clock, name): sweep(now=now))
        assert len(asked) == 1, f"{name} with nothing due asks one question"
        assert rows_read(asked[0]) <= SLACK, name
        stored.execute(make_due, values)
        assert DUE <= rows_read(asked[0]) <= DUE + SLACK, name


def test_the_other_sweeps_read_nothing_when_nothing_is_due(stored: Any, now: datetime) -> None:
    sweeps: list[Callable[[], Any]] = [
        lambda: clock.forget_old(now=now),
        lambda: drafts.remove_old_drafts(now=now),
        lambda: delivery.claim_notices(now=now, owner=uuid.uuid4(), limit=7),
        lambda: delivery.end_delivery_leases(now=now),
        lambda: delivery.try_held_again(now=now),
        lambda: delivery.expire_notices(now=now),
        lambda: invitations.invite_due(now=now),
        lambda: invitations.tell_stuck_approvals(now=now),
        lambda: visit_clock.lapse_invitations(now=now),
        lambda: visit_clock.miss_visits(now=now),
        lambda: visit_clock.remind_visits(now=now),
        lambda: visit_clock.move_displaced(now=now),
    ]
    for sweep in sweeps:
        for sql in _queries(sweep):
            assert rows_read(sql) <= (ZONES if 'FROM "requests_app_zone"' in sql else SLACK), sql


def test_letting_held_ones_go_on_reads_the_held_ones(stored: Any, now: datetime) -> None:
    held = Application.objects.filter(status="held_duplicate").count()
    stored.execute(
        "UPDATE requests_app_application AS other SET key_hash = held.key_hash FROM (SELECT key_hash,"
        " row_number() OVER () AS n FROM requests_app_application WHERE status = 'held_duplicate') AS held"
        " WHERE other.id = (SELECT id FROM requests_app_application WHERE status = 'submitted' ORDER BY id"
        " OFFSET held.n LIMIT 1)"
    )
    asked = _queries(lambda: clock.release_held(now=now))
    assert len(asked) == 1, "nothing goes on while another of the key is open"
    assert rows_read(asked[0]) <= 3 * held + SLACK


def test_a_claim_reads_a_few_rows_of_the_queue(stored: Any, now: datetime) -> None:
    from requests_app.operations.review import take_next

    officer = on_duty(OfficerFactory(), now)
    (asked,) = _queries(lambda: take_next(officer=officer, now=now))
    assert rows_read(asked) <= 60


def test_a_submission_reads_what_belongs_to_it(stored: Any, now: datetime) -> None:
    draft = make_draft(now)
    with CaptureQueriesContext(connection) as seen:
        submit_draft(draft_id=draft.pk, now=now)
    parts = [part for query in seen.captured_queries for part in query["sql"].split("; ")]
    (look_up,) = [part for part in parts if part.startswith("EXECUTE submission_facts ")]
    assert rows_read(look_up) <= 200  # the few rows of zones and texts are read whole, applications are not


def test_the_first_page_of_a_list_reads_about_a_page(stored: Any, now: datetime) -> None:
    for chosen in ({}, {"status": "submitted"}, {"status": "handed_over"}, {"due": "today"}):
        (asked,) = _queries(lambda chosen=chosen: list_page(filtered(Application.objects.all(), chosen, now), None))
        assert rows_read(asked) <= 600, chosen


def test_how_fast_answers_come_reads_the_last_weeks(stored: Any, now: datetime) -> None:
    (asked,) = _queries(lambda: first_answers(now))
    recent = Promise.objects.filter(started_at__gte=now - LOOK_BACK).count()
    assert rows_read(asked) <= recent + SLACK < STORED // 2


def test_a_search_reads_what_it_finds(stored: Any) -> None:
    (by_hash,) = _queries(lambda: hash_matches(Application.objects.all(), "nik_hash", b"0" * 16))
    assert rows_read(by_hash) <= SLACK
    for name in ("Wiraqab", GIVEN[0]):
        (by_name,) = _queries(lambda name=name: name_matches(Application.objects.all(), name))
        assert rows_read(by_name) <= 2000, name
