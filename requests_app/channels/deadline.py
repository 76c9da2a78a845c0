"""One end for a whole call over HTTP: connecting, sending, and every piece of the answer.

httpx limits the wait for each piece only, so an answer that comes byte by byte would hold a sender for minutes. Here
the end of the call that this thread makes goes into the wait for each piece, on kept connections as on new ones.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import httpcore
import httpx


class _Call(threading.local):
    """The call that this thread makes: until when, by the machine's steady clock. Without an end: none is made."""

    end: float | None = None


_call = _Call()


@contextmanager
def whole_call(seconds: float) -> Iterator[None]:
    """What this thread calls meanwhile ends after so many seconds: httpx raises its timeout of whatever was waited for.

    Looking a name up is the system's own matter, and is not cut short.
    """
    _call.end = time.monotonic() + seconds
    try:
        yield
    finally:
        _call.end = None


def bounded_transport(limits: httpx.Limits) -> httpx.HTTPTransport:
    """A transport of httpx whose connections keep to the end of the call that uses them."""
    context = httpx.create_ssl_context(trust_env=False)
    transport = httpx.HTTPTransport(verify=context, limits=limits, trust_env=False)
    # httpx has no argument for it, its pool has.
    transport._pool = httpcore.ConnectionPool(
        ssl_context=context,
        max_connections=limits.max_connections,
        max_keepalive_connections=limits.max_keepalive_connections,
        keepalive_expiry=limits.keepalive_expiry,
        network_backend=_Backend(),
    )
    return transport


def _left(timeout: float | None, too_late: type[Exception]) -> float | None:
    if _call.end is None:
        return timeout
    left = _call.end - time.monotonic()
    if left <= 0:
        raise too_late
    return left if timeout is None else min(timeout, left)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        wait = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(super().connect_tcp(host, port, wait, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        wait = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, wait))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
