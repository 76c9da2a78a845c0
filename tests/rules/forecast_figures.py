"""`make forecast`: judge thirty years and pure noise, print the table, write `docs/benchmarks/forecast.md`."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import process_time

from requests_app.rules.forecast import Day, forecast
from tests.rules.forecast_proof import NOISE_LENGTHS, SUMS, Judged, NoiseJudged, judge, judge_noise, mean, together
from tests.rules.years import JUDGED_DAYS, KINDS, YEARS_PER_KIND, noise, thirty

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "forecast.md"
NOISE_SEEDS = range(200)
TIMED, TWO_YEARS = 20, 730

HEAD = f"""# Forecast of blanks

`make forecast` writes this page. {len(KINDS) * YEARS_PER_KIND} generated years of {JUDGED_DAYS} judged days, from fixed
seeds ([tests/rules/years.py](../../tests/rules/years.py)), in shapes that the model does not have. Each week is
forecast from the days before it, as the office would get it, and judged by what was really wanted, days without blanks
included. What the columns mean and how it is done: [docs/forecast.md](../forecast.md).
"""
YEARS_HEAD = (
    "| Kind | Years | Error ÷ last week's | worst year | ÷ last week's, told of closed days | worst year "
    "| Days in the 80 % band | busy days | years | Model in use | Trend claimed |"
)
SUMS_HEAD = "| Kind | " + " | ".join(f"Sum of {span} days in its band" for span in SUMS) + " |"
NOISE_HEAD = (
    "| Days seen | Series | Gain over last week claimed | real | Gain over the plain mean claimed | real "
    "| No structure claimed |"
)


def main() -> None:
    """Print and write the page."""
    judged = [judge(year) for year in thirty()]
    by_kind = {kind: [one for one in judged if one.kind == kind] for kind in KINDS} | {"all": judged}
    noises = {length: judge_noise(NOISE_SEEDS, length) for length in NOISE_LENGTHS}
    page = "\n".join(
        [
            HEAD,
            *_table(YEARS_HEAD, [_years_row(kind, years) for kind, years in by_kind.items()]),
            "\nAsked for: error at most 0.90 of last week's, 70 to 90 % of days in the band.\n",
            *_table(SUMS_HEAD, [_sums_row(kind, years) for kind, years in by_kind.items()]),
            f"\nPure noise, {len(NOISE_SEEDS)} series a row: what eight held-back weeks claim, and what the next eight "
            "weeks say to it.\n",
            *_table(NOISE_HEAD, [_noise_row(length, found) for length, found in noises.items()]),
            f"\nOne forecast of 120 days from two years of history: {_milliseconds():.0f} ms of one core.",
            "",
        ]
    )
    sys.stdout.write(page)
    PAGE.write_text(page, encoding="utf-8")


def _table(head: str, rows: Sequence[str]) -> list[str]:
    return [head, "|" + " --- |" * (head.count("|") - 1), *rows]


def _years_row(kind: str, years: Sequence[Judged]) -> str:
    whole = together(years, kind)
    shares = [mean(one.covered) for one in years]
    return (
        f"| {kind} | {len(years)} | {whole.ratio:.2f} | {max(one.ratio for one in years):.2f} | {whole.told_ratio:.2f} "
        f"| {max(one.told_ratio for one in years):.2f} | {mean(whole.covered):.0%} | {mean(whole.covered_busy):.0%} "
        f"| {min(shares):.0%} to {max(shares):.0%} | {mean(whole.by_model):.0%} | {mean(whole.trends):.0%} |"
    )


def _sums_row(kind: str, years: Sequence[Judged]) -> str:
    sums = together(years, kind).sums
    return f"| {kind} | " + " | ".join(f"{mean(sums[span]):.0%}" for span in SUMS) + " |"


def _noise_row(length: int, found: NoiseJudged) -> str:
    return (
        f"| {length} | {len(found.structures)} | {found.claimed:.1%} | {found.real:.1%} "
        f"| {found.claimed_over_mean:.1%} | {found.real_over_mean:.1%} | {found.without_structure:.1%} |"
    )


def _milliseconds() -> float:
    """The middle one of some forecasts from two years."""
    days: list[Day] = noise(1, TWO_YEARS)
    taken = []
    for _ in range(TIMED):
        start = process_time()
        forecast(days, holidays={}, first=days[-1].date + timedelta(days=1), horizon=120, usual_rate=89)
        taken.append(1000 * (process_time() - start))
    return sorted(taken)[TIMED // 2]


if __name__ == "__main__":
    main()
