"""The walk-in counter in a real Chromium: somebody is registered with the keyboard alone, photos and all, in less than
a minute's work; somebody known is looked up, given another slot, or taken now; no phone, no scripts, every width."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect

from requests_app.clock import database_now
from requests_app.models import Application, Document, Officer, Visit, Zone
from requests_app.operations.slots import refresh_slots
from tests.chromium import found_by_axe
from tests.factories import CORRECTION, decided, new_nik, on_duty
from tests.officer.clerk import Clerk
from tests.officer.test_browser import TOO_WIDE, family_card
from tests.operations.offices import approve, asked, invited

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"desktop": (1366, 768), "tablet": (768, 1024), "phone": (360, 740)}
LETTER, CARD = "Surat kehilangan dari kepolisian", "Kartu Keluarga"
PHOTO = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": family_card()}


class Hands(Clerk):
    """A clerk whose every key and tap is counted."""

    def __init__(self, page: Page, home: str) -> None:
        super().__init__(page, home)
        self.letters = self.moves = self.pages = 0
        self.waits: list[tuple[str, float]] = []
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if "/langsung/" not in response.url:
            return
        kind = response.request.resource_type
        if kind == "document" and response.status != 302:
            self.pages += 1
        started = response.request.timing
        self.waits.append((f"{response.request.method} {kind}", started["responseStart"] - started["requestStart"]))

    def types(self, text: str) -> None:
        self.letters += len(text)
        self.page.keyboard.type(text)

    def hits(self, *keys: str) -> None:
        self.moves += len(keys)
        for key in keys:
            self.page.keyboard.press(key)

    def answers(self, text: str) -> None:
        """What is asked now, and on to the next."""
        self.types(text)
        self.hits("Enter")

    def photographs(self, paper: str) -> None:
        """One tap for the camera, one for the shutter."""
        self.moves += 2
        block = self.page.locator(f'[data-document="{paper}"]')
        with self.page.expect_file_chooser() as opened:
            block.locator("[data-buttons] button:visible").first.click()
        opened.value.set_files([PHOTO])
        expect(block.locator("[data-stored] li")).to_have_count(1)

    def tells(self) -> None:
        """For whoever runs this with -s: what it took."""
        print(f"\n{self.letters} letters, {self.moves} keys and taps beside them, {self.pages} pages")  # noqa: T201
        for what, wait in self.waits:
            print(f"  {what}: {wait:.0f} ms")  # noqa: T201

    @property
    def at(self) -> Locator:
        """What has the focus."""
        return self.page.locator(":focus")


@pytest.fixture
def zone() -> Zone:
    zone = Zone.objects.get(code="Z7")
    zone.whatsapp_number, zone.whatsapp_phone_id = "+628000000007", "7"
    zone.save()
    refresh_slots(zone=zone, now=database_now())
    return zone


@pytest.fixture
def hands(page: Page, live_server: Any, clerk: Officer) -> Hands:
    """Hasan at his counter, the first page open."""
    hands = Hands(page, live_server.url)
    page.set_viewport_size({"width": 1366, "height": 768})
    hands.signs_in(on_duty(clerk, database_now()))
    expect(page.get_by_role("navigation", name="Utama")).to_be_visible()
    page.goto(f"{live_server.url}/uptd/Z7/langsung/")
    page.wait_for_load_state()
    return hands


@pytest.fixture
def tablet(browser: Browser, hands: Hands) -> Iterator[Hands]:
    """The same counter on a tablet, with its camera and fingers."""
    seen = hands.page.context.storage_state()
    context = browser.new_context(
        viewport={"width": 768, "height": 1024}, has_touch=True, is_mobile=True, storage_state=seen
    )
    tablet = Hands(context.new_page(), hands.home)
    tablet.page.goto(f"{hands.home}/uptd/Z7/langsung/")
    yield tablet
    context.close()


def look(page: Page, name: str) -> None:
    """Nothing for axe to find, nothing wider than the screen; a picture where SCREENSHOTS names a folder."""
    assert found_by_axe(page) == [], name
    assert page.evaluate(TOO_WIDE) == [], name
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}.png", full_page=True)


def looks(page: Page, name: str) -> None:
    """The same at each size."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        look(page, f"{name}_{size}")
    page.set_viewport_size({"width": 1366, "height": 768})


def test_somebody_is_registered_with_the_keyboard(hands: Hands, zone: Zone, clerk: Officer) -> None:
    nik = new_nik()
    hands.pages = 0
    hands.hits("2")  # KTP-el, lost
    expect(hands.at).to_have_attribute("name", "name")
    hands.answers("Siti Contoh")
    hands.answers(nik)
    hands.answers("1671041708959901")
    expect(hands.at).to_have_text("Ya, isi tanggal lahir dan jenis kelamin")
    hands.hits("Enter")
    expect(hands.page.get_by_label("Tahun").first).to_have_value("1995")
    hands.hits("Enter")
    expect(hands.at).to_have_attribute("name", "kelurahan")
    hands.answers("13 Ilir")
    hands.answers("Lrg. Contoh No. 1")
    hands.answers("3")
    hands.answers("1")
    hands.answers("LP/123/XI/2026")
    for part in ("20", "11", "2026", "Polsek Contoh"):
        hands.answers(part)
    hands.photographs(LETTER)
    hands.photographs(CARD)
    hands.moves += 1
    hands.page.get_by_label("Nomor WhatsApp").click()
    hands.answers("0800 0000 1234")
    hands.hits("Enter")  # no e-mail
    expect(hands.at).to_have_text("Alt+SSemua dipenuhi")
    hands.hits("Enter", "Enter")
    expect(hands.at).to_have_attribute("name", "statement")
    hands.hits("Space", "Alt+d")
    expect(hands.page.locator(".queue")).to_have_text("L1")
    application = Application.objects.get()
    assert (application.channel, application.registered_by, application.name) == ("counter", clerk, "Siti Contoh")
    assert (application.kelurahan.name, application.answers["sex"]) == ("13 Ilir", "P")
    assert sorted(application.documents.values_list("document_code", flat=True)) == ["KK", "SURAT_HILANG"]
    hands.tells()
    typed = "Siti Contoh" + nik + "1671041708959901" + "13 Ilir" + "Lrg. Contoh No. 1" + "31" + "LP/123/XI/2026"
    assert hands.letters == len(typed + "20112026" + "Polsek Contoh" + "0800 0000 1234"), "only what the law asks"
    assert hands.moves <= 30
    assert hands.pages == 2, "the form, and the receipt"


def test_what_an_answer_asks_for_appears_and_goes_without_a_new_page(hands: Hands, zone: Zone) -> None:
    page = hands.page
    page.locator('button[value="ktp_el:baru"]').click()
    page.get_by_label("Nama lengkap").fill("Siti Contoh")
    for part, text in zip(page.get_by_role("group", name="Tanggal lahir").get_by_role("textbox").all(),
                          ("1", "2", str(database_now().year - 15)), strict=True):  # fmt: skip
        part.fill(text)
    page.keyboard.press("Tab")
    expect(page.get_by_role("heading", name="Keterangan")).to_be_visible()
    page.get_by_label("Kawin tercatat", exact=True).check()
    page.get_by_role("radio", name="Belum", exact=True).check()
    block = page.locator('[data-paper="AKTA_NIKAH"]')
    expect(block).to_be_visible()
    hands.photographs("Buku nikah atau akta perkawinan")
    hands.photographs(CARD)
    page.get_by_text("Orang lain, dengan F-1.07").click()
    expect(page.locator('[data-paper="F_1_07"]')).to_be_visible()
    expect(page.locator('[data-document="Kartu Keluarga"] [data-stored] li')).to_have_count(1)
    page.get_by_label("Belum kawin").check()
    expect(block).to_have_count(0)
    expect(page.get_by_label("Nama lengkap")).to_have_value("Siti Contoh")
    looks(page, "form_grown")


def test_nothing_is_lost_when_something_is_missing(hands: Hands, zone: Zone) -> None:
    page = hands.page
    page.locator('button[value="kk:rusak"]').click()
    page.get_by_label("Nama lengkap").fill("Siti Contoh")
    page.get_by_label("NIK", exact=True).fill("12")
    hands.photographs("Kartu Keluarga yang rusak")
    page.get_by_role("button", name="Daftarkan").click()
    expect(page.locator(".errors")).to_contain_text("NIK")
    looks(page, "form_wrong")
    expect(page.get_by_label("Nama lengkap")).to_have_value("Siti Contoh")
    expect(page.get_by_label("NIK", exact=True)).to_have_value("12")
    expect(page.locator("[data-stored] li")).to_have_count(1)
    assert not Application.objects.exists()
    page.goto(f"{hands.home}/uptd/Z7/langsung/")
    looks(page, "start_unfinished")
    hands.follows("Siti")
    expect(page.locator("[data-stored] li")).to_have_count(1)


def test_a_reason_that_turns_out_wrong_is_changed_on_the_page(hands: Hands, zone: Zone) -> None:
    page = hands.page
    page.locator('button[value="kk:hilang"]').click()
    page.get_by_label("Nama lengkap").fill("Siti Contoh")
    page.get_by_label("NIK", exact=True).fill("12")
    page.get_by_label("Alasan").select_option("rusak")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kartu Keluarga: Rusak")
    expect(page.get_by_label("Nama lengkap")).to_have_value("Siti Contoh")
    expect(page.get_by_label("NIK", exact=True)).to_have_value("12")
    expect(page.locator("[data-paper]")).to_have_count(1)


def test_somebody_without_a_phone_takes_the_secret_home_on_paper(tablet: Hands, zone: Zone) -> None:
    hands, page = tablet, tablet.page
    page.locator('button[value="ktp_el:rusak"]').tap()
    fills_in(hands)
    for paper in ("KTP-el yang rusak", CARD):
        camera = page.locator(f'[data-document="{paper}"]').get_by_role("button", name="Ambil foto")
        expect(camera).to_be_visible()
        hands.photographs(paper)
        expect(page.locator(f'[data-document="{paper}"] [type=file]')).to_have_attribute("capture", "environment")
    page.get_by_text("Tidak punya ponsel atau surel").click()
    page.get_by_label("Lewat kantor kelurahan").check()
    page.get_by_role("button", name="Daftarkan").click()
    expect(page.locator(".queue")).to_have_text("L1")
    hands.reads("lewat kantor kelurahan")
    hands.reads("Kode rahasia")
    looks(page, "receipt_secret")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Cetak")).to_have_count(0)
    if os.environ.get("SCREENSHOTS"):
        page.set_viewport_size({"width": 400, "height": 900})
        page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / "receipt_print.png", full_page=True)


def fills_in(hands: Hands) -> None:
    """What every application asks, and the desk's own checklist."""
    page = hands.page
    page.get_by_label("Nama lengkap").fill("Siti Contoh")
    page.get_by_label("NIK", exact=True).fill(new_nik())
    page.get_by_label("Nomor Kartu Keluarga (KK)").fill("1671041708959902")
    page.get_by_role("button", name="Ya, isi tanggal lahir").click()
    page.get_by_label("Kelurahan", exact=True).select_option(label="13 Ilir")
    page.get_by_label("Alamat", exact=True).fill("Lrg. Contoh No. 1")
    page.get_by_label("RT", exact=True).fill("3")
    page.get_by_label("RW", exact=True).fill("1")
    page.get_by_role("button", name="Semua dipenuhi").click()
    page.get_by_label("Pemohon menyatakan").check()


def test_the_form_goes_on_without_scripts(browser: Browser, hands: Hands, zone: Zone, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=hands.page.context.storage_state())
    page = context.new_page()
    page.goto(f"{live_server.url}/uptd/Z7/langsung/")
    page.locator('button[value="kk:rusak"]').click()
    page.get_by_label("Nama lengkap").fill("Siti Contoh")
    page.get_by_label("NIK", exact=True).fill("167")
    page.locator('input[name="KK_RUSAK"]').set_input_files([PHOTO])
    page.get_by_role("button", name="Unggah").click()
    expect(page.locator(".files li")).to_have_count(1)
    expect(page.get_by_label("NIK", exact=True)).to_have_value("167")
    page.get_by_label("Nama lengkap").press("Enter")
    expect(page.locator(".files li")).to_have_count(1)
    page.get_by_role("button", name="Hapus Foto 1").click()
    expect(page.locator(".files li")).to_have_count(0)
    assert not Document.objects.exists()
    context.close()


def test_somebody_known_is_given_a_day_or_taken_now(hands: Hands, zone: Zone) -> None:
    page, now = hands.page, database_now()
    before = invited(now, name="Siti Contoh")
    mine = before.services.get().application
    other = approve(asked(now, "legalisir", kk_number=mine.kk_number, name="Rahmat Contoh"), now)
    page.keyboard.press("/")
    page.keyboard.type(mine.number)
    page.keyboard.press("Enter")
    hands.reads("Siti Contoh")
    looks(page, "standing_invited")
    page.locator(".slots button").nth(9).click()
    hands.reads("Jadwal:")
    before.refresh_from_db()
    assert before.state == "confirmed"
    hands.presses("Beri nomor antrean")
    hands.reads("Pilih alasan menerima sekarang.")
    looks(page, "standing_wrong")
    page.get_by_label("Lanjut usia").check()
    expect(page.get_by_label("Rahmat Contoh")).to_be_checked()
    hands.presses("Semua dipenuhi")
    hands.presses("Beri nomor antrean")  # a key in a page's first moment decides nothing
    expect(page.locator(".queue")).to_have_text("L1")
    looks(page, "standing_taken")
    visit = Visit.objects.get(is_walk_in=True)
    assert {service.application_id for service in visit.services.all()} == {mine.pk, other.pk}
    before.refresh_from_db()
    assert before.state == "cancelled"


@pytest.mark.looks
def test_every_other_page_looks_right(hands: Hands, zone: Zone) -> None:
    page, now, at = hands.page, database_now(), f"{hands.home}/uptd/Z7/langsung/"
    away = asked(now, kelurahan="16.71.10.1001")
    waiting = asked(now)
    wrong = decided(now - timedelta(days=1), CORRECTION, service="kk", reason="rusak", kk_number=new_nik())
    for name, address in {
        "start": at, "not_needed": f"{at}tanpa-legalisir/", "elsewhere": f"{at}{away.number}/",
        "standing_waiting": f"{at}{waiting.number}/", "standing_wrong_papers": f"{at}{wrong.number}/",
        "start_from": f"{at}?dari={waiting.number}&keluarga=1",
    }.items():  # fmt: skip
        page.goto(address)
        looks(page, name)
    page.goto(at)
    page.keyboard.press("/")
    page.keyboard.type(waiting.nik)
    page.keyboard.press("Enter")
    hands.reads(waiting.number)
    looks(page, "found_by_nik")
    for tile in ("legalisir:akta_lain", "ktp_el:perubahan_data", "ktp_el:luar_domisili", "kk:perubahan_elemen_data"):
        page.goto(at)
        page.locator(f'button[value="{tile}"]').click()
        page.wait_for_load_state()
        looks(page, f"form_{tile.replace(':', '_')}")
    page.get_by_role("link", name="Hapus formulir").click()
    looks(page, "discard")
