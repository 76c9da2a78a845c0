"""A tracking page that stays open: it offers what is new, rests when nobody looks, and warns before it closes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.clock import database_now
from requests_app.models import Application, Promise
from requests_app.operations.decisions import decide
from requests_app.operations.review import claim_application
from tests.chromium import found_by_axe, until
from tests.citizen.track.test_browser import prove
from tests.factories import APPROVED, OfficerFactory, on_duty, submitted

EVERYWHERE = pytest.mark.parametrize("reader", ["phone", "desktop"], indirect=True)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = {"phone": {"width": 360, "height": 640}, "desktop": {"width": 1366, "height": 768}}
HALF_A_MINUTE, MINUTE = 30_000, 60_000


class Reader:
    """Somebody who looked an application up and leaves the page open; minutes pass when the story says so."""

    def __init__(self, page: Page, live_server: Any, application: Application, screen: str, folder: Path) -> None:
        self.page, self.application, self.screen, self.folder = page, application, screen, folder
        self.asked: list[int] = []
        page.clock.install()
        page.on("response", lambda r: self.asked.append(r.status) if r.url.endswith("/kabar/") else None)
        prove(page, live_server, application)

    def wait(self, milliseconds: int) -> None:
        """Time passes on the page, all at once."""
        self.page.clock.fast_forward(milliseconds)

    def hears(self, words: str) -> None:
        expect(self.page.locator("[data-live]")).to_contain_text(words)

    def look(self, name: str) -> None:
        self.page.screenshot(path=self.folder / f"{name}-{self.screen}.png", full_page=True)
        assert found_by_axe(self.page) == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= SCREENS[self.screen]["width"], name


@pytest.fixture
def reader(request: Any, browser: Browser, live_server: Any, tmp_path: Path) -> Iterator[Reader]:
    """With a small phone, unless the story asks for more."""
    screen = getattr(request, "param", "phone")
    context = browser.new_context(viewport=SCREENS[screen], service_workers="block")
    application = submitted(database_now() - timedelta(hours=1))
    yield Reader(context.new_page(), live_server, application, screen, tmp_path)
    context.close()


def approve(application: Application) -> None:
    """An officer approved it a minute ago: it can no longer be taken back."""
    then = database_now() - timedelta(minutes=1)
    officer = on_duty(OfficerFactory(), then)
    claim_application(application_id=application.pk, officer=officer, now=then)
    decide(application_id=application.pk, officer=officer, now=then, verdict=APPROVED)


def outcome(application: Application) -> str:
    return Promise.objects.get(application=application).outcome


@EVERYWHERE
def test_an_answer_is_offered_on_the_open_page_and_counts_once_it_is_read(reader: Reader) -> None:
    reader.look("waiting")
    approve(reader.application)
    with reader.page.expect_response("**/kabar/"):
        reader.wait(HALF_A_MINUTE)
    reader.hears("Ada kabar baru: Disetujui.")
    reader.look("news")
    assert outcome(reader.application) == "open", "hearing of it is not reading it"
    reader.page.get_by_role("link", name="Muat yang baru").click()
    expect(reader.page.locator("#next + p")).to_have_text("Tunggu. Kartu dicetak begitu blangko datang.")
    reader.look("approved")
    assert outcome(reader.application) == "kept"


def test_nothing_new_is_asked_for_less_and_less_often(reader: Reader) -> None:
    for wait in (HALF_A_MINUTE, 36_000):
        with reader.page.expect_response("**/kabar/") as answer:
            reader.wait(wait)
        assert answer.value.status == 304
    reader.wait(HALF_A_MINUTE)
    expect(reader.page.locator("[data-live]")).to_be_empty()
    assert reader.asked == [304, 304]


def test_a_page_that_nobody_looks_at_asks_nothing_and_asks_at_once_when_it_is_back(reader: Reader) -> None:
    hide(reader.page, True)
    reader.wait(10 * MINUTE)
    assert reader.asked == []
    with reader.page.expect_response("**/kabar/"):
        hide(reader.page, False)


def hide(page: Page, hidden: bool) -> None:
    """Another tab, or the screen switched off; and back."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_without_a_network_it_asks_nothing_and_asks_at_once_when_it_is_back(reader: Reader) -> None:
    reader.page.context.set_offline(True)
    until(reader.page, "navigator.onLine === false")
    reader.wait(10 * MINUTE)
    assert reader.asked == []
    with reader.page.expect_response("**/kabar/"):
        reader.page.context.set_offline(False)


@EVERYWHERE
def test_it_warns_before_it_closes_and_one_press_keeps_it_open(reader: Reader) -> None:
    reader.wait(25 * MINUTE)
    reader.hears("Demi keamanan, halaman ini tertutup dalam lima menit.")
    reader.look("closing")
    reader.page.get_by_role("link", name="Tetap buka").click()
    expect(reader.page.locator("[data-live]")).to_be_empty()
    assert reader.application.number in reader.page.url


def test_a_page_that_was_closed_elsewhere_says_so(reader: Reader) -> None:
    reader.page.context.clear_cookies()
    with reader.page.expect_response("**/kabar/"):
        reader.wait(HALF_A_MINUTE)
    reader.hears("Halaman ini sudah lama terbuka.")


def test_without_scripts_the_link_shows_what_is_new(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=SCREENS["phone"])
    page, application = context.new_page(), submitted(database_now() - timedelta(hours=1))
    prove(page, live_server, application)
    approve(application)
    page.get_by_role("link", name=re.compile("Perbarui")).click()
    expect(page.locator("#next + p")).to_have_text("Tunggu. Kartu dicetak begitu blangko datang.")
    context.close()
