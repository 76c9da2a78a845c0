"""Statements of our own: planned once by each connection, several in one round trip."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from requests_app.models import LimitCounter
from requests_app.statements import Planned, Statement, execute_together, short_transaction

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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends", ["with an error", "without its last statements"])
def test_a_short_transaction_that_was_not_ended_leaves_nothing(ends: str) -> None:
    with suppress(ZeroDivisionError), short_transaction() as short:
        short.first([A_ROW])
        assert ends != "with an error" or 1 / 0
    assert connection.connection.info.transaction_status == TRANSACTION_STATUS_IDLE
    assert not LimitCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_short_transaction_holds_with_its_last_statements() -> None:
    with short_transaction() as short:
        short.first([A_ROW])
        short.last([Statement("UPDATE requests_app_limitcounter SET count = count + 1", ())])
    assert connection.connection.info.transaction_status == TRANSACTION_STATUS_IDLE
    assert LimitCounter.objects.get().count == 2


@pytest.mark.parametrize("fails", [True, False])
def test_inside_another_transaction_it_ends_with_that_one(fails: bool) -> None:
    with suppress(DatabaseError), short_transaction() as short:
        short.first([A_ROW])
        short.last([Statement("SELECT 1" if not fails else "SELECT 1 / 0", ())])
    assert LimitCounter.objects.count() == (0 if fails else 1)
