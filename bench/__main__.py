"""`python -m bench`: everything that the office promises about speed, measured and written down."""

import argparse
import time

from bench import claims, notices_page, pages, reserve, submit, sweeps
from bench.notices_faults import Outcome
from bench.result import Result, page, write
from bench.stage import CLONE, Stage, open_stage, say
from bench.stored import Store, fill

PARTS = ("submit", "pages", "claims", "sweeps", "reserve")
NOTICES = "notices"
FOLDER = CLONE / "docs" / "benchmarks"


def main() -> None:
    """Measure and print the table. `--quick` is for trying it out and writes nothing."""
    options = _options()
    begin = time.monotonic()
    with open_stage() as stage:
        results, facts = _measure(stage, options)
        of_notices, outcomes = _measure_notices(stage, options)
    facts["whole_run_s"] = time.monotonic() - begin
    if not (options.quick or options.only):
        write(results, facts, FOLDER)
    if not options.quick and options.only in (None, NOTICES):
        notices_page.write(of_notices, outcomes, FOLDER)
    if results:
        say("\n" + page(results, facts))
    if of_notices or outcomes:
        say("\n" + notices_page.page(of_notices, outcomes))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, nothing written to docs/")
    only = (*PARTS, NOTICES, *notices_page.PARTS)
    parser.add_argument("--only", choices=only, help="one part; of these only `notices` writes its page")
    parser.add_argument("--stored", type=int, default=1_000_000, help="applications in the larger database")
    return parser.parse_args()


def _measure(stage: Stage, options: argparse.Namespace) -> tuple[list[Result], dict[str, float]]:
    parts = [part for part in PARTS if options.only in (None, part)]
    quick, results, facts = options.quick, [], {}
    if "submit" in parts:
        results += submit.measure(stage, rounds=2 if quick else 5, requests=200 if quick else 800)
    if set(parts) - {"submit"}:
        small = _fill(stage, "bench_small", 1000)
        large = _fill(stage, "bench_large", 20_000 if quick else options.stored)
        facts |= {"stored": large.rows, "loading_s": large.seconds}
        if "pages" in parts:
            results += pages.measure(stage, (small, large), rounds=1 if quick else 3, requests=40 if quick else 120)
        if "sweeps" in parts:
            results += sweeps.measure(stage, (small, large), rounds=2 if quick else 7)
        if "claims" in parts:
            results += claims.measure(stage, large, rounds=2 if quick else 5, each=3 if quick else 20)
        if "reserve" in parts:
            results += reserve.measure(stage, large, rounds=2 if quick else 5, each=40 if quick else 200)
    return results, facts


def _measure_notices(stage: Stage, options: argparse.Namespace) -> tuple[list[Result], list[Outcome]]:
    wanted = {options.only} if options.only not in (None, NOTICES) else set(notices_page.PARTS)
    return notices_page.measure(stage, wanted & set(notices_page.PARTS), quick=options.quick)


def _fill(stage: Stage, name: str, rows: int) -> Store:
    from requests_app.clock import database_now

    stage.new_database(name)
    store = fill(stage, name, rows, database_now())
    say(f"  {rows:,} applications stored in {store.seconds:.0f} s")
    return store


if __name__ == "__main__":
    main()
