"""The whole form in a real Chromium: a small phone, no JavaScript, nothing for axe to find."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from requests_app.models import Application
from tests.chromium import STORY_SCREEN, found_by_axe
from tests.citizen.apply.walk import BASE, PHOTO, WHY, another_photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Walker:
    """A phone without JavaScript; each page is looked at by a second one that has it, with the same cookies."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.plain = browser.new_context(java_script_enabled=False, viewport=STORY_SCREEN)  # type: ignore[arg-type]
        self.looking = browser.new_context(viewport=STORY_SCREEN, bypass_csp=True)  # type: ignore[arg-type]
        self.page = self.plain.new_page()
        self.seen = 0

    def open(self, path: str) -> Page:
        """Go to an address of the site."""
        self.page.goto(self.address + path)
        return self.page

    def look(self, name: str) -> None:
        """A picture, the width, and axe's rules, of exactly what the phone shows."""
        self.seen += 1
        self.page.wait_for_load_state()
        self.page.screenshot(path=self.folder / f"{self.seen:02d}-{name}.png", full_page=True)
        other = _copy(self.looking, self.page, self.address)
        assert found_by_axe(other) == [], name
        assert other.evaluate("document.documentElement.scrollWidth") <= STORY_SCREEN["width"], name
        other.close()

    def choose(self, name: str, value: str) -> None:
        """Tap a radio button or a box."""
        self.page.check(f'input[name="{name}"][value="{value}"]')

    def type(self, **fields: str) -> None:
        """Type into inputs, each by its name."""
        for name, text in fields.items():
            self.page.fill(f"#id_{name}", text)

    def photograph(self, code: str, *marks: int) -> None:
        """Choose photos from the gallery for a requirement; each mark is another photo."""
        self.page.set_input_files(f"#id_{code}", [photo(mark) for mark in marks])

    def next(self, button: str = "Lanjut") -> None:
        """Press the button that leads on."""
        self.page.get_by_role("button", name=button, exact=True).click()


def _copy(context: BrowserContext, page: Page, address: str) -> Page:
    """The same markup, with the same boxes ticked, in a page where scripts run."""
    ticked = [element.get_attribute("id") for element in page.query_selector_all("input:checked")]
    markup = page.content().replace("<head>", f'<head><base href="{address}">', 1)
    other = context.new_page()
    other.goto(f"{address}/healthz")
    other.set_content(markup)
    for element_id in ticked:
        other.check(f"#{element_id}", force=True)
    return other


@pytest.fixture
def walker(browser: Browser, live_server: Any, tmp_path: Path) -> Iterator[Walker]:
    walker = Walker(browser, live_server.url, tmp_path)
    yield walker
    walker.plain.close()
    walker.looking.close()


def photo(mark: int) -> dict[str, Any]:
    """A photo as chosen from the gallery."""
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": another_photo(mark) if mark else PHOTO}


def test_a_lost_card_for_a_grandmother(walker: Walker) -> None:
    start_with_the_empty_question(walker)
    say_why(walker, "hilang")
    choose_somebody_outside_the_family(walker)
    forget_half_of_the_owner(walker)
    tell_the_owner_and_the_grandchild(walker)
    live_in_30_ilir(walker)
    copy_the_police_letter(walker)
    offer_a_program_as_a_photo(walker)
    photograph_what_is_missing(walker)
    give_a_neighbours_phone(walker)
    forget_the_statement(walker)
    agree_and_send(walker)
    see_the_receipt_on_one_screen(walker)


def test_changed_data_and_no_phone(walker: Walker) -> None:
    walker.open(BASE)
    walker.next("Mulai")
    say_why(walker, "perubahan_data")
    apply_for_oneself(walker)
    live_in_30_ilir(walker)
    forget_what_changed(walker)
    tell_what_changed(walker)
    photograph_the_proof_of_each_change(walker)
    walker.choose("contact", "none")
    walker.next()
    agree_and_send(walker)
    assert Application.objects.get().contact == "none"


# The steps, in the order of the form.


def start_with_the_empty_question(walker: Walker) -> None:
    walker.open(BASE)
    walker.look("mulai")
    walker.next("Mulai")
    walker.look("alasan")
    walker.next()
    walker.look("alasan-kosong")


def say_why(walker: Walker, reason: str) -> None:
    walker.choose("reason", reason)
    for question, answer in WHY.get(reason, {}).items():
        walker.choose(question, answer)
    walker.next()


def choose_somebody_outside_the_family(walker: Walker) -> None:
    applicant = walker.page.locator("#id_applicant_name")
    assert not applicant.is_visible()
    walker.choose("applicant", "outsider")
    assert applicant.is_visible(), "the stylesheet alone must open what belongs to the choice"


def forget_half_of_the_owner(walker: Walker) -> None:
    walker.type(nik="1671 0157 0845 903", kk_number="1671 0417 0895 9901")
    walker.look("pemilik")
    walker.next()
    walker.look("pemilik-salah")


def tell_the_owner_and_the_grandchild(walker: Walker) -> None:
    walker.type(applicant_name="Cucu Contoh", applicant_nik="1671015708959033", applicant_relation="cucu")
    walker.type(name="Siti Nurhaliza Contoh", nik="1671015708459034")
    walker.type(birth_date_0="17", birth_date_1="Agustus", birth_date_2="1945")
    walker.choose("sex", "P")
    walker.next()


def apply_for_oneself(walker: Walker) -> None:
    walker.choose("applicant", "self")
    walker.type(name="Budi", nik="1671011708959034", kk_number="1671041708959901")
    walker.type(birth_date_0="17", birth_date_1="8", birth_date_2="1995")
    walker.choose("sex", "L")
    walker.next()


def live_in_30_ilir(walker: Walker) -> None:
    walker.look("alamat")
    walker.page.select_option("#id_kelurahan", label="30 Ilir")
    walker.type(address="Lrg. Contoh No. 1", rt="3", rw="1")
    walker.next()


def copy_the_police_letter(walker: Walker) -> None:
    walker.look("keterangan")
    walker.type(police_number="LP/1/XI/2020", police_station="Polsek Ilir Barat I")
    walker.type(police_date_0="20", police_date_1="Nov", police_date_2="2020")
    walker.next()


def forget_what_changed(walker: Walker) -> None:
    walker.choose("elements", "agama")
    walker.choose("elements", "pekerjaan")
    walker.look("perubahan")
    walker.next()
    walker.look("perubahan-kosong")


def tell_what_changed(walker: Walker) -> None:
    walker.page.select_option("#id_old_agama", "Islam")
    walker.page.select_option("#id_new_agama", "Buddha")
    walker.type(old_pekerjaan="Pelajar", new_pekerjaan="Karyawan")
    walker.next()


def offer_a_program_as_a_photo(walker: Walker) -> None:
    walker.look("berkas")
    walker.photograph("KK", 0, 1)
    program = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"MZ program"}
    walker.page.set_input_files("#id_SURAT_HILANG", program)  # type: ignore[arg-type]
    walker.next()
    walker.look("berkas-salah")


def photograph_what_is_missing(walker: Walker) -> None:
    walker.photograph("SURAT_HILANG", 2)
    walker.photograph("F_1_07", 3)
    walker.next()


def photograph_the_proof_of_each_change(walker: Walker) -> None:
    for mark, code in enumerate(("KTP_LAMA", "KK", "BUKTI_AGAMA", "BUKTI_KERJA")):
        walker.photograph(code, mark)
    walker.next()


def give_a_neighbours_phone(walker: Walker) -> None:
    walker.look("kabar")
    walker.choose("contact", "whatsapp")
    walker.type(phone="0800 0000 0012")
    walker.choose("phone_owner", "other")
    walker.type(phone_owner_name="Pak RT Contoh")
    walker.look("kabar-isi")
    walker.next()


def forget_the_statement(walker: Walker) -> None:
    walker.look("periksa")
    walker.next("Kirim permohonan")
    walker.look("periksa-tanpa-pernyataan")


def agree_and_send(walker: Walker) -> None:
    walker.page.check("#id_statement")
    walker.next("Kirim permohonan")
    walker.look("bukti")


def see_the_receipt_on_one_screen(walker: Walker) -> None:
    application, number = Application.objects.get(), walker.page.locator(".number").first
    assert number.inner_text() == application.number
    assert application.phone_owner == "Pak RT Contoh"
    qr_code = walker.page.locator(".receipt img").bounding_box()
    assert qr_code is not None
    assert qr_code["y"] + qr_code["height"] <= STORY_SCREEN["height"], "number, moment and QR code fit one screenshot"
