"""When the limit of 24 hours will be reached, if people go on being written to at today's pace."""

from collections.abc import Sequence
from itertools import accumulate

PACE_HOURS = 3
"""Today's pace is that of the last hours."""


def hours_until(level: int, *, used: int, leaving: Sequence[int], per_hour: float) -> int | None:
    """In how many hours the people who count reach `level`: 0 when they have; None when not within the hours known.

    `leaving`: how many stop counting in each of the coming hours. Whoever is written to now counts longer than that.
    """
    if used >= level:
        return 0
    gone = accumulate(leaving)
    reached = (hour for hour, left in enumerate(gone, start=1) if used - left + per_hour * hour >= level)
    return next(reached, None)
