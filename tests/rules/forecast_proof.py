"""Forecasts of generated years, judged week by week: the figures of `make forecast` and of the suite.

Each week of a year the outlook is made from what was seen before it, as the office would get it (the same choice
between model and last week), and judged by what was really wanted, stock-outs included.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate

from requests_app.rules.forecast import Day, OutlookDay, Structure, backtest, last_week, model
from requests_app.rules.forecast.backtest import Errors, Result, compare, held_back
from requests_app.rules.forecast.series import Series, build, days_from
from requests_app.rules.forecast.shapes import MODEL, NONE
from tests.rules.years import Year, noise

WEEK = backtest.WEEK
SUMS = (28, 56, 91)
BLIND_RATE = 300.0  # what the office guesses before the first day, whatever the year is like
NOISE_LENGTHS, FRESH_WEEKS = (42, 56, 112, 224), 8


@dataclass
class Judged:
    """What came out of one year. Errors are shares of the year's mean day, so that large offices weigh no more."""

    kind: str
    errors: list[float] = field(default_factory=list)
    last_week: list[float] = field(default_factory=list)  # plainly: it does not know closed days
    told_last_week: list[float] = field(default_factory=list)  # it knows them
    covered: list[bool] = field(default_factory=list)
    covered_busy: list[bool] = field(default_factory=list)  # open days that are no thin weekend
    sums: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    by_model: list[bool] = field(default_factory=list)
    claimed: list[float] = field(default_factory=list)
    trends: list[bool] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Our error beside that of the same weekday last week."""
        return mean(self.errors) / mean(self.last_week)

    @property
    def told_ratio(self) -> float:
        """Our error beside that of a last week that knows the closed days."""
        return mean(self.errors) / mean(self.told_last_week)


class Rolling:
    """A series forecast at any of its days, each fit made once."""

    def __init__(self, days: Sequence[Day], holidays: dict, rate: float = BLIND_RATE) -> None:
        self.series: Series = build(days, holidays, days[-1].date + timedelta(days=1))
        self.holidays, self.rate = holidays, rate
        self._known = [0, *accumulate(value is not None for value in self.series.demand)]
        self._fits: dict[int, model.Fit] = {}
        self._held_back: dict[int, Errors] = {}

    def fit(self, length: int) -> model.Fit:
        """The model of the first days."""
        if length not in self._fits:
            self._fits[length] = model.fit(self.series.until(length), self.rate)
        return self._fits[length]

    def held_back(self, length: int) -> Errors:
        """The errors on the week after the first days, as far as it was seen."""
        if length not in self._held_back:
            self._held_back[length] = held_back(self.series, length, self.fit(length), self.holidays, self.rate)
        return self._held_back[length]

    def result(self, length: int) -> Result:
        """What `backtest` would say after the first days."""
        weeks = [length - WEEK * n for n in range(1, backtest.MOST_WEEKS + 1)]
        enough = [n for n in weeks if n > 0 and self._known[n] >= backtest.FEWEST_DAYS_BEFORE]
        return compare([self.held_back(n) for n in enough])

    def outlook(self, length: int, horizon: int) -> tuple[list[OutlookDay], list[OutlookDay], Result]:
        """What `forecast` would say after the first days: days, totals, and the weeks held back."""
        dates = days_from(self.series.start + timedelta(days=length), horizon)
        result = self.result(length)
        if result.method == MODEL:
            return *model.look_ahead(self.fit(length), dates, self.holidays), result
        return *last_week.look_ahead(self.series.until(length), dates, self.holidays, self.rate), result


def judge(year: Year) -> Judged:
    """Forecast a year week by week and compare with what was wanted."""
    rolling, judged = Rolling(year.days, year.holidays), Judged(year.kind)
    scale = mean(year.wanted[year.judged_from :])
    for length in range(year.judged_from, len(year.wanted) - WEEK + 1, WEEK):
        days, totals, result = rolling.outlook(length, min(SUMS[-1], len(year.wanted) - length))
        wanted = year.wanted[length:]
        _judge_week(judged, rolling, length, days[:WEEK], wanted, scale)
        for span in (span for span in SUMS if span <= len(wanted)):
            judged.sums[span].append(totals[span - 1].low <= sum(wanted[:span]) <= totals[span - 1].high)
        judged.by_model.append(result.method == MODEL)
        judged.trends.append(model.structure(rolling.fit(length)).trend != NONE)
        if result.model is not None and result.last_week:
            judged.claimed.append(1 - min(result.model, result.last_week) / result.last_week)
    return judged


def _judge_week(
    judged: Judged, rolling: Rolling, length: int, days: Sequence[OutlookDay], wanted: Sequence[int], scale: float
) -> None:
    series, telling = rolling.series, rolling.fit(length).pattern.telling
    told = last_week.expected(
        last_week.week(series.until(length), rolling.rate), [day.date for day in days], rolling.holidays
    )
    for n, day in enumerate(days):
        judged.errors.append(abs(day.expected - wanted[n]) / scale)
        judged.last_week.append(abs(_plain_last_week(rolling, length + n) - wanted[n]) / scale)
        judged.told_last_week.append(abs(told[n] - wanted[n]) / scale)
        judged.covered.append(day.low <= wanted[n] <= day.high)
        if day.date not in rolling.holidays and telling[day.date.weekday()]:
            judged.covered_busy.append(judged.covered[-1])


def _plain_last_week(rolling: Rolling, day: int) -> float:
    """What was seen on the last same weekday before, days without blanks skipped."""
    seen = (rolling.series.demand[n] for n in range(day - WEEK, -1, -WEEK))
    return next((value for value in seen if value is not None), rolling.rate)


@dataclass(frozen=True)
class NoiseJudged:
    """Pure noise: gains that the weeks held back claim beside gains on fresh weeks, and what structure was claimed."""

    claimed: float  # over last week
    real: float
    claimed_over_mean: float  # over the plain mean, which nothing can beat
    real_over_mean: float
    structures: Sequence[Structure]

    @property
    def without_structure(self) -> float:
        """Share of series in which no weekday, no trend and no Lebaran was claimed."""
        return mean([s.weekday == s.trend == s.lebaran == NONE for s in self.structures])


def judge_noise(seeds: Iterable[int], length: int) -> NoiseJudged:
    """Claim a gain from the weeks held back, then see what eight fresh weeks, forecast one by one, say to it."""
    claims, facts, structures = [], [], []
    for seed in seeds:
        rolling = Rolling(noise(seed, length + WEEK * FRESH_WEEKS), {})
        claim = rolling.result(length)
        fact = compare([rolling.held_back(length + WEEK * n) for n in range(FRESH_WEEKS)])
        claims.append(_gains(claim, claim.method))
        facts.append(_gains(fact, claim.method))
        structures.append(model.structure(rolling.fit(length)))
    return NoiseJudged(
        mean([over_last_week for over_last_week, _ in claims]),
        mean([over_last_week for over_last_week, _ in facts]),
        mean([over_mean for _, over_mean in claims]),
        mean([over_mean for _, over_mean in facts]),
        structures,
    )


def _gains(result: Result, method: str) -> tuple[float, float]:
    """By what share the method in use is better than last week and than the plain mean."""
    assert result.model and result.last_week and result.mean
    used = result.model if method == MODEL else result.last_week
    return 1 - used / result.last_week, 1 - used / result.mean


def mean(values: Sequence[float]) -> float:
    """The plain average."""
    return sum(values) / len(values)


def together(judged: Sequence[Judged], kind: str) -> Judged:
    """Several years as one."""
    whole = Judged(kind)
    for one in judged:
        for name in (
            "errors",
            "last_week",
            "told_last_week",
            "covered",
            "covered_busy",
            "by_model",
            "claimed",
            "trends",
        ):
            getattr(whole, name).extend(getattr(one, name))
        for span, covered in one.sums.items():
            whole.sums[span].extend(covered)
    return whole
