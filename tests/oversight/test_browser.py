"""The supervisor's pages in a real Chromium, over the demo set: nothing for axe to find, nothing too wide."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.demo.accounts import DEMO_PASSWORD
from requests_app.demo.load import load_demo
from requests_app.models import Decision, Report
from requests_app.operations.sweep import record_sweep
from tests.chromium import found_by_axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"1366": (1366, 768), "360": (360, 740)}


@pytest.fixture
def desk(page: Page, live_server: Any, settings: Any, tmp_path: Path) -> Page:
    """Signed in as the demo supervisor, with 300 applications."""
    settings.DATA_DIR = tmp_path
    now = database_now()
    load_demo(now=now, count=300, days=14, seed=1671)
    for name in ("enforce_promises", "deliver_due"):
        record_sweep(name, now=now, done=0)
    page.goto(f"{live_server.url}/masuk/")
    page.get_by_label("Nama pengguna").fill("pengawas1")
    page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/pengawas/")
    return page


def look(page: Page, name: str) -> None:
    """Nothing for axe, nothing too wide; pictures where ADMINDUK_SHOTS names a folder for them."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert found_by_axe(page) == [], (name, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if "ADMINDUK_SHOTS" in os.environ:
            page.screenshot(path=Path(os.environ["ADMINDUK_SHOTS"]) / f"{name}-{size}.png", full_page=True)


@pytest.mark.looks
def test_every_page_of_the_supervisor_is_sound_on_both_screens(desk: Page, live_server: Any) -> None:
    said: list[str] = []
    desk.on("console", lambda message: said.append(message.text))
    report = Report.objects.exclude(status="closed").order_by("pk")[0]
    decision = Decision.objects.filter(application__status="rejected").order_by("pk")[0]
    pages = {
        "home": "",
        "broken": "lewat/?semua=1",
        "soon": "segera/",
        "reports": "laporan/",
        "report": f"laporan/{report.number}/",
        "invitations": "undangan/",
        "survey": "survei/",
        "annul": f"permohonan/{decision.application.number}/pembatalan/",
    }
    for name, address in pages.items():
        desk.goto(f"{live_server.url}/pengawas/{address}")
        look(desk, name)
    assert said == []


@pytest.mark.looks
def test_dark_is_readable_too(desk: Page, live_server: Any) -> None:
    desk.emulate_media(color_scheme="dark")
    desk.goto(f"{live_server.url}/pengawas/")
    look(desk, "home-dark")


def test_a_report_is_answered_and_closed_by_hand(desk: Page, live_server: Any) -> None:
    number = Report.objects.filter(status="open", owner=None).order_by("opened_at", "pk")[0].number
    desk.get_by_role("link", name="Laporan terbuka", exact=True).first.click()
    desk.get_by_role("link", name=number).click()
    desk.get_by_role("button", name="Jadikan tanggung jawab saya").click()
    expect(desk.get_by_text(f"Laporan {number} sekarang tanggung jawab Anda.")).to_be_visible()
    desk.get_by_label("Jawaban untuk warga").fill("Mohon maaf. Permohonan Anda kami periksa hari ini.")
    desk.get_by_role("button", name="Kirim jawaban").click()
    desk.get_by_role("button", name="Tutup laporan").click()
    expect(desk.get_by_text(f"Laporan {number} ditutup.")).to_be_visible()
    assert Report.objects.get(number=number).close_reason == "done"
