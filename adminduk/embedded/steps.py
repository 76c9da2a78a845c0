"""What is done before the programs start: management commands, each a process of its own, timed."""

import hashlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adminduk.embedded.places import EngineError
from adminduk.embedded.processes import spawn
from adminduk.embedded.programs import CLONE

KEPT_LOGS = 3
ERROR = re.compile(r"[\w.]*(Error|Exception|DoesNotExist)\b")


class Steps:
    """Runs steps and prints each with the seconds that it took."""

    def __init__(self, data: Path, announce: Callable[[str], None]) -> None:
        self._data = data
        self._announce = announce

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Print `what` with its time once the block is done."""
        begin = time.monotonic()
        yield
        self._announce(f"{time.monotonic() - begin:6.1f} s  {what}")

    def manage(self, what: str, env: Mapping[str, str], *arguments: str) -> None:
        """Run one management command; raises EngineError with its last line when it fails."""
        log = self._data / "logs" / "prepare.log"
        seen = log.stat().st_size if log.exists() else 0
        with self.timed(what):
            process = spawn([sys.executable, "manage.py", *arguments], log=log, env=env, cwd=CLONE)
            try:
                code = process.wait()
            except BaseException:
                process.kill()
                raise
        if code:
            said = log.read_bytes()[seen:].decode(errors="replace")
            raise EngineError(f"manage.py {arguments[0]} failed: {_cause(said)} (more in {log})")

    def unless_done(self, stamp: str, fingerprint: str, step: Callable[[], None]) -> None:
        """Run `step` unless it has been done in this data folder for the same `fingerprint`."""
        done = self._data / stamp
        if done.exists() and done.read_text() == fingerprint:
            return
        step()
        done.write_text(fingerprint)


def _cause(said: str) -> str:
    """The line of a command's output that names the error, else its last line."""
    lines = said.strip().splitlines() or ["no message"]
    return next((line for line in reversed(lines) if ERROR.match(line)), lines[-1])


def fingerprint(*folders: str) -> str:
    """Changes when an installed package or a file in one of the clone's `folders` may have changed."""
    digest = hashlib.sha256((CLONE / "requirements.txt").read_bytes())
    for path in sorted(path for folder in folders for path in (CLONE / folder).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            facts = path.stat()
            digest.update(f"{path.relative_to(CLONE)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def rotate_logs(folder: Path) -> None:
    """Start with empty logs; those of the last three starts stay as .1, .2 and .3."""
    for log in folder.glob("*.log"):
        for number in range(KEPT_LOGS, 0, -1):
            older = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
            if older.exists():
                os.replace(older, log.with_name(f"{log.name}.{number}"))


def tail(log: Path) -> str:
    """The last line of a log that says something."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "no message"
