"""The road between a phone and the office, as a relay on loopback that a test can break in the middle of a photo."""

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

RESET = struct.pack("ii", 1, 0)


class Road:
    """Passes bytes on in both directions; breaks after so many of the phone's, until mended."""

    def __init__(self, office: str) -> None:
        parts = urlsplit(office)
        self._office = (parts.hostname or "", parts.port or 80)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._left: int | None = None
        self.broken = False
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._wait_for_phones, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._reset()

    def breaks_after(self, count: int) -> None:
        """Let so many more bytes of the phone's pass, then cut every connection."""
        self._left = count

    def mend(self) -> None:
        """Everything passes again."""
        self._left, self.broken = None, False

    def _wait_for_phones(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                phone, _ = self._door.accept()
                if self.broken:
                    phone.close()
                    continue
                office = socket.create_connection(self._office)
                self._open |= {phone, office}
                threading.Thread(target=self._pass, args=(phone, office, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(office, phone, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, from_phone: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(16_384):
                if from_phone and self._left is not None:
                    self._left -= len(chunk)
                    if self._left < 0:
                        self.broken = True
                        self._reset()
                        return
                target.sendall(chunk)
        for end in (source, target):
            end.close()

    def _reset(self) -> None:
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RDWR)
                end.close()
        self._open.clear()
