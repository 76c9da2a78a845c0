"""Keeps children running: starts them in order, restarts what crashes, stops them in reverse order."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from adminduk.embedded.places import EngineError
from adminduk.embedded.processes import kill_group, spawn

# Seconds: everything is down within ten, and the engines keep their share for writing what they hold.
STOP_PROGRAMS_WITHIN = 6.0
STOP_ENGINES_WITHIN = 3.0
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0


class Child(Protocol):
    """What can be supervised. Higher layers stop first; layer 0 (the engines) last."""

    name: str
    layer: int
    stop_signal: int

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, and return when it is useful."""


@dataclass
class Program:
    """An ordinary child: a command line, started and left to itself."""

    name: str
    argv: list[str]
    log: Path
    env: Mapping[str, str]
    cwd: Path
    layer: int = 2
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGTERM

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; it may need a while to be useful."""
        return spawn(self.argv, log=self.log, env=self.env, cwd=self.cwd, death_signal=self.death_signal)


@dataclass
class _Running:
    child: Child
    process: subprocess.Popen[bytes]
    since: float = field(default_factory=time.monotonic)
    crashes: int = 0
    start_again_at: float | None = None


class Supervisor:
    """Use from one thread (the main one); `announce` gets one line for everything worth knowing."""

    def __init__(self, announce: Callable[[str], None]) -> None:
        self._announce = announce
        self._running: list[_Running] = []

    def add(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self._running.append(_Running(child, child.start()))

    def ended(self) -> bool:
        """True when a child is not running; while starting, that means failure."""
        return any(running.process.poll() is not None for running in self._running)

    def look(self) -> None:
        """One round: notice what ended, start again what has waited long enough."""
        for running in self._running:
            if running.start_again_at is None:
                if running.process.poll() is not None:
                    self._crashed(running)
            elif time.monotonic() >= running.start_again_at:
                self._start_again(running)

    def _crashed(self, running: _Running) -> None:
        kill_group(running.process)
        steady = time.monotonic() - running.since > STEADY_AFTER
        running.crashes = 1 if steady else running.crashes + 1
        pause = min(2.0 ** (running.crashes - 1), LONGEST_PAUSE)
        running.start_again_at = time.monotonic() + pause
        code = running.process.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        self._announce(f"{running.child.name} {how}; starting it again in {pause:.0f} s")

    def _start_again(self, running: _Running) -> None:
        try:
            running.process = running.child.start()
        except EngineError as problem:
            running.crashes += 1
            running.start_again_at = time.monotonic() + min(2.0**running.crashes, LONGEST_PAUSE)
            self._announce(str(problem))
            return
        running.since, running.start_again_at = time.monotonic(), None
        self._announce(f"{running.child.name} is running again")

    def stop(self) -> None:
        """Stop everything, programs before engines; within ten seconds nothing is left."""
        programs_end = time.monotonic() + STOP_PROGRAMS_WITHIN
        for layer in sorted({running.child.layer for running in self._running}, reverse=True):
            deadline = programs_end if layer else time.monotonic() + STOP_ENGINES_WITHIN
            self._stop_layer([running for running in self._running if running.child.layer == layer], deadline)
        self._running.clear()

    def _stop_layer(self, layer: list[_Running], deadline: float) -> None:
        for running in layer:
            if running.process.poll() is None:
                running.process.send_signal(running.child.stop_signal)
        for running in layer:
            try:
                running.process.wait(max(deadline - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                self._announce(f"{running.child.name} did not stop in time and was killed")
            kill_group(running.process)
