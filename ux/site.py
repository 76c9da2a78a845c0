"""The site as people meet it: real gunicorn, compressed files, a database of its own with a page in every state."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

from adminduk.embedded.engines import Engines, start_engines
from adminduk.embedded.keys import local_environment
from adminduk.embedded.processes import end, spawn

CLONE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Site:
    """Where it listens; the session of each visitor; what stands in the places of addresses."""

    home: str
    visitors: dict[str, str]
    places: dict[str, str]


@contextmanager
def open_site(announce: Callable[[str], None]) -> Iterator[Site]:
    """Engines, tables, files, people, server; all of it is gone afterwards."""
    engines = start_engines(None, announce=announce, durable=False)
    server = None
    try:
        port = _free_port()
        environment = _environment(engines, port)
        files = _begin(["manage.py", "collectstatic", "--noinput", "--verbosity", "0"], environment)
        _end(_begin(["manage.py", "prepare_database", "--verbosity", "0"], environment))
        known = json.loads(_end(_begin(["-m", "ux.people"], environment)))
        _end(files)
        server = _start_web(engines, environment, port)
        yield Site(f"http://127.0.0.1:{port}", known["visitors"], known["places"])
    finally:
        if server:
            end(server, by=signal.SIGTERM, within=10)
        engines.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(engines: Engines, port: int) -> dict[str, str]:
    ours = local_environment(engines.data) | {
        "ADMINDUK_DATA": str(engines.data),
        "DJANGO_SETTINGS_MODULE": "ux.settings",
        "DATABASE_URL": engines.url("adminduk_app"),
        "DATABASE_OWNER_URL": engines.owner_url,
        "REDIS_URL": engines.redis_url,
        # Every visit comes from an address of its own, so that no limit is reached and all of them stay switched on.
        "TRUSTED_PROXIES": "1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SIMULATOR_URL": "",
        "LOG_LEVEL": "WARNING",
        "WEB_WORKERS": "2",
    }
    return {name: value for name, value in os.environ.items() if name != "DEBUG"} | ours


def _begin(arguments: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
    argv = [sys.executable, *arguments]
    return subprocess.Popen(argv, cwd=CLONE, env=environment, stdout=PIPE, stderr=PIPE, text=True)


def _end(process: "subprocess.Popen[str]") -> str:
    said, troubles = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args!r} failed:\n{troubles}")
    return said


def _start_web(engines: Engines, environment: dict[str, str], port: int) -> "subprocess.Popen[bytes]":
    env = {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}
    argv = [sys.executable, "-m", "gunicorn", "adminduk.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    server = spawn(argv, log=engines.data / "logs" / "web.log", env=env, cwd=CLONE)
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
            return server
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise
            time.sleep(0.1)
