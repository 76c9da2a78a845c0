"""The provider's limits: per sending number, per pair, per portfolio."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict, deque

from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.store import Store

_DAY = 24 * 3600


class Limits:
    """Counts in memory, on the simulator's own clock; whom the portfolio has reached is in the ledger too."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._last_second: dict[str, deque[float]] = defaultdict(deque)
        self._pairs: dict[tuple[str, str], tuple[float, float]] = {}
        # The person reached longest ago comes first.
        rows = store.rows("SELECT recipient, at FROM reached ORDER BY at")
        self._reached = OrderedDict((row["recipient"], row["at"]) for row in rows)

    def forget(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._last_second.clear()
            self._pairs.clear()
            self._reached.clear()
            self._store.run("DELETE FROM reached")

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

    def reach(self, phone_number_id: str, to: str, now: float) -> bool:
        """Count a person written to; False for one too many in 24 hours.

        Who wrote to this number within 24 hours may be answered, and does not count.
        """
        limit = self._store.settings()["portfolio_limit"]
        if self.in_conversation(phone_number_id, to, now):
            return True
        with self._lock:
            while self._reached and next(iter(self._reached.values())) <= now - _DAY:
                self._reached.popitem(last=False)
            if limit and to not in self._reached and len(self._reached) >= limit:
                return False
            self._reached[to] = now
            self._reached.move_to_end(to)
            self._store.run("INSERT OR REPLACE INTO reached VALUES (?, ?)", to, now)
        return True

    def reached(self, now: float) -> int:
        """Return how many people were written to in the last 24 hours outside of conversations."""
        with self._lock:
            return sum(at > now - _DAY for at in self._reached.values())

    def in_conversation(self, phone_number_id: str, person: str, now: float) -> bool:
        """Tell whether the person wrote to this number within the last 24 hours."""
        sql = "SELECT 1 FROM inbound WHERE sender = ? AND phone_number_id = ? AND at > ? LIMIT 1"
        return bool(self._store.rows(sql, person, phone_number_id, now - _DAY))
