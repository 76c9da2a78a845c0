"""The zone's desk and its display in a real Chromium: an invitation is read by the camera or typed, its household is
called, served with a signature drawn on the screen; the television shows and says the number."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import ClockOffset, Visit, Zone
from requests_app.operations.desk import call_next, check_in
from requests_app.rules.dates import local_date, start_of_day
from tests.factories import PASSWORD
from tests.officer.conftest import add_page
from tests.officer.test_browser import TOO_WIDE, family_card
from tests.zone_desk.house import decided_application, invited, put_on, slot_at, walked_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"tablet": (768, 1024), "desktop": (1366, 768), "phone": (360, 740)}
NAMES = ("Siti Contoh", "Kgs. Budi Contoh", "Nyimas Aminah Contoh", "Rahmat Contoh", "Dewi Contoh", "Yusuf Contoh")


@pytest.fixture
def now(db: None) -> datetime:
    """Ten past nine of today in Palembang."""
    real = database_now()
    wanted = start_of_day(local_date(real)) + timedelta(hours=9, minutes=10)
    ClockOffset.objects.update_or_create(id=1, defaults={"seconds": (wanted - real).total_seconds()})
    return database_now()


@pytest.fixture
def busy(zone: Zone, clerk: Any, now: datetime) -> dict[str, Visit]:
    """A morning: somebody at desk 1, three waiting, others expected, one served, one who did not come."""
    day = start_of_day(local_date(now))
    slots = [slot_at(zone, day + timedelta(hours=8, minutes=30 * n), "ABCDEF"[n]) for n in range(6)]
    visits = {
        "served": invited(slots[0], now, state="served", name=NAMES[0]),
        "missed": invited(slots[0], now, state="missed", name=NAMES[5]),
        "called": invited(slots[1], now, people=2, name=NAMES[1], reason="rusak"),
        "waiting": invited(slots[2], now, name=NAMES[2], service="legalisir", copies="3"),
        "recording": invited(slots[2], now, name=NAMES[3], service="ktp_el"),
        "today": invited(slots[3], now, name=NAMES[4], people=2),
        "later": invited(slots[4], now, name="Muhammad Al-Fatih Kurniawan Contoh", state="invited"),
    }
    visits["other_day"] = invited(slot_at(zone, slots[0].starts_at + timedelta(days=2)), now, name=NAMES[0])
    second = decided_application(zone, now, service="legalisir", status="invited", name=NAMES[4], copies="2")
    put_on(visits["today"], second)
    for name in ("called", "waiting", "recording"):
        add_page(visits[name].services.get().application, "KK", content=family_card())
        check_in(visit_id=visits[name].pk, zone=zone, officer=clerk, now=now - timedelta(minutes=20), people=1)
    add_page(visits["today"].services.first().application, "SURAT_HILANG", content=family_card())
    visits["walk_in"] = walked_in(zone, now - timedelta(minutes=15), clerk)
    call_next(zone=zone, desk=1, now=now - timedelta(minutes=4))
    return visits


@pytest.fixture
def desk_page(page: Page, live_server: Any, clerk: Any, busy: Any) -> Iterator[Page]:
    """At the zone's desk."""
    page.set_viewport_size({"width": 768, "height": 1024})
    page.goto(f"{live_server.url}/uptd/")
    page.get_by_label("Nama pengguna").fill(clerk.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hari ini")
    page.wait_for_load_state()
    yield page
    page.goto("about:blank")


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; a picture where SCREENSHOTS names a folder."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(TOO_WIDE) == [], name
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}.png", full_page=True)


def test_every_page_on_a_tablet_a_computer_and_a_phone(desk_page: Page, live_server, busy, other_zone, now):
    page, there = desk_page, f"{live_server.url}/uptd/Z7/"
    addresses = {
        "today": "",
        "another_day": f"?hari={local_date(now) + timedelta(days=2)}",
        "arrival": f"kunjungan/{busy['today'].pk}/",
        "other_day": f"kunjungan/{busy['other_day'].pk}/",
        "served": f"kunjungan/{busy['served'].pk}/",
        "missed": f"kunjungan/{busy['missed'].pk}/",
        "serve": f"kunjungan/{busy['called'].pk}/",
        "serve_copies": f"kunjungan/{busy['waiting'].pk}/",
        "serve_recording": f"kunjungan/{busy['recording'].pk}/",
    }
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for name, address in addresses.items():
            page.goto(there + address)
            look(page, f"desk_{name}_{size}")
        page.goto(there)
        page.get_by_label("Kode undangan atau nomor permohonan").fill("ABCD-EFGH-JKMN")
        page.get_by_role("button", name="Cari").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Kode ini tidak kami kenal")
        look(page, f"desk_unknown_{size}")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (768, 1024), (360, 740)])
def test_the_display_on_a_television_and_smaller(page: Page, live_server, busy, zone, now, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live_server.url}/uptd/layar/Z7/")
    expect(page.locator(".now .number")).to_have_text(busy["called"].number)
    look(page, f"display_{width}")
    if width >= 1366:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    Zone.objects.filter(pk=zone.pk).update(room_capacity=3)
    expect(page.get_by_text("silakan menunggu di luar")).to_be_visible(timeout=10_000)
    look(page, f"display_full_{width}")
    if width >= 1366:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
