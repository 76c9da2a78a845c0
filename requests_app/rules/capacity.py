"""Whether the people on duty can decide what comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Day:
    """One day (WIB): what lies there in the morning, what is expected to come, and what can be decided."""

    date: date
    waiting: int
    arrivals: int
    capacity: int

    @property
    def load(self) -> int:
        """Everything that somebody has to look at that day."""
        return self.waiting + self.arrivals

    @property
    def left(self) -> int:
        """What is still there in the evening."""
        return max(0, self.load - self.capacity)

    @property
    def too_much(self) -> bool:
        """More than the people on duty can decide."""
        return self.load > self.capacity


def forecast(
    days: Sequence[date], *, undecided: int, arrivals: Mapping[date, int], capacity: Mapping[date, int]
) -> list[Day]:
    """Carry what is left of each day into the next one. Missing arrivals and capacities count as none."""
    plan: list[Day] = []
    waiting = undecided
    for day in days:
        plan.append(Day(day, waiting, arrivals.get(day, 0), capacity.get(day, 0)))
        waiting = plan[-1].left
    return plan
