"""Real PostgreSQL and Valkey for `make run` and for the tests, from wheels, on Unix sockets."""

import atexit
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from adminduk.embedded.places import (
    EngineError,
    Throwaway,
    data_folder,
    own_folder,
    postgres_home,
    postgres_programs,
    server_account,
    socket_folder,
    valkey_program,
)
from adminduk.embedded.postgresql import PostgreSQL
from adminduk.embedded.processes import end
from adminduk.embedded.valkey import Valkey

__all__ = ["EngineError", "Engines", "make_postgresql", "make_valkey", "start_engines"]


@dataclass
class Engines:
    """Two running servers. `stop()` ends them; they also end when the process that started them dies."""

    data: Path
    postgresql: PostgreSQL
    valkey: Valkey
    _processes: list[tuple[PostgreSQL | Valkey, subprocess.Popen[bytes]]] = field(default_factory=list)
    _throwaway: Throwaway | None = None
    _remove_home: bool = False
    _started_by: int = field(default_factory=os.getpid)

    @property
    def owner_url(self) -> str:
        """DATABASE_OWNER_URL: the role that may migrate, create roles and create test databases."""
        return self.postgresql.url()

    @property
    def redis_url(self) -> str:
        """REDIS_URL for Celery and kombu."""
        return self.valkey.url

    @property
    def redis_py_url(self) -> str:
        """The same server for `redis.Redis.from_url`."""
        return f"unix://{quote(str(self.valkey.address))}"

    def url(self, role: str, database: str = "adminduk") -> str:
        """How another role or another database is reached."""
        return self.postgresql.url(role, database)

    def stop(self) -> None:
        """End both servers, delete a throwaway folder; nothing the second time or in a forked child."""
        if os.getpid() != self._started_by:
            return
        while self._processes:
            server, process = self._processes.pop()
            end(process, by=server.stop_signal, within=8)
        if self._remove_home:
            shutil.rmtree(self.postgresql.home, ignore_errors=True)
        if self._throwaway:
            self._throwaway.remove()


def make_postgresql(data: Path, *, announce: Callable[[str], None], durable: bool = True) -> PostgreSQL:
    """The PostgreSQL of a data folder, its cluster made when missing, not started."""
    account = server_account()
    home = postgres_home(data, account, announce)
    server = PostgreSQL(
        home=home,
        sockets=socket_folder(home / "sockets", account),
        programs=postgres_programs(account, announce),
        log=own_folder(data / "logs", None) / "postgresql.log",
        account=account,
        durable=durable,
        announce=announce,
    )
    server.prepare()
    return server


def make_valkey(data: Path, *, announce: Callable[[str], None], durable: bool = True) -> Valkey:
    """The Valkey of a data folder, not started."""
    folder = own_folder(data / "valkey", None)
    log = own_folder(data / "logs", None) / "valkey.log"
    return Valkey(folder, socket_folder(folder, None), valkey_program(), log, durable, announce)


def start_engines(data: Path | None, *, announce: Callable[[str], None], durable: bool = True) -> Engines:
    """Start PostgreSQL and Valkey in `data` (None: in a throwaway folder) and wait until both answer.

    The caller makes sure that no one else uses `data`. `durable=False` (tests) is faster and loses data in a
    power cut. Raises EngineError with one clear line.
    """
    throwaway = Throwaway() if data is None else None
    folder = throwaway.path if throwaway else data_folder(Path(data or "."))
    had_home = (folder / "postgresql.home").exists()
    postgresql = make_postgresql(folder, announce=announce, durable=durable)
    valkey = make_valkey(folder, announce=announce, durable=durable)
    engines = Engines(folder, postgresql, valkey, _throwaway=throwaway)
    # Only a cluster that this very start has put outside the data folder, and only for tests.
    engines._remove_home = not durable and not had_home and (folder / "postgresql.home").exists()
    atexit.register(engines.stop)
    try:
        for server in (engines.postgresql, engines.valkey):
            engines._processes.append((server, server.start()))
    except BaseException:
        engines.stop()
        raise
    return engines
