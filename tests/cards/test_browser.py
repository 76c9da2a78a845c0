"""A card in a real Chromium: its owner chooses a day and shows the code; the desk scans it and hands the card over."""

import io
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from requests_app.clock import database_now
from requests_app.models import CardPickup, Handover, Officer
from requests_app.rules.desk import is_signature
from tests.chromium import ARGUMENTS, chromium, found_by_axe
from tests.citizen.track.test_browser import prove
from tests.factories import PASSWORD, new_nik
from tests.officer.test_browser import TOO_WIDE
from tests.operations.cards import printed_card, ready_card

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"tablet": (768, 1024), "desktop": (1366, 768), "phone": (360, 740)}
DAY = timedelta(days=1)


@pytest.fixture
def now(db: None) -> datetime:
    return database_now()


@pytest.fixture
def waiting(pickup: CardPickup, now: datetime) -> list[CardPickup]:
    """Cards that lie at the office for different times."""
    names = ("Kgs. Budi Contoh", "Nyimas Aminah Contoh Kurniawati Al-Fatihah", "Rahmat Contoh")
    return [ready_card(now - DAY * days, name=name) for days, name in zip((2, 16, 45), names, strict=True)]


@pytest.fixture
def camera(pickup: CardPickup, tmp_path: Path) -> Path:
    """A film of a phone with the code of the owner in front of the camera."""
    qr = io.BytesIO()
    segno.make(pickup.code, error="m", micro=False).save(qr, kind="png", scale=9, border=4)
    frame = Image.new("L", (640, 480), 150)
    frame.paste(Image.open(qr).convert("L").rotate(4, expand=True, fillcolor=255), (150, 60))
    film = tmp_path / "kode.y4m"
    one = b"FRAME\n" + frame.tobytes() + bytes([128]) * (640 * 480 // 2)
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + one * 10)
    return film


@pytest.fixture
def tablet(playwright: Playwright, camera: Path, live_server: Any, clerk: Officer) -> Iterator[Page]:
    """The desk's tablet, with a camera, in a browser of its own."""
    film = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments = [*ARGUMENTS, *film, f"--use-file-for-fake-video-capture={camera}"]
    browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
    page = browser.new_context(viewport={"width": 768, "height": 1024}, has_touch=True).new_page()
    sign_in(page, live_server.url, clerk)
    yield page
    browser.close()


@pytest.fixture
def desk_page(page: Page, live_server: Any, clerk: Officer) -> Page:
    sign_in(page, live_server.url, clerk)
    return page


def sign_in(page: Page, address: str, clerk: Officer) -> None:
    page.goto(f"{address}/kartu/")
    page.get_by_label("Nama pengguna").fill(clerk.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Serahkan kartu")
    page.wait_for_load_state()


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; a picture where SCREENSHOTS names a folder."""
    assert found_by_axe(page) == []
    assert page.evaluate(TOO_WIDE) == [], name
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}.png", full_page=True)


def sign(page: Page) -> None:
    """Something is drawn on the pad."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    frame = pad.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 40, frame["y"] + 90)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(frame["x"] + 40 + 6 * step, frame["y"] + 90 + 40 * (-1) ** step * (step % 5) / 5)
    page.mouse.up()


@pytest.mark.looks
def test_every_page_on_a_tablet_a_computer_and_a_phone(
    desk_page: Page, live_server: Any, pickup: CardPickup, waiting: list[CardPickup], now: datetime
) -> None:
    assert pickup.zone is not None
    there = f"{live_server.url}/kartu/{pickup.zone.code}/"
    addresses = {
        "place": "",
        "long": "?tampil=30",
        "soon": "?tampil=pindah",
        "calls": "telepon/",
        "hand_over": f"serah/{pickup.application.number}/",
        "not_yet": f"serah/{printed_card(now).application.number}/",
    }
    for size, (width, height) in SIZES.items():
        desk_page.set_viewport_size({"width": width, "height": height})
        for name, address in addresses.items():
            desk_page.goto(there + address)
            look(desk_page, f"cards_{name}_{size}")


def test_scanned_compared_signed_and_proven(tablet: Page, pickup: CardPickup) -> None:
    assert tablet.evaluate("!window.BarcodeDetector && !window.jsQR")
    tablet.get_by_role("button", name="Pindai QR").click()
    expect(tablet.get_by_role("heading", level=1)).to_contain_text(pickup.application.number, timeout=20_000)
    expect(tablet.get_by_text("Kode ambil cocok")).to_be_visible()

    # Another person's identity first: nothing is handed over, and the signature that was drawn is still there.
    tablet.get_by_label("NIK pemilik kartu").fill(new_nik())
    tablet.get_by_label("Kartu lama hilang").check()
    sign(tablet)
    tablet.get_by_role("button", name="Kartu sudah diserahkan").click()
    expect(tablet.get_by_role("alert").first).to_contain_text("Bukan orangnya")
    look(tablet, "cards_wrong_person")
    assert not Handover.objects.exists()

    tablet.get_by_label("NIK pemilik kartu").fill(pickup.application.nik)
    tablet.get_by_role("button", name="Kartu sudah diserahkan").click()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Bukti serah terima kartu")
    expect(tablet.get_by_role("img", name="Tanda tangan")).to_be_visible()
    look(tablet, "cards_handed")
    handover = Handover.objects.get()
    assert handover.by_code and is_signature(handover.signature)


def test_a_relative_by_keyboard_alone(desk_page: Page, pickup: CardPickup) -> None:
    page, own = desk_page, pickup.application
    page.wait_for_timeout(800)
    page.keyboard.press("/")
    page.keyboard.type(own.number.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tanpa kode ambil")).to_be_visible()
    page.get_by_label("NIK pemilik kartu").fill(own.nik)
    page.get_by_text("Yang menerima bukan pemilik kartu").press("Enter")
    page.get_by_label("Keluarga satu KK").check()
    page.get_by_label("Nama yang menerima").fill("Budi Contoh")
    page.get_by_label("NIK yang menerima").fill(new_nik())
    page.get_by_label("Nomor KK yang dibawa").fill("1671041708959999")
    page.get_by_label("Kartu lama hilang").check()
    page.get_by_label("Tanda tangan di kertas").check()
    page.get_by_role("button", name="Kartu sudah diserahkan").press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("F-1.07")
    look(page, "cards_wrong_family")
    page.get_by_label("Nomor KK yang dibawa").fill(own.kk_number)
    page.get_by_role("button", name="Kartu sudah diserahkan").press("Enter")
    expect(page.get_by_text("wakil pemilik kartu, satu KK")).to_be_visible()
    assert Handover.objects.get().representative == "Budi Contoh"


def test_the_owner_chooses_a_day_on_a_phone(page: Page, live_server: Any, pickup: CardPickup) -> None:
    own = pickup.application
    page.set_viewport_size({"width": 360, "height": 740})
    prove(page, live_server, own)
    look(page, "track_ready")
    page.get_by_role("link", name="Pilih hari ambil kartu").click()
    page.get_by_label("Hari apa?").select_option(index=3)
    look(page, "track_pickup")
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_role("alert").first).to_contain_text("Pilih pagi atau siang")
    look(page, "track_pickup_wrong")
    page.get_by_label("pagi, sebelum pukul 12.00").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_text("Pilihan Anda tersimpan.")).to_be_visible()
    expect(page.get_by_text("Pilihan Anda:")).to_be_visible()


def test_the_owner_chooses_an_office_before_the_card_is_sent(page: Page, live_server: Any, now: datetime) -> None:
    card = printed_card(now)
    page.set_viewport_size({"width": 360, "height": 740})
    prove(page, live_server, card.application)
    page.get_by_role("link", name="Pilih tempat ambil kartu").click()
    look(page, "track_pickup_office")
    page.get_by_label("Kantor Dukcapil").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_text("Pilihan Anda tersimpan.")).to_be_visible()
    assert CardPickup.objects.get(application=card.application).zone is None


def test_what_nobody_fetched_is_carried_away_and_its_owner_sees_that(
    desk_page: Page, live_server: Any, pickup: CardPickup, waiting: list[CardPickup], now: datetime
) -> None:
    zone, own = pickup.zone, ready_card(now - DAY * 75, name="Kgs. M. Yusuf Contoh Kurniawan")
    assert zone is not None
    stays, _soon = ready_card(now - DAY * 61), ready_card(now - DAY * 57)
    desk_page.goto(f"{live_server.url}/kartu/{zone.code}/")
    desk_page.get_by_role("link", name="Perlu dibawa ke kantor").click()
    desk_page.get_by_label(stays.application.number).press("Space")
    for size, (width, height) in SIZES.items():
        desk_page.set_viewport_size({"width": width, "height": height})
        look(desk_page, f"cards_carry_{size}")
    desk_page.get_by_role("button", name="Bawa yang dicentang ke kantor").press("Enter")
    expect(desk_page.get_by_role("heading", level=1)).to_contain_text("Kiriman K-")
    expect(desk_page.get_by_role("cell", name=own.application.number)).to_be_visible()
    expect(desk_page.get_by_role("cell", name=stays.application.number)).to_have_count(0)
    for size, (width, height) in SIZES.items():
        desk_page.set_viewport_size({"width": width, "height": height})
        look(desk_page, f"cards_carried_{size}")
    desk_page.set_viewport_size({"width": 360, "height": 740})
    desk_page.context.clear_cookies()
    prove(desk_page, live_server, own.application)
    expect(desk_page.get_by_text("Tunggu. Kartu sedang dibawa ke Kantor Dukcapil.")).to_be_visible()
    look(desk_page, "track_carried")
