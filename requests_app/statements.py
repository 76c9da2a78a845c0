"""Statements of our own: planned once by each connection, several in one round trip."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection, transaction
from psycopg2 import Error

NOT_AS_EXPECTED = "AD001"
"""The SQLSTATE of adminduk_expect."""
_planned: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Planned:
    """A statement whose planning costs more than running it: each connection plans it once, under this name.

    `text` has numbered places ($1, $2 …); `types` are their SQL types, none when the statement itself tells.
    """

    name: str
    text: str
    types: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str, text: str, types: Mapping[str, str]) -> "Planned":
        """The same from a text with places like %(officer)s; values are then given in the order of `types`."""
        places = {place: f"${number}" for number, place in enumerate(types, start=1)}
        return cls(name, text % places, tuple(types.values()))

    @cached_property
    def preparing(self) -> str:
        """What plans it."""
        types = f" ({', '.join(self.types)})" if self.types else ""
        return f"PREPARE {self.name}{types} AS {self.text}"

    def with_values(self, *values: Any) -> "Statement":
        """Ready to be run."""
        return Statement(f"EXECUTE {self.name} ({', '.join(['%s'] * len(values))})", values, self)


@dataclass(frozen=True)
class Statement:
    """A statement and its values."""

    sql: str
    values: tuple[Any, ...]
    planned: Planned | None = field(default=None, compare=False)


def execute_together(statements: Iterable[Statement]) -> list[tuple[Any, ...]]:
    """Send statements at once, in order; the rows of the last one. Inside a transaction all of them hold or none."""
    parts = list(statements)
    with connection.cursor() as cursor:
        for part in parts:
            if part.planned is not None:
                _plan(part.planned)
        cursor.execute("; ".join(part.sql for part in parts), [value for part in parts for value in part.values])
        return list(cursor.fetchall()) if cursor.description else []


class NotAsExpected(Exception):
    """A guard among the statements found something else than expected; `what` is the guard's name."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def execute_as_one(statements: Iterable[Statement]) -> None:
    """A whole transaction in one round trip: the database makes one of statements that are sent together.

    Inside a transaction that somebody else began they are undone alone when one fails. Each sees what was committed
    while the ones before it waited for a lock. Raises NotAsExpected when a guard (`adminduk_expect` in the
    migrations) stops it.
    """
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            execute_together(statements)
    except DatabaseError as error:
        found = error.__cause__
        if isinstance(found, Error) and found.pgcode == NOT_AS_EXPECTED:
            raise NotAsExpected(found.diag.message_primary or "") from None
        raise


def _plan(planned: Planned) -> None:
    """A plan outlives its transaction, so it is remembered with the connection and never made twice."""
    here = connection.connection
    known = _planned.setdefault(here, set())
    if planned.name not in known:
        with here.cursor() as cursor:
            cursor.execute(planned.preparing)
        known.add(planned.name)
