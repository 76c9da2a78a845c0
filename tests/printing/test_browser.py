"""Production in a real Chromium: a batch made, scanned, spoiled with a photo, counted, sent; arrived at the zone."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from requests_app.models import BlankMovement, BlankStock, Card, PrintBatch, Zone
from requests_app.operations.blanks import stock_of
from requests_app.operations.pickup_choice import choose_pickup
from tests.chromium import found_by_axe
from tests.factories import PASSWORD, OfficerFactory
from tests.files.samples import photo
from tests.officer.test_browser import TOO_WIDE
from tests.operations.printing import cards_of, printed, sent, spoiled
from tests.operations.test_blanks import counters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"phone": (360, 740), "tablet": (768, 1024), "desktop": (1366, 768)}


def sign_in(page: Page, address: str, officer: Any) -> None:
    page.goto(f"{address}/cetak/")
    page.get_by_label("Nama pengguna").fill(officer.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cetak")


@pytest.fixture
def office(page: Page, live_server: Any, officer: Any, queue: Any) -> Iterator[Page]:
    """At the start of production."""
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, live_server.url, officer)
    yield page
    page.goto("about:blank")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "kartu.jpg"
    path.write_bytes(photo("jpeg"))
    return path


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; a picture where SCREENSHOTS names a folder."""
    assert found_by_axe(page) == []
    assert page.evaluate(TOO_WIDE) == [], name
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}.png", full_page=True)


def look_at_all_sizes(page: Page, name: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        look(page, f"{name}_{size}")
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.looks
def test_from_the_queue_to_the_zone(
    office: Page, page: Page, live_server: Any, queue: Any, picture: Path, stock: BlankStock
):
    look_at_all_sizes(page, "printing_home")
    page.get_by_label("Jumlah kartu").fill("3")
    page.get_by_role("button", name="Buat kelompok cetak").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kelompok B-")
    batch = PrintBatch.objects.get()
    first, second, _third = cards_of(batch)
    look_at_all_sizes(page, "printing_batch_new")
    _scan_two(page, [first, second])
    _spoil_the_third(page, picture)
    again = _try_it_again(page, batch)
    _close(page)
    assert counters(stock) == (46, 0, 0)

    page.goto(f"{live_server.url}/cetak/")
    look(page, "printing_home_to_send")
    page.get_by_role("link", name="Daftar kartu untuk setiap kantor").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Daftar kirim")
    look_at_all_sizes(page, "printing_pack_list")
    page.get_by_role("link", name="Ke halaman Cetak").click()
    page.get_by_role("button", name="Kirim yang dipilih").click()
    expect(page.get_by_text(f"3 kartu ke {queue[0].zone.name}")).to_be_visible()
    _arrive(page, live_server, queue[0].zone, [first, second])
    card = Card.objects.get(pk=again.pk)
    assert (card.reason, card.application.status) == ("lost", "ready_to_print")
    assert BlankMovement.objects.filter(kind="spoil").count() == 1


def _scan_two(page: Page, cards: list[Card]) -> None:
    """The scanner types and presses Enter; the box has the focus again, and is described by what just happened."""
    for card in cards:
        assert page.evaluate("document.activeElement.id") == "id_code"
        page.keyboard.type(card.code)
        page.keyboard.press("Enter")
        expect(page.locator("#hasil")).to_contain_text(f"Kartu {card.position}, Siti C.: tercetak.")
    assert page.locator("#id_code").get_attribute("aria-describedby") == "hasil"
    page.keyboard.type("TIDAKADA")
    page.keyboard.press("Enter")
    expect(page.locator("#hasil")).to_contain_text("tidak dikenal")
    look_at_all_sizes(page, "printing_batch_unknown")


def _spoil_the_third(page: Page, picture: Path) -> None:
    page.get_by_role("link", name="Rusak 3").click()
    look_at_all_sizes(page, "printing_spoil")
    page.get_by_role("button", name="Catat rusak").click()
    expect(page.get_by_role("alert")).to_contain_text("Ambil atau pilih foto kartunya")
    look_at_all_sizes(page, "printing_spoil_wrong")
    page.get_by_label("Macet di mesin").check()
    page.get_by_label("Foto kartu").set_input_files(picture)
    page.get_by_role("button", name="Catat rusak").click()
    expect(page.locator("#hasil")).to_contain_text("menunggu kelompok berikutnya")


def _try_it_again(page: Page, batch: PrintBatch) -> Card:
    """One more blank: the spoiled card is tried again below, and is scanned like the others."""
    page.get_by_label("Jumlah blangko").fill("2")
    page.get_by_role("button", name="Ambil blangko").click()
    again = cards_of(batch)[3]
    page.get_by_label("Kode kartu dari lembar cetak").fill(again.code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 dari 4 kartu ada hasilnya")).to_be_visible()
    return again


def _close(page: Page) -> None:
    """Only when count in is count out."""
    page.get_by_label("blangko yang kembali").fill("0")
    page.get_by_role("button", name="Hitungan sudah benar, tutup").click()
    expect(page.get_by_role("alert")).to_contain_text("jadi harus kembali 1. Anda menulis 0: kurang 1")
    look_at_all_sizes(page, "printing_close_wrong")
    page.get_by_label("blangko yang kembali").fill("1")
    page.get_by_role("button", name="Hitungan sudah benar, tutup").click()
    expect(page.get_by_text("semua blangko terhitung")).to_be_visible()
    look_at_all_sizes(page, "printing_batch_closed")


def _arrive(page: Page, live_server: Any, zone: Any, cards: list[Card]) -> None:
    """At the zone: two come, the third is looked for, and given up."""
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(zone)
    page.get_by_role("button", name="Keluar").click()
    sign_in(page, live_server.url, clerk)
    look_at_all_sizes(page, "printing_home_zone")
    page.get_by_role("link", name="K-").click()
    look_at_all_sizes(page, "printing_shipment")
    for card in cards:
        page.keyboard.type(card.code)
        page.keyboard.press("Enter")
        expect(page.locator("#hasil")).to_contain_text("tiba dan siap diambil")
    page.get_by_role("button", name="Selesai diperiksa, sisanya tidak ada").click()
    expect(page.get_by_text("1 kartu tidak ada.")).to_be_visible()
    look_at_all_sizes(page, "printing_shipment_missing")
    page.get_by_role("row").filter(has_text="Tidak sampai").get_by_role("link").click()
    look_at_all_sizes(page, "printing_card_missing")
    page.get_by_role("button", name="Catat hilang dan cetak ulang").click()
    expect(page.get_by_text("dicatat hilang")).to_be_visible()
    look(page, "printing_card_lost")


@pytest.mark.looks
def test_the_other_pages_on_every_screen(
    office: Page, page: Page, live_server: Any, queue: Any, batch: PrintBatch, now
):
    cards = cards_of(batch)
    spoiled(cards[0], now)
    printed(batch, now)
    there = f"{live_server.url}/cetak"
    other = Zone.objects.exclude(pk=queue[0].zone_id).first()
    choose_pickup(application_id=cards[2].application_id, office=other, day=None, part="", now=now)
    for name, address in {"home_old_slip": "", "pack_list_old_slip": "daftar/"}.items():
        page.goto(f"{there}/{address}")
        look_at_all_sizes(page, f"printing_{name}")
    sent(stock_of(None), [queue[0].zone], now)
    for name, address in {
        "batch": f"{batch.number}/", "shipments": "kiriman/", "card": f"kartu/{cards[1].code}/",
        "card_spoiled": f"kartu/{cards[0].code}/", "spoil_not": f"kartu/{cards[0].code}/rusak/",
        "missing": "B-19990101-01/",
    }.items():  # fmt: skip
        page.goto(f"{there}/{address}")
        look_at_all_sizes(page, f"printing_{name}")


def test_without_scripts_everything_is_done_with_forms(
    browser: Any, live_server: Any, officer: Any, batch: PrintBatch, picture: Path
):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    sign_in(page, live_server.url, officer)
    page.get_by_role("link", name=batch.number).click()
    _first, second, _third = cards_of(batch)
    page.get_by_role("button", name="Tercetak 1", exact=True).click()
    expect(page.locator("#hasil")).to_contain_text("Kartu 1, Siti C.: tercetak.")
    page.get_by_label("Kode kartu dari lembar cetak").fill(second.code)
    page.get_by_role("button", name="Rusak", exact=True).click()
    page.get_by_label("Cip tidak terbaca").check()
    page.get_by_label("Foto kartu").set_input_files(picture)
    page.get_by_role("button", name="Catat rusak").click()
    expect(page.locator("#hasil")).to_contain_text(f"Kartu {second.code} dicatat rusak")
    page.get_by_label("belum ada hasilnya kembali ke antrean").check()
    page.get_by_label("blangko yang kembali").fill("1")
    page.get_by_role("button", name="Hitungan sudah benar, tutup").click()
    expect(page.get_by_text("semua blangko terhitung")).to_be_visible()
    context.close()
