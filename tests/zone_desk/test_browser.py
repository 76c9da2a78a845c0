"""The zone's desk and its display in a real Chromium: an invitation is read by the camera or typed, its household is
called, served with a signature drawn on the screen; the television shows and says the number."""

import io
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from requests_app.clock import database_now
from requests_app.models import ClockOffset, Visit, Zone
from requests_app.operations.desk import call_next, check_in
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.desk import is_signature
from tests.chromium import ARGUMENTS, chromium, found_by_axe
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
    Visit.objects.filter(pk=visits["served"].pk).update(desk=2, called_at=now - timedelta(minutes=40))
    call_next(zone=zone, desk=1, now=now - timedelta(minutes=4))
    return visits


@pytest.fixture
def desk_page(page: Page, live_server: Any, clerk: Any, busy: Any) -> Iterator[Page]:
    """At the zone's desk."""
    page.set_viewport_size({"width": 768, "height": 1024})
    sign_in(page, live_server.url, clerk)
    yield page
    page.goto("about:blank")  # its questions for news end before the database is emptied


@pytest.fixture
def camera(busy: dict[str, Visit], tmp_path: Path) -> Path:
    """A film of a hand that holds a phone with the invitation of the household of today in front of the camera."""
    code = busy["today"].code
    qr = io.BytesIO()
    segno.make(f"{settings.PUBLIC_URL}/undangan/{code}/", error="m").save(qr, kind="png", scale=7, border=4)
    frame = Image.new("L", (640, 480), 150)
    picture = Image.open(qr).convert("L")
    frame.paste(picture.rotate(4, expand=True, fillcolor=255), (150, 60))
    film = tmp_path / "undangan.y4m"
    one = b"FRAME\n" + frame.tobytes() + bytes([128]) * (640 * 480 // 2)
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + one * 10)
    return film


@pytest.fixture
def tablet(playwright: Playwright, camera: Path, live_server: Any, clerk: Any) -> Iterator[Page]:
    """The desk's tablet, with a camera, in a browser of its own."""
    film = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments = [*ARGUMENTS, *film, f"--use-file-for-fake-video-capture={camera}"]
    browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
    context = browser.new_context(viewport={"width": 768, "height": 1024}, has_touch=True)
    page = context.new_page()
    sign_in(page, live_server.url, clerk)
    yield page
    browser.close()


def sign_in(page: Page, address: str, clerk: Any) -> None:
    page.goto(f"{address}/uptd/")
    page.get_by_label("Nama pengguna").fill(clerk.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hari ini")
    page.wait_for_load_state()


def settle(page: Page) -> None:
    """Keys decide nothing in the first moment of a page."""
    page.wait_for_timeout(800)


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; a picture where SCREENSHOTS names a folder."""
    assert found_by_axe(page) == []
    assert page.evaluate(TOO_WIDE) == [], name
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}.png", full_page=True)


@pytest.mark.looks
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


SMALLER = [pytest.param(*size, marks=pytest.mark.looks) for size in ((1366, 768), (768, 1024), (360, 740))]


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), *SMALLER])
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


def test_scanned_called_signed_and_shown_on_the_television(tablet: Page, page: Page, live_server, busy):
    visit, television = busy["today"], page
    television.goto(f"{live_server.url}/uptd/layar/Z7/")
    television.get_by_role("button", name="Nyalakan suara").click()
    expect(television.locator("html")).to_have_attribute("data-said", busy["called"].number)

    # The camera reads the invitation with our own reader, which the content policy lets in.
    assert tablet.evaluate("!window.BarcodeDetector && !window.jsQR")
    tablet.get_by_role("button", name="Pindai QR").click()
    expect(tablet.get_by_role("heading", level=1)).to_contain_text(visit.number, timeout=20_000)
    look(tablet, "story_arrival")
    tablet.get_by_label("Berapa orang yang masuk?").fill("2")
    tablet.get_by_role("button", name="Hadir").click()
    expect(tablet.get_by_text(f"{visit.number} hadir.")).to_be_visible()

    # Those before it are out of the way: the one at desk 1 is done, the others are called elsewhere.
    Visit.objects.filter(checked_in_at__isnull=False).exclude(pk=visit.pk).update(state="served")
    tablet.reload()
    tablet.get_by_label("Loket saya").select_option("2")
    settle(tablet)
    tablet.get_by_role("heading", level=1).click()
    tablet.keyboard.press("n")
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("di loket 2")
    expect(television.locator(".now .number")).to_have_text(visit.number, timeout=10_000)
    expect(television.locator(".now .to")).to_have_text("Loket 2")
    expect(television.locator("html")).to_have_attribute("data-said", visit.number, timeout=10_000)

    serve(tablet, visit.services.order_by("pk")[0].application.number, papers=1)
    expect(tablet.get_by_text("Yang dilegalisir: 2 lembar")).to_be_visible()
    serve(tablet, visit.services.order_by("pk")[1].application.number, papers=3)
    expect(tablet.get_by_text(f"{visit.number} selesai.")).to_be_visible()
    visit.refresh_from_db()
    services = visit.services.all()
    assert visit.state == "served"
    assert {service.application.status for service in services} == {"completed"}
    assert all(is_signature(service.signature) for service in services)


def serve(page: Page, number: str, *, papers: int) -> None:
    """Tick each original, draw a name, done."""
    expect(page.get_by_role("link", name=number)).to_be_visible()
    boxes = page.get_by_role("group", name="Dokumen asli yang sudah dilihat").get_by_role("checkbox")
    expect(boxes).to_have_count(papers)
    for box in boxes.all():
        box.check()
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    frame = pad.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 40, frame["y"] + 90)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(frame["x"] + 40 + 8 * step, frame["y"] + 90 + 40 * (-1) ** step * (step % 5) / 5)
    page.mouse.up()
    look(page, f"story_sign_{papers}")
    page.get_by_role("button", name="Selesai, sudah diserahkan").click()


def test_a_typed_code_and_a_fresh_list_that_leaves_the_focus_where_it_is(desk_page: Page, busy, zone, clerk, now):
    page, visit = desk_page, busy["later"]
    line = page.locator(f"#k{busy['walk_in'].pk}")
    line.focus()
    page.get_by_text("Selesai dan tidak datang").click()
    line.focus()
    check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=1)
    # The list comes by itself: one waits more, the focus and the opened part are as they were.
    expect(page.locator("ol.visits li")).to_have_count(4, timeout=12_000)
    assert page.evaluate("document.activeElement.id") == f"k{busy['walk_in'].pk}"
    assert page.evaluate("document.getElementById('selesai').open")
    page.keyboard.press("/")
    page.keyboard.type(busy["today"].code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(busy["today"].number)
    settle(page)
    page.keyboard.press("h")
    expect(page.get_by_text(f"{busy['today'].number} hadir.")).to_be_visible()


def test_missing_papers_and_no_signature_come_back_with_what_was_done(desk_page: Page, live_server, busy):
    page = desk_page
    page.goto(f"{live_server.url}/uptd/Z7/kunjungan/{busy['called'].pk}/")
    page.get_by_role("button", name="Selesai, sudah diserahkan").click()
    expect(page.get_by_role("alert").first).to_contain_text("Minta warga menandatangani di kotak")
    expect(page.get_by_text("Saya selesaikan tanpa melihat aslinya")).to_be_visible()
    look(page, "desk_serve_wrong")
    page.get_by_label("Saya selesaikan tanpa melihat aslinya").check()
    page.get_by_label("Tanda tangan di kertas").check()
    page.get_by_role("button", name="Selesai, sudah diserahkan").click()
    expect(page.get_by_text(f"{busy['called'].number} selesai.")).to_be_visible()


def test_without_scripts_everything_is_done_with_forms(browser: Any, live_server, clerk, busy):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 768, "height": 1024})
    page = context.new_page()
    sign_in(page, live_server.url, clerk)
    page.get_by_label("Kode undangan atau nomor permohonan").fill(busy["today"].code)
    page.get_by_role("button", name="Cari").click()
    page.get_by_role("button", name="Hadir").click()
    page.get_by_label("Loket saya").select_option("2")
    page.get_by_role("button", name="Panggil berikutnya").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("di loket 2")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Tanda tangan di kertas").check()
    page.get_by_role("button", name="Selesai, sudah diserahkan").click()
    expect(page.get_by_text("selesai.", exact=False).first).to_be_visible()
    page.goto(f"{live_server.url}/uptd/layar/Z7/")
    expect(page.locator(".now .to")).to_have_text("Loket 2")
    context.close()
