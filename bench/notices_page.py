"""The page of the notices' figures: docs/benchmarks/notices.md."""

from pathlib import Path

from bench.notices_faults import SEED, SHARE, Outcome
from bench.result import Result, table
from bench.stage import Stage

PARTS = ("throughput", "latency", "webhook", "faults")
HEAD = """# Notices, measured

`python -m bench --only notices` writes this page: a real provider process (the simulator), real gunicorn, workers,
beat, PostgreSQL and Valkey, on one shared machine with two cores. What can be compared stands beside a floor of the
same run.

"""
THROUGH = """
## Thousands at once

Everybody is owed one message by WhatsApp, half of them answers; every second person has an e-mail address, and an SMS
gateway is connected. The clock is moved forward to what is due next, not slept. In the first run the provider errs at
random (seed {seed}: {share:.0%} of the messages get one fault, and beside that 1 % of the phones have no WhatsApp, 1 %
fail later, 5 % lose all their receipts). *Doubled* is more than one accepted message by one channel; the named case is
the one that nobody can tell apart: the answer **and** all receipts were lost, and the notice says `maybe_twice`.

| | {titles} |
| --- |{rule}
"""


def measure(stage: Stage, parts: set[str], *, quick: bool) -> tuple[list[Result], list[Outcome]]:
    """The wanted parts; `quick`: small numbers."""
    from bench import notices, notices_faults

    results: list[Result] = []
    if "throughput" in parts:
        results += notices.measure_throughput(stage, rounds=1 if quick else 5, number=200 if quick else 2_000)
    if "latency" in parts:
        results += notices.measure_latency(stage, rounds=1 if quick else 3, number=100 if quick else 1_000)
    if "webhook" in parts:
        results += notices.measure_door(stage, seconds=3 if quick else 30)
    outcomes = notices_faults.measure(stage, number=200 if quick else 10_000) if "faults" in parts else []
    return results, outcomes


def page(results: list[Result], outcomes: list[Outcome]) -> str:
    """The page, or as much of it as was measured."""
    text = HEAD + (table(results) if results else "")
    if not outcomes:
        return text
    text += THROUGH.format(
        seed=SEED, share=SHARE, titles=" | ".join(o.title for o in outcomes), rule=" ---: |" * len(outcomes)
    )
    rows = {
        "messages owed": [o.count.owed for o in outcomes],
        "arrived": [o.count.arrived for o in outcomes],
        "taken by WhatsApp, all receipts lost": [o.count.taken for o in outcomes],
        "on the call list": [o.count.listed for o in outcomes],
        "failed, nothing further for this kind": [o.count.ended for o in outcomes],
        "still waiting": [o.count.waiting for o in outcomes],
        "**lost**": [o.count.lost for o in outcomes],
        "**doubled**": [o.count.doubled for o in outcomes],
        "doubled, the named case": [o.count.named for o in outcomes],
        "attempts": [o.count.attempts for o in outcomes],
        **{
            f"carried by {name}": [o.count.channels.get(way, 0) for o in outcomes]
            for way, name in (("whatsapp", "WhatsApp"), ("sms", "SMS"), ("email", "e-mail"))
        },
        "hours until nothing waited any more": [f"{o.hours:.1f}" for o in outcomes],
        "seconds that it took here": [f"{o.seconds:.0f}" for o in outcomes],
    }
    text += "".join(f"| {name} | {' | '.join(_number(v) for v in values)} |\n" for name, values in rows.items())
    met = ", ".join(f"{name} {number}" for o in outcomes for name, number in o.faults.items())
    return f"{text}\nFaults that were met: {met}.\n"


def write(results: list[Result], outcomes: list[Outcome], folder: Path) -> None:
    """Write the page."""
    (folder / "notices.md").write_text(page(results, outcomes))


def _number(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value
