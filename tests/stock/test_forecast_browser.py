"""The forecast in a real Chromium: readable on a phone and at a desk, instant while somebody types."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.clock import database_now
from requests_app.models import Officer
from requests_app.operations.cover_alerts import watch_cover
from requests_app.operations.planned_deliveries import plan_delivery
from requests_app.rules.dates import local_date
from tests.chromium import found_by_axe
from tests.factories import PASSWORD, OfficerFactory
from tests.operations.blanks import queued_cards
from tests.stock.forecasts import three_months

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"1366": (1366, 768), "360": (360, 740)}
PAGE = "/stok/prakiraan/"


@pytest.fixture
def supervisor(transactional_db: None) -> Officer:
    officer = OfficerFactory(role="supervisor", first_name="Nurlela", last_name="Contoh")
    now = database_now()
    three_months(now)
    queued_cards(now, 40)
    plan_delivery(
        expected_on=local_date(now + timedelta(days=45)), quantity=4000, note="470/1/CONTOH", officer=officer, now=now
    )
    watch_cover(cover_days=29.5, free=2600, order_by=None, now=now)
    return officer


def sign_in(page: Page, address: str, officer: Officer) -> None:
    page.goto(f"{address}/masuk/")
    page.get_by_label("Nama pengguna").fill(officer.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/pengawas/")


@pytest.fixture
def desk(page: Page, live_server: Any, supervisor: Officer) -> Iterator[Page]:
    """Signed in, on the page of the forecast; nothing may go wrong in the console."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    sign_in(page, live_server.url, supervisor)
    page.goto(f"{live_server.url}{PAGE}")
    yield page
    assert [text for text in told if "422" not in text] == []


def look(page: Page, name: str) -> None:
    """Nothing for axe, nothing too wide; pictures where ADMINDUK_SHOTS names a folder for them."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if "ADMINDUK_SHOTS" in os.environ:
            page.screenshot(path=Path(os.environ["ADMINDUK_SHOTS"]) / f"{name}-{size}.png", full_page=True)
        assert found_by_axe(page) == [], (name, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, size)


def overlaps(page: Page) -> list[str]:
    """Words of the drawing that lie over each other, or leave it."""
    found: list[str] = page.evaluate(
        """() => {
        const box = document.querySelector('.chart.stock > svg').getBoundingClientRect();
        const texts = [...document.querySelectorAll('.chart.stock > svg > text')]
          .filter(t => getComputedStyle(t).display !== 'none');
        const seen = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
        const out = seen.filter(([, a]) => a.left < box.left - 1 || a.right > box.right + 1)
          .map(([t]) => t + ' leaves');
        seen.forEach(([t, a], i) => seen.slice(i + 1).forEach(([u, b]) => {
          if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
            out.push(t + ' over ' + u);
        }));
        return out;
        }"""
    )
    return found


def test_the_forecast_reads_well_on_a_phone_and_at_a_desk(desk: Page) -> None:
    look(desk, "prakiraan")
    for size, (width, height) in SIZES.items():
        desk.set_viewport_size({"width": width, "height": height})
        assert overlaps(desk) == [], size
    desk.emulate_media(color_scheme="dark")
    look(desk, "prakiraan-gelap")


def test_the_letter_page_and_the_supervisors_line_read_well(desk: Page, live_server: Any) -> None:
    desk.get_by_role("link", name="Surat permohonan blangko").click()
    desk.get_by_role("heading", name="Surat permohonan blangko").wait_for()
    look(desk, "surat-blangko")
    desk.goto(f"{live_server.url}/pengawas/")
    expect(desk.get_by_text("Blangko tinggal untuk 30 hari atau kurang")).to_be_visible()
    look(desk, "pengawas-blangko")
    desk.get_by_role("link", name="Blangko", exact=True).click()
    desk.wait_for_url(f"**{PAGE}")


def test_an_assumption_is_shown_while_it_is_typed_and_a_step_back_takes_it_away(desk: Page) -> None:
    expect(desk.locator("polyline.other")).to_have_count(0)
    field = desk.get_by_label("Permintaan berubah (%)")
    field.fill("20")
    expect(desk.locator("polyline.other")).to_have_count(1)
    expect(desk.get_by_role("rowheader", name="Pengandaian Anda")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("20")
    assert "permintaan=20" in desk.url
    look(desk, "prakiraan-andai")
    field.fill("35")
    desk.wait_for_url("**permintaan=35**")
    desk.get_by_label("Kiriman terlambat (hari)").fill("30")
    desk.wait_for_url("**terlambat=30**")
    desk.go_back()
    expect(desk.get_by_label("Permintaan berubah (%)")).to_have_value("35")
    assert "terlambat=0" in desk.url
    desk.go_back()
    expect(desk.locator("polyline.other")).to_have_count(0)


def test_what_cannot_be_read_is_said_beside_the_field_at_once_and_taken_away_again(desk: Page) -> None:
    field = desk.get_by_label("Permintaan berubah (%)")
    field.fill("500")
    expect(desk.get_by_text("Permintaan berubah (%): isi angka -50 sampai 100.")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("50")
    expect(desk.get_by_text("Permintaan berubah (%): isi angka -50 sampai 100.")).to_have_count(0)
    expect(desk.locator("polyline.other")).to_have_count(1)


def test_without_scripts_the_form_is_sent(browser: Browser, live_server: Any, supervisor: Officer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url, supervisor)
    page.goto(f"{live_server.url}{PAGE}")
    page.get_by_label("Permintaan berubah (%)").fill("20")
    page.get_by_role("button", name="Hitung").click()
    expect(page.get_by_role("rowheader", name="Pengandaian Anda")).to_be_visible()
    page.get_by_role("link", name="Hanya separuh kiriman yang datang").click()
    page.wait_for_url("**bagian=50**")
    expect(page.get_by_label("Yang datang dari tiap kiriman (%)")).to_have_value("50")
    context.close()
