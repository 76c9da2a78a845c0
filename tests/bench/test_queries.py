"""How often the database is asked, on any machine. One query more is a decision, not an accident."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.operations import keys_ahead
from requests_app.operations.review import take_next
from requests_app.operations.submission import submit_draft
from requests_app.rules.dates import local_date
from tests.citizen.apply.walk import BASE, walk
from tests.factories import OfficerFactory, make_draft, on_duty, submitted

pytestmark = pytest.mark.django_db(transaction=True)
Exactly = Callable[[int], Any]


@pytest.fixture
def as_on_any_day(now: datetime) -> None:
    """Somebody has sent an application from here before, and keys are at hand."""
    keys_ahead._drawn.clear()
    submitted(now)


def test_a_submission_reads_the_draft_and_the_facts_and_stores_all_at_once(
    now: datetime, as_on_any_day: None, django_assert_num_queries: Exactly
) -> None:
    draft = make_draft(now)
    with django_assert_num_queries(3):
        submit_draft(draft_id=draft.pk, now=now)


def test_the_last_post_of_the_form_is_two_round_trips(as_on_any_day: None, django_assert_num_queries: Exactly) -> None:
    client = Client()
    for known in (False, True):  # the first one finds the office's terms of this day
        walk(client)
        assert client.get(f"{BASE}periksa/").status_code == 200
        form = {"statement": "on", "draft": client.session["draft"]}
        with django_assert_num_queries(2) if known else nullcontext():
            answer = client.post(f"{BASE}periksa/", form)
        assert answer["Location"] == f"{BASE}bukti/"


def test_taking_the_next_application_is_one_statement(now: datetime, django_assert_num_queries: Exactly) -> None:
    officer = on_duty(OfficerFactory(), now)
    assert take_next(officer=officer, now=now) is None  # the first one of a connection has the statement planned
    application = submitted(now)
    with django_assert_num_queries(1):
        taken = take_next(officer=officer, now=now)
    assert taken == application


def test_the_claim_in_sql_writes_what_the_step_writes_elsewhere(now: datetime) -> None:
    """Status by the table of steps, the lease, one more version, the history row, the access row."""
    officer = on_duty(OfficerFactory(), now)
    before = submitted(now)
    taken = take_next(officer=officer, now=now)
    assert taken is not None
    taken.refresh_from_db()
    assert (taken.status, taken.lease_officer, taken.version) == ("in_review", officer, before.version + 1)
    assert taken.lease_until == now + timedelta(minutes=15)
    event = taken.events.last()
    assert (event.step, event.from_status, event.to_status, event.round) == ("claim", "submitted", "in_review", 1)
    assert (event.at, event.actor_kind, event.officer, event.data) == (now, "officer", officer, {})
    access = taken.accesses.get()
    assert (access.at, access.officer, access.action) == (now, officer, "claim")
    assert officer.shift_set.filter(date=local_date(now)).exists()
