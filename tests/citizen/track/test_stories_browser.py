"""After sending, as people tell it: the number is lost, the phone is shared, the answer is wrong, the mind changes."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from requests_app.clock import database_now
from requests_app.models import Application, Decision, Notice, Promise
from requests_app.operations.clock import break_promises
from requests_app.operations.submission import submit_draft
from tests.citizen.someone import Someone, as_dialled, newest_code
from tests.factories import APPROVED, REJECTED, decided, make_draft, submitted
from tests.operations.blanks import stocked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)


def ask_for_the_number(someone: Someone, phone: str) -> str:
    """From the start page; what the page answers."""
    someone.open()
    someone.follow("Nomor hilang?")
    someone.fill("Nomor WhatsApp atau alamat surel", phone)
    someone.press("Kirim nomor permohonan")
    someone.is_headed("Periksa pesan Anda")
    someone.reads("nomornya segera sampai", "Mungkin Anda dulu memberi nomor atau surel lain.")
    return someone.page.locator("main").inner_text()


def test_a_lost_number_is_sent_to_the_phone_and_a_stranger_learns_nothing(someone: Someone) -> None:
    application = submitted(database_now() - MINUTE)
    nobody = ask_for_the_number(someone, "0800 0000 9999")
    assert not Notice.objects.filter(purpose="number_sent").exists()
    assert ask_for_the_number(someone, as_dialled(application.phone)) == nobody
    notice = Notice.objects.get(purpose="number_sent")
    assert (notice.application, notice.recipient) == (application, application.phone)


def test_a_wrong_code_then_the_right_one_and_a_shared_phone_is_left_clean(someone: Someone) -> None:
    application = submitted(database_now() - MINUTE, name="Budi Contoh")
    someone.looks_up(application)
    someone.reads(application.number, "Langkah berikutnya")
    expect(someone.page.get_by_text("Budi Contoh")).to_have_count(0)
    someone.press("Kirim kode")
    someone.is_headed("Masukkan kode")
    code = newest_code(application)
    someone.fill("Kode enam angka", f"{(int(code) + 1) % 1_000_000:06d}")
    someone.press("Buka permohonan")
    someone.reads("Kode ini tidak cocok. Sisa 4 percobaan.")
    someone.fill("Kode enam angka", f"{code[:3]} {code[3:]}")
    someone.press("Buka permohonan")
    someone.reads("Budi Contoh", "Perjalanan permohonan")
    leave(someone, application)


def leave(someone: Someone, application: Application) -> None:
    """Whoever takes the phone next sees nothing, not with the Back button either."""
    someone.press("Tutup halaman ini")
    someone.reads("Halaman permohonan sudah ditutup di ponsel ini.")
    someone.page.go_back()
    expect(someone.page).to_have_url(re.compile(rf"/lacak/\?nomor={application.number}$"))
    expect(someone.page.get_by_text(application.name)).to_have_count(0)


def test_the_link_of_a_message_opens_once_and_then_says_what_to_do(someone: Someone) -> None:
    application = submitted(database_now() - MINUTE, name="Budi Contoh")
    notice = application.notices.get(purpose="received")
    link = f"/buka/{notice.params['tautan']}/"
    someone.open(link)
    someone.press("Buka permohonan saya")
    someone.reads(application.number, "Budi Contoh")
    notice.refresh_from_db()
    assert notice.link_used_at is not None
    someone.open(link)
    someone.press("Buka permohonan saya")
    someone.reads("Tautan ini sudah dipakai atau sudah lama. Lacak dengan nomor permohonan Anda.")
    someone.is_headed("Lacak permohonan")


def test_whoever_has_no_phone_opens_it_with_the_secret_of_the_receipt(someone: Someone) -> None:
    now = database_now() - MINUTE
    done = submit_draft(draft_id=make_draft(now, contact="none", phone="", name="Budi Contoh").pk, now=now)
    someone.open("/lacak/")
    someone.fill("Nomor permohonan", done.application.number.lower())
    someone.page.get_by_text("Tidak memberi nomor WhatsApp? Pakai tanggal lahir").click()
    for part, text in (("Tanggal", "17"), ("Bulan", "8"), ("Tahun", "1995")):
        someone.page.get_by_label(part, exact=True).fill(text)
    someone.press("Lihat permohonan")
    someone.follow("Isi kode rahasia")
    someone.fill("Kode rahasia pada bukti permohonan", "AAAA-AAAA-AAAA")
    someone.press("Buka permohonan")
    someone.reads("Kode rahasia ini tidak cocok.")
    expect(someone.page.get_by_text("Budi Contoh")).to_have_count(0)
    someone.fill("Kode rahasia pada bukti permohonan", done.secret.lower().replace("-", " "))
    someone.press("Buka permohonan")
    someone.reads("Budi Contoh")


def test_whoever_was_rejected_objects_and_another_officer_looks_again(someone: Someone) -> None:
    application = decided(database_now() - MINUTE, REJECTED)
    someone.proves(application)
    someone.follow("Ajukan keberatan")
    someone.press("Kirim keberatan")
    someone.reads("Tuliskan keberatan Anda.")
    someone.fill("Mengapa Anda keberatan?", "Saya lahir dan tinggal di Palembang.")
    someone.press("Kirim keberatan")
    someone.reads("Keberatan Anda sudah masuk. Petugas lain memeriksanya dalam lima hari.")
    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)
    assert Decision.objects.get().objection == "Saya lahir dan tinggal di Palembang."
    assert Promise.objects.filter(application=application, outcome="open").count() == 1


def test_words_sent_while_the_service_is_closed_are_sent_again_by_loading_the_page_again(
    someone: Someone, settings: Any, tmp_path: Path
) -> None:
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    application = decided(database_now() - MINUTE, REJECTED)
    someone.proves(application)
    someone.follow("Ajukan keberatan")
    someone.fill("Mengapa Anda keberatan?", "Saya lahir di Palembang.")
    settings.MAINTENANCE_FILE.touch()
    someone.press("Kirim keberatan")
    someone.reads("Kami belum menerimanya. Biarkan halaman ini terbuka, lalu muat ulang nanti untuk mengirimnya lagi.")
    assert not Decision.objects.filter(objected_at__isnull=False).exists()
    settings.MAINTENANCE_FILE.unlink()
    someone.page.reload()
    someone.reads("Keberatan Anda sudah masuk.")
    assert Decision.objects.get().objection == "Saya lahir di Palembang."


def test_whoever_found_the_card_takes_the_application_back(someone: Someone) -> None:
    application = submitted(database_now() - MINUTE)
    someone.proves(application)
    someone.follow("Batalkan permohonan")
    dialog = someone.page.get_by_role("dialog", name="Batalkan permohonan ini?")
    expect(dialog).to_contain_text("tidak dapat dibuka kembali")
    someone.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    someone.follow("Batalkan permohonan")
    someone.press("Ya, batalkan permohonan")
    someone.reads("Permohonan sudah dibatalkan. Anda dapat mengajukan lagi kapan saja.")
    application.refresh_from_db()
    assert application.status == "withdrawn"


def test_a_new_phone_is_told_from_now_on_and_the_old_one_hears_of_it(someone: Someone) -> None:
    application = submitted(database_now() - MINUTE)
    old = application.phone
    someone.proves(application)
    someone.follow("Ganti cara dikabari")
    someone.fill("Nomor WhatsApp", "0800 0000 7788")
    someone.press("Simpan")
    someone.reads("Cara dikabari sudah diganti. Kabar berikutnya kami kirim ke sana.")
    application.refresh_from_db()
    assert application.phone == "+6280000007788"
    assert Notice.objects.get(purpose="contact_changed").recipient == old


def test_an_answer_too_late_is_reported_in_somebodys_own_words(someone: Someone) -> None:
    now = database_now()
    application = submitted(now - timedelta(days=5, minutes=1))
    break_promises(now=now)
    someone.proves(application, ask="Kirim kode untuk melapor")
    someone.follow("Tambahkan laporan Anda")
    someone.fill("Apa yang ingin Anda sampaikan?", "Belum ada kabar sampai hari ini.")
    someone.press("Kirim laporan")
    someone.reads("sudah masuk. Pengawas menjawabnya kepada Anda.", "Belum ada kabar sampai hari ini.")
    assert application.reports.get().words == "Belum ada kabar sampai hari ini."


def test_an_approval_says_what_becomes_of_the_card_and_the_receipt_is_one_press_away(someone: Someone) -> None:
    stocked(database_now() - MINUTE, 5)
    application = decided(database_now() - MINUTE, APPROVED)
    someone.proves(application)
    someone.reads("Tunggu. Kartu Anda segera dicetak.", "Kartu Keluarga asli")
    someone.follow("Lihat bukti permohonan")
    someone.is_headed("Bukti permohonan")
    someone.follow("Kembali ke permohonan")
    someone.reads("Tunggu. Kartu Anda segera dicetak.")
    assert Promise.objects.get(application=application).outcome == "kept"
