"""The tracking pages in a real Chromium: nothing for axe to find, nothing wider than a small phone's screen."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from requests_app.clock import database_now
from requests_app.models import Notice
from requests_app.operations.clock import break_promises
from requests_app.operations.decisions import Verdict
from tests.chromium import found_by_axe
from tests.factories import APPROVED, CORRECTION, REJECTED, decided, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = Verdict("needs_correction", items=[*CORRECTION.items, {"target": "birth_date", "reason": "data_beda_kk"}])
SCREENS = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}


@pytest.fixture(params=SCREENS)
def look(request: Any, page: Page, live_server: Any, tmp_path: Path) -> Callable[[str, str], Page]:
    """Open an address (or stay, for none) and look at the page: rules of accessibility, width, a picture."""
    page.set_viewport_size(SCREENS[request.param])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)

    def at(name: str, address: str = "") -> Page:
        if address:
            page.goto(live_server.url + address)
        assert found_by_axe(page) == [], name
        page.screenshot(path=tmp_path / f"{name}-{request.param}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREENS[request.param]["width"], name
        assert [text for text in said if "422" not in text] == [], name
        return page

    return at


def prove(page: Page, live_server: Any, application: Any) -> None:
    """Look up, ask for the code, type it, as a person does."""
    page.goto(f"{live_server.url}/lacak/")
    page.fill("#id_number", application.number)
    page.fill("#id_four_digits", application.phone[-4:])
    page.get_by_role("button", name="Lihat permohonan").click()
    page.get_by_role("button", name="Kirim kode").click()
    page.fill("#id_code", Notice.objects.filter(purpose="code").latest("created_at").params["kode"])
    page.get_by_role("button", name="Buka permohonan").click()


def test_before_the_proof(look, page, live_server):
    now = database_now()
    for minutes in range(3):
        submitted(now - timedelta(minutes=9 + minutes))
    application = submitted(now - timedelta(days=2))
    look("start", "/")
    look("privacy", "/privasi/")
    look("offices", "/zona/")
    look("look_up", "/lacak/")
    page.fill("#id_number", "PLG-1")
    page.get_by_role("button", name="Lihat permohonan").click()
    look("look_up_wrong")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.fill("#id_number", application.number)
    page.fill("#id_four_digits", application.phone[-4:])
    page.get_by_role("button", name="Lihat permohonan").click()
    look("stage")
    page.get_by_role("button", name="Kirim kode").click()
    look("code")
    look("lost", "/lacak/nomor-hilang/")
    look("lost_sent", "/lacak/nomor-hilang/terkirim/")
    look("link", "/buka/abc/")


def test_a_broken_promise(look, page, live_server):
    now = database_now()
    application = submitted(now - timedelta(days=5, minutes=1), name="Muhammad Contoh bin Abdul Sangat Panjang Namanya")
    break_promises(now=now)
    prove(page, live_server, application)
    look("broken")
    look("report", f"/lacak/{application.number}/lapor/")
    page.fill("#id_words", "Belum ada kabar sampai hari ini.")
    page.get_by_role("button", name="Kirim laporan").click()
    look("reported")


def test_a_correction(look, page, live_server):
    application = decided(database_now() - timedelta(minutes=1), BOTH)
    prove(page, live_server, application)
    look("faults")
    page.get_by_role("link", name="Perbaiki sekarang").click()
    look("correct")
    page.get_by_role("button", name="Kirim perbaikan", exact=True).last.click()
    look("correct_wrong")


def test_an_approval_and_a_rejection(look, page, live_server):
    before = database_now() - timedelta(minutes=1)
    approved, rejected = decided(before, APPROVED), decided(before, REJECTED)
    prove(page, live_server, approved)
    look("approved")
    look("contact", f"/lacak/{approved.number}/kontak/")
    look("withdraw", f"/lacak/{approved.number}/batal/")
    look("receipt", f"/lacak/{approved.number}/bukti/")
    prove(page, live_server, rejected)
    look("rejected")
    look("object", f"/lacak/{rejected.number}/keberatan/")
