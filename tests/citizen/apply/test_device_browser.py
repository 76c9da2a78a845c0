"""What stays on a phone, when it goes, and going on on another one: in a real Chromium."""

import pytest

from requests_app.models import Notice
from tests.citizen.apply.phone import BIRTH, OWNER, Phone
from tests.citizen.apply.walk import BASE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NIK = "1671 0157 0895 9031"


def test_on_a_shared_device_nothing_stays(phone: Phone) -> None:
    phone.open()
    phone.page.check("#id_bersama")
    phone.press("Mulai")
    phone.choose("reason", "rusak")
    phone.press()
    phone.type(**OWNER)
    phone.page.locator("#id_nik").focus()
    assert phone.copies() == {}
    phone.open(f"{BASE}pemilik/")
    assert phone.typed("name") == ""
    assert all(cookie["expires"] == -1 for cookie in phone.context.cookies() if cookie["name"] == "sessionid")


def test_saying_so_later_takes_the_copies_away_and_leaves_the_page_as_it_is(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER)
    phone.waits_until_kept(OWNER["kk_number"])
    phone.page.get_by_text("Di mana isian ini disimpan?").click()
    phone.press("Ini perangkat bersama")
    phone.page.get_by_text("Di mana isian ini disimpan?").click()
    phone.sees("Perangkat bersama: tidak ada isian yang tertinggal di sini.")
    assert phone.copies() == {}
    assert {name: phone.typed(name) for name in OWNER} == OWNER


def test_the_other_language_keeps_what_is_typed(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER)
    phone.page.get_by_role("link", name="English").click()
    phone.sees("Who owns this KTP-el?")
    assert {name: phone.typed(name) for name in OWNER} == OWNER


def test_copies_go_with_sending(phone: Phone) -> None:
    phone.begins()
    phone.type(name="Salah Ketik")
    phone.waits_until_kept("Salah Ketik")
    phone.tells_the_owner()
    phone.sends_the_rest()
    phone.page.wait_for_function("!Object.keys(localStorage).some(k => k.startsWith('adm:'))")


def test_copies_go_with_the_draft(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER)
    phone.waits_until_kept(OWNER["kk_number"])
    phone.open(f"{BASE}hapus-draf/")
    phone.press("Hapus draf")
    phone.sees("Draf sudah dihapus")
    assert phone.copies() == {}


def test_copies_go_after_seven_days(phone: Phone) -> None:
    phone.begins()
    phone.type(**OWNER)
    phone.waits_until_kept(OWNER["kk_number"])
    for age, left in ((6.9, {"alasan", "pemilik"}), (7.1, set())):
        phone.page.evaluate(
            "age => Object.keys(localStorage).filter(k => k.startsWith('adm:')).forEach(k =>"
            " localStorage.setItem(k, JSON.stringify({...JSON.parse(localStorage.getItem(k)),"
            " at: Date.now() - age * 864e5})))",
            age,
        )
        phone.open()
        assert set(phone.copies()) == left


def test_going_on_on_another_phone(phone: Phone, other_phone: Phone) -> None:
    phone.begins()
    phone.choose("applicant", "self")
    phone.type(**OWNER, nik="1671 0157")
    phone.press("Lanjutkan di perangkat lain")
    phone.type(phone="0800 0000 0066")
    phone.press("Kirim kode")
    phone.sees("Kode sudah dikirim ke WhatsApp")
    other_phone.open()
    other_phone.page.get_by_role("link", name="Lanjutkan dengan kode").click()
    other_phone.type(phone="0800 0000 0066", code=Notice.objects.get().params["kode"])
    other_phone.press("Lanjutkan")
    other_phone.is_at("pemilik/")
    assert {name: other_phone.typed(name).replace(" ", "") for name in OWNER} == {
        name: text.replace(" ", "") for name, text in OWNER.items()
    }
    phone.page.get_by_role("link", name="Kembali ke isian").click()
    phone.sees("Draf Anda dilanjutkan di perangkat lain")
    assert phone.copies() == {}
    other_phone.type(**BIRTH, nik=NIK)
    other_phone.choose("sex", "P")
    other_phone.press()
    other_phone.is_at("alamat/")
