"""The HTTP server: reads a request, finds its door, writes the answer. Logs nothing personal."""

from __future__ import annotations

import re
import socket
import struct
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from adminduk.embedded.simulator import api, buttons, mailboxes, pages, sms, trouble, wa_me, zone_phone
from adminduk.embedded.simulator.control import control
from adminduk.embedded.simulator.http import NoAnswerError, Request, Response, as_json
from adminduk.embedded.simulator.sending import take
from adminduk.embedded.simulator.state import Simulator

_MAX_BODY = 4 * 1024 * 1024
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

Door = Callable[..., Response]

_ROUTES: tuple[tuple[str, re.Pattern[str], Door], ...] = tuple(
    (method, re.compile(pattern), door)
    for method, pattern, door in (
        ("POST", r"/v[0-9.]+/([0-9]+)/messages", take),
        ("GET", r"/v[0-9.]+/([0-9]+)/message_templates", api.templates),
        ("GET", r"/v[0-9.]+/([0-9]+)", api.phone_number),
        ("POST", r"/sms/messages", sms.take),
        ("GET", r"/_ctl/([a-z]+)", control),
        ("POST", r"/_ctl/([a-z]+)", control),
        ("DELETE", r"/_ctl/([a-z]+)", control),
        ("GET", r"/", pages.phones),
        ("GET", r"/gaya\.css", pages.style),
        ("GET", r"/gangguan/", trouble.show),
        ("POST", r"/gangguan/nyalakan/", trouble.switch_on),
        ("POST", r"/gangguan/matikan/", trouble.switch_off),
        ("POST", r"/gangguan/acak/", trouble.start_chaos),
        ("POST", r"/gangguan/batas/", trouble.set_limits),
        ("GET", r"/telepon/\+?([0-9]{8,15})/", pages.phone),
        ("GET", r"/telepon/\+?([0-9]{8,15})/pesan/", pages.bubbles),
        ("POST", r"/telepon/\+?([0-9]{8,15})/tulis/", pages.write),
        ("POST", r"/telepon/\+?([0-9]{8,15})/tekan/", buttons.press),
        ("GET", r"/wa\.me/?", wa_me.share),
        ("GET", r"/wa\.me/([0-9]{8,15})/?", wa_me.open_chat),
        ("POST", r"/wa\.me/([0-9]{8,15})/tulis/", wa_me.write),
        ("POST", r"/wa\.me/([0-9]{8,15})/kirim/", zone_phone.send),
        ("GET", r"/surel/([^/]{1,1000})/", mailboxes.mailbox),
    )
)


class SimulatorServer(ThreadingHTTPServer):
    """Listens on loopback; each request has its thread, which ends with the process."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        self.simulator = simulator
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without the reverse look-up of the host name that the base class makes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Name the kind of trouble only: a traceback could show what somebody wrote."""
        problem = sys.exception()
        if not isinstance(problem, ConnectionError):
            print(f"simulator: {type(problem).__name__}", file=sys.stderr, flush=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "adminduk-simulator"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 60
    server: SimulatorServer

    def log_message(self, format: str, *args: object) -> None:
        """Addresses carry phone numbers: they are not logged."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        try:
            self._write(self._respond())
        except NoAnswerError as silence:
            self.close_connection = True
            if silence.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                # Closing the descriptor itself: shutdown() would send an orderly end first.
                self.rfile.close()
                self.wfile.close()
                self.connection.close()

    def _respond(self) -> Response:
        request = self._read()
        if request is None:
            self.close_connection = True
            return as_json({"error": "body missing or too large"}, 413)
        if request.path.startswith("/_ctl/") and not self._is_local():
            return as_json({"error": "loopback only"}, 403)
        for method, pattern, door in _ROUTES:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                try:
                    return door(self.server.simulator, request, *match.groups())
                except NoAnswerError:
                    raise
                except Exception as problem:
                    print(f"simulator: {type(problem).__name__}", file=sys.stderr, flush=True)
                    return as_json({"error": type(problem).__name__}, 500)
        return as_json({"error": "no such address"}, 404)

    def _read(self) -> Request | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _MAX_BODY or "Transfer-Encoding" in self.headers:
            return None
        address = urlsplit(self.path)
        return Request(
            method=self.command,
            path=address.path,
            query=dict(parse_qsl(address.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
            client=self.connection,
        )

    def _is_local(self) -> bool:
        host = str(self.client_address[0])
        return host.startswith("127.") or host in {"::1", "::ffff:127.0.0.1"}

    def _write(self, response: Response) -> None:
        lines = [f"HTTP/1.1 {response.status} {self.responses.get(response.status, ('',))[0]}"]
        lines += [f"Content-Type: {response.content_type}", f"Content-Length: {len(response.body)}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        lines += ["Connection: close"] if self.close_connection else []
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if not response.trickle:
            self.wfile.write(head + response.body)
            return
        slow = head + response.body if response.trickles_head else response.body
        self.wfile.write(b"" if response.trickles_head else head)
        for index in range(len(slow)):
            time.sleep(response.trickle)
            self.wfile.write(slow[index : index + 1])
