"""A day at the desk in a real Chromium: every page of the officers and the counter, as the work leads there."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import Application, Notice, Officer
from requests_app.operations.clock import break_promises
from tests.factories import APPROVED, OfficerFactory, decided, on_duty, submitted
from tests.officer.clerk import Clerk
from tests.officer.conftest import with_documents

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dewi() -> Officer:
    """On duty today."""
    return on_duty(OfficerFactory(username="dewi"), database_now())


@pytest.fixture
def clerk(page: Page, live_server: Any, dewi: Officer) -> Clerk:
    """Dewi, signed in, with an empty desk."""
    clerk = Clerk(page, live_server.url)
    clerk.signs_in(dewi)
    clerk.reads("Ambil berikutnya")
    return clerk


def takes_next(clerk: Clerk, application: Application) -> None:
    clerk.goes_to("Meja")
    clerk.presses("Ambil berikutnya")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text(application.number)


def the_answer(application: Application) -> Notice:
    return Notice.objects.exclude(purpose="received").get(application=application)


def test_a_rejection_is_read_before_it_leaves(clerk: Clerk) -> None:
    application = with_documents(submitted(database_now() - timedelta(days=1)))
    takes_next(clerk, application)
    clerk.page.get_by_role("link", name="Tolak").click()
    clerk.presses("Lihat pesannya")
    clerk.reads("Pilih alasan penolakan.")
    clerk.page.get_by_label("Bukan penduduk kota").check()
    clerk.presses("Lihat pesannya")
    clerk.reads("Pesan ini akan dibaca warga")
    clerk.presses("Tolak permohonan")
    expect(clerk.page.get_by_text(application.number).first).to_be_visible()
    application.refresh_from_db()
    assert (application.status, the_answer(application).purpose) == ("rejected", "rejected")


def test_only_the_blurred_page_is_asked_for_again(clerk: Clerk) -> None:
    application = with_documents(submitted(database_now() - timedelta(days=1)))
    takes_next(clerk, application)
    clerk.page.get_by_role("link", name="Perlu perbaikan").click()
    clerk.presses("Lihat pesannya")
    clerk.reads("Pilih sedikitnya satu berkas atau data yang perlu diperbaiki.")
    clerk.page.locator("[name=reason_for_KK]").select_option("foto_buram")
    clerk.presses("Lihat pesannya")
    clerk.presses("Minta perbaikan")
    expect(clerk.page.get_by_text(application.number).first).to_be_visible()
    application.refresh_from_db()
    assert application.status == "needs_correction"
    assert [item["target"] for item in application.decisions.get().items] == ["KK"]


def test_somebody_comes_to_be_recorded_and_is_noted(clerk: Clerk) -> None:
    application = with_documents(submitted(database_now() - timedelta(days=1)))
    takes_next(clerk, application)
    clerk.page.get_by_role("link", name="Perlu perekaman").click()
    clerk.fills("Di mana", "")
    clerk.presses("Lihat pesannya")
    clerk.reads("Isi tempatnya, misalnya nama kantor UPTD.")
    clerk.fills("Di mana", "UPTD Zona 7")
    clerk.presses("Lihat pesannya")
    clerk.presses("Minta datang untuk perekaman")
    clerk.goes_to("Perekaman")
    clerk.presses("Sudah direkam")
    clerk.reads(f"{application.number}: perekaman tercatat. Permohonan kembali ke antrean.")
    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)


def test_of_two_for_the_same_person_one_is_refused(clerk: Clerk) -> None:
    now = database_now()
    first = submitted(now - timedelta(days=1))
    held = submitted(now, nik=first.nik)
    clerk.goes_to("Ganda")
    clerk.follows(held.number)
    clerk.reads("Bandingkan dua permohonan")
    clerk.presses(f"Tolak {held.number}")
    clerk.reads(f"{held.number} ditolak sebagai ganda. Warga diberi tahu.")
    assert set(Application.objects.values_list("number", "status")) == {
        (first.number, "submitted"),
        (held.number, "rejected"),
    }


def test_who_was_not_reached_is_called_and_told(clerk: Clerk) -> None:
    now = database_now()
    application = decided(now - timedelta(days=6), APPROVED)
    break_promises(now=now)
    clerk.goes_to("Hubungi")
    clerk.follows(application.number)
    clerk.presses("Simpan hasil")
    clerk.reads("Pilih hasilnya.")
    clerk.page.get_by_label("Sudah diberi tahu lewat telepon").check()
    clerk.presses("Simpan hasil")
    clerk.reads("Tidak ada yang perlu ditelepon.")
    assert application.calls.get().closed_at is not None


def test_who_brings_a_report_number_is_served_first(clerk: Clerk) -> None:
    now = database_now()
    application = submitted(now - timedelta(days=6))
    break_promises(now=now)
    clerk.goes_to("Laporan")
    clerk.fills("Nomor laporan", application.reports.get().number)
    clerk.presses("Cari permohonannya")
    clerk.reads(application.name)
    clerk.presses("Layani sekarang")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text(application.number)
    application.refresh_from_db()
    assert application.lease_officer is not None


def test_a_nik_is_found_and_stands_in_no_address(clerk: Clerk) -> None:
    now = database_now()
    wanted, other = submitted(now), submitted(now, name="Budi Contoh")
    clerk.goes_to("Daftar")
    clerk.fills("Nomor, nama, NIK, atau WhatsApp", wanted.nik)
    clerk.presses("Cari")
    clerk.reads("1 hasil pencarian")
    clerk.reads(wanted.number)
    assert wanted.nik not in clerk.page.url
    clerk.fills("Nomor, nama, NIK, atau WhatsApp", "budi")
    clerk.presses("Cari")
    clerk.reads(other.number)


def test_who_is_not_on_the_roster_says_so_once(page: Page, live_server: Any) -> None:
    application = submitted(database_now())
    clerk = Clerk(page, live_server.url)
    clerk.signs_in(OfficerFactory())
    clerk.presses("Ambil berikutnya")
    clerk.reads("Anda tidak bertugas hari ini")
    clerk.presses("Ya, saya bekerja hari ini")
    expect(page.get_by_role("heading", level=1)).to_have_text(application.number)
