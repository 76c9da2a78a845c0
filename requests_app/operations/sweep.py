"""What every sweep shares: one at a time, and a note of when it ran, what it did and what troubles it."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from requests_app.models import SweepState

LOCKS = 0x5357  # the advisory locks of sweeps, apart from all others
TROUBLE_LENGTH = 200


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Hold the sweep's lock in the database while it runs; yields False when another process holds it.

    The lock belongs to the connection, so it ends with a process that is killed.
    """
    key = zlib.crc32(name.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, key])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, key])


def last_run_of(name: str) -> datetime | None:
    """When a sweep last ended; None when it never did."""
    return SweepState.objects.filter(name=name).values_list("last_run_at", flat=True).first()


def record_sweep(name: str, *, now: datetime, done: int, trouble: str = "") -> None:
    """Note a run; `trouble` (Indonesian, codes and counts only) is shown to supervisors until a run without any."""
    values = {"last_run_at": now, "last_done": done, "trouble": trouble[:TROUBLE_LENGTH]}
    SweepState.objects.update_or_create(name=name, defaults=values)
