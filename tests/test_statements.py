"""Statements of our own: planned once by each connection, several in one round trip."""

from contextlib import nullcontext

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from requests_app.models import LimitCounter
from requests_app.statements import NotAsExpected, Planned, Statement, execute_as_one, execute_together

pytestmark = pytest.mark.django_db
DOUBLE = Planned("test_double", "SELECT $1 * 2", ("int",))


def plans_made() -> int:
    return len(execute_together([Statement("SELECT 1 FROM pg_prepared_statements WHERE name = %s", (DOUBLE.name,))]))


def test_a_connection_plans_a_statement_once() -> None:
    assert execute_together([DOUBLE.with_values(4)]) == [(8,)]
    assert execute_together([DOUBLE.with_values(5)]) == [(10,)]
    assert plans_made() == 1


def test_a_plan_outlives_a_transaction_that_failed() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        execute_together([DOUBLE.with_values(4), Statement("SELECT 1 / 0", ())])
    assert execute_together([DOUBLE.with_values(4)]) == [(8,)]


def test_a_new_connection_plans_anew() -> None:
    other = connection.copy()
    try:
        execute_together([DOUBLE.with_values(1)])
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = %s", [DOUBLE.name])
            assert cursor.fetchall() == []
    finally:
        other.close()


def test_places_by_name_are_numbered_in_the_order_of_their_types() -> None:
    planned = Planned.named("test_named", "SELECT %(b)s || %(a)s || %(b)s", {"a": "text", "b": "text"})
    assert execute_together([planned.with_values("a", "b")]) == [("bab",)]


A_ROW = Statement(
    "INSERT INTO requests_app_limitcounter (scope, subject, window_start, count) VALUES ('test', %s, now(), 1)",
    (b"somebody",),
)


EXPECTS = "SELECT adminduk_expect('the guard', %s)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("holds", [True, False, None])
def test_a_guard_that_does_not_hold_leaves_nothing(holds: bool | None) -> None:
    caught = nullcontext() if holds else pytest.raises(NotAsExpected, match="the guard")
    with caught:
        execute_as_one([A_ROW, Statement(EXPECTS, (holds,))])
    assert connection.connection.info.transaction_status == TRANSACTION_STATUS_IDLE
    assert LimitCounter.objects.exists() is bool(holds)


@pytest.mark.django_db(transaction=True)
def test_an_error_leaves_nothing_and_stays_what_it_is() -> None:
    with pytest.raises(DatabaseError, match="zero"):
        execute_as_one([A_ROW, Statement("SELECT 1 / 0", ())])
    assert connection.connection.info.transaction_status == TRANSACTION_STATUS_IDLE
    assert not LimitCounter.objects.exists()


def test_inside_another_transaction_it_is_undone_alone() -> None:
    execute_as_one([A_ROW])
    with pytest.raises(NotAsExpected):
        execute_as_one([Statement("DELETE FROM requests_app_limitcounter", ()), Statement(EXPECTS, (False,))])
    assert LimitCounter.objects.count() == 1
