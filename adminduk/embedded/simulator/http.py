"""The little of HTTP that all doors of the simulator share."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from urllib.parse import parse_qs


class NoAnswerError(Exception):
    """Close the connection without a word; ``reset`` slams it (RST)."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__()
        self.reset = reset


@dataclass(frozen=True)
class Request:
    """One request, read whole."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    client: socket.socket = field(repr=False)

    def json(self) -> object:
        """Return the body as JSON; None when empty. Raises ValueError when it is something else."""
        return json.loads(self.body) if self.body else None

    def form(self) -> dict[str, str]:
        """Return the fields of a submitted form, the last of each name."""
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}


@dataclass(frozen=True)
class Response:
    """One answer. ``trickle``: seconds between single bytes of the body, or from the head on, a fault."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    trickle: float = 0
    trickles_head: bool = False


def as_json(content: object, status: int = 200) -> Response:
    """Return the answer that carries this object."""
    return Response(status, json.dumps(content, ensure_ascii=False).encode())
