"""The stock in a real Chromium: a delivery with its letter, a transfer that arrives short, a count by two people."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.models import (
    BlankBox,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    Officer,
    StockAlert,
    StockCount,
)
from requests_app.operations.ledger_check import check_ledger
from requests_app.rules.dates import local_date
from tests.chromium import found_by_axe
from tests.factories import PASSWORD
from tests.officer.test_browser import TOO_WIDE
from tests.operations.blanks import queued_cards
from tests.operations.cards import print_card
from tests.operations.test_ledger_check import busy_office
from tests.stock.conftest import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"desktop": (1366, 768), "phone": (360, 740)}


def sign_in(page: Page, address: str, officer: Officer) -> Page:
    page.goto(f"{address}/masuk/")
    page.get_by_label("Nama pengguna").fill(officer.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(lambda url: "/masuk/" not in url)
    return page


@pytest.fixture
def at(browser: Browser, live_server: Any) -> Iterator[Any]:
    """A page in which somebody is signed in, without JavaScript unless asked for: what they do needs none."""
    opened = []

    def open_page(officer: Officer, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1366, "height": 768}, **options)
        opened.append(context)
        return sign_in(context.new_page(), live_server.url, officer)

    yield open_page
    for context in opened:
        context.close()


def look(page: Page, name: str) -> None:
    """In both sizes: nothing for axe to find, nothing wider than the screen."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert found_by_axe(page) == []
        assert page.evaluate(TOO_WIDE) == [], (name, size)
        if os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}_{size}.png", full_page=True)


def test_a_delivery_is_received_with_the_photo_of_its_letter(
    at: Any, officer: Officer, now: datetime, tmp_path: Path
) -> None:
    (waiting,) = queued_cards(now, 1)
    photo = tmp_path / "surat.jpg"
    photo.write_bytes(picture().read())
    page = at(officer)
    page.goto("/stok/")
    page.get_by_role("link", name="Terima dari pusat").click()
    page.get_by_label("Nomor surat pusat").fill("470/12/pusat")
    page.get_by_label("Tanggal surat").fill(local_date(now).isoformat())
    page.get_by_label("Jumlah menurut surat").fill("1.000")
    page.get_by_label("Isi tiap kotak").fill("K-01 s/d K-03 500")
    page.get_by_label("Foto surat").set_input_files(photo)
    page.get_by_role("button", name="Catat penerimaan").click()
    expect(page.get_by_role("alert")).to_contain_text("menurut surat 1.000, isi semua kotak 1.500")
    look(page, "receive_wrong")
    expect(page.get_by_label("Nomor surat pusat")).to_have_value("470/12/pusat")
    page.get_by_label("Jumlah menurut surat").fill("1.500")
    page.get_by_label("Foto surat").set_input_files(photo)
    page.get_by_role("button", name="Catat penerimaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Surat 470/12/PUSAT")
    expect(page.get_by_role("img", name="Surat 470/12/PUSAT, halaman 1")).to_be_visible()
    look(page, "receipt")
    assert BlankReceipt.objects.get().quantity == 1500
    waiting.refresh_from_db()
    assert waiting.status == "ready_to_print"


def test_a_transfer_that_arrives_short_is_seen_until_a_supervisor_explains_it(
    at: Any, head: BlankStock, zone_stock: BlankStock, officer: Officer, clerk: Officer, chief: Officer
) -> None:
    sender = at(officer, java_script_enabled=False)
    sender.goto("/stok/lokasi/kantor/kirim/")
    sender.get_by_label("Ke lokasi").select_option("UPTD Zona 7")
    sender.get_by_label(f"Kotak {BlankBox.objects.earliest('pk').number}").fill("40")
    sender.get_by_role("button", name="Kirim").click()
    expect(sender.get_by_text("Belum diterima")).to_be_visible()

    receiver = at(clerk)
    receiver.goto("/stok/")
    receiver.get_by_role("link", name="Kantor Dukcapil ke UPTD Zona 7").click()
    look(receiver, "transfer_to_confirm")
    receiver.get_by_label("Kotak").fill("38")
    receiver.get_by_role("button", name="Konfirmasi terima").click()
    expect(receiver.get_by_role("status")).to_contain_text("diterima dengan selisih")

    supervisor = at(chief)
    supervisor.goto("/pengawas/")
    supervisor.get_by_role("link", name="Lihat dan jelaskan").click()
    look(supervisor, "transfer_to_explain")
    supervisor.get_by_label("Penjelasan selisih").fill("Dua blangko rusak di jalan.")
    supervisor.get_by_role("button", name="Simpan penjelasan").click()
    expect(supervisor.get_by_text("Dua blangko rusak di jalan.")).to_be_visible()
    assert not StockAlert.objects.filter(closed_at=None).exists()
    sender.goto("/stok/")
    expect(sender.get_by_text("Selisih belum dijelaskan")).to_have_count(0)


def test_a_count_is_confirmed_by_a_second_person(at: Any, head: BlankStock, officer: Officer, chief: Officer) -> None:
    first, second = BlankBox.objects.order_by("pk")
    page = at(officer)
    page.goto("/stok/lokasi/kantor/opname/")
    page.get_by_label(f"Kotak {first.number}").fill("97")
    page.get_by_label(f"Kotak {second.number}").fill("50")
    page.get_by_role("button", name="Simpan hitungan").click()
    expect(page.get_by_role("alert")).to_contain_text("atau jelaskan dari mana selisihnya")
    look(page, "count_wrong")
    page.get_by_label("Penjelasan selisih").fill("Tiga hilang sejak opname lalu.")
    page.get_by_role("button", name="Simpan hitungan").click()
    expect(page.get_by_text("Menunggu orang kedua")).to_be_visible()
    expect(page.get_by_role("button", name="Setujui opname")).to_have_count(0)

    other = at(chief)
    other.goto("/stok/")
    other.get_by_role("link", name="Opname menunggu").click()
    look(other, "count_to_confirm")
    other.get_by_role("button", name="Setujui opname").click()
    expect(other.get_by_text("Disetujui", exact=True)).to_be_visible()
    head.refresh_from_db()
    assert head.on_hand == 147


@pytest.mark.looks
def test_every_page_at_a_desk_and_on_a_phone(at: Any, chief: Officer, now: datetime) -> None:
    busy_office(now)
    (application,) = queued_cards(now, 1)
    card = print_card(application, now)
    check_ledger(now=now)
    page = at(chief)
    places = {
        "home": "", "ledger": "lokasi/kantor/", "empty": "lokasi/Z1/", "receive": "lokasi/kantor/terima/",
        "send": "lokasi/kantor/kirim/", "spoil": "lokasi/kantor/rusak/", "outside": "lokasi/kantor/luar/",
        "count": "lokasi/kantor/opname/", "box": f"kotak/{card.box_id}/", "rules": "aturan/",
        "transfer": f"kiriman/{BlankTransfer.objects.get().pk}/", "counted": f"opname/{StockCount.objects.get().pk}/",
    }  # fmt: skip
    for name, address in places.items():
        page.goto(f"/stok/{address}")
        look(page, f"stock_{name}")
