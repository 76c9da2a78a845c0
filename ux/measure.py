"""Bytes of a first visit and of each step, the seconds of a slow line, and the work of a whole application."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from ux.photos import take_photo
from ux.relay import Relay, open_relay
from ux.visit import PHONE, TALL, listen
from ux.walk import PHOTOS, Person, apply

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
"""400 ms and 400 kbit/s both ways, as Chromium simulates it: once a request, connections cost nothing."""
DRAWN = """() => new Promise((done) => {
  const ran = performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd;
  new PerformanceObserver((list) => {
    for (const paint of list.getEntriesByName("first-contentful-paint")) done(Math.max(ran, paint.startTime));
  }).observe({type: "paint", buffered: true});
})"""
"""Milliseconds until something is drawn and the scripts have run."""
WORKER_IS_READY = "navigator.serviceWorker.ready.then(() => true)"
QUIET_FOR = 0.3
_people = itertools.count(1)


@dataclass
class FirstVisit:
    """Everything that came, the page alone, and its HTML and style."""

    everything: int
    page: int
    html_and_css: int

    @property
    def worker(self) -> int:
        """What the service worker fetched for later, behind the page's back."""
        return self.everything - self.page


@dataclass
class Application:
    """One application: its number, the bytes of each page as it was reached, the person's work, and the seconds."""

    number: str
    person: Person
    seconds: float
    bytes_of_page: dict[str, int] = field(default_factory=dict)

    @property
    def later_pages(self) -> dict[str, int]:
        """The bytes of each page after the start page."""
        return {name: count for name, count in self.bytes_of_page.items() if name not in ("start", PHOTOS)}


def phone(browser: Browser, *, scripts: bool = True) -> BrowserContext:
    """A small phone that has never been here."""
    return browser.new_context(
        viewport={"width": PHONE, "height": TALL}, has_touch=True, locale="id-ID", java_script_enabled=scripts,
        extra_http_headers={"Accept-Encoding": "gzip", "X-Forwarded-For": f"10.1.0.{next(_people) % 250}"},
    )  # fmt: skip


def first_visit(browser: Browser, home: str) -> FirstVisit:
    """The start page on a phone that has never been here, until nothing comes any more."""
    with open_relay(home) as relay:
        context = phone(browser)
        tab = context.new_page()
        wire = listen(tab)
        tab.goto(relay.home, wait_until="networkidle")
        tab.evaluate(WORKER_IS_READY)
        _wait_until_quiet(tab, relay)
        context.close()
    return FirstVisit(relay.received, sum(wire.values()), wire["Document"] + wire["Stylesheet"])


def _wait_until_quiet(tab: Tab, relay: Relay) -> None:
    before = -1
    while relay.received != before:
        before = relay.received
        tab.wait_for_timeout(QUIET_FOR * 1000)


def usable_after(browser: Browser, home: str) -> float:
    """Seconds on the slow line until the start page is drawn and its scripts have run."""
    context = phone(browser)
    tab = context.new_page()
    _slow_down(tab)
    tab.goto(home)
    drawn = tab.evaluate(DRAWN)
    context.close()
    return float(drawn) / 1000


def application(browser: Browser, home: str, *, slow: bool) -> Application:
    """A whole application; `slow`: at a person's speed on the slow line, else as fast as the machine can, with the
    bytes of each page after the first visit."""
    number = next(_people)
    with _photos() as photos, open_relay(home) as relay:
        context = phone(browser)
        tab, counted, last = context.new_page(), {}, 0
        if slow:
            _slow_down(tab)
        else:
            tab.goto(relay.home, wait_until="networkidle")
            tab.evaluate(WORKER_IS_READY)

        def arrived(page: str) -> None:
            nonlocal last
            if not slow:
                _wait_until_quiet(tab, relay)
            counted[page], last = relay.received - last, relay.received

        last = relay.received
        person, begin = Person(tab, slow=slow, arrived=arrived), time.monotonic()
        sent = apply(person, relay.home, photos, number)
        seconds = time.monotonic() - begin
        context.close()
    return Application(sent, person, seconds, counted)


def _slow_down(tab: Tab) -> None:
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)


@contextmanager
def _photos() -> Iterator[dict[str, Path]]:
    with TemporaryDirectory(prefix="adminduk-photos-") as folder:
        titles = {"SURAT_HILANG": "SURAT KEHILANGAN", "KK": "KARTU KELUARGA"}
        yield {code: take_photo(title, Path(folder) / f"{code}.jpg") for code, title in titles.items()}
