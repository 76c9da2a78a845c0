"""The provider's limits: per sending number, per pair, per portfolio."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.store import Store

_DAY = 24 * 3600


class Limits:
    """Counts in memory, on the simulator's own clock; the portfolio is counted in the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._last_second: dict[str, deque[float]] = defaultdict(deque)
        self._pairs: dict[tuple[str, str], tuple[float, float]] = {}

    def forget(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._last_second.clear()
            self._pairs.clear()

    def check(self, phone_number_id: str, to: str, now: float) -> None:
        """Count one message. Raises ApiError 130429 (throughput) or 131056 (pair)."""
        settings = self._store.settings()
        with self._lock:
            recent = self._last_second[phone_number_id]
            while recent and recent[0] <= now - 1:
                recent.popleft()
            if len(recent) >= settings["rate_per_second"]:
                raise ApiError(429, 130429, "Rate limit hit")
            tokens, then = self._pairs.get((phone_number_id, to), (settings["pair_burst"], now))
            earned = (now - then) / settings["pair_seconds"] if settings["pair_seconds"] else float("inf")
            tokens = min(settings["pair_burst"], tokens + max(earned, 0))
            if tokens < 1:
                raise ApiError(429, 131056, "Pair rate limit hit")
            self._pairs[phone_number_id, to] = (tokens - 1, now)
            recent.append(now)

    def portfolio_is_used_up(self, to: str, now: float) -> bool:
        """Tell whether ``to`` would be one person too many in 24 hours."""
        limit = self._store.settings()["portfolio_limit"]
        if not limit:
            return False
        rows = self._store.rows("SELECT DISTINCT recipient FROM calls WHERE accepted_at > ?", now - _DAY)
        people = {row["recipient"] for row in rows}
        return to not in people and len(people) >= limit
