"""Before applying, in a real Chromium: people with one question and three taps, and a suspicious message."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.clock import database_now
from requests_app.models import Draft, Notice, ServiceNotice
from requests_app.rules.phone import spaced_phone
from tests.chromium import STORY_SCREEN, found_by_axe, until
from tests.factories import submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1366, "height": 768}
Tap = Callable[[str], None]


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A small phone without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport=STORY_SCREEN, base_url=live_server.url)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def reads(page: Page, *sentences: str) -> None:
    """Each of these stands on the page."""
    for sentence in sentences:
        expect(page.locator("main")).to_contain_text(sentence)


def test_a_lost_card_in_two_taps_and_the_form_knows_why(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("link", name="KTP hilang").click()
    phone.get_by_role("link", name="Kota Palembang", exact=True).click()
    reads(phone, "Gratis", "Cukup sekali, untuk mengambil kartu", "Surat keterangan kehilangan dari kepolisian")
    reads(phone, "paling lambat lima hari")
    phone.get_by_role("link", name="Ajukan sekarang").click()
    phone.get_by_role("button", name="Mulai").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Siapa pemilik KTP-el ini?")
    assert Draft.objects.get().answers == {"reason": "hilang"}


def test_a_grandchild_finds_out_where_grandmother_has_to_go(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("link", name="Baru 17 tahun").click()
    phone.get_by_role("link", name="Belum", exact=True).click()
    reads(phone, "Ya. Anda direkam di kantor.")
    phone.get_by_label("Kelurahan tempat tinggal Anda").select_option(label="30 Ilir")
    phone.get_by_role("button", name="Lihat kantor saya").click()
    reads(phone, "Untuk Kelurahan 30 Ilir", "UPTD Zona 7", "+62 800 0000 0007", "13.00–15.00")
    until(phone, "scrollY > 0")  # the page opens where the office stands


def test_wrong_data_that_the_family_card_still_shows(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("link", name="Data KTP salah").click()
    phone.get_by_role("link", name="Belum, di KK masih data lama").click()
    reads(phone, "Perbaiki Kartu Keluarga dulu", "Ya, satu kali, sesudah diundang.", "KK lama")
    phone.get_by_role("link", name="Lihat syaratnya").click()
    phone.get_by_role("link", name="Pekerjaan").click()
    reads(phone, "Surat keterangan kerja")


def test_whoever_took_the_wrong_turn_goes_back(phone: Page) -> None:
    phone.goto("/keperluan/legalisir/tidak-ada/akta-kelahiran/")
    for heading in ("Dokumen apa?", "Apakah ada kode QR di dokumen Anda?", "Apa yang Anda perlukan?"):
        phone.get_by_role("link", name="Kembali").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_message_about_money_is_not_ours_and_the_real_one_is(phone: Page) -> None:
    now = database_now()
    notice = Notice.objects.get(application=submitted(now), purpose="received")
    Notice.objects.filter(pk=notice.pk).update(state="read", accepted_at=now, sent_at=now)
    phone.goto("/privasi/")
    phone.get_by_role("contentinfo").get_by_role("link", name="Cek pesan").click()
    phone.get_by_label("Kode pesan").fill("bayar1")
    phone.get_by_role("button", name="Cek pesan").click()
    reads(phone, "Tidak. Kami tidak mengirim pesan dengan kode BAYAR1.", "Uang, pulsa, atau biaya apa pun")
    phone.get_by_label("Kode pesan").fill(f" {notice.check_code[:3].lower()} {notice.check_code[3:].lower()} ")
    phone.get_by_role("button", name="Cek pesan").click()
    reads(phone, f"Ya, kami mengirim pesan dengan kode {notice.check_code}.", spaced_phone(notice.zone.whatsapp_number))
    expect(phone.get_by_role("status")).to_be_visible()


def test_with_the_keyboard_alone(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/keperluan/")
    need = page.get_by_role("link", name="Legalisir")
    for _ in range(30):
        page.keyboard.press("Tab")
        if need.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Apakah ada kode QR di dokumen Anda?")


LOOKED_AT = {
    "start": "/",
    "needs": "/keperluan/",
    "question": "/keperluan/data-salah/",
    "online": "/keperluan/ktp-hilang/palembang/",
    "face-to-face": "/keperluan/kartu-keluarga/tambah-anggota/?kelurahan=16.71.01.1003",
    "wrong-office": "/zona/?kelurahan=",
    "genuine": "/cek-pesan/",
    "accessibility": "/aksesibilitas/",
    "privacy": "/privasi/",
}


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_for_axe_to_find_and_nothing_wider_than_the_screen(
    page: Page, live_server: Any, tmp_path: Path, screen: Any, scheme: Any
) -> None:
    now = database_now()
    for tone in ("info", "warn", "bad"):
        ServiceNotice.objects.create(
            text="Listrik kantor padam sampai pukul 14.00. Permohonan tetap masuk dan tidak hilang.",
            tone=tone, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1),
        )  # fmt: skip
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(screen)
    for name, address in LOOKED_AT.items():
        page.goto(live_server.url + address)
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        assert found_by_axe(page) == [], name
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        page.set_viewport_size(screen)
    assert said == []
