"""Wrong tries slow a visitor down, the more the longer; they never lock the owner of an application out.

Counted per visitor's address, and per address and number together. A number that many addresses try at counts too,
but only shortens what one address may try at it: the owner, from an address of their own, always has a try left.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from requests_app.operations.limits import Limit, TooMany, count_all_or_refuse, give_back, growing, refused_at_no_cost

QUARTER, THREE_HOURS, DAY = timedelta(minutes=15), timedelta(hours=3), timedelta(days=1)
PER_ADDRESS = ((10, QUARTER), (30, THREE_HOURS), (100, DAY))
PER_PAIR = ((5, QUARTER), (15, THREE_HOURS), (40, DAY))
OVERALL = Limit("guess_all", "all", 1200, timedelta(minutes=1))
UNDER_ATTACK = 20
NEVER = 10**9


@dataclass(frozen=True)
class Guess:
    """One counted try; `was_right` takes it off the counters again."""

    limits: tuple[Limit, ...]
    now: datetime

    def was_right(self) -> None:
        """Right tries count for nobody."""
        give_back(self.limits, now=self.now)


def count_guess(*, address: str, number: str, now: datetime) -> Guess:
    """Count a try before it is judged, so that parallel ones cannot slip through.

    Raises TooMany; a refused try is not judged and does not lengthen the wait.
    """
    of_pair = growing("guess_pair", f"{address} {number}", *PER_PAIR)
    of_number = Limit("guess_number", number, NEVER, DAY)
    limits = (*of_pair, *growing("guess_address", address, *PER_ADDRESS), of_number, OVERALL)
    with refused_at_no_cost(limits, now=now):
        counts = dict(zip(limits, count_all_or_refuse(limits, now=now), strict=True))
        if counts[of_number] > UNDER_ATTACK and counts[of_pair[0]] > 1:
            raise TooMany(of_pair[0].window_start(now) + QUARTER)
    return Guess(limits, now)


def code_limits(address: str, number: str) -> list[Limit]:
    """How many codes one address, and all together, may ask for; each costs the office a message.

    One address gets three a day for a number, so that it cannot use up the owner's five.
    """
    hour = timedelta(hours=1)
    return [
        Limit("code_pair", f"{address} {number}", 3, DAY),
        Limit("code_address", address, 10, hour),
        Limit("code_all", "all", 2000, hour),
    ]


def follow_up_limits(address: str, number: str) -> list[Limit]:
    """How often reports and changed contacts, each of which sends somebody a message, are taken."""
    return [Limit("follow_up", number, 10, DAY), Limit("follow_up_address", address, 60, timedelta(hours=1))]
