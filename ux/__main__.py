"""`python -m ux`: everything that the office promises about its pages, counted and written down."""

import argparse
import sys
import time

from playwright.sync_api import Browser, sync_playwright

from tests.chromium import ARGUMENTS, FOUND
from ux import budgets, measure
from ux.html_checker import open_checker
from ux.pages import PAGES, Page
from ux.pictures import take_pictures
from ux.result import Figure, page, write
from ux.site import CLONE, Site, open_site
from ux.visit import SCREENS, Observer

PARTS = ("pages", "bytes", "times", "pictures")
DOCS = CLONE / "docs" / "ux"


def say(line: str) -> None:
    """Progress, as it happens."""
    print(line, flush=True)


def main() -> None:
    """Count, print the table, and fail when a limit that is not of the machine is broken."""
    options = _options()
    if FOUND is None:
        sys.exit("Chromium is not installed (apt-get install chromium), or name one with CHROMIUM")
    begin = time.monotonic()
    with open_site(say) as site, open_checker() as checker, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=FOUND, args=ARGUMENTS)
        figures, notes = _measure(browser, site, Observer(browser, site, checker), options)
    notes.append(f"- the whole run: {time.monotonic() - begin:,.0f} s")
    if not options.only:
        write(figures, notes, DOCS)
    say("\n" + page(figures, notes))
    sys.exit(any(not figure.met for figure in figures if figure.unit != "s"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ux", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="one part, nothing written to docs/")
    parser.add_argument("--page", default="", help="only pages whose names contain this")
    return parser.parse_args()


def _measure(
    browser: Browser, site: Site, observer: Observer, options: argparse.Namespace
) -> tuple[list[Figure], list[str]]:
    parts = [options.only] if options.only else PARTS
    figures: list[Figure] = []
    notes: list[str] = []
    first = measure.first_visit(browser, site.home)
    if "bytes" in parts:
        figures += _bytes(browser, site, first, notes)
    if "times" in parts:
        figures += _times(browser, site, notes)
    if "pages" in parts:
        figures += _looks(observer, [page for page in PAGES if options.page in page.name], first.worker, notes)
    if "pictures" in parts:
        say(f"  {len(take_pictures(observer, DOCS / 'pictures'))} pictures taken")
    return figures, notes


def _bytes(browser: Browser, site: Site, first: measure.FirstVisit, notes: list[str]) -> list[Figure]:
    done = measure.application(browser, site.home, slow=False)
    later = done.later_pages
    largest = max(later, key=lambda name: later[name])
    notes.append("\nEach page of an application, after the first visit: ")
    notes.append(", ".join(f"{name} {count / 1024:.1f} KB" for name, count in done.bytes_of_page.items()) + ".\n")
    pages = len(done.person.form_pages)
    return [
        Figure("first_visit", "First visit to the start page, everything", first.everything, budgets.FIRST, "bytes"),
        Figure("html_and_css", "Its HTML and CSS", first.html_and_css, budgets.HTML_AND_CSS, "bytes"),
        Figure("step", f"Largest later page of an application ({largest})", later[largest], budgets.STEP, "bytes"),
        Figure("form_pages", "Pages from the reason to the check of the answers", pages, budgets.PAGES),
        Figure("taps", "Taps for a whole application", done.person.taps, budgets.TAPS),
    ]


def _times(browser: Browser, site: Site, notes: list[str]) -> list[Figure]:
    usable = measure.usable_after(browser, site.home)
    say(f"  start page usable after {usable:.1f} s on the slow line")
    done = measure.application(browser, site.home, slow=True)
    work = done.person.work
    notes.append(
        f"Of the {done.seconds:.0f} s of the application, {work.seconds:.0f} s are the person's:"
        f" {work.pages} pages read, {work.characters} characters typed, {work.choices} choices,"
        f" {work.photos} photos of 4 megapixels"
        " (requests_app/rules/pacing.py). The rest is the line and the server.\n"
    )
    return [
        Figure("usable", "Start page usable on slow 3G (400 ms, 400 kbit/s)", usable, budgets.USABLE, "s"),
        Figure("application", "A whole application on slow 3G, two photos", done.seconds, budgets.APPLICATION, "s"),
    ]


def _looks(observer: Observer, pages: list[Page], worker: int, notes: list[str]) -> list[Figure]:
    found, heaviest, states = [], ("", 0), 0
    for number, one in enumerate(pages, start=1):
        for screen in SCREENS:
            look = observer.look(one, screen)
            states += 1 + bool(one.press)
            found += [f"{one.name} on {screen.name}: {text}" for text in look.found]
            if one.for_citizens:
                heaviest = max(heaviest, (one.name, sum(look.wire.values()) + worker), key=lambda pair: pair[1])
        if number % 20 == 0:
            say(f"  {number} of {len(pages)} pages, {len(found)} findings")
    for text in found:
        say(f"  {text}")
    notes.append(
        f"- {len(pages)} pages in {states:,} states: {len(SCREENS)} screens (light and dark, 360, 768 and 1,366 px),"
        " with and without errors; each looked at by axe, the Nu Html Checker, for scrolling sideways at 320 px, and"
        " citizens' pages for what fingers press"
    )
    return [
        Figure("violations", f"Findings on {len(pages)} pages in {states:,} states", len(found), 0),
        Figure("cold", f"Heaviest citizen page on a first visit ({heaviest[0]})", heaviest[1], budgets.COLD, "bytes"),
    ]


if __name__ == "__main__":
    main()
