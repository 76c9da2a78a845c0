"""A sweep reads what is due, not what is stored: by EXPLAIN, over 20,000 stored applications."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.stored import GIVEN
from bench.sweeps import AS_BEFORE, CHOSEN, DUE, MAKE_DUE
from requests_app.models import Application, Notice, Promise
from requests_app.operations import clock, delivery, drafts, invitations, receipts, visit_clock
from requests_app.operations.submission import submit_draft
from requests_app.queries import fairness, notice_figures
from requests_app.queries.fairness import WEEK, WEEKS, fairness_at
from requests_app.queries.notice_situation import load_situation
from requests_app.queries.officer import (
    Reach,
    filtered,
    hash_matches,
    list_page,
    name_matches,
    promises_due,
    reach_of,
)
from requests_app.queries.public import LOOK_BACK, first_answers
from tests.bench.stored import STORED, queries, rows_read
from tests.factories import OfficerFactory, make_draft, on_duty

ZONES = 20  # a few rows, read whole once in ten seconds
SLACK = 5
PROMISES = "requests_app_promise"


def test_each_sweep_of_the_clock_reads_what_is_due(stored: Any, now: datetime) -> None:
    for name, make_due in MAKE_DUE.items():
        stored.execute(CHOSEN, [DUE])
        values = {"now": now, "ids": stored.fetchone()[0]}
        stored.execute(AS_BEFORE, values)
        asked = queries(lambda sweep=getattr(clock, name): sweep(now=now))
        assert len(asked) == 1, f"{name} with nothing due asks one question"
        assert rows_read(asked[0]) <= SLACK, name
        stored.execute(make_due, values)
        assert DUE <= rows_read(asked[0]) <= DUE + SLACK, name


def test_the_other_sweeps_read_nothing_when_nothing_is_due(stored: Any, now: datetime) -> None:
    sweeps: list[Callable[[], Any]] = [
        lambda: clock.forget_old(now=now),
        lambda: drafts.remove_old_drafts(now=now),
        lambda: receipts.process_webhooks(now=now),
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
        for sql in queries(sweep):
            assert rows_read(sql) <= (ZONES if 'FROM "requests_app_zone"' in sql else SLACK), sql


def test_letting_held_ones_go_on_reads_the_held_ones(stored: Any, now: datetime) -> None:
    held = Application.objects.filter(status="held_duplicate").count()
    stored.execute(
        "UPDATE requests_app_application AS other SET key_hash = held.key_hash FROM (SELECT key_hash,"
        " row_number() OVER () AS n FROM requests_app_application WHERE status = 'held_duplicate') AS held"
        " WHERE other.id = (SELECT id FROM requests_app_application WHERE status = 'submitted' ORDER BY id"
        " OFFSET held.n LIMIT 1)"
    )
    asked = queries(lambda: clock.release_held(now=now))
    assert len(asked) == 1, "nothing goes on while another of the key is open"
    assert rows_read(asked[0]) <= 3 * held + SLACK


def test_a_claim_reads_a_few_rows_of_the_queue(stored: Any, now: datetime) -> None:
    from requests_app.operations.review import take_next

    officer = on_duty(OfficerFactory(), now)
    (asked,) = queries(lambda: take_next(officer=officer, now=now))
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
        (asked,) = queries(lambda chosen=chosen: list_page(filtered(Application.objects.all(), chosen, now), None))
        assert rows_read(asked) <= 600, chosen


def test_how_fast_answers_come_reads_the_last_weeks(stored: Any, now: datetime) -> None:
    (asked,) = queries(lambda: first_answers(now))
    recent = Promise.objects.filter(started_at__gte=now - LOOK_BACK).count()
    assert rows_read(asked) <= recent + SLACK < STORED // 2


def test_the_first_page_of_the_desk_counts_the_undecided(stored: Any, now: datetime) -> None:
    officer = on_duty(OfficerFactory(), now)
    _zones, *asked = queries(lambda: promises_due(reach_of(officer), now))
    undecided = Promise.objects.filter(outcome="open", answered_at=None).count()
    assert sum(rows_read(sql, PROMISES) for sql in asked) <= undecided + SLACK < STORED // 5


def test_which_side_waits_longer_reads_the_last_weeks(stored: Any, now: datetime) -> None:
    (asked,) = queries(lambda: fairness_at(now))
    recent = Promise.objects.filter(started_at__gte=now - WEEKS * WEEK - fairness.LOOK_BACK).count()
    assert rows_read(asked, PROMISES) <= recent + SLACK < STORED // 5


def test_how_well_messages_arrive_reads_about_a_day(stored: Any, now: datetime) -> None:
    stored.execute("DROP INDEX notices_of_application")  # it has the time in it too, but would be read from end to end
    of_the_day = Notice.objects.filter(created_at__gt=now - notice_figures.DAY).count()
    for read in (notice_figures.load_period, notice_figures.load_failures):
        (asked,) = queries(lambda read=read: read(now, notice_figures.DAY))
        read_of_notices = rows_read(asked, "requests_app_notice", by_index=True)
        assert read_of_notices <= 3 * of_the_day < Notice.objects.count() // 5, asked


def test_what_supervisors_are_warned_of_reads_what_waits(stored: Any, now: datetime) -> None:
    for sql in queries(lambda: load_situation(now)):
        assert rows_read(sql) <= (ZONES if 'FROM "requests_app_zone"' in sql else SLACK), sql


BY_AN_INDEX: dict[str, Callable[[datetime], Any]] = {
    "old_drafts": lambda now: drafts.remove_old_drafts(now=now),
    "webhooks_to_process": lambda now: receipts.process_webhooks(now=now),
    "notices_waiting": lambda now: delivery.claim_notices(now=now, owner=uuid.uuid4(), limit=7),
    "promises_open": lambda now: promises_due(Reach((), ()), now),
    "promises_by_start": fairness_at,
}


@pytest.mark.parametrize("index", BY_AN_INDEX)
def test_without_its_index_it_would_read_what_is_stored(stored: Any, now: datetime, index: str) -> None:
    asked = queries(lambda: BY_AN_INDEX[index](now))
    with_it = max(rows_read(sql) for sql in asked)
    stored.execute(f"DROP INDEX {index}")
    without = max(rows_read(sql) for sql in asked)
    assert with_it < STORED // 5 <= without


def test_a_search_reads_what_it_finds(stored: Any) -> None:
    (by_hash,) = queries(lambda: hash_matches(Application.objects.all(), "nik_hash", b"0" * 16))
    assert rows_read(by_hash) <= SLACK
    for name in ("Wiraqab", GIVEN[0]):
        (by_name,) = queries(lambda name=name: name_matches(Application.objects.all(), name))
        assert rows_read(by_name) <= 2000, name
