"""How fast each number may send: never more than so many messages within any second.

A number that was idle may send a quarter of a second's worth at once; then it earns three quarters of its rate a
second. So even a burst and the second after it stay within the rate, and messages that arrive at the provider a little
closer together than they left are taken all the same. A refused one would wait for a minute.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable

LEAST_WAIT_S = 0.02
AT_ONCE = 0.25


class Pace:
    """Counts in the memory of one run.

    `rate`: messages a second of one number.
    """

    def __init__(self, rate: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._most = max(rate * AT_ONCE, 1.0)
        self._tokens: dict[int, float] = defaultdict(lambda: self._most)
        self._seen: dict[int, float] = {}
        self._waited_for: set[int] = set()

    @property
    def wait_s(self) -> float:
        """How long to wait until a number may send one more."""
        return max(1 / self._rate, LEAST_WAIT_S)

    def free(self, zone_id: int) -> int:
        """How many messages the number of this zone may send now."""
        now = self._clock()
        earned = (now - self._seen.get(zone_id, now)) * self._rate * (1 - AT_ONCE)
        self._seen[zone_id] = now
        self._tokens[zone_id] = min(self._tokens[zone_id] + earned, self._most)
        whole = int(self._tokens[zone_id])
        if whole < 1:
            self._waited_for.add(zone_id)
        return whole

    def count(self, zones: Iterable[int]) -> None:
        """Messages that were taken up for these zones, one each time a zone is named."""
        for zone_id in zones:
            self._tokens[zone_id] -= 1

    def is_waited_for(self) -> bool:
        """Whether a number had nothing left since the last time that this was asked."""
        waited, self._waited_for = bool(self._waited_for), set()
        return waited
