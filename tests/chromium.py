"""The Chromium of the browser tests: CHROMIUM names one, else Debian's; never one that a test tool downloads.

Its headless build goes first: the same engine without a desktop's windows, so a new visitor costs a quarter.
"""

import os
import shutil
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NAMES = (
    [os.environ["CHROMIUM"]]
    if os.environ.get("CHROMIUM")
    else ["chromium-headless-shell", "chromium", "chromium-browser"]
)
FOUND = next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

SMALL_PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1366, "height": 768}
HAS_SETTLED = """async () => {
    const passing = document.getAnimations().filter((one) => isFinite(one.effect.getComputedTiming().endTime));
    await Promise.allSettled(passing.map((one) => one.finished));
}"""
STORY_SCREEN = DESKTOP if os.environ.get("STORIES") == "desktop" else SMALL_PHONE
"""Applicants' stories run on a phone in `make test`, and once more on a desktop in `make stories`."""


def chromium() -> str:
    """Where it is. Without one the test is skipped and says so; with REQUIRE_BROWSER=1 it fails."""
    if FOUND is not None:
        return FOUND
    why = "Chromium is not installed (apt-get install chromium), or name one with CHROMIUM"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(why)
    pytest.skip(why)


def until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait until a condition of the page holds. Playwright's own waiting evaluates text later on, which the content
    policy of our pages forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition


def found_by_axe(page: Page) -> list[tuple[str, str]]:
    """What axe holds against a page, as rule and first place, once all of it is there and no colour changes any more: a
    click that leads to another page returns when that one begins."""
    page.wait_for_load_state()
    page.evaluate(HAS_SETTLED)
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]
