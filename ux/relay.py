"""Between browser and server: passes everything on, and counts the bytes that the browser receives.

What a browser tells of its own traffic leaves out some of it, such as the script of a service worker.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Relay:
    """`home` is where the site is found through it; `received` what came from there so far, headers included."""

    def __init__(self, site: str) -> None:
        self._port = urlsplit(site).port
        self.home = ""
        self.received = 0

    async def serve(self, started: threading.Event) -> None:
        """Pass on until `end`."""
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.home = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started.set()
        await self._ended.wait()
        server.close()

    def end(self) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _pass_on(self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):  # cancelled: the measuring is over
            server, to_server = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(_pump(browser, to_server), self._count(server, to_browser))

    async def _count(self, server: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await server.read(65536):
                self.received += len(data)
                to_browser.write(data)
                await to_browser.drain()
        to_browser.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def open_relay(site: str) -> Iterator[Relay]:
    """A relay to the site, in a thread of its own."""
    relay, started = Relay(site), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(relay.serve(started)), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield relay
    finally:
        relay.end()
        thread.join(10)
