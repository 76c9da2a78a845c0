"""One look at one page: axe, the HTML checker, its width, what fingers press, its console, and its bytes."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Response, ViewportSize
from playwright.sync_api import Page as Tab

from ux.html_checker import HtmlChecker
from ux.pages import Page
from ux.site import Site

NARROWEST, PHONE, FINGER = 320, 360, 44
TALL = 740
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@dataclass(frozen=True)
class Screen:
    """One of the six ways in which each page is looked at."""

    scheme: Literal["light", "dark"]
    width: int

    @property
    def name(self) -> str:
        """For reports."""
        return f"{self.scheme} {self.width}"


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREENS = tuple(Screen(scheme, width) for scheme in SCHEMES for width in (PHONE, 768, 1366))


@dataclass
class Look:
    """What was found, in words, and the bytes that came over the wire by kind of content."""

    found: list[str] = field(default_factory=list)
    wire: Counter[str] = field(default_factory=Counter)

    def note(self, state: str, found: Mapping[str, list[str]]) -> None:
        """Keep what one state of the page has shown."""
        self.found += [f"{state}: {what}: {text}" for what, texts in found.items() for text in texts]


class Observer:
    """Visits pages, each in a browser of its own that has seen nothing before."""

    def __init__(self, browser: Browser, site: Site, checker: HtmlChecker) -> None:
        self._browser, self._site, self._checker = browser, site, checker
        self._visits = itertools.count(1)

    def address(self, page: Page) -> str:
        """Where it is on this site."""
        return self._site.home + page.address.format_map(self._site.places)

    def context(self, who: str, screen: Screen, *, english: bool = False, **more: Any) -> BrowserContext:
        """A fresh browser of this visitor, at an address of its own."""
        number = next(self._visits)
        size: ViewportSize = {"width": screen.width, "height": TALL}
        context = self._browser.new_context(
            viewport=size, color_scheme=screen.scheme, locale="id-ID", has_touch=screen.width == PHONE,
            # Brotli, which is smaller, is for newer phones only.
            extra_http_headers={"X-Forwarded-For": f"10.0.{number >> 8}.{number & 255}", "Accept-Encoding": "gzip"},
            **more,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        known = {"sessionid": self._site.visitors.get(who, ""), "bahasa": "en" if english else ""}
        context.add_cookies(
            [{"name": name, "value": value, "url": self._site.home} for name, value in known.items() if value]
        )
        return context

    def look(self, page: Page, screen: Screen, *, axe_once: bool = False) -> Look:
        """Everything about one page on one screen, and about the same page with errors where it can have some.

        `axe_once` lets axe see only the last of both, since it takes most of the time.
        """
        context = self.context(page.who, screen, english=page.english, service_workers="block")
        try:
            return self._look(context.new_page(), page, screen, axe_once=axe_once)
        finally:
            context.close()

    def _look(self, tab: Tab, page: Page, screen: Screen, *, axe_once: bool) -> Look:
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        look, wire = Look(), listen(tab)
        answer = tab.goto(self.address(page))
        look.note("as it comes", self._check(tab, page, answer, page.status))
        look.wire = Counter(wire)
        if not (axe_once and page.press):
            look.note("as it comes", self._axe(tab, screen))
        if page.press:
            answer = press(tab, page.press, page.fill)
            look.note("with errors", self._check(tab, page, answer, 422) | self._axe(tab, screen))
        if not page.address.startswith("/admin/"):  # Django's own scripts set styles, which our content policy refuses
            look.note("console", {"said": [text for text in said if not EXPECTED.search(text)]})
        return look

    def _check(self, tab: Tab, page: Page, answer: Response | None, status: int) -> dict[str, list[str]]:
        assert answer
        return {
            "status": [] if answer.status == status else [f"{answer.status} at {answer.url}"],
            "HTML": self._checker.errors(answer.text()),
            "wider than 320 px": too_wide(tab),
            "smaller than 44 px": too_small(tab) if page.for_citizens else [],
        }

    def _axe(self, tab: Tab, screen: Screen) -> dict[str, list[str]]:
        tab.set_viewport_size({"width": screen.width, "height": TALL})
        return {"axe": violations(tab)}


# What the browser itself says of an answer that is an error on purpose, of the summary that has the focus then, and of
# the service worker, which is left out here since the next page would be served by it.
EXPECTED = re.compile(
    r"Failed to load resource: .* with a status of [45]|Autofocus processing|Service Worker .* blocked"
)


def listen(tab: Tab) -> Counter[str]:
    """Count what comes over the wire from now on, headers included, by kind of content."""
    wire: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    session = tab.context.new_cdp_session(tab)
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: wire.update({kinds.get(event["requestId"], "Other"): int(event["encodedDataLength"])}),
    )
    session.send("Network.enable")
    return wire


def press(tab: Tab, button: str, fill: Mapping[str, str]) -> Response:
    """Type and press, past the browser's own checks; the answer."""
    for name, text in fill.items():
        tab.fill(f'main [name="{name}"]', text)
    tab.evaluate("for (const form of document.forms) form.noValidate = true")
    with tab.expect_navigation() as navigation:
        tab.locator("main").get_by_role("button", name=button).first.click()
    return navigation.value


def violations(tab: Tab) -> list[str]:
    """What axe finds, one line for each place."""
    found = Axe().run(tab, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def too_wide(tab: Tab) -> list[str]:
    """What reaches beyond the smallest screen, when the page can be scrolled sideways there."""
    tab.set_viewport_size({"width": NARROWEST, "height": TALL})
    return list(tab.evaluate(TOO_WIDE))


def too_small(tab: Tab) -> list[str]:
    """What a finger has to hit and is smaller than a fingertip; words of a sentence are spared (WCAG 2.5.8)."""
    tab.set_viewport_size({"width": PHONE, "height": TALL})
    return list(tab.evaluate(TOO_SMALL, FINGER))


TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5)
    .map((e) => e.outerHTML.slice(0, 120));
}"""

TOO_SMALL = """(finger) => {
  const visible = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const boxes = (e) => [e, ...(/^(radio|checkbox)$/.test(e.type) ? e.labels : [])].filter(visible)
    .map((part) => part.getBoundingClientRect());
  const words = (e) => e.textContent.replace(/\\s+/g, "").length;
  const inSentence = (e) => {
    const block = e.tagName === "SUMMARY" ? e.parentElement.parentElement : e.closest("p, li, dd, td, th, figcaption");
    if (!/^(A|SUMMARY)$/.test(e.tagName) || !block || getComputedStyle(e).display !== "inline") return false;
    const pressable = [...block.querySelectorAll("a, button, details, .sr")];
    return words(block) > pressable.reduce((sum, part) => sum + words(part), 0);
  };
  // What a pseudo-element adds to a link is found by pressing around it.
  const pressed = (e, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (e.contains(hit) || [...(e.labels || [])].some((label) => label.contains(hit)));
  };
  const wideEnough = (e) => {
    e.scrollIntoView({block: "center"});
    const all = boxes(e), left = Math.min(...all.map((b) => b.left)), right = Math.max(...all.map((b) => b.right));
    const top = Math.min(...all.map((b) => b.top)), bottom = Math.max(...all.map((b) => b.bottom));
    if (right - left >= finger - 0.5 && bottom - top >= finger - 0.5) return true;
    const x = (left + right) / 2, y = (top + bottom) / 2, far = finger / 2 - 1;
    return [[-far, 0], [far, 0], [0, -far], [0, far]].every(([dx, dy]) => pressed(e, x + dx, y + dy));
  };
  const pressable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  return [...document.querySelectorAll(pressable)]
    .filter((e) => !e.closest("[hidden]") && boxes(e).length && boxes(e).some((b) => b.right > 0 && b.bottom > 0
      && b.width > 1))
    .filter((e) => !inSentence(e) && !wideEnough(e))
    .map((e) => { const b = e.getBoundingClientRect();
      return `${Math.round(b.width)} x ${Math.round(b.height)} ${e.outerHTML.slice(0, 120)}`; });
}"""
