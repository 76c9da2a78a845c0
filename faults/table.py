"""The table of all faults."""

from datetime import UTC, datetime
from pathlib import Path

from faults.trial import Result

HEAD = """# Faults

`make faults` writes this page: processes are really killed and frozen, the provider is a simulator in a process of its
own, and what was owed is counted in the database and in that provider's ledger. {date}, seed {seed}, {seconds:.0f} s.

*Owed* counts messages (each event is one, by whatever channel); *named* those that were taken twice because the answer
and all its receipts were lost, and that say so. *Slowest* is a citizen's longest request while it was broken.

| Fault | Owed | Delivered | Lost | Doubled | Named | Promises wrongly broken | Slowest | Seen |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def page(results: list[Result], *, seed: int, seconds: float) -> str:
    """The table, with what it says about itself."""
    head = HEAD.format(date=f"{datetime.now(UTC):%d %B %Y}", seed=seed, seconds=seconds)
    return head + "".join(_row(result) for result in results)


def write(text: str, path: Path) -> None:
    """Write the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _row(result: Result) -> str:
    figures = result.count
    slowest = "" if result.slowest_s is None else f"{result.slowest_s:.2f} s"
    numbers: tuple[int | str, ...] = ("",) * 6
    if figures is not None:
        numbers = (figures.owed, figures.delivered, figures.lost, figures.doubled, figures.named, figures.broken)
    untried = ["**not tried**"] if figures is None else []
    seen = "; ".join([*untried, *result.notes, *(f"**{wrong}**" for wrong in result.wrong)])
    return f"| {result.fault.title} | {' | '.join(map(str, numbers))} | {slowest} | {seen} |\n"
