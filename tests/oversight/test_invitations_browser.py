"""A zone without a number: seen on the first page, with who waits and whom to call. And what people wrote."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import Application, Promise
from requests_app.operations.visit_clock import lapse_invitations
from tests.chromium import found_by_axe
from tests.citizen.survey.conftest import said
from tests.factories import PASSWORD, OfficerFactory, submitted
from tests.operations.offices import AWAY, approve, asked, invited, open_office

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"1366": (1366, 768), "360": (360, 740)}
DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def desk(page: Page, live_server: Any, now: datetime) -> Page:
    """Signed in; one zone without a number, one without a slot, an invitation that nobody answered, some decisions."""
    silent = open_office(now - 9 * DAY, AWAY, whatsapp_number="", whatsapp_phone_id="")
    open_office(now - 9 * DAY)
    for days in (9, 8, 1):
        approve(asked(now - days * DAY, kelurahan=silent.zonecoverage_set.all()[0].kelurahan_id), now - days * DAY)
    invited(now - 6 * DAY)
    lapse_invitations(now=now)
    approve(asked(now, kelurahan="16.71.05.1001"), now)
    for week in range(8):
        _decided(now - week * 7 * DAY, 5 + week % 3, "online")
        if week not in (2, 3):
            _decided(now - week * 7 * DAY, 4 + week % 4, "counter")
    OfficerFactory(username="pengawas", role="supervisor")
    page.goto(f"{live_server.url}/masuk/")
    page.get_by_label("Nama pengguna").fill("pengawas")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/pengawas/")
    return page


def _decided(at: datetime, hours: int, channel: str) -> None:
    for wait in (hours, hours, hours * 3):
        application = submitted(at - timedelta(hours=wait))
        Application.objects.filter(pk=application.pk).update(channel=channel)
        Promise.objects.filter(application=application).update(answered_at=at)


def look(page: Page, name: str) -> None:
    """Nothing for axe, nothing too wide; pictures where ADMINDUK_SHOTS names a folder for them."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert found_by_axe(page) == [], (name, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if "ADMINDUK_SHOTS" in os.environ:
            page.screenshot(path=Path(os.environ["ADMINDUK_SHOTS"]) / f"{name}-{size}.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})


def test_from_the_alert_to_the_person_who_waits(desk: Page) -> None:
    expect(desk.get_by_text("tanpa nomor", exact=False).first).to_be_visible()
    look(desk, "home-waits")
    desk.get_by_role("link", name="Lihat yang menunggu").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Siapa yang belum punya jadwal?")
    look(desk, "invitations")
    row = desk.get_by_role("region", name="Menurut zona").get_by_role("row").filter(has_text="Tanpa nomor")
    row.get_by_role("link").click()
    expect(desk.get_by_role("region", name="Belum punya jadwal").get_by_role("row")).to_have_count(4)
    desk.get_by_role("link", name="Tampilkan semua zona").click()
    desk.get_by_role("link", name="Telepon dan tawarkan jadwal").click()
    expect(desk.get_by_text("Undangan tidak dijawab", exact=False).first).to_be_visible()


def test_what_people_wrote(desk: Page, live_server: Any, now: datetime) -> None:
    desk.goto(f"{live_server.url}/pengawas/survei/")
    look(desk, "words-none")
    said(
        now, [4, 3, 2, 4, 4, 3, 4, 1, 3], times=5, words="Ruang tunggunya panas dan kursinya kurang.\nPetugasnya ramah."
    )
    said(now, [4] * 9, words="x" * 300)
    desk.reload()
    expect(desk.get_by_text("Petugasnya ramah.").first).to_be_visible()
    look(desk, "words")
