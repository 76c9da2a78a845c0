"""`make run`: the whole family of processes, started, stopped, killed, and started again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from adminduk.embedded.places import Throwaway
from adminduk.embedded.processes import MARK, end_all
from tests.embedded.clone import make_clone
from tests.embedded.helpers import eventually, family, kill

NOT_OURS = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "ADMINDUK_MODE",
    "SECRET_KEY",
    "FIELD_KEYS",
    "PUBLIC_URL",
    "EMAIL_HOST",
}
DAEMON = 1
pytestmark = pytest.mark.kill


class Office:
    """One clone with its data folder and port, and a way to start it."""

    def __init__(self, place: Path) -> None:
        self.clone = make_clone(place / "clone")
        self.data = place / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.started: list[subprocess.Popen[str]] = []
        self.interpreter = [sys.executable]

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        return inherited | {"PORT": str(self.port), "ADMINDUK_DATA": str(self.data)} | more

    def start(self, **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*self.interpreter, "-m", "adminduk.embedded.run", "--stop-with-parent"],
            cwd=self.clone,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def started_lines(self, process: subprocess.Popen[str]) -> list[str]:
        lines: list[str] = []
        assert process.stdout
        for line in process.stdout:
            lines.append(line.rstrip())
            if lines[-1] == "Ctrl-C stops everything.":
                return lines
        raise AssertionError("\n".join(lines))

    def page(self) -> str:
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10).read().decode()

    def log(self, name: str) -> str:
        path = self.data / "logs" / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def works(self) -> bool:
        """Beat, both workers and the simulator are up, and both workers are in the middle of a task."""
        return all("endless" in self.log(f"worker-{name}") for name in ("sweep", "send"))

    def clear(self) -> None:
        for process in self.started:
            if process.poll() is None:
                kill(process)
        # Engines go down by themselves, and tidily: a killed one would leave its shared memory behind.
        end_all(lambda: family(self.data), by=signal.SIGTERM, within=5)


@pytest.fixture
def office() -> Iterator[Office]:
    place = Throwaway()
    office = Office(place.path)
    yield office
    office.clear()
    place.remove()


def test_a_newcomer_sees_every_step_the_addresses_and_the_accounts_and_can_stop_and_start_again(office: Office) -> None:
    process = office.start()
    lines = office.started_lines(process)
    steps = [line.split("s  ", 1)[1] for line in lines if re.match(r" +\d+\.\d s  ", line)]
    assert steps == [
        "PostgreSQL",
        "Valkey",
        "tables, roles and reference data",
        "demo accounts",
        "demo applications",
        "static files",
        "web server",
        "WhatsApp simulator, workers and beat",
    ]
    assert f"  http://127.0.0.1:{office.port}/petugas/    officers" in lines
    assert "petugas.satu and a password" in lines
    assert office.page() == "1 adminduk_app"
    assert "DATABASE_URL=postgres://adminduk_app@" in (office.data / "run.env").read_text()
    mail = (office.data / "smtp.port").read_text().strip()
    assert f"EMAIL_HOST=127.0.0.1\nEMAIL_PORT={mail}\nEMAIL_USE_TLS=0\n" in (office.data / "run.env").read_text()

    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert time.monotonic() - begin < 10
    assert family(office.data) == []
    assert not (office.data / "run.env").exists()

    process = office.start(EMAIL_HOST="surel.contoh.example")
    assert not any("demo" in line or "static" in line for line in office.started_lines(process))
    assert office.page() == "2 adminduk_app"
    assert "EMAIL_" not in (office.data / "run.env").read_text()
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0
    assert family(office.data) == []
    assert (office.data / "commands").read_text().splitlines() == [
        "prepare_database True",
        "demo_accounts False",
        "demo_data --if-empty False",
        "collectstatic --noinput --clear False",
        "prepare_database True",
    ]


def test_a_second_copy_and_a_taken_port_get_one_line(office: Office) -> None:
    office.started_lines(office.start())
    second = office.start()
    assert second.communicate(timeout=20)[0].startswith(f"The data folder {office.data} is in use by another copy")
    assert second.returncode == 1
    elsewhere = office.start(ADMINDUK_DATA=str(office.data.parent / "elsewhere"))
    said = elsewhere.communicate(timeout=20)[0]
    assert said.startswith(f"Nothing can listen on 127.0.0.1 port {office.port}: Address already in use.")
    assert said.count("\n") == 1
    assert elsewhere.returncode == 1
    assert office.page() == "1 adminduk_app"


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_finds_the_data(office: Office) -> None:
    process = office.start()
    office.started_lines(process)
    assert eventually(office.works, 30)
    kill(process)
    assert eventually(lambda: family(office.data) == [], 8)
    office.started_lines(office.start())
    assert office.page() == "2 adminduk_app"


def test_the_supervisor_stops_when_make_is_killed(office: Office) -> None:
    outer = "import os, subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(600)"
    command = [sys.executable, "-m", "adminduk.embedded.run", "--stop-with-parent"]
    argv = [sys.executable, "-c", outer, *command]
    make = subprocess.Popen(argv, cwd=office.clone, env=office.environment(), text=True)
    assert eventually((office.data / "run.env").exists, 30)
    kill(make)
    assert eventually(lambda: family(office.data) == [], 12)
    assert eventually(lambda: not (office.data / "run.env").exists(), 5)


def test_a_failing_step_ends_the_start_with_its_cause(office: Office) -> None:
    process = office.start(STUB_FAILS="demo_accounts")
    said = process.communicate(timeout=30)[0]
    assert "manage.py demo_accounts failed: ValueError: no such thing" in said
    assert "Traceback" not in said
    assert process.returncode == 1
    assert family(office.data) == []


def test_what_a_killed_start_left_running_is_ended_by_the_next(office: Office) -> None:
    left = subprocess.Popen(["sleep", "600"], env=office.environment(**{MARK: str(office.data)}))
    office.start(STUB_FAILS="prepare_database").communicate(timeout=30)
    assert left.wait(1) == -signal.SIGTERM


def test_a_crashed_database_comes_back_while_the_rest_goes_on(office: Office) -> None:
    process = office.start()
    office.started_lines(process)
    first_line = (office.data / "postgresql" / "cluster" / "postmaster.pid").read_text().splitlines()[0]
    os.kill(int(first_line), signal.SIGKILL)
    assert process.stdout
    assert process.stdout.readline() == "PostgreSQL was killed by SIGKILL; starting it again in 1 s\n"
    assert process.stdout.readline() == "PostgreSQL is running again\n"
    assert office.page() == "1 adminduk_app"


def _debian_python() -> str | None:
    """An interpreter that an ordinary user can run, of the version that our packages are made for."""
    path = shutil.which(f"python3.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")
    return path if path and not os.path.realpath(path).startswith("/root/") else None


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
@pytest.mark.skipif(_debian_python() is None, reason="no interpreter that an ordinary user can run")
def test_it_works_as_an_ordinary_user(office: Office) -> None:
    setpriv = ["setpriv", f"--reuid={DAEMON}", f"--regid={DAEMON}", "--clear-groups"]
    office.interpreter = [*setpriv, str(_debian_python())]
    for path in (office.clone.parent, office.clone, *office.clone.rglob("*")):
        os.chown(path, DAEMON, DAEMON)
    process = office.start(PYTHONPATH=sysconfig.get_path("purelib"), HOME="/nonexistent")
    office.started_lines(process)
    assert (office.data / "postgresql" / "cluster").stat().st_uid == DAEMON
    assert office.page() == "1 adminduk_app"
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert family(office.data) == []
