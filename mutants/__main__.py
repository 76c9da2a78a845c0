"""`python -m mutants [words …]`: take rules away one by one; 1 when no test notices, or the list is stale."""

import argparse
import queue
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2

from adminduk.embedded.engines import Engines, start_engines
from mutants.listed import CLONE, Mutant, listed
from mutants.result import line, page, summary
from mutants.trial import Lane, Trial

# One name for the runs of all trials: they copy one prepared database, which stays as long as another of the name does.
RUN = "mutants"
ANCHOR = f"test_adminduk_{RUN}_anchor"


def say(text: str) -> None:
    """Progress, as it happens."""
    print(text, flush=True)


def main() -> int:
    """Try them, print what became of each; the page is written when all were tried."""
    options = _options()
    wanted = [mutant for mutant in listed() if _is_meant(mutant, options.words)]
    if not wanted:
        sys.exit("No rule of the list has these words.")
    begin = time.monotonic()
    engines = start_engines(None, announce=say, durable=False)
    try:
        with tempfile.TemporaryDirectory(prefix="adminduk-mutants-") as folder:
            environment = _environment(engines)
            lanes = [Lane(Path(folder) / str(number), environment) for number in range(options.jobs)]
            _pass_unmutated(lanes, wanted, options.limit)
            trials = _try_all(lanes, wanted, options.limit)
    finally:
        engines.stop()
    if not options.words:
        (CLONE / "docs" / "mutants.md").write_text(page(trials, seconds=time.monotonic() - begin))
    for trial in trials:
        if not trial.killed:
            say(f"{trial.outcome}: {trial.mutant.rule}. {trial.remark}")
    say(f"{summary(trials)} {time.monotonic() - begin:,.0f} s.")
    return 0 if all(trial.killed for trial in trials) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="only rules with one of these words in their sentence or file")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="how many are tried at once")
    parser.add_argument("--limit", type=float, default=180, help="seconds for one mutant")
    return parser.parse_args()


def _is_meant(mutant: Mutant, words: Sequence[str]) -> bool:
    text = f"{mutant.rule} {mutant.place}".lower()
    return not words or any(word.lower() in text for word in words)


def _environment(engines: Engines) -> dict[str, str]:
    with_owner = psycopg2.connect(engines.owner_url)
    with_owner.autocommit = True
    with with_owner.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{ANCHOR}"')
    with_owner.close()
    return {
        "DATABASE_OWNER_URL": engines.owner_url,
        "DATABASE_URL": engines.url("adminduk_app"),
        "REDIS_URL": engines.redis_url,
        "ADMINDUK_TEST_ENGINES": "embedded",
        "PYTEST_XDIST_TESTRUNUID": RUN,
    }


def _pass_unmutated(lanes: Sequence[Lane], mutants: Sequence[Mutant], limit: float) -> None:
    """All tests that are named pass while every rule is there; else nothing that fails later means anything."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    share = -(-len(tests) // len(lanes))
    parts = [tests[number * share : (number + 1) * share] for number in range(len(lanes))]
    with ThreadPoolExecutor(len(lanes)) as pool:
        wrong = list(
            pool.map(lambda pair: pair[0].unmutated(pair[1], within=10 * limit), zip(lanes, parts, strict=True))
        )
    if any(wrong):
        sys.exit("\n".join([*wrong, "Some of the tests fail although no rule was taken away."]))
    say(f"{len(tests)} tests pass with all rules in place.")


def _try_all(lanes: Sequence[Lane], mutants: Sequence[Mutant], limit: float) -> list[Trial]:
    free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
    for lane in lanes:
        free.put(lane)

    def tried(mutant: Mutant) -> Trial:
        lane = free.get()
        try:
            trial = lane.trial(mutant, within=limit)
        finally:
            free.put(lane)
        say(line(trial))
        return trial

    with ThreadPoolExecutor(len(lanes)) as pool:
        return list(pool.map(tried, mutants))


if __name__ == "__main__":
    sys.exit(main())
