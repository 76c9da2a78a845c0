"""What the database itself refuses, whoever asks with the processes' rights."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from requests_app.models import APPEND_ONLY, Application, Notice, Promise, ZoneCoverage
from tests.factories import submitted

pytestmark = pytest.mark.django_db


def run(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_processes_role_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", [model._meta.db_table for model in APPEND_ONLY])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET officer_id = NULL",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TRIGGER written_once ON {}",
        "DROP TABLE {}",
    ],
)
def test_written_once_rows_cannot_be_changed_deleted_truncated_or_untriggered(table: str, statement: str) -> None:
    with pytest.raises(DatabaseError):
        run(statement.format(table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE requests_app_event SET step = 'x'", "DELETE FROM requests_app_event", "TRUNCATE requests_app_event"],
)
def test_even_the_owner_stumbles_over_the_guards(now: datetime, as_owner: Any, statement: str) -> None:
    submitted(now)
    with pytest.raises(Exception, match="written once"):
        as_owner.execute(statement)


@pytest.mark.parametrize("table", ["application", "promise", "decision", "notice", "report"])
def test_the_offices_memory_cannot_be_deleted(table: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        run(f"DELETE FROM requests_app_{table}")


def test_session_replication_role_is_not_for_the_processes() -> None:
    with pytest.raises(DatabaseError):
        run("SET session_replication_role = replica")


def test_two_open_applications_of_one_key_cannot_exist(now: datetime) -> None:
    first, second = submitted(now), submitted(now)
    with pytest.raises(IntegrityError, match="one_open_application_per_key"), transaction.atomic():
        Application.objects.filter(pk=second.pk).update(key_hash=first.key_hash)


def test_in_review_without_a_lease_cannot_exist(now: datetime) -> None:
    application = submitted(now)
    with pytest.raises(IntegrityError, match="in_review_means_leased"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(status="in_review")


@pytest.mark.parametrize("change", [{"due_at": timedelta(days=1)}, {"started_at": timedelta(days=1)}])
def test_a_promise_is_frozen_when_written(now: datetime, change: dict[str, timedelta]) -> None:
    promise = submitted(now).promises.get()
    ((field, shift),) = change.items()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(**{field: getattr(promise, field) + shift})


def test_a_promise_ends_once(now: datetime) -> None:
    promise = submitted(now).promises.get()
    Promise.objects.filter(pk=promise.pk).update(outcome="void")
    with pytest.raises(DatabaseError, match="ends once"), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(outcome="open")


def test_kept_needs_timely_evidence(now: datetime) -> None:
    promise = submitted(now).promises.get()
    with pytest.raises(IntegrityError, match="kept_needs_timely_evidence"), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(outcome="kept", told_at=promise.due_at + timedelta(seconds=1))


def test_a_kelurahan_has_one_zone_at_a_time() -> None:
    coverage = ZoneCoverage.objects.first()
    assert coverage is not None
    with pytest.raises(IntegrityError, match="one_zone_per_kelurahan"), transaction.atomic():
        ZoneCoverage.objects.create(
            zone=coverage.zone, kelurahan=coverage.kelurahan, valid=DateRange(date(2026, 1, 1), None)
        )


def test_a_kelurahan_is_never_without_a_zone() -> None:
    coverage = ZoneCoverage.objects.first()
    assert coverage is not None
    with pytest.raises(IntegrityError, match="without a zone"), transaction.atomic():
        coverage.valid = DateRange(coverage.valid.lower, date(2027, 1, 1))
        coverage.save()
        run("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_kelurahan_moves_to_another_zone_without_a_gap() -> None:
    coverage = ZoneCoverage.objects.select_related("zone").first()
    other = ZoneCoverage.objects.exclude(zone=coverage.zone).first()  # type: ignore[union-attr]
    assert coverage is not None
    assert other is not None
    with transaction.atomic():
        coverage.valid = DateRange(coverage.valid.lower, date(2027, 1, 1))
        coverage.save()
        ZoneCoverage.objects.create(
            zone=other.zone, kelurahan=coverage.kelurahan, valid=DateRange(date(2027, 1, 1), None)
        )
        run("SET CONSTRAINTS ALL IMMEDIATE")
    assert ZoneCoverage.objects.filter(kelurahan=coverage.kelurahan).count() == 2


@pytest.mark.parametrize("state", ["queued", "retry", "unconfirmed", "held", "sending"])
def test_a_notice_that_has_not_ended_has_a_moment_at_which_somebody_looks_again(now: datetime, state: str) -> None:
    notices = Notice.objects.filter(application=submitted(now))
    with pytest.raises(IntegrityError, match="notice_ends_or_goes_on"), transaction.atomic():
        notices.update(state=state, next_attempt_at=None, lease_until=None)


def test_one_event_has_one_notice(now: datetime) -> None:
    notice = Notice.objects.get(application=submitted(now))
    notice.pk, notice.check_code = uuid.uuid4(), "ZZZZZZ"
    with pytest.raises(IntegrityError, match="notice_once_per_event"), transaction.atomic():
        notice.save(force_insert=True)
