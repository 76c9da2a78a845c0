"""`python -m faults [names…]`: cause each fault in a world of its own, and count what was owed and what arrived."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from faults import machines, provider
from faults.citizen import Citizen
from faults.table import page, write
from faults.trial import SWEEPS, Fault, Result, try_out
from faults.world import World, running_world

FAULTS = (*provider.FAULTS, *machines.FAULTS)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks" / "faults.md"


def main() -> int:
    """Cause them and print the table; 1 when something was lost, doubled or wrongly broken."""
    options = _options()
    chosen = [fault for fault in FAULTS if fault.name in options.names] if options.names else list(FAULTS)
    if options.short and not options.names:
        chosen = [fault for fault in chosen if fault.short]
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="adminduk-faults-"))
    folder.chmod(0o711)
    try:
        with running_world(folder, durable=True) as world:
            _warm_up(world)
            results = [_try_out(fault, world, options) for fault in chosen]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table = page(results, seed=options.seed, seconds=time.monotonic() - begin)
    if not (options.short or options.names):
        write(table, PAGE)
    print("\n" + table, flush=True)
    untried = [result.fault.name for result in results if result.count is None]
    if untried:
        print(f"Not tried here, so nothing is known of: {', '.join(untried)}", flush=True)
    return 1 if any(result.is_wrong for result in results) else 0


def _warm_up(world: World) -> None:
    """The first request of a web server and the first work of a worker take longer than any other."""
    world.worker()
    citizen = Citizen(world)
    citizen.fill_in(2)
    for _ in range(2):
        citizen.send()
        citizen.look()
    world.tick(*SWEEPS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    names = [fault.name for fault in FAULTS]
    parser.add_argument("names", nargs="*", help=f"only these, nothing written to docs/: {', '.join(names)}")
    parser.add_argument("--short", action="store_true", help="the shorter form, nothing written to docs/")
    parser.add_argument("--seed", type=int, default=7, help="of all moments that are chosen by chance (7)")
    options = parser.parse_args()
    unknown = set(options.names) - set(names)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


def _try_out(fault: Fault, world: World, options: argparse.Namespace) -> Result:
    result = try_out(fault, world, seed=options.seed, size=1 if options.short else 2)
    print(f"  {fault.name} ({result.took_s:.0f} s): {result.verdict}; {'; '.join(result.notes)}", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
