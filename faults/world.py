"""A world of its own: engines, web server, worker, beat, simulator and people, each a real process.

Faults are steered from outside: signals to processes, the simulator's rules, and gates that triggers keep in the
database. Nothing in the product knows of it.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2
import redis
from celery import Celery

from adminduk.embedded.engines import Engines, start_engines
from adminduk.embedded.postgresql import PostgreSQL
from adminduk.embedded.processes import kill_group, spawn
from adminduk.embedded.valkey import Valkey
from faults.crowd import Crowd
from tests.channels.simulator_process import (
    APP_SECRET,
    ROOT,
    SMS_TOKEN,
    TOKEN,
    VERIFY_TOKEN,
    SimulatorProcess,
    running_simulator,
)
from tests.plugin import TEST_KEYS

PREFIX = "faults:"
PATIENCE_S = 60.0
A_CROWD = 2000
"""How many people one process of them may be; the fictitious range has 10,000 phones."""
QUEUE = {"deliver_due": "notify", "deliver_others": "notify"}

# Stops a process at exactly one point: whoever does this waits for a lock that we hold.
GATE = """
CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$;
CREATE TRIGGER gate BEFORE {event} FOR EACH ROW {when} EXECUTE FUNCTION gate();
"""
NO_GATE = "DROP TRIGGER IF EXISTS gate ON {table}"
GATED_TABLES = ("requests_app_notice", "requests_app_noticeattempt", "requests_app_sweepstate")
AT_THE_GATE = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"
NOW = "SELECT clock_timestamp() + make_interval(secs => (SELECT seconds FROM requests_app_clockoffset))"
# Nobody can begin to send between the look and the leap.
LEAP = """
LOCK TABLE requests_app_notice IN SHARE MODE;
UPDATE requests_app_clockoffset SET seconds = seconds + %s
WHERE %s OR NOT EXISTS (SELECT 1 FROM requests_app_notice WHERE state = 'sending') RETURNING 1
"""
A_CLOCK_TO_MOVE = "INSERT INTO requests_app_clockoffset (id, seconds) VALUES (1, 0)"
# The office's limits are not what is tried here; nobody has to wait for them.
NO_LIMITS = """
INSERT INTO requests_app_sendingpolicy
    (valid_from, portfolio_limit, reserve_percent, warn_percent, rate_per_second, quiet_from, quiet_until)
VALUES (now(), 0, 0, 100, 80, 0, 0)
"""


class World:
    """Started once; `worker()` as often as it was killed."""

    def __init__(self, folder: Path, engines: Engines) -> None:
        self.folder, self.engines = folder, engines
        self.port, self.smtp_port = free_port(), free_port()
        self.simulator: SimulatorProcess
        self.has_sms = True
        """Whether processes that are started from now on find an SMS gateway."""
        self.broker = Celery(broker=engines.redis_url, broker_transport_options={"global_keyprefix": PREFIX})
        self.broker.conf.broker_connection_timeout = 1
        self._running: list[subprocess.Popen[bytes]] = []
        self._worker: subprocess.Popen[bytes] | None = None
        self._crowds: dict[bool, Crowd] = {}
        self._next_person = 0
        self._sql: Any = None

    def environment(self) -> dict[str, str]:
        """What every process of this world finds; a database, a broker and a provider that nobody else has."""
        ours = {
            "DATABASE_URL": self.engines.url("adminduk_app"),
            "DATABASE_OWNER_URL": self.engines.owner_url,
            "REDIS_URL": self.engines.redis_url,
            "BROKER_PREFIX": PREFIX,
            "ADMINDUK_DATA": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "adminduk.settings",
            "WHATSAPP_ACCESS_TOKEN": TOKEN,
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
            "PUBLIC_URL": self.home,
            "WEB_WORKERS": "1",
            "TRUSTED_PROXIES": "1",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.smtp_port),
            "EMAIL_USE_TLS": "0",
            "DEFAULT_FROM_EMAIL": "adminduk@contoh.example",
            "SMS_API_TOKEN": SMS_TOKEN,
            "SMS_SENDER": "DUKCAPIL",
        }
        simulator = getattr(self, "simulator", None)
        if simulator is not None:
            ours |= {"WHATSAPP_API_URL": simulator.url, "SIMULATOR_URL": simulator.url}
            ours |= {"SMS_API_URL": f"{simulator.url}/sms/messages" if self.has_sms else ""}
        return {**os.environ, **TEST_KEYS, **ours}

    @property
    def home(self) -> str:
        """Where the web server is."""
        return f"http://127.0.0.1:{self.port}"

    # --- processes

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Python module as a process of its own."""
        argv, log = [sys.executable, "-m", *arguments], self.folder / f"{name}.log"
        process = spawn(argv, log=log, env=self.environment(), cwd=ROOT)
        self._running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL to the whole group, from outside."""
        kill_group(process)
        self._running.remove(process)

    def stop(self) -> None:
        """End everything but the engines."""
        for process in list(self._running):
            self.kill(process)
        for crowd in self._crowds.values():
            crowd.kill()
        if self._sql is not None:
            self._sql.close()

    def worker(self) -> subprocess.Popen[bytes]:
        """The worker that is running, else a new one."""
        if self._worker is None or self._worker.poll() is not None:
            self._worker = self._new_worker()
        return self._worker

    def _new_worker(self) -> subprocess.Popen[bytes]:
        common = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
        queues = ("--pool", "prefork", "--concurrency", "2", "--queues", "notify,sweep")
        return self.start("worker", "celery", "-A", "adminduk", "worker", *queues, *common)

    def beat(self, name: str = "beat") -> subprocess.Popen[bytes]:
        """A new timetable."""
        schedule = str(self.folder / f"{name}-schedule")
        return self.start(name, "celery", "-A", "adminduk", "beat", "--schedule", schedule, "--pidfile", "")

    @property
    def crowd(self) -> Crowd:
        """The people of this world: a process that is started when first needed."""
        return self._crowd_of(hints=True)

    @property
    def unheard(self) -> Crowd:
        """Others, whose hints to the worker are all lost: what they do waits until somebody rings for it."""
        return self._crowd_of(hints=False)

    def _crowd_of(self, *, hints: bool) -> Crowd:
        if hints not in self._crowds:
            self._crowds[hints] = self.new_crowd(hints=hints)
        return self._crowds[hints]

    def new_crowd(self, *, hints: bool = True) -> Crowd:
        """People in a process of their own."""
        nowhere = {} if hints else {"REDIS_URL": f"redis+socket://{self.folder / 'nobody-listens'}"}
        first, self._next_person = self._next_person, self._next_person + A_CROWD
        return Crowd(self.environment() | nowhere, first=first, log=self.folder / "people.log", cwd=ROOT)

    def server(self, kind: type[PostgreSQL] | type[Valkey]) -> subprocess.Popen[bytes]:
        """The process of one of the engines."""
        return next(process for server, process in self.engines._processes if isinstance(server, kind))

    @contextmanager
    def without(self, kind: type[PostgreSQL] | type[Valkey]) -> Iterator[None]:
        """One of the engines is killed, and started again afterwards."""
        (running,) = [entry for entry in self.engines._processes if isinstance(entry[0], kind)]
        server, process = running
        kill_group(process)
        self.engines._processes.remove(running)
        try:
            yield
        finally:
            self.engines._processes.append((server, server.start()))

    def manage(self, *arguments: str) -> None:
        """`manage.py` with the environment of this world."""
        script = [sys.executable, "manage.py", *arguments]
        subprocess.run(script, cwd=ROOT, env=self.environment(), check=True, stdout=subprocess.DEVNULL)

    # --- time

    def now(self) -> datetime:
        """The moment, as the product sees it."""
        moment: datetime = self.rows(NOW)[0][0]
        return moment

    def forward(self, seconds: float) -> None:
        """What `manage.py clock --forward` does, without its start.

        A lease is not to end while its holder is at a call: whoever sends finishes first. The leases of workers that
        are dead are not waited for, so with a worker alive time may jump over them by a minute only.
        """
        if seconds > 60 and self._worker is not None and self._worker.poll() is None:
            self.until(lambda: self._leap(seconds), "all calls ended")
        else:
            self._leap(seconds, even_if_sending=True)

    def _leap(self, seconds: float, *, even_if_sending: bool = False) -> bool:
        """Move the clock, unless somebody is sending at this very moment."""
        moved = self.rows(LEAP, seconds, even_if_sending)
        if moved:
            self.simulator.control("advance", {"seconds": seconds})
        return bool(moved)

    def ring(self, task: str = "deliver_due") -> None:
        """What beat does."""
        self.broker.send_task(f"requests_app.tasks.{task}", queue=QUEUE.get(task, "sweep"), expires=60)

    def tick(self, *tasks: str) -> None:
        """Ring for these tasks until the worker has done each; one that is at work already may have begun too early.

        A run of delivery waits some seconds for what is due in a moment; for us these seconds pass faster.
        """
        begin, missing = self.now(), set(tasks)
        end = time.monotonic() + PATIENCE_S
        while missing:
            assert time.monotonic() < end, f"{missing} not done; see {self.folder}"
            for task in sorted(missing):
                self.ring(task)
            rung = time.monotonic()
            while missing and time.monotonic() - rung < 0.5:
                time.sleep(0.02)
                missing -= self._done_since(begin)
            if missing:
                self._leap(3)

    def _done_since(self, moment: datetime) -> set[str]:
        rows = self.rows("SELECT name FROM requests_app_sweepstate WHERE last_run_at >= %s", moment)
        return {name for (name,) in rows}

    # --- people

    def submit(self) -> dict[str, Any]:
        """Somebody applies. Gives the application's and the notice's id, and the seconds that it took."""
        (applied,) = self.crowd.apply(1)
        return applied

    # --- looking

    def redis(self) -> redis.Redis:
        """The broker itself."""
        return redis.Redis.from_url(self.engines.redis_py_url)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database as its owner; each statement is committed."""
        try:
            return self._asked(statement, values)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # The server was restarted since.
            self._sql = None
            return self._asked(statement, values)

    def _asked(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if self._sql is None:
            self._sql = psycopg2.connect(self.engines.owner_url)
            self._sql.autocommit = True
        with self._sql.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def state(self, notice: str) -> str:
        """The state of a notice."""
        return str(self.rows("SELECT state FROM requests_app_notice WHERE id = %s", notice)[0][0])

    def sent(self, notice: str) -> list[str]:
        """What the provider took of one notice, by our own ids."""
        return [call["opaque"] for call in self.simulator.accepted() if call["opaque"].startswith(notice)]

    def until(self, reached: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
        """Wait until it is so; fails after `seconds`."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, f"{what}; see {self.folder}"
            time.sleep(0.03)

    # --- the gate

    @contextmanager
    def gate(self, event: str, when: str = "") -> Iterator[None]:
        """Whoever does `event` waits until the end of the block; the wait of a killed one ends with its connection."""
        gatekeeper = psycopg2.connect(self.engines.owner_url)
        gatekeeper.autocommit = True
        with gatekeeper.cursor() as cursor:
            cursor.execute(GATE.format(event=event, when=f"WHEN ({when})" if when else ""))
            cursor.execute("SELECT pg_advisory_lock(4711)")
            try:
                yield
            finally:
                # As when the server notices that nobody is there any more.
                cursor.execute(f"SELECT pg_terminate_backend(pid) FROM ({AT_THE_GATE}) waiting")
                cursor.execute("SELECT pg_advisory_unlock(4711)")
                for table in GATED_TABLES:
                    cursor.execute(NO_GATE.format(table=table))
        gatekeeper.close()

    def somebody_is_at_the_gate(self) -> bool:
        """Whether a process has come to the gate."""
        return bool(self.rows(AT_THE_GATE))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_world(folder: Path, *, durable: bool = False) -> Iterator[World]:
    """Everything started but beat and people. `durable`: what was committed survives a killed database."""
    engines = start_engines(folder if durable else None, announce=lambda line: None, durable=durable)
    world = World(folder, engines)
    try:
        world.manage("prepare_database", "--verbosity", "0")
        world.rows(NO_LIMITS)
        world.rows(A_CLOCK_TO_MOVE)
        with running_simulator(folder / "simulator", f"{world.home}/webhook/whatsapp/", world.smtp_port) as simulator:
            world.simulator = simulator
            simulator.control("settings", {"sent_after": 0.05, "delivered_after": 0.1, "read_after": -1})
            world.start("web", "gunicorn", "adminduk.wsgi:application", "--bind", f"127.0.0.1:{world.port}")
            world.worker()
            world.manage("export_templates")
            world.until(lambda: _answers(world.port), "web server")
            yield world
    finally:
        world.stop()
        engines.stop()
