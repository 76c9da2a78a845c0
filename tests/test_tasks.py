"""The timetable: one at a time, in the right order, with a note of each run; and the commands that do without it."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from adminduk.celery import app
from requests_app import tasks
from requests_app.clock import Moment, database_moment, database_now
from requests_app.models import Notice, Promise, Report, SweepState
from requests_app.operations.receipts import store_webhook
from requests_app.operations.sweep import LOCKS, only_one, record_sweep
from requests_app.rules.clock_guard import ClockGuard
from tests.factories import APPROVED, decided, submitted
from tests.operations.test_receipts import item, payload

# The second number, as it was given: PostgreSQL shows it unsigned.
OUR_LOCKS = f"""
SELECT (objid::int8 - CASE WHEN objid::int8 >= 2^31 THEN 2^32 ELSE 0 END)::int4 FROM pg_locks
WHERE locktype = 'advisory' AND classid = {LOCKS}
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture(autouse=True)
def fresh_guards() -> Iterator[None]:
    tasks._guards.clear()
    yield
    tasks._guards.clear()


@pytest.fixture
def other_session(django_db_setup: None) -> Iterator[Any]:
    """Another process's connection."""
    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    other = psycopg2.connect(**given)
    other.autocommit = True
    with other.cursor() as cursor:
        yield cursor
    other.close()


def long_ago(days: float) -> datetime:
    return database_now() - timedelta(days=days)


# --- one at a time


@pytest.mark.django_db
def test_a_sweep_that_runs_elsewhere_is_left_alone(other_session: Any):
    submitted(long_ago(6))
    with only_one("enforce_promises"):
        other_session.execute(OUR_LOCKS)
        ((key,),) = other_session.fetchall()
    other_session.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, key])
    tasks.enforce_promises()
    assert Promise.objects.get().outcome == "open"
    assert not SweepState.objects.filter(name="enforce_promises").exists()
    other_session.execute("SELECT pg_advisory_unlock_all()")
    tasks.enforce_promises()
    assert Promise.objects.get().outcome == "broken"


@pytest.mark.django_db
def test_the_lock_is_given_back_when_a_sweep_fails(other_session: Any, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any, **__: Any) -> int:
        raise ValueError

    monkeypatch.setattr(tasks, "end_leases", fail)
    with pytest.raises(ValueError):
        tasks.sweep_leases()
    other_session.execute(OUR_LOCKS)
    assert other_session.fetchall() == []


@pytest.mark.django_db
def test_every_sweep_notes_its_run():
    for sweep in tasks.SWEEPS:
        sweep()
    states = {s.name: s for s in SweepState.objects.all()}
    assert set(states) == {sweep.__name__ for sweep in tasks.SWEEPS}
    assert all(abs(s.last_run_at - database_now()) < timedelta(minutes=1) for s in states.values())
    assert not any(s.trouble for s in states.values())


def test_the_timetable_names_tasks_that_exist_and_expire_before_their_next_turn():
    names = {f"requests_app.tasks.{sweep.__name__}" for sweep in tasks.SWEEPS}
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in names
        assert entry["options"]["expires"] < entry["schedule"].run_every.total_seconds()
    assert names - {e["task"] for e in app.conf.beat_schedule.values()} == {"requests_app.tasks.process_receipts"}


@pytest.mark.django_db
def test_a_lane_knows_when_it_last_ran():
    """After an outage of our own the provider posts first what it could not."""
    notice = submitted(database_now()).notices.get()
    Notice.objects.update(state="unconfirmed", next_attempt_at=database_now() - timedelta(minutes=20))
    record_sweep("deliver_due", now=database_now() - timedelta(minutes=30), done=0)
    tasks.deliver_due()
    notice.refresh_from_db()
    assert notice.state == "unconfirmed"
    assert notice.next_attempt_at > database_now()


# --- the clock


@pytest.mark.django_db
def test_two_days_without_worker_are_caught_up_in_one_pass():
    applications = [submitted(long_ago(7)), submitted(long_ago(5.5)), submitted(long_ago(1))]
    tasks.enforce_promises()
    tasks.enforce_promises()
    outcomes = [a.promises.get().outcome for a in applications]
    assert outcomes == ["broken", "broken", "open"]
    assert Report.objects.count() == Notice.objects.filter(purpose="apology").count() == 2
    assert SweepState.objects.get(name="enforce_promises").last_done == 0


@pytest.mark.django_db
def test_answers_that_may_come_too_late_are_saved_by_the_clock():
    application = decided(long_ago(5) + timedelta(hours=1, minutes=30), APPROVED)
    tasks.enforce_promises()
    assert application.calls.get().reason == "due_soon"


@pytest.mark.django_db
def test_receipts_that_lie_about_are_read_before_a_promise_is_broken():
    application = decided(long_ago(6), APPROVED)
    promise, notice = application.promises.get(), application.notices.get(purpose="approved")
    told = payload(item("delivered", promise.due_at - timedelta(seconds=2), notice))
    store_webhook(payload=told, now=promise.due_at)
    tasks.enforce_promises()
    promise.refresh_from_db()
    assert promise.outcome == "kept"


@pytest.mark.django_db
def test_receipts_that_cannot_be_read_do_not_stop_the_clock(monkeypatch: pytest.MonkeyPatch):
    def fail(**_: Any) -> int:
        raise ValueError

    submitted(long_ago(6))
    monkeypatch.setattr(tasks, "process_webhooks", fail)
    tasks.enforce_promises()
    assert Promise.objects.get().outcome == "broken"
    assert SweepState.objects.get(name="enforce_promises").trouble


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-1, 3])
def test_a_clock_in_doubt_breaks_nothing_until_the_next_tick_agrees(monkeypatch: pytest.MonkeyPatch, hours: float):
    submitted(long_ago(6))
    truth = database_moment()
    earlier = Moment(truth.raw - timedelta(hours=hours), truth.now)
    tasks._guards["enforce_promises"].judge(earlier.raw, tasks.time.monotonic())
    tasks.enforce_promises()
    assert Promise.objects.get().outcome == "open"
    assert SweepState.objects.get(name="enforce_promises").trouble
    tasks.enforce_promises()
    assert Promise.objects.get().outcome == "broken"
    assert not SweepState.objects.get(name="enforce_promises").trouble


@pytest.mark.django_db
def test_the_stored_offset_is_no_reason_for_doubt():
    submitted(database_now())
    tasks.enforce_promises()
    call_command("clock", "--forward", "5d", stdout=io.StringIO())
    tasks.enforce_promises()
    assert Promise.objects.get().outcome == "broken"


def test_the_guard_is_new_in_each_process():
    assert ClockGuard().judge(datetime.now().astimezone(), 0) == "ok"
