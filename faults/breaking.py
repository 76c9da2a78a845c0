"""What is done to processes: frozen, thawed, left without a byte of disk."""

import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from adminduk.embedded.places import server_account
from faults.world import World

DISK_BYTES = 64 * 1024 * 1024


@contextmanager
def frozen(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stopped in the middle (SIGSTOP): connections stay open and nobody answers, as when a cable is cut."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@contextmanager
def full_disk(world: World, tables: Iterable[str]) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """These tables lie on a small file system of their own, which what is yielded fills to the last byte.

    Really full (ENOSPC), by a tmpfs, so only the superuser can do it; raises PermissionError for others. The tables
    go back where they were afterwards.
    """
    folder, account = world.folder / "small", server_account()
    folder.mkdir(exist_ok=True)
    owner = f",uid={account.uid},gid={account.gid}" if account else ""
    options = f"size={DISK_BYTES},mode=0700{owner}"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False)
    if done.returncode:
        raise PermissionError("only who may mount a file system can fill one")
    try:
        world.rows(f"CREATE TABLESPACE small LOCATION '{folder}'")
        for table in tables:
            world.rows(f"ALTER TABLE {table} SET TABLESPACE small")
        yield lambda: _filled(folder / "ballast")
        for table in tables:
            world.rows(f"ALTER TABLE {table} SET TABLESPACE pg_default")
        world.rows("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@contextmanager
def _filled(ballast: Path) -> Iterator[None]:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()
