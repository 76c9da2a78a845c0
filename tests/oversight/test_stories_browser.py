"""The supervisor annuls, the admin tells everybody, and both prove who they are: in a real Chromium."""

from datetime import timedelta
from typing import Any

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import ServiceNotice
from requests_app.operations.clock import break_promises
from requests_app.rules.dates import to_wib
from requests_app.staff import second_factor
from tests.factories import REJECTED, OfficerFactory, decided, submitted
from tests.officer.clerk import Clerk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clerk(page: Page, live_server: Any) -> Clerk:
    return Clerk(page, live_server.url)


def test_a_wrong_decision_is_annulled_and_the_citizen_is_told(clerk: Clerk) -> None:
    application = decided(database_now() - timedelta(minutes=5), REJECTED)
    clerk.signs_in(OfficerFactory(role="supervisor"))
    clerk.goes_to("Daftar")
    clerk.follows(application.number)
    clerk.page.get_by_text("Riwayat dan pesan").click()
    clerk.follows("Batalkan keputusan terakhir")
    clerk.presses("Batalkan keputusan")
    expect(clerk.page.get_by_role("alert").first).to_be_visible()
    clerk.fills("Alasan pembatalan", "Warga terdaftar di kota ini.")
    clerk.presses("Batalkan keputusan")
    clerk.reads(f"Keputusan {application.number} dibatalkan. Permohonan kembali ke antrean.")
    assert application.notices.filter(purpose="annulled").exists()


def test_from_the_board_to_who_waits_too_long_and_who_soon_will(clerk: Clerk) -> None:
    now = database_now()
    late, soon = submitted(now - timedelta(days=6)), submitted(now - timedelta(days=4, hours=20), name="Budi Contoh")
    break_promises(now=now)
    clerk.signs_in(OfficerFactory(role="supervisor"))
    clerk.follows("Lewat janji, belum diberi tahu")
    clerk.reads(late.number)
    clerk.follows("Segera jatuh tempo")
    clerk.reads(soon.number)


def test_a_wrong_password_is_told_and_leaving_ends_it(clerk: Clerk) -> None:
    officer = OfficerFactory()
    clerk.signs_in(officer, password="salah-sekali-ini")
    clerk.reads("Nama atau sandi tidak cocok")
    clerk.signs_in(officer)
    clerk.page.get_by_role("button", name="Keluar").click()
    clerk.page.goto(f"{clerk.home}/petugas/")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Masuk sebagai petugas")


def test_a_supervisor_sets_up_the_second_factor_and_needs_it_the_next_time(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_factor, "must_have_second_factor", lambda officer: True)
    officer = OfficerFactory(role="supervisor")
    clerk.signs_in(officer)
    clerk.reads("Siapkan kode masuk")
    clerk.fills("Kode 6 angka", _code(0))
    clerk.presses("Simpan")
    clerk.reads("Apakah janji lima hari ditepati?")
    clerk.page.get_by_role("button", name="Keluar").click()
    clerk.signs_in(officer)
    clerk.reads("Satu langkah lagi")
    clerk.fills("Kode 6 angka", _code(1))
    clerk.presses("Lanjut")
    clerk.reads("Apakah janji lima hari ditepati?")


def _code(ahead: int) -> str:
    """What the app shows now, or one step later: a code is taken once."""
    device = TOTPDevice.objects.get()
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift + ahead)
    return f"{totp.token():06d}"


def test_an_admin_tells_everybody_that_service_is_disturbed(clerk: Clerk) -> None:
    now = to_wib(database_now())
    clerk.signs_in(OfficerFactory(role="admin", is_staff=True, is_superuser=True))
    clerk.page.goto(f"{clerk.home}/admin/requests_app/servicenotice/add/")
    clerk.page.locator("#id_text").fill("Pengiriman pesan sedang terganggu.")
    for field, moment in (("starts_at", now - timedelta(hours=1)), ("ends_at", now + timedelta(hours=3))):
        clerk.page.locator(f"#id_{field}_0").fill(f"{moment:%Y-%m-%d}")
        clerk.page.locator(f"#id_{field}_1").fill(f"{moment:%H:%M:%S}")
    clerk.page.locator("input[name=_save]").click()
    expect(clerk.page.locator(".success")).to_be_visible()
    assert ServiceNotice.objects.get().tone == "info"
    clerk.page.goto(f"{clerk.home}/")
    expect(clerk.page.get_by_text("Pengiriman pesan sedang terganggu.")).to_be_visible()
