"""One embedded PostgreSQL server: a cluster made once, a Unix socket, no TCP."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2

from adminduk.embedded.places import EngineError
from adminduk.embedded.processes import Account, as_account, end, end_all, running_in, spawn

OWNER = "adminduk_owner"
DATABASE = "adminduk"
PORT = 5432
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A failed statement or the detail of a broken constraint would put personal data into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "20s",
}
# After a kill the old server's memory or lock file may need a moment to go.
PASSING = ("lock file", "shared memory", "being accessed", "in use")


@dataclass
class PostgreSQL:
    """A server in `home`, its socket in `sockets`; run as `account` when that is not None."""

    home: Path
    sockets: Path
    programs: Path
    log: Path
    account: Account | None
    durable: bool
    announce: Callable[[str], None]

    name: str = "PostgreSQL"
    layer: int = 0
    # Fast shutdown: sessions are ended, the data is written. The same when whoever started it is killed.
    stop_signal: int = signal.SIGINT

    @property
    def cluster(self) -> Path:
        """The cluster's folder."""
        return self.home / "cluster"

    def url(self, role: str = OWNER, database: str = DATABASE) -> str:
        """How `role` reaches `database`; no password, since only we can enter the socket's folder."""
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}:{PORT}/{database}"

    def prepare(self) -> None:
        """Make the cluster unless it is there. An interrupted attempt leaves nothing that counts."""
        if (self.cluster / "PG_VERSION").exists():
            return
        draft = self.home / "cluster.new"
        self._run("rm", "-rf", str(draft))
        self._run(
            str(self.programs / "initdb"),
            *("-D", str(draft), "-U", OWNER, "--auth-local=trust", "--auth-host=reject"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--text-search-config=simple", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        )
        draft.rename(self.cluster)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; raises EngineError with one line when it will not."""
        self._clear_away()
        deadline = time.monotonic() + 15
        while True:
            process, seen = self._spawn(), self.log.stat().st_size
            if self._useful(process):
                return process
            problem = self._problem(seen)
            if not any(word in problem for word in PASSING) or time.monotonic() > deadline:
                raise EngineError(f"PostgreSQL did not start: {problem} (more in {self.log})")
            time.sleep(0.3)

    def _run(self, *argv: str) -> None:
        done = subprocess.run(
            argv,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            **as_account(self.account),
        )
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
            raise EngineError(f"{Path(argv[0]).name} failed: {lines[-1]}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | ({} if self.durable else THROWAWAY_SETTINGS)
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return spawn(
            [self.programs / "postgres", "-D", self.cluster, "-k", self.sockets, "-p", str(PORT), *options],
            log=self.log,
            cwd=self.home,
            account=self.account,
            death_signal=signal.SIGINT,
        )

    def _useful(self, process: subprocess.Popen[bytes]) -> bool:
        try:
            ready = self._becomes_ready(process)
            if ready:
                self._ensure_database()
            return ready
        except BaseException:
            end(process, by=self.stop_signal, within=3)
            raise

    def _becomes_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """True once its lock file says so, False when it ended. Recovery after a crash may take minutes."""
        started, told = time.monotonic(), False
        while process.poll() is None:
            try:
                facts = (self.cluster / "postmaster.pid").read_text().splitlines()
            except OSError:
                facts = []
            if len(facts) > 7 and facts[0] == str(process.pid) and facts[7].strip() == "ready":
                return True
            if not told and time.monotonic() - started > 5:
                told = True
                self.announce("PostgreSQL is still recovering what was being written when it was last stopped")
            time.sleep(0.02)
        return False

    def _problem(self, seen: int) -> str:
        lines = self.log.read_bytes()[seen:].decode(errors="replace").strip().splitlines()
        fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        return (fatal or lines or ["it ended without a word"])[-1]

    def _clear_away(self) -> None:
        """End what a killed start left running in this cluster, then drop its lock files.

        We hold the data folder's lock, so no other copy can own them; their process numbers may be somebody
        else's by now, which is why PostgreSQL by itself would refuse to start.
        """
        end_all(lambda: running_in(self.cluster, "postgres"), by=signal.SIGINT, within=8)
        for leftover in (self.cluster / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)

    def _ensure_database(self) -> None:
        connection = psycopg2.connect(self.url(database="postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()
