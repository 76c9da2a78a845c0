"""The SMS channel against a gateway on loopback, over real HTTP."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from requests_app.channels.base import Message
from requests_app.channels.sms import HttpSmsChannel

MESSAGE = Message(
    to="+6280000000001",
    template="adm_approved",
    language="id",
    parameters=("Siti",),
    text="Dukcapil: Permohonan disetujui – buka tautan ini",
    button_url_suffix=None,
    opaque="5f0c:1",
    sender="DUKCAPIL",
    subject="Permohonan disetujui",
)
TOKEN = "rahasia-gerbang"
QUICK = httpx.Timeout(connect=1, read=0.4, write=1, pool=1)


class Gateway(ThreadingHTTPServer):
    """Takes every message, unless it was told to answer otherwise. `then`: what it does in place of a body."""

    daemon_threads = True

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.heads: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}
        self.status, self.body, self.then = 202, '{"id": "m-1"}', "answer"
        super().__init__(("127.0.0.1", 0), _Take)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/messages"


class _Take(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def do_POST(self) -> None:
        self.server.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.heads.append(dict(self.headers))
        if self.server.then == "hang_up":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = self.server.body.encode()
        if self.server.then == "trickle_head":
            return self.trickle(b"HTTP/1.1 202 Accepted\r\nX-Slow: " + b"x" * 100)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.then == "answer":
            self.wfile.write(body)
            return
        self.trickle(body * 100 if self.server.then == "trickle" else b"")

    def trickle(self, content: bytes) -> None:
        """One byte after the other, each sooner than anybody would lose patience with it alone; then silence."""
        with closing(self.connection):
            for byte in content:
                try:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.05)
                except OSError:
                    return
            time.sleep(1)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def channel(gateway: Gateway) -> Iterator[HttpSmsChannel]:
    made = HttpSmsChannel(url=gateway.url, token=TOKEN, timeout=QUICK, whole_call_seconds=0.5)
    yield made
    made.close()


def test_a_message_arrives_in_plain_characters_with_its_reference(channel: HttpSmsChannel, gateway: Gateway) -> None:
    outcome = channel.send(MESSAGE)
    assert (outcome.kind, outcome.provider_id) == ("accepted", "sms:m-1")
    text = "Dukcapil: Permohonan disetujui - buka tautan ini"
    assert gateway.taken == [{"to": "+6280000000001", "from": "DUKCAPIL", "text": text, "reference": "5f0c:1"}]
    assert gateway.heads[0]["Authorization"] == f"Bearer {TOKEN}"


def test_a_number_as_id_is_taken_too(channel: HttpSmsChannel, gateway: Gateway) -> None:
    gateway.body = '{"id": 42}'
    assert channel.send(MESSAGE).provider_id == "sms:42"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, "<html>", "unknown", "unreadable_answer"),
        (202, '{"id": ""}', "unknown", "unreadable_answer"),
        (202, '{"id": true}', "unknown", "unreadable_answer"),
        (202, "[]", "unknown", "unreadable_answer"),
        (307, "", "account", "http_307"),
        (400, '{"error": "number"}', "permanent", "http_400"),
        (401, "{}", "account", "http_401"),
        (403, "{}", "account", "http_403"),
        (404, '{"error": "number"}', "permanent", "http_404"),
        (404, "<html>no such page</html>", "account", "http_404"),
        (422, "", "permanent", "http_422"),
        (408, "", "retry", "http_408"),
        (429, "", "retry", "http_429"),
        (500, "", "retry", "http_500"),
        (502, "", "unknown", "http_502"),
        (503, "", "retry", "http_503"),
        (504, "", "unknown", "http_504"),
    ],
)
def test_the_answer_decides_what_follows(
    channel: HttpSmsChannel, gateway: Gateway, status: int, body: str, kind: str, code: str
) -> None:
    gateway.status, gateway.body = status, body
    outcome = channel.send(MESSAGE)
    assert (outcome.kind, outcome.code, outcome.provider_id) == (kind, code, None)
    assert len(gateway.taken) == 1  # one attempt is one request
    assert "80000000001" not in repr(outcome)


def test_the_wait_that_the_gateway_asks_for_is_passed_on(channel: HttpSmsChannel, gateway: Gateway) -> None:
    gateway.status, gateway.headers = 429, {"Retry-After": "90"}
    assert channel.send(MESSAGE).retry_after == timedelta(seconds=90)


@pytest.mark.parametrize("then", ["hang_up", "say_nothing", "trickle", "trickle_head"])
def test_an_answer_that_does_not_arrive_leaves_the_fate_unknown(
    channel: HttpSmsChannel, gateway: Gateway, then: str
) -> None:
    gateway.then = then
    begin = time.monotonic()
    assert channel.send(MESSAGE).kind == "unknown"
    assert time.monotonic() - begin < 2
    assert len(gateway.taken) == 1


def test_a_kept_connection_has_an_end_for_each_call(channel: HttpSmsChannel, gateway: Gateway) -> None:
    for _ in range(2):
        assert channel.send(MESSAGE).kind == "accepted"
    gateway.then = "trickle_head"
    begin = time.monotonic()
    assert channel.send(MESSAGE).kind == "unknown"
    assert 0.4 < time.monotonic() - begin < 2


def test_an_answer_of_any_length_is_not_read(channel: HttpSmsChannel, gateway: Gateway) -> None:
    gateway.body = json.dumps({"id": "m-1", "padding": "x" * 100_000})
    assert channel.send(MESSAGE).kind == "unknown"


def test_nobody_listening_means_try_again() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    outcome = HttpSmsChannel(url=f"http://127.0.0.1:{port}/messages", token=TOKEN).send(MESSAGE)
    assert (outcome.kind, outcome.code) == ("retry", "ConnectError")


@pytest.mark.parametrize(("url", "token"), [("", TOKEN), ("http://127.0.0.1:9", ""), ("http://127.0.0.1:9", "tökèn")])
def test_without_configuration_nothing_is_sent(url: str, token: str) -> None:
    outcome = HttpSmsChannel(url=url, token=token).send(MESSAGE)
    assert (outcome.kind, outcome.code) == ("account", "not_configured")


@pytest.mark.parametrize("url", ["gerbang.example/messages", "ftp://gerbang.example/messages"])
def test_an_address_that_is_none_is_a_matter_for_the_admin(url: str) -> None:
    assert HttpSmsChannel(url=url, token=TOKEN).send(MESSAGE).kind == "account"


@pytest.mark.parametrize("to", ["081200000000", "+0812", "a@b.id", "", "+62 812"])
def test_only_e164_numbers_are_tried(channel: HttpSmsChannel, gateway: Gateway, to: str) -> None:
    assert channel.send(replace(MESSAGE, to=to)).code == "invalid_recipient"
    assert gateway.taken == []
