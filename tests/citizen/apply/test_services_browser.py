"""Family card and legalisir on a small phone: once without a script and with axe, and where a script helps."""

from typing import Any

import pytest
from playwright.sync_api import expect

from requests_app.models import Application
from tests.citizen.apply.phone import Phone
from tests.citizen.apply.test_browser import Walker, agree_and_send, walker
from tests.factories import new_nik

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["walker"]
BORN = {"birth_date_0": "17", "birth_date_1": "8", "birth_date_2": "1995"}
KK = "1671 0417 0895 9901"


@pytest.mark.looks
def test_a_baby_joins_the_family(walker: Walker) -> None:
    begin(walker, "/ajukan/kk/")
    say_that_a_baby_was_born(walker)
    name_the_family(walker)
    live_in_30_ilir_and_come_oneself(walker)
    name_the_baby(walker)
    photograph(walker, "KK_LAMA", "SURAT_LAHIR")
    be_told_nothing_and_send(walker)
    application = Application.objects.get()
    assert (application.service, application.answers["member_name"]) == ("kk", "Bayi Contoh")
    assert_the_receipt_says(walker, "Nomor permohonan Kartu Keluarga", "Jangan datang dulu sebelum diundang.")


@pytest.mark.looks
def test_an_old_certificate_is_certified(walker: Walker) -> None:
    begin(walker, "/ajukan/legalisir/")
    have_a_qr_code_and_read_why_nothing_is_needed(walker)
    have_an_old_document_after_all(walker)
    ask_for_too_many_copies(walker)
    name_the_owner(walker)
    live_in_30_ilir_and_come_oneself(walker)
    photograph(walker, "DOK_ASLI", "KTP")
    be_told_nothing_and_send(walker)
    application = Application.objects.get()
    assert (application.reason, application.answers["copies"]) == ("akta_kelahiran", 20)
    assert_the_receipt_says(walker, "Nomor permohonan Legalisir", "Saat datang, bawa dokumen aslinya.")


@pytest.mark.looks
def test_a_wrong_job_on_both_cards_is_told_once(walker: Walker) -> None:
    begin(walker, "/ajukan/ktp-el/")
    find_the_family_card_still_wrong(walker)
    name_the_family(walker)
    live_in_30_ilir_and_come_oneself(walker)
    correct_the_job(walker)
    photograph(walker, "KK_LAMA", "BUKTI_PERUBAHAN")
    be_told_nothing_and_send(walker)
    walker.next("Ajukan KTP-el juga")
    walker.look("ktp-berkas")
    photograph(walker, "KTP_LAMA")
    agree_and_send(walker)
    card = Application.objects.get(service="ktp_el")
    assert card.depends_on == Application.objects.get(service="kk")


def test_the_office_is_shown_as_soon_as_the_kelurahan_is_chosen(phone: Phone) -> None:
    phone.begins()
    phone.tells_the_owner()
    box = phone.page.locator("#kantor")
    expect(box).to_be_empty()
    phone.page.select_option("#id_kelurahan", label="30 Ilir")
    expect(box).to_contain_text("UPTD Zona 7")
    expect(box).to_contain_text("Jam layanan")
    phone.page.select_option("#id_kelurahan", label="Sako")
    expect(box).not_to_contain_text("UPTD Zona 7")
    expect(box).to_contain_text("UPTD Zona")
    phone.page.select_option("#id_kelurahan", label="Pilih kelurahan")
    expect(box).to_be_empty()
    assert phone.fits()


def test_the_office_comes_back_with_what_was_typed(phone: Phone) -> None:
    phone.begins()
    phone.tells_the_owner()
    phone.page.select_option("#id_kelurahan", label="30 Ilir")
    phone.type(address="Lrg. Contoh No. 9")
    phone.waits_until_kept("Contoh No. 9")
    phone.close_browser_and_come_back()
    phone.open("/ajukan/ktp-el/alamat/")
    expect(phone.page.locator("#kantor")).to_contain_text("UPTD Zona 7")


def test_without_a_network_the_choice_is_kept_and_the_next_page_says_the_office(phone: Phone) -> None:
    phone.begins()
    phone.tells_the_owner()
    phone.context.set_offline(True)
    phone.page.select_option("#id_kelurahan", label="30 Ilir")
    expect(phone.page.locator("#kantor")).to_be_empty()
    phone.context.set_offline(False)
    phone.type(address="Lrg. Contoh No. 1", rt="3", rw="1")
    phone.press()
    phone.is_at("berkas/")
    phone.sees("UPTD Zona 7")


def test_what_was_typed_for_one_service_stays_while_another_one_is_filled_in(phone: Phone) -> None:
    phone.begins()
    phone.type(name="Siti Belum Selesai")
    phone.waits_until_kept("Belum Selesai")
    phone.open("/ajukan/kk/")
    phone.press("Mulai")
    phone.page.check('input[name="reason"][value="rusak"]')
    phone.press()
    phone.open("/ajukan/ktp-el/pemilik/")
    expect(phone.page.locator("#id_name")).to_have_value("Siti Belum Selesai")


# The steps, in the order of the forms.


def begin(walker: Walker, address: str) -> None:
    walker.open(address)
    walker.look("mulai")
    walker.next("Mulai")
    walker.look("pertanyaan-pertama")


def say_that_a_baby_was_born(walker: Walker) -> None:
    letter = walker.page.locator('input[name="birth_letter"]').first
    assert not letter.is_visible()
    walker.choose("reason", "tambah_anggota")
    walker.next()
    walker.look("alasan-belum-lengkap")
    walker.choose("added_by", "birth")
    assert letter.is_visible()
    walker.choose("birth_letter", "yes")
    walker.next()


def name_the_family(walker: Walker) -> None:
    walker.look("keluarga")
    walker.next()
    walker.look("keluarga-kosong")
    walker.choose("applicant", "self")
    walker.type(kk_number=KK, head_name="Budi Contoh", name="Siti Contoh", nik=new_nik(), **BORN)
    walker.choose("sex", "P")
    walker.next()


def name_the_owner(walker: Walker) -> None:
    walker.look("pemilik-dokumen")
    walker.choose("applicant", "self")
    walker.type(kk_number=KK, name="Siti Contoh", nik=new_nik(), **BORN)
    walker.choose("sex", "P")
    walker.next()


def live_in_30_ilir_and_come_oneself(walker: Walker) -> None:
    walker.look("alamat")
    walker.page.select_option("#id_kelurahan", label="30 Ilir")
    walker.type(address="Lrg. Contoh No. 1", rt="3", rw="1")
    walker.next()
    walker.look("alamat-belum-lengkap")
    assert walker.page.locator("#kantor").get_by_text("UPTD Zona 7").is_visible(), "also without a script"
    walker.choose("collector", "self")
    walker.next()
    assert walker.page.get_by_text("UPTD Zona 7").first.is_visible()


def name_the_baby(walker: Walker) -> None:
    walker.look("bayi")
    walker.type(
        member_name="Bayi Contoh", member_birth_date_0="1", member_birth_date_1="11", member_birth_date_2="2026"
    )
    walker.choose("member_sex", "L")
    walker.page.select_option("#id_member_relation", label="Anak")
    walker.next()


def correct_the_job(walker: Walker) -> None:
    walker.look("data-berubah")
    walker.choose("whose", "self")
    walker.choose("elements", "pekerjaan")
    walker.type(old_pekerjaan="Pelajar", new_pekerjaan="Guru")
    walker.next()


def find_the_family_card_still_wrong(walker: Walker) -> None:
    walker.choose("reason", "perubahan_data")
    walker.choose("kk_updated", "no")
    walker.next()
    walker.look("kk-dulu")
    walker.next("Ajukan perubahan KK")


def have_a_qr_code_and_read_why_nothing_is_needed(walker: Walker) -> None:
    walker.choose("signature", "electronic")
    walker.next()
    walker.look("tidak-perlu")
    assert walker.page.get_by_text("Pasal 19 ayat (6)").is_visible()


def have_an_old_document_after_all(walker: Walker) -> None:
    walker.page.locator("main").get_by_role("link", name="Ajukan legalisir").click()
    walker.next("Lanjutkan draf")
    walker.choose("signature", "wet")
    walker.next()


def ask_for_too_many_copies(walker: Walker) -> None:
    walker.look("dokumen")
    walker.choose("reason", "akta_kelahiran")
    walker.type(copies="500")
    walker.next()
    walker.look("lembar-terlalu-banyak")
    walker.type(copies="20")
    walker.next()


def photograph(walker: Walker, *codes: str) -> None:
    walker.look("berkas")
    for number, code in enumerate(codes):
        walker.photograph(code, number)
    walker.next()


def be_told_nothing_and_send(walker: Walker) -> None:
    walker.look("kabar")
    walker.choose("contact", "none")
    walker.next()
    walker.look("periksa")
    agree_and_send(walker)


def assert_the_receipt_says(walker: Walker, *sentences: str) -> None:
    words: Any = walker.page.locator("main").inner_text()
    for sentence in sentences:
        assert sentence in words
