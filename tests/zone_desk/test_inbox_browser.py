"""The inbox on a phone in a real Chromium: a question is read and answered by keyboard alone, and waits no more."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import InboxNote, Zone
from tests.operations.inbound import write
from tests.zone_desk.test_browser import look, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now(db: None) -> datetime:
    return database_now()


def test_a_question_is_read_and_answered_on_a_phone(
    page: Page, live_server: Any, clerk: Any, zone: Zone, now: datetime
):
    write("Apakah ibu saya harus datang sendiri? " + "panjang" * 20, now, zone=zone)
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, live_server.url, clerk)
    page.get_by_role("link", name="Pesan masuk (1)").click()
    look(page, "inbox_phone")
    page.locator("ul.visits a").press("Enter")
    look(page, "conversation_phone")
    page.get_by_label("Jawaban Anda").fill("Buka bit.ly/contoh")
    page.get_by_role("button", name="Kirim jawaban").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("tautan")
    look(page, "conversation_refused_phone")
    page.get_by_label("Jawaban Anda").fill("Ya, ibu Anda sendiri, dengan KK asli")
    page.get_by_role("button", name="Kirim jawaban").press("Enter")
    expect(page.locator(".bubble.out").last).to_contain_text("Ya, ibu Anda sendiri, dengan KK asli.")
    expect(page.get_by_text("Tidak menunggu jawaban")).to_be_visible()
    look(page, "conversation_answered_phone")
    page.get_by_role("link", name="Pesan masuk", exact=True).click()
    expect(page.get_by_text("Tidak ada pesan yang menunggu jawaban.")).to_be_visible()
    look(page, "inbox_done_phone")
    assert InboxNote.objects.get().officer == clerk
