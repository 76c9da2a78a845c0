"""The officer's desk in a real Chromium: sign in, take, approve with one key, take back; nothing for axe to find."""

import io
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import Application, CallTask, Decision
from requests_app.operations.clock import break_promises
from tests.chromium import found_by_axe
from tests.factories import APPROVED, RECORDING, OfficerFactory, decided, on_duty, submitted
from tests.officer.conftest import add_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth)
    .map(e => e.tagName + "." + e.className + "#" + e.id)"""
PASSWORD = "sandi-contoh-panjang"


def family_card() -> bytes:
    """A picture with something to look at."""
    picture = Image.new("RGB", (1600, 1130), "#fdfaf2")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 40, 1560, 1090), outline="#35506b", width=4)
    draw.text((620, 80), "KARTU KELUARGA (CONTOH)", fill="#1b2a3a", font_size=34)
    for line in range(12):
        draw.line((80, 220 + 70 * line, 1520, 220 + 70 * line), fill="#8aa0b5", width=2)
        words = f"{line + 1}   Anggota keluarga contoh   Palembang   17-08-1995"
        draw.text((100, 180 + 70 * line), words, fill="#33424f", font_size=26)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@pytest.fixture
def waiting() -> tuple[Application, Application]:
    """Two applications in the queue, the first with photos."""
    now = database_now()
    first = submitted(now - timedelta(days=4, hours=2))
    add_page(first, "KK", content=family_card())
    add_page(first, "SURAT_HILANG", content=family_card(), hints=["blurred"])
    return first, submitted(now - timedelta(days=1), phone=first.phone, sex="L")


@pytest.fixture
def signed_in_page(page: Page, live_server, waiting) -> Page:
    """On the officer's first page."""
    on_duty(OfficerFactory(username="dewi", first_name="Dewi", last_name="Contoh"), database_now())
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_server.url}/masuk/")
    page.get_by_label("Nama pengguna").fill("dewi")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Meja petugas")
    page.wait_for_load_state()  # keys work from here on
    return page


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; a picture where SCREENSHOTS names a folder."""
    assert found_by_axe(page) == []
    assert page.evaluate(TOO_WIDE) == [], name
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}.png")


def settle(page: Page) -> None:
    """Keys decide nothing in the first moment of a page."""
    page.wait_for_timeout(800)


def test_take_approve_with_one_key_and_take_back(signed_in_page: Page, waiting) -> None:
    page = signed_in_page
    first, second = waiting
    look(page, "home")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(first.number)
    expect(page.locator("#gambar")).to_have_js_property("complete", True)
    look(page, "review")
    fits = page.locator(".decide").bounding_box()
    assert fits is not None
    assert fits["y"] + fits["height"] <= 768
    buttons = page.locator(".thumbs").bounding_box()
    assert buttons is not None
    assert buttons["y"] + buttons["height"] <= fits["y"], "the bar covers no button of the documents"
    page.keyboard.press("2")
    expect(page.locator("#gambar")).to_have_attribute("alt", "Surat kehilangan dari kepolisian")
    settle(page)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text(second.number)
    expect(page.locator("[data-undo]")).to_contain_text(first.number)
    look(page, "next_with_undo")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text(first.number)
    assert Decision.objects.get().taken_back_at is not None


def test_a_key_held_down_or_pressed_too_early_decides_nothing(signed_in_page: Page, waiting) -> None:
    page = signed_in_page
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(waiting[0].number)
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', repeat: true, bubbles: true}))")
    page.evaluate("Date.now = () => 0; document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}))")
    expect(page.get_by_role("status").filter(has_text="Halaman baru saja terbuka")).to_be_visible()
    page.reload()
    settle(page)
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', repeat: true, bubbles: true}))")
    page.get_by_text("Ubah yang dibawa atau catatan").click()
    page.get_by_label("Catatan untuk warga").press("j")
    page.get_by_role("button", name="Pintasan tombol").click()
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert not Decision.objects.exists()
    page.keyboard.press("Alt+k")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Perlu perbaikan")


def test_reasons_are_one_tab_away_and_the_key_on_the_button_works(signed_in_page: Page, waiting) -> None:
    page = signed_in_page
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(waiting[0].number)
    page.wait_for_load_state()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=2).first).to_be_focused()
    own_words = page.locator(".fix tbody tr").first.locator("input")
    expect(own_words).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Lihat pesannya")).to_contain_text("Alt+J")
    page.keyboard.press("ArrowDown")
    expect(own_words).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=2).first.focus()
    expect(page.get_by_role("button", name="Lihat pesannya")).not_to_contain_text("Alt")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Setujui")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=2).first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Pesan ini akan dibaca warga")


@pytest.mark.looks
def test_every_page_on_a_wide_and_a_narrow_screen(signed_in_page: Page, waiting, live_server) -> None:
    page = signed_in_page
    now = database_now()
    held = submitted(now, nik=waiting[0].nik)
    decided(now, APPROVED)
    decided(now, RECORDING)
    task = _unreached(now)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(waiting[0].number)
    own = f"/petugas/permohonan/{waiting[0].number}/"
    addresses = {
        "home": "/petugas/",
        "review": own,
        "correction": f"{own}putuskan/needs_correction/",
        "reject": f"{own}putuskan/rejected/",
        "recording": f"{own}putuskan/recording_needed/",
        "list": "/petugas/permohonan/",
        "duplicates": "/petugas/ganda/",
        "compare": f"/petugas/ganda/{held.number}/",
        "recordings": "/petugas/perekaman/",
        "calls": "/petugas/hubungi/",
        "call": f"/petugas/hubungi/{task.pk}/",
        "report": "/petugas/laporan/",
        "other": f"/petugas/permohonan/{waiting[1].number}/",
    }
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 768})
        for name, address in addresses.items():
            page.goto(f"{live_server.url}{address}")
            look(page, f"{name}_{width}")
        page.goto(f"{live_server.url}{own}putuskan/rejected/")
        page.get_by_label("Bukan penduduk kota").check()
        page.get_by_role("button", name="Lihat pesannya").click()
        look(page, f"preview_{width}")


def _unreached(now: datetime) -> CallTask:
    application = decided(now - timedelta(days=6), APPROVED)
    break_promises(now=now)
    return application.calls.get()
