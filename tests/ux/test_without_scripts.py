"""Everything works with JavaScript off: applying, following, and all that can be done afterwards."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.clock import database_now
from requests_app.models import Application, Notice
from requests_app.operations.clock import break_promises
from requests_app.operations.decisions import decide
from requests_app.operations.review import claim_application
from tests.citizen.apply.walk import another_photo
from tests.factories import APPROVED, CORRECTION, REJECTED, OfficerFactory, decided, on_duty, submitted
from ux.measure import phone
from ux.walk import Person, apply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    context = phone(browser, scripts=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    """One photo for each document of a lost card."""
    found = {code: tmp_path / f"{code}.jpg" for code in ("SURAT_HILANG", "KK")}
    for number, path in enumerate(found.values()):
        path.write_bytes(another_photo(number))
    return found


def press(tab: Page, button: str) -> None:
    tab.locator("main").get_by_role("button", name=button).last.click()


def follow(tab: Page, link: str) -> None:
    tab.locator("main").get_by_role("link", name=link).first.click()


def sees(tab: Page, words: str) -> None:
    expect(tab.locator("main")).to_contain_text(words)


def prove(tab: Page, home: str, application: Application) -> None:
    """Number and four digits, then the code of the message."""
    tab.goto(f"{home}/lacak/")
    tab.fill("#id_number", application.number)
    tab.fill("#id_four_digits", application.phone[-4:])
    press(tab, "Lihat permohonan")
    press(tab, "Kirim kode")
    tab.fill("#id_code", Notice.objects.filter(purpose="code").latest("created_at").params["kode"])
    press(tab, "Buka permohonan")


def test_applying_correcting_and_withdrawing(tab: Page, live_server: Any, photos: dict[str, Path]) -> None:
    number = apply(Person(tab, scripts=False), live_server.url, photos, 1)
    application = Application.objects.get(number=number)
    assert application.documents.count() == 2
    now, officer = database_now(), on_duty(OfficerFactory(), database_now())
    claim_application(application_id=application.pk, officer=officer, now=now)
    decide(application_id=application.pk, officer=officer, now=now - timedelta(minutes=1), verdict=CORRECTION)

    prove(tab, live_server.url, application)
    follow(tab, "Perbaiki sekarang")
    press(tab, "Kirim perbaikan")
    sees(tab, "Kartu Keluarga")
    assert "Ada yang perlu dibetulkan" in tab.title()
    tab.set_input_files("#id_KK", {"name": "baru.jpg", "mimeType": "image/jpeg", "buffer": another_photo(7)})
    press(tab, "Kirim perbaikan")
    sees(tab, "Perbaikan sudah terkirim")
    follow(tab, "Batalkan permohonan")
    press(tab, "Ya, batalkan permohonan")
    sees(tab, "Permohonan sudah dibatalkan")
    application.refresh_from_db()
    assert (application.status, application.round) == ("withdrawn", 2)


def test_objecting_and_changing_the_phone(tab: Page, live_server: Any) -> None:
    application = decided(database_now() - timedelta(minutes=1), REJECTED)
    prove(tab, live_server.url, application)
    follow(tab, "Ajukan keberatan")
    tab.fill("#id_words", "Kartu Keluarga saya sudah benar.")
    press(tab, "Kirim keberatan")
    sees(tab, "Keberatan Anda sudah masuk")
    follow(tab, "Ganti cara dikabari")
    tab.fill("#id_phone", "0800 0000 7788")
    press(tab, "Simpan")
    sees(tab, "Cara dikabari sudah diganti")
    application.refresh_from_db()
    assert (application.status, application.phone) == ("submitted", "+6280000007788")


def test_reporting_a_broken_promise(tab: Page, live_server: Any) -> None:
    now = database_now()
    application = submitted(now - timedelta(days=5, minutes=1))
    break_promises(now=now)
    prove(tab, live_server.url, application)
    follow(tab, "Tambahkan laporan Anda")
    tab.fill("#id_words", "Belum ada kabar sampai hari ini.")
    press(tab, "Kirim laporan")
    sees(tab, "sudah masuk")
    assert application.reports.get().words == "Belum ada kabar sampai hari ini."


def test_reading_an_answer_and_closing_the_page_on_a_shared_phone(tab: Page, live_server: Any) -> None:
    application = decided(database_now() - timedelta(minutes=1), APPROVED)
    prove(tab, live_server.url, application)
    sees(tab, "Nanti kartu diambil di UPTD Zona 7")
    press(tab, "Tutup halaman ini")
    tab.goto(f"{live_server.url}/lacak/{application.number}/")
    expect(tab).to_have_url(f"{live_server.url}/lacak/?nomor={application.number}")
