"""One fault: what it is called, what is done, and what is seen of it."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from faults.citizen import Citizen
from faults.count import Count, count
from faults.world import World

ANSWERS_WITHIN_S = 2.0
REQUESTS = 12
SETTLE_STEPS = 40
# What a fault has left behind, and the next one must not find.
UNWELL = """
SELECT 1 FROM requests_app_notice
WHERE channel = 'whatsapp' AND state IN ('queued', 'sending', 'retry', 'unconfirmed', 'held')
UNION ALL SELECT 1 FROM requests_app_circuit WHERE opened_at IS NOT NULL LIMIT 1
"""
SWEEPS = ("deliver_due", "deliver_others", "enforce_promises")


@dataclass
class Trial:
    """What a fault may use: the world, a citizen, chance by a seed; and what it writes down.

    `size` multiplies how much is done: 1 in the short form.
    """

    world: World
    citizen: Citizen
    chance: random.Random
    size: int
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def demand(self, holds: bool, what: str) -> None:
        """What has to hold besides the figures."""
        if not holds:
            self.wrong.append(what)

    def request(self, *, taken: bool = True) -> None:
        """A citizen sends an application while something is broken: answered within two seconds, and taken."""
        status = self.citizen.send()
        self.demand(status == 302 or not taken, f"a citizen was answered with {status}")

    def sweep(self, seconds: float) -> None:
        """Time passes, and everything that the timetable does for notices is done."""
        self.world.forward(seconds)
        self.world.tick(*SWEEPS)

    def pass_time(self, seconds: float, step: float) -> None:
        """Time passes in steps, with the sweeps in between."""
        left = seconds
        while left > 0:
            self.sweep(min(step, left))
            left -= step

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """With a timetable and a worker, as at any office."""
        self.world.worker()
        beat = self.world.beat()
        try:
            yield
        finally:
            if beat.poll() is None:
                self.world.kill(beat)

    @contextmanager
    def load(self, seconds: float, *, heard: bool = True) -> Iterator[None]:
        """While people apply and are answered, for so long at least. `heard`: the worker is told of it."""
        crowd = self.world.crowd if heard else self.world.unheard
        crowd.tell("work", seconds=seconds * self.size, pause=0.05)
        try:
            yield
        finally:
            done = crowd.answer()
            self.notes.append(f"{done['done']} decided meanwhile")
            if done["failed"]:
                self.notes.append(f"{done['failed']} refused by the database")


@dataclass(frozen=True)
class Fault:
    """`short`: part of the short form."""

    name: str
    title: str
    cause: Callable[[Trial], None]
    short: bool = True


@dataclass(frozen=True)
class Result:
    """One row of the table; without figures when it could not be tried here."""

    fault: Fault
    count: Count | None
    slowest_s: float | None
    took_s: float
    notes: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something that always holds did not; of what was not tried nobody knows."""
        return self.count is not None and (bool(self.wrong) or not self.count.is_right)

    @property
    def verdict(self) -> str:
        """In a few words."""
        if self.count is None:
            return "NOT TRIED"
        return "WRONG: " + "; ".join([*self.wrong, str(self.count)]) if self.is_wrong else "ok"


def try_out(fault: Fault, world: World, *, seed: int, size: int) -> Result:
    """Cause one fault in a world that is well, let it recover, and count."""
    begin = time.monotonic()
    world.simulator.control("faults", method="DELETE")
    world.worker()
    citizen = Citizen(world)
    citizen.fill_in(REQUESTS)
    since = world.now()
    trial = Trial(world, citizen, random.Random(f"{seed}:{fault.name}"), size)
    try:
        fault.cause(trial)
    except PermissionError as problem:
        return Result(fault, None, None, 0, (str(problem),), ())
    except AssertionError as problem:
        trial.wrong.append(str(problem))
    rules = world.simulator.control("faults", method="GET")
    trial.demand(not rules or any(rule["fired"] for rule in rules), "no message met the fault")
    world.simulator.control("faults", method="DELETE")
    counted = settle(trial, since)
    slowest = citizen.slowest_s if citizen.seen else None
    trial.demand(slowest is None or slowest <= ANSWERS_WITHIN_S, f"a citizen waited {slowest or 0:.1f} s")
    took = time.monotonic() - begin
    return Result(fault, counted, slowest, took, tuple(trial.notes), tuple(trial.wrong))


def settle(trial: Trial, since: datetime) -> Count:
    """Once the fault is over: minutes pass and sweeps run until all has arrived, and the world is as before."""
    world = trial.world
    world.worker()
    for _ in range(SETTLE_STEPS):
        world.tick(*SWEEPS)
        world.until(lambda: not _posting(world), "receipts posted")
        world.tick("process_receipts")
        counted = count(world, since)
        if counted.is_settled and not world.rows(UNWELL):
            break
        # Shorter than a lease: a call that is under way stays its caller's.
        world.forward(60)
    return counted


def _posting(world: World) -> bool:
    """Whether the provider has receipts to post that are due."""
    now = world.simulator.control("clock", method="GET")["now"]
    return any(row["state"] == "pending" and row["due_at"] <= now for row in world.simulator.ledger()["webhooks"])
