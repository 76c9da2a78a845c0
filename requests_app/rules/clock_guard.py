"""Guard against a clock that is set wrong while we run: nothing that cannot be undone on its first word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Verdict = Literal["ok", "backwards", "jump"]

BACKWARDS = timedelta(seconds=5)
FORWARDS = timedelta(minutes=10)


@dataclass
class ClockGuard:
    """Compares the ticks of one process. Without a tick before (after a restart) there is nothing to compare."""

    _raw: datetime | None = None
    _monotonic: float = 0.0

    def judge(self, raw_now: datetime, monotonic: float) -> Verdict:
        """Judge one tick, and remember it for the next.

        `raw_now` is the database's clock without the stored offset, `monotonic` this process's own seconds.
        `backwards`: more than five seconds before the last tick. `jump`: over ten minutes further than this
        process has lived since; the next tick, when it agrees, is `ok`.
        """
        before, lived = self._raw, timedelta(seconds=monotonic - self._monotonic)
        self._raw, self._monotonic = raw_now, monotonic
        if before is None:
            return "ok"
        if raw_now < before - BACKWARDS:
            return "backwards"
        return "jump" if raw_now - before - lived > FORWARDS else "ok"
