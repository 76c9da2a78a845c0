"""The one source of time: the database's clock, plus the stored offset of embedded and test runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

OFFSET = "coalesce((SELECT seconds FROM requests_app_clockoffset), 0)::double precision"


@dataclass(frozen=True)
class Moment:
    """`raw` is the database's clock, `now` the same with the stored offset; aware, in UTC."""

    raw: datetime
    now: datetime


def database_moment() -> Moment:
    """The moment with and without the offset; for guards against a clock that is set wrong."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT clock_timestamp(), {OFFSET if settings.LOCAL else '0'}")
        raw, seconds = cursor.fetchone()
    return Moment(raw, raw + timedelta(seconds=float(seconds)))


def database_now() -> datetime:
    """The moment, aware, in UTC. Doors and tasks ask once and hand it down as `now`."""
    return database_moment().now
