"""What people read beside the form: where their office is, what becomes of their data, what the office has to tell."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from requests_app.clock import database_now
from requests_app.models import Draft, ServiceNotice
from tests.citizen.someone import Someone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "Siti Nurhaliza Contoh"


def begin(someone: Someone) -> None:
    """From the start page to the questions about the owner of the card."""
    someone.open()
    someone.follow("Ajukan KTP-el")
    someone.press("Mulai")
    someone.choose("Rusak")
    someone.press("Lanjut")
    someone.is_headed("Siapa pemilik KTP-el ini?")


def test_somebody_finds_the_office_and_its_number(someone: Someone) -> None:
    someone.open()
    someone.follow("UPTD dan nomor resmi")
    someone.press("Lihat kantor saya")
    someone.reads("Pilih kelurahan.")
    someone.page.get_by_label("Kelurahan tempat tinggal Anda").select_option(label="30 Ilir")
    someone.press("Lihat kantor saya")
    someone.reads("Untuk Kelurahan 30 Ilir, Kecamatan Ilir Barat II:")
    expect(someone.page.get_by_text("+62 800 0000 0007").first).to_be_in_viewport()
    someone.reads("UPTD Zona 7", "Petugas tidak pernah meminta uang, PIN, atau kode Anda.")


def test_whoever_wonders_about_privacy_comes_back_to_what_was_typed(someone: Someone) -> None:
    begin(someone)
    someone.fill("Nama lengkap", NAME)
    someone.follow_below("Privasi")
    someone.is_headed("Privasi")
    someone.reads("Salinan isian yang belum tersimpan di kantor.", "Kami tidak memakai data ini untuk iklan")
    someone.follow_below("Aksesibilitas")
    someone.is_headed("Aksesibilitas")
    someone.reads("Yang masih kurang", "Ada yang menyulitkan Anda?")
    someone.page.get_by_role("navigation", name="Utama").get_by_role("link", name="Ajukan").click()
    someone.reads("Ada draf yang belum dikirim.")
    someone.follow("Ajukan KTP-el")
    someone.press("Lanjutkan draf")
    someone.reads("Isian Anda dipulihkan.")
    expect(someone.page.get_by_label("Nama lengkap")).to_have_value(NAME)
    assert Draft.objects.get().answers == {"reason": "rusak"}, "it never left the device"


def test_what_the_office_tells_everybody_stands_on_the_start_page_and_on_the_form(someone: Someone) -> None:
    now = database_now()
    said = "Listrik kantor padam sampai pukul 14.00. Permohonan tetap masuk."
    ServiceNotice.objects.create(
        text=said, tone="bad", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    someone.open()
    someone.reads("Gangguan layanan:", said)
    expect(someone.page.get_by_text(said)).to_be_in_viewport()
    begin(someone)
    someone.reads("Gangguan layanan:", said)


def test_while_the_service_is_closed_it_says_until_when_and_what_was_typed_is_still_there(
    someone: Someone, settings: Any, tmp_path: Path
) -> None:
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    begin(someone)
    someone.fill("Nama lengkap", NAME)
    settings.MAINTENANCE_FILE.write_text("2026-11-24T22:00")
    with someone.page.expect_navigation() as answer:
        someone.press("Lanjut")
    assert answer.value.status == 503
    someone.is_headed("Layanan sedang kami rawat")
    someone.reads("Selasa, 24 November 2026 pukul 22.00 WIB", "Permohonan dan draf yang tersimpan tetap aman.")
    someone.reads("Baru saja menekan tombol kirim? Kami belum menerimanya.")
    settings.MAINTENANCE_FILE.unlink()
    someone.follow("Coba lagi")
    someone.follow("Ajukan KTP-el")
    someone.press("Lanjutkan draf")
    expect(someone.page.get_by_label("Nama lengkap")).to_have_value(NAME)
