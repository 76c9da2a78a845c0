"""What the tests of the embedded start share: real processes, found again by what marks them as theirs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from adminduk.embedded.processes import marked, running_in

REPOSITORY = Path(__file__).resolve().parents[2]


def eventually(check: Callable[[], bool], within: float = 10.0) -> bool:
    """Ask until it holds or the seconds are over."""
    deadline = time.monotonic() + within
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def python(code: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    """Run a piece of Python in a process of its own, with the project importable."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )


def family(data: Path, cluster: Path | None = None) -> list[int]:
    """Every process of a start in `data`: engines by their folders, all others by their mark."""
    homes = [cluster] if cluster else [data / "postgresql" / "cluster"]
    engines = [pid for home in homes if home.exists() for pid in running_in(home, "postgres")]
    valkey = running_in(data / "valkey", "valkey-server") if (data / "valkey").exists() else []
    return engines + valkey + marked(str(data))


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL one process, and nothing else."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
