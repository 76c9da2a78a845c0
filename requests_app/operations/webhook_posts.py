"""How many posts our webhooks take and refuse, hour by hour: when a secret of ours is wrong, every one is refused.

A refused post may be anybody's, so it must cost next to nothing: each process counts for itself and writes the sums
down at most once a second, into one row for each webhook and hour. What is still uncounted when posts end, or a process
does, is at most that second's.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from requests_app.rules.webhook_posts import REFUSED, TAKEN
from requests_app.vault.keyring import keyed_hash

log = logging.getLogger(__name__)

WRITE_EVERY_S = 1.0
ADD = """
INSERT INTO requests_app_limitcounter AS counter (scope, subject, window_start, count) VALUES (%s, %s, %s, %s)
ON CONFLICT (scope, subject, window_start) DO UPDATE SET count = counter.count + EXCLUDED.count
"""


class PostCounter:
    """Counts the posts of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._next_write = 0.0

    def note(self, door: str, *, is_taken: bool, clock: Callable[[], datetime]) -> None:
        """Count one post. `clock` (UTC) is asked when the sums are written. Never raises for what the database does."""
        with self._lock:
            self._counted[TAKEN if is_taken else REFUSED, door] += 1
            if time.monotonic() < self._next_write:
                return
            self._next_write = time.monotonic() + WRITE_EVERY_S
            counted, self._counted = self._counted, Counter()
        try:
            _write(counted, clock())
        except (DatabaseError, InterfaceError) as problem:
            log.warning("posts at webhooks not counted: %s", type(problem).__name__)


def _write(counted: Counter[tuple[str, str]], now: datetime) -> None:
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    rows = [(scope, keyed_hash("webhook", door), hour, number) for (scope, door), number in sorted(counted.items())]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)


_posts = PostCounter()


def note_post(door: str, *, is_taken: bool, clock: Callable[[], datetime]) -> None:
    """Count one post at a webhook of ours: taken (rightly signed) or refused; see :class:`PostCounter`."""
    _posts.note(door, is_taken=is_taken, clock=clock)
