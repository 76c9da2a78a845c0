"""How long to wait before a message that was refused for the moment is tried again."""

from datetime import timedelta

MINUTES = (1, 2, 4, 8, 15, 30)
JITTER = 0.2


def retry_wait(failures: int, *, chance: float, at_least: timedelta | None = None) -> timedelta:
    """The wait after so many failures (1 = the first): 1, 2, 4, 8, 15, then 30 minutes, plus up to a fifth.

    `chance` (0 to 1) spreads notices that failed together; `at_least` is the provider's own wish.
    """
    minutes = MINUTES[min(max(failures, 1), len(MINUTES)) - 1]
    wait = timedelta(minutes=minutes * (1 + JITTER * chance))
    return max(wait, at_least) if at_least is not None else wait
