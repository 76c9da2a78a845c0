"""A light load generator: keep-alive sockets, requests made beforehand, answers read as far as their length says."""

import socket
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = "b" * 32  # a CSRF token as the cookie and as the form field
HOST = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"


def request(
    method: str, path: str, *, form: dict[str, str] | None = None, session: str = "", visitor: str = "10.0.0.1"
) -> bytes:
    """One HTTP/1.1 request as bytes."""
    body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}).encode() if form is not None else b""
    cookies = f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")
    lines = [
        f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Cookie: {cookies}", f"X-Forwarded-For: {visitor}",
        *([f"Content-Type: {FORM}", f"Content-Length: {len(body)}"] if form is not None else []),
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Answer:
    """Status, address led to, session cookie set, length of the body, and how long it took."""

    status: int
    location: str
    session: str
    length: int
    seconds: float


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def send(self, data: bytes) -> Answer:
        """Send a request and read its answer; a connection that the server closed meanwhile is opened again."""
        begin = time.perf_counter()
        for attempt in range(2):
            try:
                if self._socket is None:
                    self._socket = socket.create_connection((HOST, self._port))
                    self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._socket.sendall(data)
                return self._read(begin)
            except (ConnectionError, EOFError):
                self.close()
                if attempt:
                    raise
        raise ConnectionError("unreachable")

    def _read(self, begin: float) -> Answer:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = [line.partition(": ")[::2] for line in lines[1:]]
        found = {name.lower(): value for name, value in headers}
        length, have = int(found.get("content-length", 0)), len(body)
        while have < length:
            have += len(self._receive())
        session = next((v.split("sessionid=")[1].split(";")[0] for n, v in headers if "sessionid=" in v), "")
        if found.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(lines[0].split()[1]), found.get("location", ""), session, length, time.perf_counter() - begin)

    def _receive(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(65536)
        if not part:
            raise EOFError
        return part

    def close(self) -> None:
        """End it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@dataclass
class Burst:
    """What came back of many requests at once."""

    seconds: float
    answers: list[Answer] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.answers) / self.seconds


def burst(port: int, requests: Sequence[bytes], *, connections: int) -> Burst:
    """Send all requests, shared out over so many connections at once."""
    shares = [requests[n::connections] for n in range(connections)]
    found: list[list[Answer]] = [[] for _ in shares]
    start = threading.Barrier(connections + 1)

    def work(mine: Iterable[bytes], answers: list[Answer]) -> None:
        connection = Connection(port)
        start.wait()
        answers.extend(connection.send(data) for data in mine)
        connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in zip(shares, found, strict=True)]
    for thread in threads:
        thread.start()
    start.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    return Burst(time.perf_counter() - begin, [answer for answers in found for answer in answers])


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the others lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
