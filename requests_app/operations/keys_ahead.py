"""Keys of rows that are written together and name each other, drawn before the rows exist."""

import os
from collections import deque

from django.db import connection, models

MANY = 32
"""Drawn at once; what a process did not use is a gap in the numbers, which mean nothing."""
_drawn: dict[str, deque[int]] = {}
os.register_at_fork(after_in_child=_drawn.clear)


def next_key(model: type[models.Model]) -> int:
    """A key of this table that nobody else gets."""
    table = model._meta.db_table
    mine = _drawn.setdefault(table, deque())
    while True:
        try:
            return mine.popleft()
        except IndexError:
            mine.extend(_draw(table))


def _draw(table: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, MANY])
        return [key for (key,) in cursor.fetchall()]
