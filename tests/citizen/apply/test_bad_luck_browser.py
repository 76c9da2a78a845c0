"""Bad luck on a small phone, in a real Chromium: whatever happens, nothing that somebody typed is lost."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from requests_app.models import Application, ClockOffset, Draft
from tests.citizen.apply.phone import ADDRESS, BIRTH, LANDSCAPE, OWNER, PORTRAIT, Phone, draft_answers
from tests.citizen.apply.walk import BASE
from tests.factories import new_nik

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RESTORED = "Isian Anda dipulihkan."
NIK = "1671 0157 0895 9031"


def days_pass(days: float) -> None:
    """The office's clock goes on; the phone lies in a drawer."""
    ClockOffset.objects.update_or_create(defaults={"seconds": timedelta(days=days).total_seconds()})


# --- browser closed, page left


def test_the_browser_is_closed_in_the_middle_of_a_page(phone: Phone) -> None:
    phone.begins()
    phone.choose("applicant", "self")
    phone.type(name=OWNER["name"], nik=NIK, birth_date_0="17", birth_date_1="Agus")
    phone.waits_until_kept("Agus")
    phone.close_browser_and_come_back()
    phone.open()
    phone.press("Lanjutkan draf")
    phone.is_at("pemilik/")
    phone.sees(RESTORED)
    assert [phone.typed(name) for name in ("name", "nik", "birth_date_0", "birth_date_1")] == [
        OWNER["name"], NIK, "17", "Agus",
    ]  # fmt: skip
    assert phone.page.is_checked('input[name="applicant"][value="self"]')
    phone.sees("Menurut NIK: lahir 17 Agustus 1995, perempuan")


def test_what_lies_on_the_device_can_be_read_by_nobody_without_the_session(phone: Phone) -> None:
    phone.begins()
    phone.type(name=OWNER["name"], nik=NIK)
    phone.waits_until_kept(NIK)
    copy = phone.copies()["pemilik"]
    for plain in (OWNER["name"], "Nurhaliza", NIK, NIK.replace(" ", ""), "0157"):
        assert plain not in copy
    Session.objects.all().delete()
    phone.open()
    assert phone.copies() == {}, "the next person at this browser finds nothing, not even locked"


def test_restored_answers_can_be_cleared(phone: Phone) -> None:
    phone.begins()
    phone.type(name="Salah Ketik")
    phone.waits_until_kept("Salah Ketik")
    phone.open(f"{BASE}pemilik/")
    phone.sees(RESTORED)
    phone.press("Hapus isian yang dipulihkan")
    assert phone.typed("name") == ""
    assert "pemilik" not in phone.copies()
    assert phone.page.evaluate("document.activeElement.name") == "applicant", "focus is on the first question"
    phone.open(f"{BASE}pemilik/")
    assert not phone.page.get_by_text(RESTORED).is_visible()


def test_the_back_button_and_forward_again(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER)
    phone.waits_until_kept(OWNER["kk_number"])
    phone.page.go_back()
    phone.is_at("alasan/")
    assert phone.page.is_checked('input[name="reason"][value="rusak"]')
    phone.page.go_forward()
    phone.is_at("pemilik/")
    assert {name: phone.typed(name) for name in OWNER} == OWNER


def test_a_saved_page_is_not_called_restored(phone: Phone) -> None:
    phone.begins()
    phone.tells_the_owner()
    phone.open(f"{BASE}pemilik/")
    assert phone.typed("name") == OWNER["name"]
    assert not phone.page.get_by_text(RESTORED).is_visible()


def test_an_answer_saved_elsewhere_since_wins_over_an_old_copy(phone: Phone) -> None:
    phone.begins()
    phone.type(name="Ketikan Lama")
    phone.waits_until_kept("Ketikan Lama")
    draft = Draft.objects.get()
    draft.answers = {**draft.answers, "name": "Jawaban Baru"}
    draft.save()
    phone.open(f"{BASE}pemilik/")
    assert phone.typed("name") == "Jawaban Baru"


# --- network and time


def test_the_connection_is_gone_when_the_button_is_pressed(phone: Phone) -> None:
    phone.begins()
    phone.tells_the_owner()
    phone.type(**ADDRESS)
    phone.context.set_offline(True)
    phone.press()
    phone.sees("Tidak ada sambungan internet. Isian Anda tersimpan di perangkat ini.")
    assert {name: phone.typed(name) for name in ADDRESS} == ADDRESS
    phone.press()  # once more, all the same: the browser shows a page of its own, or the offline page
    phone.context.set_offline(False)
    phone.open(f"{BASE}alamat/")
    phone.sees(RESTORED)
    assert {name: phone.typed(name) for name in ADDRESS} == ADDRESS
    phone.tells_the_address()


def test_the_page_was_open_for_nine_days(phone: Phone) -> None:
    phone.begins()
    phone.choose("applicant", "self")
    phone.type(**OWNER, **BIRTH, nik=NIK)
    phone.choose("sex", "P")
    days_pass(9)
    phone.press()
    phone.sees("Draf Anda sudah dihapus")
    assert (phone.typed("name"), phone.typed("nik")) == (OWNER["name"], NIK)
    phone.press()
    phone.is_at("alasan/")
    assert draft_answers()["nik"] == NIK.replace(" ", "")


def test_the_cookies_are_gone(phone: Phone) -> None:
    phone.begins()
    phone.choose("applicant", "self")
    phone.type(**OWNER, **BIRTH, nik=NIK)
    phone.choose("sex", "P")
    phone.context.clear_cookies()
    for _ in range(3):
        phone.press()
        if phone.page.url.endswith("alasan/"):
            break
        assert phone.typed("kk_number") == OWNER["kk_number"]
    assert draft_answers()["name"] == OWNER["name"]


# --- twice


def test_two_tabs_save_one_after_the_other(phone: Phone) -> None:
    phone.begins()
    phone.tells_the_owner()
    second = phone.another_tab(f"{BASE}alamat/")
    phone.tells_the_address()
    assert draft_answers()["address"] == ADDRESS["address"]
    second.select_option("#id_kelurahan", label="30 Ilir")
    for name, text in {**ADDRESS, "address": "Lrg. Tab Kedua"}.items():
        second.fill(f"#id_{name}", text)
    second.get_by_role("button", name="Lanjut", exact=True).click()
    expect(second).to_have_url(f"{phone.address}{BASE}berkas/")
    assert draft_answers()["address"] == "Lrg. Tab Kedua"


def test_a_draft_thrown_away_in_one_tab_leaves_what_is_typed_in_the_other(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER)
    second = phone.another_tab(f"{BASE}hapus-draf/")
    second.get_by_role("button", name="Hapus draf").click()
    expect(second.get_by_text("Draf sudah dihapus")).to_be_visible()
    phone.press()
    phone.sees("Draf Anda sudah dihapus")
    assert {name: phone.typed(name) for name in OWNER} == OWNER


def test_a_page_with_mistakes_is_loaded_again(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER, nik="1671 01")
    phone.press()
    phone.sees("Anda menulis 6 angka")
    phone.page.reload()
    assert (phone.typed("name"), phone.typed("nik")) == (OWNER["name"], "1671 01")
    phone.open(f"{BASE}pemilik/")
    assert (phone.typed("name"), phone.typed("nik")) == (OWNER["name"], "1671 01")


def test_the_receipt_is_loaded_again_and_the_last_button_is_found_again(phone: Phone) -> None:
    phone.begins()
    phone.tells_the_owner()
    phone.sends_the_rest()
    number = phone.page.locator(".number").first.inner_text()
    phone.page.reload()
    assert phone.page.locator(".number").first.inner_text() == number
    phone.page.go_back()
    expect(phone.page.locator(".number").first).to_have_text(number)
    assert Application.objects.count() == 1


# --- what people type, paste and have filled in


def test_a_very_long_name(phone: Phone) -> None:
    phone.begins()
    phone.choose("applicant", "self")
    too_long = "Raden" * 20
    phone.type(**{**OWNER, **BIRTH, "nik": new_nik(), "name": too_long})
    phone.choose("sex", "P")
    assert phone.fits()
    phone.press()
    phone.sees("Nama paling panjang 60 huruf")
    assert phone.typed("name") == too_long, "nothing was cut off"
    assert phone.fits()
    phone.type(name=too_long[:60])
    phone.press()
    phone.tells_the_address()
    assert draft_answers()["name"] == too_long[:60]


def test_numbers_pasted_with_spaces_dots_and_full_width_digits(phone: Phone) -> None:
    phone.begins()
    phone.choose("applicant", "self")
    full_width = "".join(chr(0xFF10 + int(digit)) for digit in "1671041708959901")
    phone.type(name=OWNER["name"], nik="1671.0157.0895-9031\u200b", kk_number=full_width)
    phone.type(birth_date_0="１７", birth_date_1="8", birth_date_2="１９９５")
    phone.choose("sex", "P")
    phone.sees("Menurut NIK: lahir 17 Agustus 1995, perempuan — benar?")
    phone.press()
    phone.is_at("alamat/")
    kept = draft_answers()
    assert (kept["nik"], kept["kk_number"], kept["birth_date"]) == (
        "1671015708959031", "1671041708959901", "1995-08-17",
    )  # fmt: skip


def test_the_browser_fills_in_what_it_knows(phone: Phone) -> None:
    phone.begins()
    known = {"name": "SITI NURHALIZA", "bday-day": "17", "bday-month": "8", "bday-year": "1995"}
    autofill(phone, known)
    assert (phone.typed("name"), phone.typed("birth_date_2")) == ("SITI NURHALIZA", "1995")
    phone.waits_until_kept("SITI NURHALIZA")
    phone.choose("applicant", "self")
    phone.type(nik=NIK, kk_number=OWNER["kk_number"])
    phone.choose("sex", "P")
    phone.press()
    phone.page.select_option("#id_kelurahan", label="30 Ilir")
    autofill(phone, {"address-line1": "Lrg. Contoh No. 1"})
    phone.type(rt="3", rw="1")
    phone.press()
    phone.is_at("berkas/")
    phone.photographs()
    phone.open(f"{BASE}kabar/")
    phone.choose("contact", "whatsapp")
    autofill(phone, {"tel": "+62 800-0000-0031", "email": "siti@contoh.example"})
    phone.choose("phone_owner", "self")
    phone.press()
    phone.is_at("periksa/")
    kept = draft_answers()
    assert (kept["phone"], kept["email"], kept["birth_date"]) == (
        "+6280000000031", "siti@contoh.example", "1995-08-17",
    )  # fmt: skip


def autofill(phone: Phone, known: dict[str, str]) -> None:
    """As Chromium does it: by the autocomplete token, with events, without keys."""
    for token, value in known.items():
        field = phone.page.locator(f'[autocomplete="{token}"]')
        expect(field).to_have_count(1)
        field.evaluate(
            "(e, value) => { e.value = value; e.dispatchEvent(new Event('input', {bubbles: true}));"
            " e.dispatchEvent(new Event('change', {bubbles: true})) }",
            value,
        )


def test_the_phone_is_turned_while_somebody_types(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER)
    phone.page.focus("#id_nik")
    for size in (LANDSCAPE, PORTRAIT):
        phone.page.set_viewport_size(size)  # type: ignore[arg-type]
        phone.page.keyboard.type("16710157")
        assert phone.fits()
    assert phone.typed("nik") == "1671015716710157"
    assert {name: phone.typed(name) for name in OWNER} == OWNER
