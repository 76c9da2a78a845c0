"""The five-day clock: when an answer is due, and whether it was kept or broken.

The office's own statement: an answer "tidak akan lebih dari lima hari"; if none comes, report it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from requests_app.rules.dates import WIB

PROMISE_DAYS = 5
TAKE_BACK = timedelta(seconds=8)
"""So long the officer who decided can take it back; the notice waits until then."""
RUNGS: dict[str, timedelta] = {"three_days": timedelta(days=3), "four_days": timedelta(days=4)}

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class Policy(StrEnum):
    """How five days are counted; ``CALENDAR`` is what the office promised."""

    CALENDAR = "calendar"
    WORKING_DAYS = "working_days"


def due_at(start: datetime, *, policy: Policy, holidays: Collection[date] = ()) -> datetime:
    """Return, in UTC, the moment until which an answer is owed for a round begun at ``start``.

    Calendar: exactly 5 × 24 hours. Working days (Monday to Friday without ``holidays``, in
    Asia/Jakarta): the same local time on the fifth working day after it; a round begun on any
    other day counts from the next working day, 00.00 WIB. A naive ``start`` raises ValueError.
    """
    _require_aware(start)
    if policy is Policy.CALENDAR:
        return start.astimezone(UTC) + PROMISE_DAYS * _ONE_DAY
    local = start.astimezone(WIB)
    day, clock_time = local.date(), local.time()
    if not is_working_day(day, holidays):
        day, clock_time = _next_working_day(day, holidays), time(0)
    for _ in range(PROMISE_DAYS):
        day = _next_working_day(day, holidays)
    return datetime.combine(day, clock_time, tzinfo=WIB).astimezone(UTC)


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Say whether the office counts this day: Monday to Friday and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def is_broken(due: datetime, now: datetime) -> bool:
    """Say whether the due moment has passed; at the very moment it has not."""
    _require_aware(due, now)
    return now > due


def is_kept(evidence_at: datetime, due: datetime) -> bool:
    """Say whether evidence that the answer arrived is stamped in time."""
    _require_aware(evidence_at, due)
    return evidence_at <= due


def rungs_due(start: datetime, now: datetime, *, recorded: Iterable[str] = ()) -> list[str]:
    """Return the rungs of the ladder that are reached and not yet ``recorded``, lowest first.

    All of them are recorded; only one is told, see ``rung_to_tell``.
    """
    _require_aware(start, now)
    done = frozenset(recorded)
    return [name for name, wait in RUNGS.items() if name not in done and now - start >= wait]


def rung_to_tell(rungs: Sequence[str]) -> tuple[str | None, list[str]]:
    """Split due rungs into the one that is told (the highest) and those that collapse into it."""
    if not rungs:
        return None, []
    ordered = sorted(rungs, key=RUNGS.__getitem__)
    return ordered[-1], ordered[:-1]


def _next_working_day(day: date, holidays: Collection[date]) -> date:
    day += _ONE_DAY
    while not is_working_day(day, holidays):
        day += _ONE_DAY
    return day


def _require_aware(*moments: datetime) -> None:
    if any(moment.utcoffset() is None for moment in moments):
        raise ValueError("the clock only takes moments with a time zone")
