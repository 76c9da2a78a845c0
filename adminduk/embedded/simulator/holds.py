"""Requests that are kept open on purpose, so that a test can act at exactly that moment."""

from __future__ import annotations

import itertools
import select
import socket
import threading
import time
from typing import Any

_LOOK_EVERY = 0.05


class Holds:
    """Who is being held, and until when."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: dict[int, dict[str, Any]] = {}
        self._numbers = itertools.count(1)

    def hold(self, what: dict[str, Any], client: socket.socket, *, seconds: float | None = None) -> bool:
        """Wait for the release, or ``seconds``. Returns False when the client went away meanwhile."""
        end = time.monotonic() + (seconds if seconds is not None else float("inf"))
        with self._changed:
            number = next(self._numbers)
            self._held[number] = {"id": number, **what}
            self._changed.notify_all()
            present = True
            while number in self._held and time.monotonic() < end and present:
                self._changed.wait(_LOOK_EVERY)
                present = not _has_gone(client)
            self._held.pop(number, None)
            self._changed.notify_all()
        return present

    def release(self, number: int | None = None) -> int:
        """Let one go, or all. Returns how many were held."""
        with self._changed:
            numbers = [number] if number is not None else list(self._held)
            released = sum(self._held.pop(each, None) is not None for each in numbers)
            self._changed.notify_all()
        return released

    def held(self, *, count: int = 0, wait: float = 0) -> list[dict[str, Any]]:
        """Return who is held, waiting up to ``wait`` seconds for at least ``count``."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._held) >= count, wait)
            return list(self._held.values())


def _has_gone(client: socket.socket) -> bool:
    try:
        readable, _, _ = select.select([client], [], [], 0)
        return bool(readable) and client.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
