"""Rank tests and robust averages: what may be called a pattern, and what is chance."""

from collections.abc import Sequence
from math import erfc, exp, sqrt

TRIMMED = 0.1


def mean(values: Sequence[float]) -> float:
    """Return the average; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def trimmed_mean(values: Sequence[float]) -> float:
    """Return the average without the largest and the smallest tenth."""
    cut = int(len(values) * TRIMMED)
    return mean(sorted(values)[cut : len(values) - cut] if cut else values)


def median(values: Sequence[float]) -> float:
    """Return the middle value; 0 of nothing."""
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return 0.0
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of ordered values lies, between neighbours in a straight line."""
    place = share * (len(ordered) - 1)
    low = min(int(place), len(ordered) - 2)
    return ordered[low] + (place - low) * (ordered[low + 1] - ordered[low])


def spread(values: Sequence[float]) -> float:
    """Return the standard deviation as the middle half of the values shows it (median of distances)."""
    middle = median(values)
    return 1.4826 * median([abs(value - middle) for value in values])


def groups_differ(groups: Sequence[Sequence[float]]) -> float:
    """Return how likely chance alone makes groups differ so much (Kruskal-Wallis; an odd number of groups)."""
    ranks = _ranks([value for group in groups for value in group])
    total, start, statistic = len(ranks[0]), 0, 0.0
    for group in groups:
        own = ranks[0][start : start + len(group)]
        statistic += len(group) * (mean(own) - (total + 1) / 2) ** 2
        start += len(group)
    if not ranks[1]:
        return 1.0
    half = statistic * 12 / (total * (total + 1)) / ranks[1] / 2
    return exp(-half) * sum(half**n / _factorial(n) for n in range((len(groups) - 1) // 2))


def sides_differ(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how likely chance alone puts one sample so far from another (rank sum, both sides)."""
    ranks, ties = _ranks([*one, *other])
    total = len(ranks)
    variance = len(one) * len(other) * (total + 1) / 12 * ties
    if variance <= 0:
        return 1.0
    return erfc(abs(sum(ranks[: len(one)]) - len(one) * (total + 1) / 2) / sqrt(variance) / sqrt(2))


def moves_one_way(values: Sequence[float]) -> float:
    """Return how likely chance alone makes a sequence rise or fall so steadily (Mann-Kendall, both sides)."""
    count = len(values)
    steps = sum((b > a) - (b < a) for n, a in enumerate(values) for b in values[n + 1 :])
    deviation = sqrt(count * (count - 1) * (2 * count + 5) / 18)
    return erfc(max(abs(steps) - 1, 0) / deviation / sqrt(2)) if deviation else 1.0


def _ranks(values: Sequence[float]) -> tuple[list[float], float]:
    """Ranks from 1, equal values share theirs; and the correction of the variance for equal values."""
    order, ranks, equal = sorted(range(len(values)), key=values.__getitem__), [0.0] * len(values), 0
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        equal += (end - start) ** 3 - (end - start)
        start = end
    return ranks, 1 - equal / max(len(values) ** 3 - len(values), 1)


def _factorial(number: int) -> int:
    return number * _factorial(number - 1) if number > 1 else 1
