"""The real simulator as a process of its own, and a webhook that writes down what it is sent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from requests_app.channels.whatsapp import verify_subscription

TOKEN, APP_SECRET, VERIFY_TOKEN = "token-for-tests", "app-secret-for-tests", "verify-for-tests"
SMS_TOKEN, SMS_SECRET = "sms-token-for-tests", "sms-secret-for-tests"
PORT = "0"  # any free one
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Post:
    """One POST that reached the webhook."""

    headers: dict[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.body)["entry"][0]["changes"][0]["value"]

    @property
    def statuses(self) -> list[str]:
        return [status["status"] for status in self.value.get("statuses", [])]


@dataclass
class Webhook:
    """A webhook on loopback. ``answers``: statuses to give first; then 200."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, reached: Callable[[list[Post]], bool], seconds: float = 8) -> list[Post]:
        """Return the posts as soon as ``reached`` is true of them; fail after ``seconds``."""
        with self.changed:
            assert self.changed.wait_for(lambda: reached(self.posts), seconds), [p.body for p in self.posts]
            return list(self.posts)

    def wait_for_statuses(self, *wanted: str) -> list[Post]:
        return self.wait_for(lambda posts: set(wanted) <= {s for post in posts for s in post.statuses})


@contextmanager
def running_webhook() -> Iterator[Webhook]:
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with webhook.changed:
                webhook.posts.append(Post({k.lower(): v for k, v in self.headers.items()}, body))
                status = webhook.answers.pop(0) if webhook.answers else 200
                webhook.changed.notify_all()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            known = verify_subscription(VERIFY_TOKEN, mode=asked.get("hub.mode", ""), token=asked["hub.verify_token"])
            body = asked["hub.challenge"].encode() if known else b""
            self.send_response(200 if known else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    webhook.url = f"http://127.0.0.1:{server.server_port}/webhook/whatsapp/"
    try:
        yield webhook
    finally:
        server.shutdown()
        server.server_close()


class SimulatorProcess:
    """Starts, asks and stops one simulator."""

    def __init__(self, data: Path, callback: str, smtp_port: int = 0, sms_callback: str = "") -> None:
        self.data, self.callback, self.smtp_port, self.sms_callback = data, callback, smtp_port, sms_callback
        self.url = ""
        self.http = httpx.Client(trust_env=False, timeout=10)
        self.start()

    def start(self) -> None:
        secrets = {
            "WHATSAPP_ACCESS_TOKEN": TOKEN,
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
            "SMS_API_TOKEN": SMS_TOKEN,
            "SMS_REPORT_SECRET": SMS_SECRET,
        }
        command = [sys.executable, "-m", "adminduk.embedded.simulator", "--port", PORT]
        command += ["--data", str(self.data), "--callback", self.callback, "--smtp-port", str(self.smtp_port)]
        command += ["--sms-callback", self.sms_callback]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **secrets}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline().decode()
        self.url = self.first_line.removeprefix("simulator: ").strip().rstrip("/")

    def stop(self) -> tuple[float, str]:
        """End it with SIGTERM. Returns the seconds that took and everything it had printed."""
        begin = time.monotonic()
        self.process.terminate()
        printed, _ = self.process.communicate(timeout=10)
        return time.monotonic() - begin, self.first_line + printed.decode()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=10)

    def control(self, name: str, content: object = None, *, method: str = "POST") -> Any:
        response = self.http.request(method, f"{self.url}/_ctl/{name}", json=content)
        assert response.status_code == 200, response.text
        return response.json()

    def faults(self, *rules: dict[str, Any]) -> None:
        self.control("faults", list(rules))

    def ledger(self) -> Any:
        return self.control("ledger", method="GET")

    def accepted(self) -> list[dict[str, Any]]:
        return [call for call in self.ledger()["calls"] if call["wamid"]]

    def page(self, path: str) -> str:
        return self.http.get(self.url + path, follow_redirects=True).raise_for_status().text


@contextmanager
def running_simulator(
    data: Path, callback: str, smtp_port: int = 0, sms_callback: str = ""
) -> Iterator[SimulatorProcess]:
    simulator = SimulatorProcess(data, callback, smtp_port, sms_callback)
    try:
        yield simulator
    finally:
        simulator.kill()
        simulator.http.close()
