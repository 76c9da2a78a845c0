"""The whole office as `make run` starts it: gunicorn, workers, beat, simulator and engines under the supervisor."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import psycopg2
from lxml import html

from adminduk.embedded.keys import read_environment
from adminduk.embedded.processes import end_all
from tests.e2e.browser import Browser
from tests.embedded.helpers import REPOSITORY, family
from tests.plugin import TEST_KEYS

OF_THE_TESTS = {*TEST_KEYS, "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PUBLIC_URL", "ADMINDUK_TEST_ENGINES"}
STARTS_WITHIN = 180.0
NO_QUIET_HOURS = """
INSERT INTO requests_app_sendingpolicy
    (valid_from, portfolio_limit, reserve_percent, warn_percent, rate_per_second, quiet_from, quiet_until)
VALUES (now(), 250, 20, 80, 15, 0, 0) RETURNING id
"""
T = TypeVar("T")


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to other programs between two starts."""
    for port in random.sample(range(20000, 32000), 100):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


class Office:
    """One data folder with its port and its temporary folder, and the ways in."""

    def __init__(self, place: Path) -> None:
        self.data, self.temporary = place / "data", place / "tmp"
        self.temporary.mkdir(mode=0o1777)
        self.temporary.chmod(0o1777)
        self.said = place / "said.log"
        self.port = free_port()
        self.home = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._browsers: list[Browser] = []

    def environment(self) -> dict[str, str]:
        """As a newcomer's terminal has it, with our folders and port."""
        inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
        ours = {"PORT": str(self.port), "ADMINDUK_DATA": str(self.data), "TMPDIR": str(self.temporary)}
        return inherited | ours

    def start(self) -> float:
        """Start it, and wait until it says that it is ready; seconds that it took."""
        begin, seen = time.monotonic(), self.said.stat().st_size if self.said.exists() else 0
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "adminduk.embedded.run"],
                cwd=REPOSITORY,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.wait(lambda: self._has_started(seen), STARTS_WITHIN, "the start")
        return time.monotonic() - begin

    def _has_started(self, seen: int) -> bool:
        said = self.said.read_bytes()[seen:].decode()
        assert self.process
        assert self.process.poll() is None, said
        return "Ctrl-C stops everything." in said

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send_at_night(self) -> None:
        """No quiet hours: the stories are told at any time of the day."""
        self.rows(NO_QUIET_HOURS)

    def stop(self) -> tuple[int, float]:
        """SIGTERM: exit status, and seconds until it has ended."""
        assert self.process
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30), time.monotonic() - begin

    def kill(self) -> None:
        """SIGKILL for the supervisor alone, as a crash would have it."""
        assert self.process
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def cut_the_power(self) -> None:
        """SIGKILL for every process at once, the engines too; nobody gets to close anything."""
        assert self.process
        for pid in [self.process.pid, *self.processes()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def processes(self) -> list[int]:
        """All that belong to this data folder."""
        cluster = self.cluster
        return family(self.data, cluster if cluster.exists() else None)

    @property
    def cluster(self) -> Path:
        """PostgreSQL's files; as root they may lie outside the data folder."""
        note = self.data / "postgresql.home"
        return (Path(note.read_text().strip()) if note.exists() else self.data / "postgresql") / "cluster"

    def clear(self) -> None:
        """End what is left, whatever happened."""
        for browser in self._browsers:
            browser.close()
        if self.process and self.is_running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        end_all(self.processes, by=signal.SIGKILL, within=5)

    def browser(self) -> Browser:
        """A new person's browser."""
        self._browsers.append(Browser(self.home))
        return self._browsers[-1]

    def staff(self, name: str) -> Browser:
        """A demo account, signed in, on its desk."""
        password = re.search(r"password of all: (\S+)\)", (self.data / "accounts.txt").read_text())
        assert password
        desk = self.browser().open("/masuk/")
        return desk.press("Masuk", {"username": name, "password": password[1]})

    def manage(self, *arguments: str) -> str:
        """A management command in another terminal."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def simulator(self) -> str:
        """Where the simulator of this start listens."""
        return read_environment(self.data / "run.env")["SIMULATOR_URL"]

    def chat(self, phone: str) -> str:
        """What the chat page of a phone shows (E.164)."""
        return " ".join(html.fromstring(self.chat_page(phone)).text_content().split())

    def chat_links(self, phone: str) -> list[str]:
        """The one-time links on a phone, oldest first."""
        links = html.fromstring(self.chat_page(phone)).xpath("//a/@href")
        return [link for link in dict.fromkeys(links) if "/buka/" in link]

    def chat_page(self, phone: str) -> str:
        """The chat page as it is, links included."""
        address = f"{self.simulator}/telepon/{phone.lstrip('+')}/pesan/?diam=1"
        return httpx.get(address, timeout=20, trust_env=False).raise_for_status().text

    def ledger(self) -> dict[str, Any]:
        """What the simulator received and posted."""
        return httpx.get(f"{self.simulator}/_ctl/ledger", timeout=30, trust_env=False).raise_for_status().json()

    def ready(self) -> dict[str, Any]:
        """What /readyz says."""
        return json.loads(httpx.get(f"{self.home}/readyz", timeout=20, trust_env=False).text)

    @property
    def owner_url(self) -> str:
        """The database as its owner sees it."""
        process_url = read_environment(self.data / "run.env")["DATABASE_URL"]
        return process_url.replace(f"//{urlsplit(process_url).username}@", "//adminduk_owner@")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into the database as its owner."""
        connection = psycopg2.connect(self.owner_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall()
        finally:
            connection.close()

    def status_of(self, number: str) -> str:
        """Where an application stands."""
        [(status,)] = self.rows("SELECT status FROM requests_app_application WHERE number = %s", number)
        return str(status)

    @staticmethod
    def wait(ask: Callable[[], T], within: float, what: str) -> T:
        """Ask until the answer is true; fails when the seconds are over."""
        deadline = time.monotonic() + within
        while not (answer := ask()):
            assert time.monotonic() < deadline, f"waited {within} s for {what}"
            time.sleep(0.2)
        return answer
