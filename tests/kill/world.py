"""A world of its own for killing: engines, web server, worker, beat and simulator, each a real process."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from celery import Celery

from adminduk.embedded.engines import Engines, start_engines
from adminduk.embedded.processes import kill_group, spawn
from tests.channels.simulator_process import APP_SECRET, ROOT, TOKEN, VERIFY_TOKEN, SimulatorProcess, running_simulator
from tests.plugin import TEST_KEYS

PREFIX = "kill:"
PATIENCE_S = 40.0

# Stops a process at exactly one point: whoever does this waits for a lock that the test holds.
GATE = """
CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$;
CREATE TRIGGER gate BEFORE {event} FOR EACH ROW {when} EXECUTE FUNCTION gate();
"""
NO_GATE = "DROP TRIGGER IF EXISTS gate ON {table}"
GATED_TABLES = ("requests_app_notice", "requests_app_noticeattempt", "requests_app_sweepstate")
AT_THE_GATE = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"


class World:
    """Started once; `worker()` as often as it was killed."""

    def __init__(self, folder: Path, engines: Engines, port: int) -> None:
        self.folder, self.engines, self.port = folder, engines, port
        self.simulator: SimulatorProcess
        self._running: list[subprocess.Popen[bytes]] = []
        self._worker: subprocess.Popen[bytes] | None = None
        self.broker = Celery(broker=engines.redis_url, broker_transport_options={"global_keyprefix": PREFIX})
        self.sql = psycopg2.connect(engines.owner_url)
        self.sql.autocommit = True
        self.gatekeeper = psycopg2.connect(engines.owner_url)
        self.gatekeeper.autocommit = True

    def environment(self) -> dict[str, str]:
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
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "WEB_WORKERS": "1",
        }
        simulator = getattr(self, "simulator", None)
        if simulator is not None:
            ours |= {"WHATSAPP_API_URL": simulator.url, "SIMULATOR_URL": simulator.url}
        return {**os.environ, **TEST_KEYS, **ours}

    # --- processes

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = spawn(
            [sys.executable, "-m", *arguments], log=self.folder / f"{name}.log", env=self.environment(), cwd=ROOT
        )
        self._running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL to the whole group, from outside."""
        kill_group(process)
        self._running.remove(process)

    def stop(self) -> None:
        for process in list(self._running):
            self.kill(process)
        self.sql.close()
        self.gatekeeper.close()

    def worker(self) -> subprocess.Popen[bytes]:
        """The worker that is running, else a new one."""
        if self._worker is None or self._worker.poll() is not None:
            self._worker = self._new_worker()
        return self._worker

    def _new_worker(self) -> subprocess.Popen[bytes]:
        common = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
        queues = ("--pool", "prefork", "--concurrency", "2", "--queues", "notify,sweep")
        return self.start("worker", "celery", "-A", "adminduk", "worker", *queues, *common)

    def beat(self) -> subprocess.Popen[bytes]:
        schedule = str(self.folder / "beat-schedule")
        return self.start("beat", "celery", "-A", "adminduk", "beat", "--schedule", schedule, "--pidfile", "")

    def web(self) -> None:
        self.start("web", "gunicorn", "adminduk.wsgi:application", "--bind", f"127.0.0.1:{self.port}")
        self.until(lambda: _answers(self.port), "web server")

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment(), check=True)

    def forward(self, seconds: int) -> None:
        """What `manage.py clock --forward` does, without its start."""
        self.rows("UPDATE requests_app_clockoffset SET seconds = seconds + %s", seconds)
        self.simulator.control("advance", {"seconds": seconds})

    def ring(self) -> None:
        """What beat does every ten seconds."""
        self.broker.send_task("requests_app.tasks.deliver_due", queue="notify", expires=60)

    # --- people

    def submit(self) -> dict[str, Any]:
        """Somebody applies, in a process of its own. Gives the notice's id and the seconds that it took."""
        script = [sys.executable, "-m", "tests.kill.submit_one"]
        done = subprocess.run(script, cwd=ROOT, env=self.environment(), check=True, capture_output=True, timeout=60)
        return dict(json.loads(done.stdout.splitlines()[-1]))

    # --- looking

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.sql.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def state(self, notice: str) -> str:
        return str(self.rows("SELECT state FROM requests_app_notice WHERE id = %s", notice)[0][0])

    def sent(self, notice: str) -> list[str]:
        """What the provider took of one notice, by our own ids."""
        return [call["opaque"] for call in self.simulator.accepted() if call["opaque"].startswith(notice)]

    def until(self, reached: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, f"{what}; see {self.folder}"
            time.sleep(0.05)

    # --- the gate

    @contextmanager
    def gate(self, event: str, when: str = "") -> Iterator[None]:
        """Whoever does `event` waits until the end of the block; the wait of a killed one ends with its connection."""
        with self.gatekeeper.cursor() as cursor:
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

    def somebody_is_at_the_gate(self) -> bool:
        return bool(self.rows(AT_THE_GATE))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_world(folder: Path) -> Iterator[World]:
    engines = start_engines(None, announce=lambda line: None, durable=False)
    world = World(folder, engines, _free_port())
    try:
        world.manage("prepare_database", "--verbosity", "0")
        callback = f"http://127.0.0.1:{world.port}/webhook/whatsapp/"
        with running_simulator(folder / "simulator", callback) as simulator:
            world.simulator = simulator
            simulator.control("settings", {"sent_after": 0.05, "delivered_after": 0.1, "read_after": -1})
            world.manage("export_templates")
            world.manage("clock", "--forward", "1s")
            world.web()
            yield world
    finally:
        world.stop()
        engines.stop()
