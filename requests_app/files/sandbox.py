"""Starting the child process that opens an upload, feeding it, and bearing its end."""

import dataclasses
import fcntl
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from requests_app.files.frames import READY
from requests_app.files.limits import Limits
from requests_app.files.refusals import UploadRefused

logger = logging.getLogger(__name__)

_PROJECT_ROOT = Path(__file__).resolve().parents[2]
_PIPE_CHUNK = 256 * 1024
_SLOT_POLL_SECONDS = 0.05
_KILLED_BY_LIMIT = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM})


def run_child(kind: str, data: bytes, limits: Limits, workdir: Path) -> bytes:
    """Have a fresh process open `data`; its answer's frames.

    Raises UploadRefused: `busy` when no slot came free or no process could be started, `bomb` when a
    limit ended the process, `unreadable` when it crashed.
    """
    with _slot(limits, workdir):
        process = _start(kind, limits)
        try:
            answer = _exchange(process, data, limits)
        finally:
            process.kill()
            code = process.wait()
    if not answer.startswith(READY):
        logger.error("The upload child could not start (exit code %s)", code)
        raise UploadRefused("busy")
    if code != 0:
        raise UploadRefused("bomb" if code in _KILLED_BY_LIMIT else "unreadable")
    return answer[len(READY) :]


def _start(kind: str, limits: Limits) -> subprocess.Popen[bytes]:
    """A fresh interpreter with nothing inherited: no environment, no open files, no secrets in memory.

    The limits are set by the child itself: code between fork and exec is unsafe under threads.
    """
    command = [sys.executable, "-E", "-s", "-m", "requests_app.files.child", kind]
    return subprocess.Popen(
        [*command, json.dumps(dataclasses.asdict(limits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_PROJECT_ROOT,
        env={"LANG": "C.UTF-8"},
        bufsize=0,
    )


def _exchange(process: subprocess.Popen[bytes], data: bytes, limits: Limits) -> bytes:
    """Write the upload and read the answer at the same time, up to `wall_seconds` and `max_output_bytes`."""
    assert process.stdin
    assert process.stdout
    deadline = time.monotonic() + limits.wall_seconds
    answer, unsent = bytearray(), memoryview(data)
    os.set_blocking(process.stdin.fileno(), False)
    with process.stdin, process.stdout, selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while (remaining := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(remaining):
                if key.fileobj is process.stdin:
                    unsent = _send(process.stdin.fileno(), unsent)
                    if not unsent:
                        selector.unregister(process.stdin)
                        process.stdin.close()
                elif chunk := os.read(key.fd, _PIPE_CHUNK):
                    answer += chunk
                else:
                    return _ended(process, answer, deadline)
            if len(answer) > limits.max_output_bytes:
                break
    return bytes(answer)


def _ended(process: subprocess.Popen[bytes], answer: bytearray, deadline: float) -> bytes:
    """The pipe is closed: let the child end by itself, so that its exit code tells how it went."""
    try:
        process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        logger.warning("The upload child closed its pipe but did not end")
    return bytes(answer)


def _send(pipe: int, unsent: memoryview) -> memoryview:
    """What is left after writing as much as the pipe takes; nothing when the child no longer listens."""
    try:
        return unsent[os.write(pipe, unsent[:_PIPE_CHUNK]) :]
    except BrokenPipeError:
        return memoryview(b"")


@contextmanager
def _slot(limits: Limits, workdir: Path) -> Iterator[None]:
    """Hold one of the machine's few slots, by a lock that the kernel drops if this process dies.

    The lock files are empty. Raises UploadRefused `busy` after `wait_seconds`.
    """
    workdir.mkdir(mode=0o700, parents=True, exist_ok=True)
    deadline = time.monotonic() + limits.wait_seconds
    while (held := _free_slot(limits.max_children, workdir)) is None:
        if time.monotonic() >= deadline:
            raise UploadRefused("busy")
        time.sleep(_SLOT_POLL_SECONDS)
    try:
        yield
    finally:
        os.close(held)


def _free_slot(count: int, workdir: Path) -> int | None:
    """The locked file of a free slot, or None when all are taken."""
    for number in range(count):
        descriptor = os.open(workdir / f"upload-slot-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    return None
