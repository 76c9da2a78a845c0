"""What must hold before anything is started; each failure is one clear line."""

import os
import pwd
import shutil
import socket
import sys
from pathlib import Path
from typing import IO

from adminduk.embedded.keys import RUN, read_environment
from adminduk.embedded.places import EngineError, lock_now

OLDEST_PYTHON = (3, 11)
LEAST_FREE_MB = 500


def check_python() -> None:
    """Raises EngineError on a Python older than the pinned packages need."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        raise EngineError(f"Python 3.11 or newer is needed; this is {found}.")


def take_data_folder(data: Path) -> IO[str]:
    """Lock the data folder for as long as this process lives.

    Keep what is returned: closing it, or the end of the process, however it comes, gives the folder back.
    Raises EngineError when another copy runs in it, or when it is not ours.
    """
    path = data / "lock"
    try:
        lock = path.open("a+")
    except OSError as problem:
        raise EngineError(f"The data folder {data} cannot be written: {problem.strerror}.") from problem
    owner = os.fstat(lock.fileno()).st_uid
    if owner != os.geteuid():
        raise EngineError(
            f"The data folder {data} belongs to {_user(owner)}; start as that user, or set ADMINDUK_DATA."
        )
    if not lock_now(lock):
        lock.seek(0)
        address = read_environment(data / RUN).get("PUBLIC_URL", "")
        where = f", {address}" if address else ""
        raise EngineError(f"The data folder {data} is in use by another copy (process {lock.read().strip()}{where}).")
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def check_disk(data: Path) -> None:
    """Raises EngineError with less than 500 MB free: a database on a full disk stops amid its work."""
    free = shutil.disk_usage(data).free // 2**20
    if free < LEAST_FREE_MB:
        raise EngineError(f"Only {free} MB are free where {data} lies; at least {LEAST_FREE_MB} MB are needed.")


def check_port(host: str, port: int) -> None:
    """Raises EngineError when nothing can listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        advice = "Choose another, for instance: PORT=8001 make run"
        raise EngineError(f"Nothing can listen on {host} port {port}: {reason}. {advice}") from problem


def free_port(remembered: Path) -> int:
    """A free port on loopback, the same as last time when it is still free; remembered in a file."""
    try:
        port = int(remembered.read_text())
        check_port("127.0.0.1", port)
    except (OSError, ValueError, EngineError):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        remembered.write_text(f"{port}\n")
    return port
