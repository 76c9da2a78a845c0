"""Somebody who reads English, in a real Chromium on a small phone without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.models import Draft, Notice
from tests.chromium import found_by_axe
from tests.factories import new_nik

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL = {"width": 320, "height": 640}
READ = ("/", "/keperluan/", "/keperluan/ktp-hilang/palembang/", "/zona/", "/privasi/", "/aksesibilitas/", "/cek-pesan/",
        "/lacak/", "/lacak/nomor-hilang/", "/ajukan/", "/ajukan/ktp-el/", "/ajukan/kk/", "/ajukan/legalisir/",
        "/ajukan/legalisir/tidak-perlu/", "/zona/Z7/", "/undangan/", "/undangan/x/", "/kepuasan/", "/luring/",
        "/tidak-ada/")  # fmt: skip


@pytest.fixture
def reader(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A phone of 320 px, set to English; that alone changes nothing."""
    context = browser.new_context(
        java_script_enabled=False,
        viewport=SMALL,  # type: ignore[arg-type]
        base_url=live_server.url,
        locale="en-GB",
        bypass_csp=True,
    )
    yield context.new_page()
    context.close()


def test_the_switch_is_on_the_page_and_the_whole_form_follows(reader: Page) -> None:
    reader.goto("/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Urus KTP-el, KK, dan legalisir dari rumah")
    reader.get_by_role("link", name="English").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("KTP-el, KK and certified copies from home")
    reader.get_by_role("link", name="KTP damaged").click()
    reader.get_by_role("link", name="The city of Palembang").click()
    reader.get_by_role("link", name="Apply now").click()
    reader.get_by_role("button", name="Start").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Who owns this KTP-el?")
    reader.get_by_label("NIK", exact=True).last.fill("1671")
    reader.get_by_role("button", name="Continue", exact=True).click()
    expect(reader.get_by_role("alert").first).to_contain_text("A NIK has 16 digits. You wrote 4.")
    reader.get_by_label("Myself").check()
    reader.get_by_label("Full name").fill("Siti Contoh")
    reader.get_by_label("NIK", exact=True).last.fill(new_nik())
    reader.get_by_label("Family card number (KK)").fill("1671041708959901")
    for part, typed in (("Day", "17"), ("Month", "August"), ("Year", "1995")):
        reader.get_by_label(part).fill(typed)
    reader.get_by_label("Female").check()
    reader.get_by_role("button", name="Continue", exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Where does the owner live?")
    assert Draft.objects.get().answers["birth_date"] == "1995-08-17"
    assert not Notice.objects.exists()


@pytest.mark.looks
def test_english_pages_fit_the_smallest_phone_and_axe_finds_nothing(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(viewport=SMALL, base_url=live_server.url, bypass_csp=True)  # type: ignore[arg-type]
    context.add_cookies([{"name": "bahasa", "value": "en", "url": live_server.url}])
    page = context.new_page()
    for address in READ:
        page.goto(address)
        assert page.evaluate("document.documentElement.lang") == "en", address
        assert found_by_axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], address
    context.close()
