"""A receipt, a draft and the start page without a network, in a real Chromium; nothing left behind once it is wiped."""

import io
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from requests_app.models import Application
from tests.chromium import found_by_axe, until
from tests.citizen.apply.test_receipt import qr_of
from tests.citizen.apply.walk import BASE, apply, walk
from tests.citizen.track import test_browser as track

EVERYWHERE = pytest.mark.parametrize("person", ["phone", "desktop"], indirect=True)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = {"phone": {"width": 360, "height": 640}, "desktop": {"width": 1366, "height": 768}}
RECEIPT = f"{BASE}bukti/"


class Person:
    """Somebody with a phone or a computer of their own, whose network comes and goes."""

    def __init__(self, context: BrowserContext, server: Any, screen: str, folder: Path) -> None:
        self.context, self.server, self.screen, self.folder = context, server, screen, folder
        self.address: str = server.url
        self.page: Page = context.new_page()
        self.client = Client()

    def sit_down_with(self, client: Client) -> None:
        """The browser goes on with what was done so far."""
        self.client = client
        cookie = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.address}])

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def wait_until_kept(self) -> None:
        """The worker has what it keeps, and answers for this page."""
        self.page.evaluate("navigator.serviceWorker.ready")
        until(self.page, "navigator.serviceWorker.controller !== null")

    def lose_the_network(self) -> None:
        self.context.set_offline(True)

    def find_the_network(self) -> None:
        self.context.set_offline(False)

    def look(self, name: str) -> None:
        """A picture, the width, and axe's rules."""
        self.page.screenshot(path=self.folder / f"{name}-{self.screen}.png", full_page=True)
        assert found_by_axe(self.page) == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= SCREENS[self.screen]["width"], name

    def reads(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)


@pytest.fixture
def person(request: Any, browser: Browser, live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Person]:
    """With a small phone, unless the story asks for more."""
    screen = getattr(request, "param", "phone")
    settings.PUBLIC_URL = live_server.url
    context = browser.new_context(viewport=SCREENS[screen], locale="id-ID", accept_downloads=True)
    yield Person(context, live_server, screen, tmp_path)
    context.close()


def applied(person: Person, **over: Any) -> Application:
    client = Client()
    application = apply(client, **over)
    person.sit_down_with(client)
    return application


@EVERYWHERE
def test_the_receipt_is_kept_as_a_picture_and_a_pdf_and_its_code_leads_to_tracking(person: Person) -> None:
    application = applied(person)
    page = person.open(RECEIPT)
    person.look("receipt")
    card = page.locator(".receipt").bounding_box()
    if person.screen == "phone":
        assert card["y"] + card["height"] <= SCREENS["phone"]["height"], "the whole card fits one screenshot"

    picture = download(page, "Simpan gambar")
    address = f"{person.address}/lacak/?nomor={application.number}"
    assert qr_of(picture) == [
        [bool(dark) for dark in row] for row in segno.make(address, error="m").matrix_iter(border=0)
    ]
    assert (
        application.number
        in pypdfium2.PdfDocument(io.BytesIO(download(page, "Simpan PDF")))[0].get_textpage().get_text_range()
    )
    assert page.get_by_role("link", name="Kirim ke WhatsApp").get_attribute("href").startswith("https://wa.me/?text=")

    page.goto(address)
    expect(page.get_by_label("Nomor permohonan")).to_have_value(application.number)
    page.get_by_label("Empat angka terakhir").fill(application.phone[-4:])
    page.get_by_role("button", name="Lihat permohonan").click()
    person.reads("Langkah berikutnya")
    person.look("stage")


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    return Path(waiting.value.path()).read_bytes()


@EVERYWHERE
def test_a_secret_stays_on_the_page_and_in_the_pdf(person: Person) -> None:
    applied(person, contact={"contact": "none"})
    page = person.open(RECEIPT)
    person.look("receipt-secret")
    secret = page.locator(".number").nth(1).inner_text()
    assert secret not in page.evaluate("JSON.stringify(localStorage)")


@EVERYWHERE
def test_without_a_network_the_receipt_and_the_start_page_open_and_say_so(person: Person) -> None:
    application = applied(person)
    person.open(RECEIPT)
    person.wait_until_kept()
    person.lose_the_network()

    page = person.open(RECEIPT)
    person.reads("Anda sedang luring. Halaman yang Anda minta belum dapat dibuka.")
    person.reads(application.number)
    person.reads(application.zone.name)
    expect(page.get_by_text(re.compile(r"Salinan dari \w+, \d+ \w+ \d{4} pukul \d\d\.\d\d WIB"))).to_be_visible()
    expect(page.get_by_role("img", name="Kode QR")).to_be_visible()
    person.look("offline-receipt")

    person.open("/")
    person.reads("Anda sedang luring.")
    expect(page.get_by_text(re.compile(r"Ini salinan dari \w+, \d+ \w+ \d{4} pukul \d\d\.\d\d WIB"))).to_be_visible()
    person.reads("Kami menjawab paling lambat lima hari")
    person.look("offline-start")

    person.open("/lacak/")
    person.reads(application.number)


@EVERYWHERE
def test_whoever_wipes_the_device_leaves_nothing_on_it(person: Person) -> None:
    application = applied(person)
    person.open(RECEIPT)
    person.wait_until_kept()
    walk(person.client, upto="alamat")
    page = person.open(f"{BASE}alamat/")
    page.fill("#id_address", "Lorong Contoh 12")
    until(page, "Object.keys(localStorage).some((name) => name.startsWith('adm:'))")
    person.open("/luring/")
    person.reads(application.number)
    person.reads("Lorong Contoh 12")
    page.get_by_role("button", name="Hapus dari perangkat ini").click()
    page.get_by_role("button", name="Yakin? Tekan sekali lagi").click()
    person.reads("Sudah dihapus dari perangkat ini.")
    assert not page.get_by_text(application.number).is_visible()
    assert not page.get_by_text("Lorong Contoh 12").is_visible()
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage])") == "[{},{}]"
    person.look("offline-wiped")


def test_nothing_of_the_person_is_stored_by_the_worker(person: Person) -> None:
    told = {"contact": "whatsapp", "phone": "+6280000009876", "phone_owner": "self"}  # no year, no colour
    application = applied(person, contact=told)
    page = person.open(RECEIPT)
    person.wait_until_kept()
    person.open("/lacak/")
    stored = page.evaluate("""async () => {
        let all = "";
        for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys())
                all += request.url + await (await caches.match(request)).text();
        return all;
    }""")
    assert f"{person.address}/luring/" in stored
    for value in (application.number, application.name, application.nik, "9876"):
        assert value not in stored


@EVERYWHERE
def test_a_half_typed_step_is_read_without_a_network_and_goes_on_with_one(person: Person) -> None:
    client = Client()
    walk(client, upto="alamat")
    person.sit_down_with(client)
    page = person.open(f"{BASE}alamat/")
    person.wait_until_kept()
    page.fill("#id_address", "Lorong Contoh 12")
    until(page, "Object.keys(localStorage).some((name) => name.startsWith('adm:'))")
    person.lose_the_network()

    person.open(f"{BASE}alamat/")
    person.reads("Draf ini belum terkirim.")
    person.reads("Lorong Contoh 12")
    person.look("offline-draft")

    person.find_the_network()
    page.get_by_role("link", name="Coba lagi").click()
    expect(page.locator("#id_address")).to_have_value("Lorong Contoh 12")


def test_in_a_new_tab_the_draft_stays_locked(person: Person) -> None:
    client = Client()
    walk(client, upto="alamat")
    person.sit_down_with(client)
    page = person.open(f"{BASE}alamat/")
    person.wait_until_kept()
    page.fill("#id_address", "Lorong Contoh 12")
    until(page, "Object.keys(localStorage).some((name) => name.startsWith('adm:'))")
    person.page = person.context.new_page()
    person.lose_the_network()
    person.open("/luring/")
    person.reads("Isiannya terkunci.")
    assert "Lorong Contoh 12" not in person.page.content()


def test_between_two_forms_the_offline_page_still_knows_of_the_draft(person: Person) -> None:
    client = Client()
    walk(client, upto="berkas")
    person.sit_down_with(client)
    person.open(f"{BASE}berkas/")
    person.wait_until_kept()
    person.lose_the_network()
    person.open(f"{BASE}berkas/")
    person.reads("Draf ini belum terkirim.")
    assert not person.page.get_by_text("Isiannya terkunci.").is_visible()


def test_a_device_that_turns_out_to_be_shared_forgets_the_draft(person: Person) -> None:
    client = Client()
    walk(client, upto="alamat")
    person.sit_down_with(client)
    page = person.open(f"{BASE}alamat/")
    assert page.evaluate("sessionStorage.getItem('draf')")
    page.get_by_text("Di mana isian ini disimpan?").click()
    page.get_by_role("button", name="Ini perangkat bersama").click()
    until(page, "document.querySelector('#langkah[data-shared]') !== null")
    until(page, "sessionStorage.getItem('draf') === null")


def test_after_seven_days_the_receipt_is_gone_from_the_device(person: Person) -> None:
    application = applied(person)
    page = person.open(RECEIPT)
    assert application.number in page.evaluate("localStorage.bukti")
    page.clock.set_fixed_time(application.submitted_at + timedelta(days=7, minutes=1))
    person.open("/luring/")
    person.reads("Belum ada bukti atau draf di perangkat ini.")
    assert application.number not in page.evaluate("localStorage.bukti")


def test_closing_the_application_on_a_shared_phone_forgets_its_receipt(person: Person) -> None:
    application, other = applied(person), "PLG-AAAA-AAAA-A"
    page = person.open(RECEIPT)
    page.evaluate(
        "(number) => localStorage.setItem('bukti', JSON.stringify([...JSON.parse(localStorage.bukti), { number }]))",
        other,
    )
    track.prove(page, person.server, application)
    page.get_by_role("button", name="Tutup halaman ini").click()
    person.reads("sudah ditutup di ponsel ini")
    assert page.evaluate("JSON.parse(localStorage.bukti).map((one) => one.number)") == [other]


SHARING = """
    window.shared = [];
    navigator.canShare = () => true;
    navigator.share = async (what) => {
        const about = async (file) => [file.name, file.type, (await file.arrayBuffer()).byteLength];
        window.shared.push([what.text, await Promise.all((what.files || []).map(about))]);
    };
"""


def test_a_phone_that_can_share_passes_the_picture_on(person: Person) -> None:
    application = applied(person)
    person.page.add_init_script(SHARING)
    page = person.open(RECEIPT)
    page.get_by_role("button", name="Bagikan gambar").click()
    until(page, "window.shared.length === 1")
    text, files = page.evaluate("window.shared[0]")
    assert application.number in text
    [(name, kind, size)] = files
    assert (name, kind) == (f"bukti-{application.number}.png", "image/png")
    assert size > 5000


def test_where_sharing_is_unknown_there_is_no_button_for_it(person: Person) -> None:
    applied(person)
    person.page.add_init_script("navigator.canShare = undefined")
    page = person.open(RECEIPT)
    expect(page.get_by_role("button", name="Bagikan gambar")).to_have_count(0)
    expect(page.get_by_role("link", name="Kirim ke WhatsApp")).to_be_visible()


def test_the_home_screen_is_offered_once_it_is_asked_for_and_never_by_itself(person: Person) -> None:
    applied(person)
    page = person.open(RECEIPT)
    offered = page.evaluate("""() => {
        const offer = new Event("beforeinstallprompt", { cancelable: true });
        offer.prompt = () => { window.prompted = true; };
        window.dispatchEvent(offer);
        return offer.defaultPrevented;
    }""")
    assert offered, "the browser's own bar stays away"
    assert not page.get_by_role("button", name="Pasang sekarang").is_visible()
    page.get_by_text("Pasang di layar utama ponsel").click()
    page.get_by_role("button", name="Pasang sekarang").click()
    assert page.evaluate("window.prompted")


def test_an_open_page_says_when_the_network_goes_and_is_quiet_when_it_is_back(person: Person) -> None:
    page = person.open("/lacak/")
    person.lose_the_network()
    expect(page.get_by_role("status").filter(has_text="Anda sedang luring.")).to_be_visible()
    person.find_the_network()
    expect(page.get_by_role("status").filter(has_text="Anda sedang luring.")).to_have_count(0)


def test_a_start_page_that_takes_too_long_shows_its_copy_and_says_so(person: Person, monkeypatch: Any) -> None:
    person.open("/")
    person.wait_until_kept()
    answer = threading.Event()
    monkeypatch.setattr("requests_app.templatetags.public.public.banners", lambda *a: answer.wait(60) and [])
    try:
        page = person.open("/")
        person.reads("Sambungan Anda lambat. Ini salinan dari")
    finally:
        answer.set()
    page.reload()
    expect(page.get_by_text("Ini salinan dari")).to_have_count(0)


def test_staff_pages_are_not_touched(person: Person) -> None:
    person.open("/")
    person.wait_until_kept()
    person.lose_the_network()
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        person.open("/petugas/")
