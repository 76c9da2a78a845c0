"""Statements of our own: planned once by each connection, several in one round trip."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection, transaction
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

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


class ShortTransaction:
    """Two round trips: the first statements begin it, the last ones commit it."""

    begin = Statement("BEGIN", ())
    commit = Statement("COMMIT", ())

    def first(self, statements: Iterable[Statement]) -> list[tuple[Any, ...]]:
        """Begin, and return the rows of the last of these statements."""
        return execute_together([self.begin, *statements])

    def last(self, statements: Iterable[Statement]) -> None:
        """Commit with these statements."""
        execute_together([*statements, self.commit])


class _Inner(ShortTransaction):
    """The same inside a transaction that somebody else began and will end."""

    def first(self, statements: Iterable[Statement]) -> list[tuple[Any, ...]]:
        return execute_together(statements)

    def last(self, statements: Iterable[Statement]) -> None:
        execute_together(statements)


@contextmanager
def short_transaction() -> Iterator[ShortTransaction]:
    """A transaction without round trips of its own; without its last statements, or with any error, nothing holds.

    What waits for a commit (transaction.on_commit) is registered after `last`.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield _Inner()
        return
    try:
        yield ShortTransaction()
    finally:
        here = connection.connection
        if here is not None and not here.closed and here.info.transaction_status != TRANSACTION_STATUS_IDLE:
            execute_together([Statement("ROLLBACK", ())])


def _plan(planned: Planned) -> None:
    """A plan outlives its transaction, so it is remembered with the connection and never made twice."""
    here = connection.connection
    known = _planned.setdefault(here, set())
    if planned.name not in known:
        with here.cursor() as cursor:
            cursor.execute(planned.preparing)
        known.add(planned.name)
