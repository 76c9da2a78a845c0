"""Without scripts, and without a mouse: in a real Chromium, as somebody does it."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.chromium import DESKTOP
from tests.citizen.apply.phone import OWNER, PORTRAIT, Phone, draft_answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NIK = "1671 0157 0895 9031"


def test_without_scripts_the_page_reads_the_nik_after_lanjut(browser: Browser, live_server: Any) -> None:
    phone = Phone(browser, live_server.url, java_script_enabled=False)
    phone.begins()
    phone.type(nik=NIK)
    phone.press()
    phone.sees("Menurut NIK: lahir 17 Agustus 1995, perempuan — benar?")
    phone.context.close()


@pytest.mark.parametrize("screen", [PORTRAIT, DESKTOP], ids=["phone", "desktop"])
def test_keyboard_alone_from_the_start_page_to_the_address(phone: Phone, screen: Any) -> None:
    phone.page.set_viewport_size(screen)
    page = phone.open()
    tab_to(phone, "Mulai")
    page.keyboard.press("Enter")
    phone.is_at("alasan/")
    tab_to(phone, "KTP-el pertama")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.is_checked('input[name="reason"][value="rusak"]')
    page.keyboard.press("Enter")
    phone.is_at("pemilik/")
    tab_to(phone, "Lanjut")
    page.keyboard.press("Enter")
    focused = page.locator(":focus")
    expect(focused).to_have_class("errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "applicant"
    page.keyboard.press("Space")
    for name, text in {"name": OWNER["name"], "nik": NIK}.items():
        tab_to_field(phone, name)
        page.keyboard.type(text)
    tab_to(phone, "Ya, isi tanggal lahir dan jenis kelamin")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "birth_date_0", "focus goes on, it is not lost"
    assert [phone.typed(f"birth_date_{n}") for n in range(3)] == ["17", "8", "1995"]
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.name") == "kk_number"
    page.keyboard.type(OWNER["kk_number"])
    page.keyboard.press("Enter")
    phone.is_at("alamat/")
    assert draft_answers()["sex"] == "P"


def tab_to(phone: Phone, words: str) -> None:
    """Press Tab until what has the focus says these words; it has the focus somewhere at every step."""
    says = "e => (e.labels && e.labels[0] || e).textContent.trim()"
    for _ in range(40):
        phone.page.keyboard.press("Tab")
        focused = phone.page.evaluate_handle("document.activeElement")
        assert focused.evaluate("e => e !== document.body")
        if str(focused.evaluate(says)).startswith(words):
            return
    raise AssertionError(f"no way to {words} by keyboard")


def tab_to_field(phone: Phone, name: str) -> None:
    """The same for an input."""
    for _ in range(20):
        if phone.page.evaluate("document.activeElement.name") == name:
            return
        phone.page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name} by keyboard")
