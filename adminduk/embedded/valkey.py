"""One embedded Valkey server: a Unix socket, no TCP, an append-only file."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from adminduk.embedded.places import EngineError
from adminduk.embedded.processes import end, end_all, running_in, spawn

DAMAGED = ("Bad file format", "Unexpected end of file", "Unrecoverable error", "append only file")


@dataclass
class Valkey:
    """A server whose files are in `folder` and whose socket is in `sockets`."""

    folder: Path
    sockets: Path
    program: Path
    log: Path
    durable: bool
    announce: Callable[[str], None]

    name: str = "Valkey"
    layer: int = 0
    stop_signal: int = signal.SIGTERM

    @property
    def address(self) -> Path:
        """The socket's path."""
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """REDIS_URL as Celery and kombu read it."""
        return f"redis+socket://{quote(str(self.address))}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; raises EngineError with one line when it will not.

        An append-only file that cannot be read is put aside: the broker only carries hints, the database is
        the truth.
        """
        end_all(lambda: running_in(self.folder, "valkey-server"), by=signal.SIGTERM, within=5)
        self.address.unlink(missing_ok=True)
        seen = self.log.stat().st_size if self.log.exists() else 0
        process = self._spawn()
        try:
            if self._becomes_ready(process):
                return process
        except BaseException:
            end(process, by=self.stop_signal, within=3)
            raise
        problem = self._problem(seen)
        if not any(word in problem for word in DAMAGED) or not self._put_aside():
            raise EngineError(f"Valkey did not start: {problem.splitlines()[-1]} (more in {self.log})")
        return self.start()

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {
            **{"port": "0", "unixsocket": str(self.address), "unixsocketperm": "700", "daemonize": "no"},
            **{"dir": str(self.folder), "save": "", "maxmemory-policy": "noeviction", "loglevel": "notice"},
            **{
                "appendonly": "yes" if self.durable else "no",
                "appendfsync": "everysec",
                "aof-load-truncated": "yes",
            },
        }
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        return spawn([self.program, *arguments], log=self.log, cwd=self.folder)

    def _becomes_ready(self, process: subprocess.Popen[bytes]) -> bool:
        while process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.01)
        return False

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(2)
            try:
                link.connect(str(self.address))
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _problem(self, seen: int) -> str:
        return self.log.read_bytes()[seen:].decode(errors="replace").strip() or "it ended without a word"

    def _put_aside(self) -> bool:
        appended = self.folder / "appendonlydir"
        if not appended.exists():
            return False
        target = self.folder / f"appendonlydir.damaged-{int(time.time())}"
        appended.rename(target)
        self.announce(f"Valkey's file could not be read and was put aside as {target}; nothing is lost by that")
        return True
