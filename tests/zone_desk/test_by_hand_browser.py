"""Messages by hand in a real Chromium: two keys a message, WhatsApp opened with the text, no key presses too early."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from requests_app.clock import database_now
from requests_app.models import CallTask, Notice, NoticeAttempt, Visit, Zone
from requests_app.operations.notices import owe_notice
from requests_app.operations.visit_words import visit_params
from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook
from tests.channels.simulator_process import SimulatorProcess
from tests.operations.post_office import use_simulator
from tests.zone_desk.house import invited, slot_at
from tests.zone_desk.test_browser import look, sign_in

__all__ = ["_simulator", "_webhook", "simulator", "webhook"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("Siti Contoh", "Kgs. Budi Contoh", "Nyimas Aminah Contoh", "Rahmat Contoh")
NEVER_MORE_THAN = 2
"""Keys a message: Enter opens WhatsApp, S says that it was sent."""


@pytest.fixture
def now(db: None) -> datetime:
    return database_now()


@pytest.fixture
def phone_only(zone: Zone) -> Iterator[Zone]:
    """The zone has a phone and no API."""
    before = zone.whatsapp_phone_id
    Zone.objects.filter(pk=zone.pk).update(whatsapp_phone_id="")
    zone.refresh_from_db()
    yield zone
    Zone.objects.filter(pk=zone.pk).update(whatsapp_phone_id=before)


@pytest.fixture
def waiting(phone_only: Zone, now: datetime) -> list[Notice]:
    """Four answers that invite to slots of the coming days."""
    notices = []
    for n, name in enumerate(NAMES):
        visit = invited(slot_at(phone_only, now + timedelta(days=3, minutes=30 * n), "ABCD"[n]), now, name=name)
        application = visit.services.get().application
        at = now - timedelta(seconds=9 - n)
        notice = owe_notice(
            application, "invitation", now=at, dedup="1", visit=visit, params=visit_params(visit, application),
            promise=application.promises.get(),
        )  # fmt: skip
        notices.append(notice)
    return notices


@pytest.fixture
def opened(context: BrowserContext) -> list[str]:
    """Where the page led: WhatsApp itself is not asked."""
    addresses: list[str] = []

    def answer(route: Route) -> None:
        addresses.append(route.request.url)
        route.fulfill(body="<title>WhatsApp</title>", content_type="text/html")

    context.route("https://wa.me/**", answer)
    return addresses


@pytest.fixture
def at_the_page(page: Page, live_server: Any, clerk: Any, waiting: Any, opened: Any) -> Page:
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/uptd/Z7/kirim/")
    page.wait_for_load_state()
    return page


def shows(page: Page, notice: Notice) -> None:
    expect(page.locator("[data-message]")).to_have_attribute("data-message", str(notice.pk))
    page.wait_for_timeout(800)  # keys decide nothing in the first moment of a page


def key(page: Page, name: str) -> None:
    page.keyboard.press(name)


def test_a_message_takes_two_keys_and_the_next_one_is_there(
    at_the_page: Page, context: BrowserContext, waiting: list[Notice], opened: list[str]
):
    page, keys = at_the_page, 0
    for done, notice in enumerate(waiting[:3], start=1):
        shows(page, notice)
        with context.expect_page() as tab:
            key(page, "Enter")
        tab.value.wait_for_load_state()
        tab.value.close()
        key(page, "s")
        keys += 2
        expect(page.locator("main")).to_contain_text(f"{done} dari 4 hari ini")
    assert keys == NEVER_MORE_THAN * 3
    for address, notice in zip(opened, waiting, strict=False):
        assert urlsplit(address).path == f"/{notice.recipient[1:]}"
        assert "nomor antrean" in parse_qs(urlsplit(address).query)["text"][0]
    assert NoticeAttempt.objects.filter(officer__isnull=False).count() == 3
    assert Notice.objects.filter(state="sent").count() == 3
    shows(page, waiting[3])
    look(page, "by_hand_desktop")


def test_sent_waits_until_whatsapp_was_opened_and_a_key_held_down_decides_nothing(
    at_the_page: Page, waiting: list[Notice]
):
    page = at_the_page
    shows(page, waiting[0])
    expect(page.get_by_role("button", name="Terkirim")).to_be_disabled()
    key(page, "s")
    page.wait_for_timeout(300)
    assert not NoticeAttempt.objects.exists()
    key(page, "Enter")
    expect(page.get_by_role("button", name="Terkirim")).to_be_enabled()
    page.reload()
    expect(page.get_by_role("button", name="Terkirim")).to_be_enabled()
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 's', repeat: true, bubbles: true}))")
    key(page, "s")  # too early: the page has only just come
    page.wait_for_timeout(300)
    assert not NoticeAttempt.objects.exists()


def test_a_wrong_number_and_a_wrong_key(at_the_page: Page, waiting: list[Notice]):
    page = at_the_page
    shows(page, waiting[0])
    key(page, "x")
    shows(page, waiting[1])
    assert CallTask.objects.filter(closed_at=None).count() == 1
    look(page, "by_hand_undo")
    key(page, "u")
    shows(page, waiting[0])
    assert not CallTask.objects.filter(closed_at=None).exists()


def test_on_a_phone_and_without_work(at_the_page: Page, waiting: list[Notice], live_server: Any):
    page = at_the_page
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    look(page, "by_hand_phone")
    key(page, "Enter")
    page.wait_for_timeout(800)
    page.get_by_role("button", name="Terkirim").click()
    shows(page, waiting[1])
    look(page, "by_hand_phone_next")
    Visit.objects.update(state="cancelled")
    page.reload()
    expect(page.locator("main")).to_contain_text("Tidak ada pesan yang menunggu")
    look(page, "by_hand_nothing")


def test_without_scripts_it_is_the_same_with_buttons(
    playwright: Any, browser: Any, live_server: Any, clerk: Any, waiting: list[Notice]
):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 768, "height": 1024})
    page = context.new_page()
    sign_in(page, live_server.url, clerk)
    page.goto(f"{live_server.url}/uptd/Z7/kirim/")
    page.get_by_role("button", name="Terkirim").click()
    expect(page.locator("[data-message]")).to_have_attribute("data-message", str(waiting[1].pk))
    expect(page.locator("main")).to_contain_text("1 dari 4 hari ini")
    context.close()


def test_it_arrives_on_the_simulated_phone_from_the_zones_own_number(
    at_the_page: Page, context: BrowserContext, waiting: list[Notice], simulator: SimulatorProcess, settings: Any
):
    page, notice = at_the_page, waiting[0]
    use_simulator(settings, simulator)
    number = notice.zone.whatsapp_number
    named = {f"hp-{number[1:]}": {"display_phone_number": number, "name": notice.zone.name}}
    simulator.control("senders", named)
    page.reload()
    shows(page, notice)
    with context.expect_page() as tab:
        key(page, "Enter")
    phone = tab.value
    phone.set_viewport_size({"width": 412, "height": 800})
    look(phone, "by_hand_simulated_phone")
    phone.get_by_role("button", name="Kirim").click()
    phone.get_by_role("link", name="Lihat di telepon warga").click()
    chat = phone.frame_locator("iframe")
    expect(chat.locator(".gelembung")).to_contain_text(f"dari {notice.zone.name} · {number}")
    assert notice.visit is not None
    link = chat.get_by_role("link")
    assert link.get_attribute("href", timeout=3000).endswith(f"/undangan/{notice.visit.code.replace('-', '')}/")
