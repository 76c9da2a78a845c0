"""Starting, finding and ending processes so that none outlives whoever started it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

PR_SET_PDEATHSIG = 1
MARK = "ADMINDUK_SUPERVISED"

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The user that a process runs as, when that is not ourselves."""

    uid: int
    gid: int


def signal_me_when_parent_dies(signum: int) -> None:
    """Ask Linux to send `signum` to this process when its parent dies; elsewhere nothing happens."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)


def _before_exec(parent: int, death_signal: int) -> Callable[[], None]:
    def run() -> None:
        # A shell's background jobs ignore some of these, and a child that does could not be stopped.
        for signum in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_DFL)
        # Runs after the change of user, which would have cleared the death signal.
        signal_me_when_parent_dies(death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return run


def spawn(
    argv: Iterable[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that a terminal's Ctrl-C reaches only us.

    It gets `death_signal` when we die, however we die. Its output is appended to `log`. Call this from the
    main thread: Linux takes the end of the *thread* that started the process for the parent's death.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_before_exec(os.getpid(), death_signal),  # noqa: PLW1509 (no threads here)
            **as_account(account),
        )


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def as_account(account: Account | None) -> _Identity:
    """The arguments of subprocess that make a process run as `account`."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def end(process: subprocess.Popen[bytes], *, by: int, within: float) -> bool:
    """Send signal `by`, wait up to `within` seconds, SIGKILL the group. True when it went by itself."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(max(within, 0.0))
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL what is left of the group that `process` leads (workers whose master is gone); reap it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def running_in(folder: Path, program: str) -> list[int]:
    """Processes of `program` that work in `folder`: a server's own, even if they hide their arguments."""
    return [pid for pid in _pids() if _program(pid) == program and _link(pid, "cwd") == str(folder.resolve())]


def marked(value: str) -> list[int]:
    """Processes that were started with the mark `value` in their environment."""
    wanted = f"{MARK}={value}".encode()
    return [pid for pid in _pids() if wanted in _read(pid, "environ").split(b"\0")]


def end_all(find: Callable[[], list[int]], *, by: int, within: float) -> int:
    """Signal every process that `find` returns, wait up to `within` seconds for them to go, then SIGKILL.

    Returns how many there were at first.
    """
    first = find()
    _signal(first, by)
    if first and not _gone(find, within):
        _signal(find(), signal.SIGKILL)
        _gone(find, 5.0)
    return len(first)


def _gone(find: Callable[[], list[int]], within: float) -> bool:
    deadline = time.monotonic() + within
    while find():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _signal(pids: list[int], signum: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)


def _pids() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except OSError:
        return []


def _program(pid: int) -> str:
    return Path(_link(pid, "exe").removesuffix(" (deleted)")).name


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return ""


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
