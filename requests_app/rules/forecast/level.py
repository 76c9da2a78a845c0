"""The level of demand and how fast it moves: a local level (Kalman filter), robust against single strange days."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from requests_app.rules.forecast.chance import mean, median, spread

# How much of a day's noise the level itself moves in a day (variances), when it does not stand still.
MOVES = (0.0005, 0.002, 0.008, 0.03, 0.1)
MOVES_ARE_SHOWN = 2.0  # gain of log likelihood from which on the level is said to move
STRANGE = 2.5  # a day further off than so many deviations counts as just so far
SHIFTED, SHIFT_DAYS = 1.6, 5  # on average so far off on one side for so many days: the level has jumped
FIRST_DAYS, FIRST_NOISE = 14, 0.3  # and how noisy two days are thought to be, as a share of the level
GUESS = 0.5  # how far off the office's own rate may be, as a share of it


@dataclass(frozen=True, slots=True)
class Level:
    """The level after the last day, in cards on an average day without holidays; variances in cards squared."""

    value: float
    variance: float  # of the level
    noise: float  # of a day around the level
    moves: float  # of the level from one day to the next
    errors: Sequence[float]  # of each day against what was expected the day before, in deviations


def follow(values: Sequence[float | None], guess: float, drift: float = 0.0) -> Level:
    """Return the level of values that were freed of their pattern; None is a day that tells nothing.

    `guess` is where it begins, soon outweighed; `drift` is added each day. How fast the level moves is what makes the
    values likeliest, and nothing unless that is clearly likelier than standing still.
    """
    known = [value for value in values if value is not None]
    scale = max(guess, median(known), 1e-9)
    noise = max(_noise(known), (0.02 * scale) ** 2)
    start = ((GUESS * scale) ** 2, guess)
    still, still_fit = _filter(values, start, noise, 0.0, drift)
    best, best_fit = still, still_fit
    for share in MOVES:
        level, fit = _filter(values, start, noise, share * noise, drift)
        if fit < best_fit:
            break
        best, best_fit = level, fit
    return best if best_fit > still_fit + MOVES_ARE_SHOWN else still


def _noise(known: Sequence[float]) -> float:
    """Variance of a day, from the differences of neighbours: a level that moves hardly shows in them.

    In the first two weeks no value is strange yet: a weekend may not have been told apart.
    """
    if len(known) < 3:
        return (FIRST_NOISE * median(known)) ** 2
    if len(known) < FIRST_DAYS:
        middle = mean(known)
        return mean([(value - middle) ** 2 for value in known]) * len(known) / (len(known) - 1)
    return spread([b - a for a, b in pairwise(known)]) ** 2 / 2


def _filter(
    values: Sequence[float | None], start: tuple[float, float], noise: float, moves: float, drift: float
) -> tuple[Level, float]:
    """One pass of the filter, and the log likelihood of its (clipped) errors."""
    variance, level = start
    fit, errors = 0.0, []
    recent = [0.0] * SHIFT_DAYS
    seen = 0
    for value in values:
        level += drift
        variance += moves
        if value is None:
            continue
        total = variance + noise
        deviation = total**0.5
        off = (value - level) / deviation
        errors.append(off)
        off = STRANGE if off > STRANGE else -STRANGE if off < -STRANGE else off
        fit -= log(total) + off * off
        recent[seen % SHIFT_DAYS] = off
        seen += 1
        if abs(sum(recent)) > SHIFTED * SHIFT_DAYS:
            variance += noise
            total, recent = variance + noise, [0.0] * SHIFT_DAYS
        weight = variance / total
        level += weight * off * deviation
        variance *= 1 - weight
    return Level(max(level, 0.0), variance, noise, moves, errors), fit / 2
