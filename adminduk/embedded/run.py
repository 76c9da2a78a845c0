"""`make run`: everything under one supervisor, from nothing to a working office.

python -m adminduk.embedded.run [--stop-with-parent] PORT (8000), HOST (127.0.0.1) and ADMINDUK_DATA (.data)
are honoured. With DATABASE_URL or REDIS_URL set, that engine is not started here. Exit status 1 with one line
on standard error when it cannot start.
"""

import contextlib
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NoReturn

from adminduk.embedded import preflight, programs
from adminduk.embedded.engines import EngineError, make_postgresql, make_valkey
from adminduk.embedded.keys import RUN, local_environment, write_environment
from adminduk.embedded.places import data_folder, own_folder
from adminduk.embedded.processes import end_all, marked, signal_me_when_parent_dies
from adminduk.embedded.steps import Steps, fingerprint, rotate_logs, tail
from adminduk.embedded.supervisor import Supervisor

APP_ROLE = "adminduk_app"
WEB_STARTS_WITHIN = 60.0
PAGES = (
    ("/", "apply, track (citizens)"),
    ("/petugas/", "officers"),
    ("/uptd/", "the zones' desks; /uptd/layar/Z7/ is a waiting-room display"),
    ("/stok/", "blanks, and how long they last; /cetak/ prints cards, /kartu/ hands them over"),
    ("/pengawas/", "supervisors"),
    ("/kelola/", "zones, coverage, closed days; /admin/ has the rest"),
    ("/simulator/", "the citizens' phones and mailboxes (simulator)"),
)


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM or the terminal's end."""


def say(line: str) -> None:
    """One line for whoever watches; a closed terminal is no reason to fail."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


class Run:
    """One start, from the locked data folder to the last child's end."""

    def __init__(self, data: Path, addresses: programs.Addresses) -> None:
        self.begin = time.monotonic()
        self.data = data
        self.addresses = addresses
        self.supervisor = Supervisor(say)
        self.steps = Steps(data, say)
        self.changing = addresses.environment()

    def start(self) -> None:
        """Start all of it, in order; raises EngineError with one line."""
        end_all(lambda: marked(str(self.data)), by=signal.SIGTERM, within=5)
        rotate_logs(own_folder(self.data / "logs", None))
        keys = local_environment(self.data)
        self._start_engines()
        write_environment(self.data / RUN, self.changing, "Addresses of the running start.")
        env = programs.environment(self.data, keys, self.changing)
        self._prepare(env)
        self._start_programs(programs.without_owner(env))

    def _start_engines(self) -> None:
        if "DATABASE_URL" not in os.environ:
            with self.steps.timed("PostgreSQL"):
                postgresql = make_postgresql(self.data, announce=say)
                self.supervisor.add(postgresql)
            self.changing |= {
                "DATABASE_OWNER_URL": postgresql.url(),
                "DATABASE_URL": postgresql.url(APP_ROLE),
            }
        if "REDIS_URL" not in os.environ:
            with self.steps.timed("Valkey"):
                valkey = make_valkey(self.data, announce=say)
                self.supervisor.add(valkey)
            self.changing["REDIS_URL"] = valkey.url

    def _prepare(self, env: dict[str, str]) -> None:
        self.steps.manage("tables, roles and reference data", env, "prepare_database")
        ordinary = programs.without_owner(env)
        # A database of somebody else's may have been emptied since, so there the folder's stamps say nothing.
        # Each day the demo officers are put on duty again.
        code = fingerprint("requests_app", "adminduk") + time.strftime(" %Y-%m-%d")
        code = code if "DATABASE_URL" in self.changing else str(time.time_ns())
        self.steps.unless_done("demo.stamp", code, lambda: self._demo(ordinary))
        self.steps.unless_done("static.stamp", fingerprint("static", "adminduk"), lambda: self._static(ordinary))

    def _demo(self, env: dict[str, str]) -> None:
        self.steps.manage("demo accounts", env, "demo_accounts")
        self.steps.manage("demo applications", env, "demo_data", "--if-empty")

    def _static(self, env: dict[str, str]) -> None:
        self.steps.manage("static files", env, "collectstatic", "--noinput", "--clear")

    def _start_programs(self, env: dict[str, str]) -> None:
        web = programs.web(self.data, env, self.addresses)
        with self.steps.timed("web server"):
            self.supervisor.add(web)
            self._wait_for_web(web.log)
        with self.steps.timed("WhatsApp simulator, workers and beat"):
            self.supervisor.add(programs.simulator(self.data, env, self.addresses))
            self.supervisor.add(programs.worker(self.data, env, "sweep", "sweep", 1))
            self.supervisor.add(programs.worker(self.data, env, "send", "notify,files,reports", 2))
            self.supervisor.add(programs.beat(self.data, env))

    def _wait_for_web(self, log: Path) -> None:
        deadline = time.monotonic() + WEB_STARTS_WITHIN
        while not self._web_answers():
            if self.supervisor.ended() or time.monotonic() > deadline:
                raise EngineError(f"The web server did not start: {tail(log)} (more in {log})")
            time.sleep(0.1)

    def _web_answers(self) -> bool:
        try:
            return bool(urllib.request.urlopen(f"{self.addresses.here}/healthz", timeout=5).status == 200)
        except (OSError, urllib.error.HTTPError):
            return False

    def tell(self) -> None:
        """Print where everything is, and the demo accounts."""
        say(f"\nReady after {time.monotonic() - self.begin:.1f} s. Data and logs: {self.data}\n")
        for path, what in PAGES:
            say(f"  {self.addresses.here}{path:<12} {what}")
        accounts = self.data / "accounts.txt"
        if accounts.exists():
            say("\n" + accounts.read_text().rstrip())
        say("\nCtrl-C stops everything.")

    def watch(self) -> NoReturn:
        """Keep it running until StopRequested."""
        while True:
            self.supervisor.look()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop all children, in at most ten seconds."""
        begin = time.monotonic()
        self.supervisor.stop()
        (self.data / RUN).unlink(missing_ok=True)
        say(f"Stopped in {time.monotonic() - begin:.1f} s.")


def _listen_for_stop() -> None:
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(*_: object) -> None:
        # Once is enough: a second signal must not interrupt the stopping.
        for signum in wanted:
            signal.signal(signum, signal.SIG_IGN)
        raise StopRequested

    for signum in wanted:
        signal.signal(signum, stop)


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise EngineError(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def _smtp_port(data: Path) -> int:
    """Where the simulator takes mail; 0 when the environment names a mail server."""
    given = any(os.environ.get(name) for name in ("EMAIL_HOST", "EMAIL_HOST_FILE"))
    return 0 if given else preflight.free_port(data / "smtp.port")


def run() -> None:
    """Start, watch, stop; raises EngineError with one line for the user."""
    preflight.check_python()
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    data = data_folder(Path(os.environ.get("ADMINDUK_DATA") or programs.CLONE / ".data"))
    lock = preflight.take_data_folder(data)
    preflight.check_disk(data)
    preflight.check_port(host, port)
    addresses = programs.Addresses(host, port, preflight.free_port(data / "simulator.port"), _smtp_port(data))
    current = Run(data, addresses)
    try:
        current.start()
        current.tell()
        current.watch()
    except StopRequested:
        say("\nStopping.")
    finally:
        current.stop()
        lock.close()


def main() -> int:
    """The command line."""
    if "--stop-with-parent" in sys.argv[1:]:
        signal_me_when_parent_dies(signal.SIGTERM)
    _listen_for_stop()
    try:
        run()
    except EngineError as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    except StopRequested:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
