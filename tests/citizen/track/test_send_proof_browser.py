"""The proof by sending with a small phone: WhatsApp opens beside the page, and the page goes on when it has arrived."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from requests_app.clock import database_now
from requests_app.operations.sent_proofs import prove
from tests.chromium import found_by_axe
from tests.citizen.someone import SCREENS, Someone
from tests.factories import submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_goes_on_by_itself_once_the_message_has_arrived(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(viewport=SCREENS["phone"], base_url=live_server.url, service_workers="block")  # type: ignore[arg-type]
    context.route(re.compile(r".*/\d+\?text=.*"), lambda route: route.fulfill(body="WhatsApp"))
    page = context.new_page()
    page.clock.install()
    someone, application = Someone(page), submitted(database_now())
    someone.looks_up(application)
    someone.press("Buktikan lewat WhatsApp (gratis)")
    someone.is_headed("Buktikan lewat WhatsApp")
    someone.reads("Halaman ini lanjut sendiri setelah pesan Anda sampai.")
    page.get_by_text("WhatsApp tidak terbuka?").click()
    assert found_by_axe(page) == []
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Buka WhatsApp").click()
    words = parse_qs(urlsplit(opened.value.url).query)["text"][0]
    someone.reads(words)
    code = words.split()[1]
    now = database_now()
    whose = {"phone_hash": application.phone_hash, "zone_id": application.zone_id}
    assert prove(code=code, **whose, sent_at=now, now=now) == application
    page.clock.fast_forward(5_000)
    expect(page.get_by_role("heading", level=1)).to_have_text(application.number)
    someone.reads(application.name)
    context.close()
