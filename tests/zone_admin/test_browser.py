"""The admin's pages in a real Chromium: nothing for axe to find, nothing too wide, and done by hand."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.forms.models import model_to_dict
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import Holiday, Kelurahan, Notice, Officer, ProtocolItem, Slot, Zone, ZoneCoverage
from requests_app.operations.closures import declare_closure
from requests_app.operations.coverage import move_kelurahan, undo_moves
from requests_app.operations.number_tests import send_number_test
from requests_app.operations.visit_clock import move_displaced
from requests_app.rules.dates import format_day, local_date, start_of_day
from tests.chromium import found_by_axe
from tests.factories import PASSWORD, OfficerFactory
from tests.operations.offices import AWAY, HOME, coming, invited, open_office

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"1366": (1366, 768), "360": (360, 740)}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def what_other_tests_start_from(transactional_db: None, as_owner: Any) -> Iterator[None]:
    """Zones, coverage, holidays and protocol are kept between tests: they are put back as they were."""
    zones = {zone.pk: model_to_dict(zone) | {"hours": zone.hours} for zone in Zone.objects.all()}
    days = set(Holiday.objects.values_list("pk", flat=True))
    lines = list(ProtocolItem.objects.values())
    yield
    for pk, values in zones.items():
        Zone.objects.filter(pk=pk).update(**{k: v for k, v in values.items() if k != "id"})
    admin, now = OfficerFactory(), database_now()
    moves = ZoneCoverage.objects.filter(valid__startswith__gt=local_date(now))
    if moves:
        undo_moves(coverage_ids=list(moves.values_list("pk", flat=True)), officer=admin, now=now)
    Slot.objects.exclude(zone__in=zones).delete()
    as_owner.execute("DELETE FROM requests_app_blankstock WHERE zone_id <> ALL (%s)", [list(zones)])
    Zone.objects.exclude(pk__in=zones).delete()
    Holiday.objects.exclude(pk__in=days).delete()
    ProtocolItem.objects.exclude(pk__in=[line["id"] for line in lines]).delete()
    for line in lines:
        ProtocolItem.objects.filter(pk=line["id"]).update(**line)


@pytest.fixture
def admin() -> Officer:
    return OfficerFactory(role="admin", first_name="Darwis", last_name="Contoh", phone="+6280000009999")


@pytest.fixture
def desk(page: Page, live_server: Any, admin: Officer) -> Page:
    """Signed in as an admin, who arrives at the list of zones."""
    page.goto(f"{live_server.url}/masuk/")
    page.get_by_label("Nama pengguna").fill(admin.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/kelola/")
    return page


def look(page: Page, name: str) -> None:
    """Nothing for axe, nothing too wide; pictures where ADMINDUK_SHOTS names a folder for them."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if "ADMINDUK_SHOTS" in os.environ:
            page.screenshot(path=Path(os.environ["ADMINDUK_SHOTS"]) / f"{name}-{size}.png", full_page=True)
        assert found_by_axe(page) == [], (name, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, size)


def a_busy_office(admin: Officer) -> None:
    """Zones of every kind, visits, a closure whose visits are not moved yet, moves ahead, a test on its way."""
    now = database_now()
    zone = open_office(now)
    open_office(now, AWAY)
    coming(now)
    day = invited(now).day
    declare_closure(
        zone=zone, starts_at=start_of_day(day), ends_at=start_of_day(day + DAY), reason="banjir di sekitar kantor",
        officer=admin, now=now,
    )  # fmt: skip
    others = Zone.objects.exclude(pk=zone.pk).order_by("code")
    Zone.objects.filter(pk=others[0].pk).update(whatsapp_number="", whatsapp_phone_id="")
    Zone.objects.filter(pk=others[1].pk).update(whatsapp_phone_id="", whatsapp_number="+6281200000001")
    Zone.objects.filter(pk=others[2].pk).update(whatsapp_number="+6281200000002", is_example=False)
    Zone.objects.filter(pk=others[3].pk).update(number_trouble="131042")
    wards = list(ZoneCoverage.objects.filter(zone=zone).values_list("kelurahan_id", flat=True))
    move_kelurahan(kelurahan=wards[:3], zone=others[0], first_day=local_date(now) + 9 * DAY, officer=admin, now=now)
    send_number_test(zone=zone, officer=admin, now=now)


@pytest.mark.looks
def test_every_page_is_sound_on_both_screens(desk: Page, live_server: Any, admin: Officer) -> None:
    said: list[str] = []
    desk.on("console", lambda message: said.append(message.text))
    a_busy_office(admin)
    code = Zone.objects.get(zonecoverage__kelurahan=HOME, zonecoverage__valid__contains=local_date(database_now())).code
    row = Holiday.objects.filter(date__gt=local_date(database_now())).first()
    assert row is not None
    pages = {
        "zones": "", "new": "baru/", "coverage": "cakupan/", "holidays": "libur/", "protocol": "protokol/",
        "zone": f"{code}/", "closures": f"{code}/tutup/", "test": f"{code}/uji/", "close_down": f"{code}/nonaktif/",
        "remove": f"libur/{row.pk}/hapus/", "sending": "pesan/",
    }  # fmt: skip
    for name, address in pages.items():
        desk.goto(f"{live_server.url}/kelola/{address}")
        look(desk, name)
    assert said == []


@pytest.mark.looks
def test_dark_is_readable_too(desk: Page, live_server: Any, admin: Officer) -> None:
    a_busy_office(admin)
    desk.emulate_media(color_scheme="dark")
    for name, address in {"zones": "", "coverage": "cakupan/", "zone": "Z7/"}.items():
        desk.goto(f"{live_server.url}/kelola/{address}")
        look(desk, f"{name}-dark")


def test_a_kecamatan_is_moved_by_hand_and_the_move_is_taken_back(desk: Page) -> None:
    ward = Kelurahan.objects.select_related("kecamatan").get(code=HOME)
    target = Zone.objects.exclude(zonecoverage__kelurahan=HOME).order_by("code")[0]
    day, count = local_date(database_now()) + 7 * DAY, Kelurahan.objects.filter(kecamatan=ward.kecamatan).count()
    desk.get_by_role("link", name="Cakupan", exact=True).click()
    desk.get_by_label(f"Seluruh kecamatan {ward.kecamatan.name}", exact=True).check()
    desk.get_by_label("Mulai tanggal").fill(day.isoformat())
    desk.get_by_role("button", name="Pindahkan").click()
    expect(desk.get_by_role("link", name="Pilih zona tujuan.")).to_be_visible()
    look(desk, "coverage-wrong")
    expect(desk.get_by_label(f"Seluruh kecamatan {ward.kecamatan.name}", exact=True)).to_be_checked()
    desk.get_by_label("Ke zona").select_option(label=target.name)
    desk.get_by_role("button", name="Pindahkan").click()
    expect(desk.get_by_text(f"{count} kelurahan pindah ke {target.name} mulai")).to_be_visible()
    moved = desk.get_by_text(f"{count} kelurahan ke {target.name} mulai {format_day(day)}")
    expect(moved).to_be_visible()
    look(desk, "coverage-moved")
    desk.get_by_role("button", name="Batalkan yang dicentang").click()
    expect(desk.get_by_text(f"{count} perpindahan dibatalkan.")).to_be_visible()
    expect(moved).to_have_count(0)


def test_a_zone_is_opened_by_hand_with_what_was_wrong_put_right(desk: Page) -> None:
    desk.get_by_role("link", name="Buka zona baru").click()
    desk.get_by_label("Kode").fill("Z10")
    desk.get_by_label("Nama", exact=True).fill("UPTD Zona 10")
    desk.get_by_label("Lintang").fill("-2.990934, 104.756554")
    desk.get_by_label("Nomor WhatsApp zona").fill("0800 0000 0007")
    desk.get_by_label("Jumat tutup", exact=True).fill("7.00")
    desk.get_by_role("button", name="Buka zona").click()
    desk.get_by_role("link", name="Jumat: jam tutup harus sesudah jam buka.").click()
    expect(desk.get_by_label("Jumat buka", exact=True)).to_be_focused()
    look(desk, "zone-wrong")
    desk.get_by_label("Jumat tutup", exact=True).fill("11.30")
    desk.get_by_role("button", name="Buka zona").click()
    expect(desk.get_by_role("link", name="Nomor ini sudah dipakai UPTD Zona 7.")).to_be_visible()
    desk.get_by_label("Nomor WhatsApp zona").fill("0800 0000 0077")
    desk.get_by_role("button", name="Buka zona").click()
    expect(desk.get_by_text("UPTD Zona 10 dibuka.")).to_be_visible()
    expect(desk.get_by_text("UPTD Zona 10: 0 kelurahan")).to_be_visible()


def test_a_closure_is_declared_by_hand_after_a_look_at_whom_it_moves(desk: Page, live_server: Any) -> None:
    now = database_now()
    zone = open_office(now)
    day = coming(now).day
    desk.goto(f"{live_server.url}/kelola/{zone.code}/tutup/")
    desk.get_by_label("Tutup mulai tanggal").fill(day.isoformat())
    desk.get_by_label("Sampai tanggal").fill(day.isoformat())
    desk.get_by_label("Alasan, dibaca warga").fill("listrik padam")
    desk.get_by_role("button", name="Lanjut").click()
    expect(desk.get_by_role("heading", name="1 kunjungan akan dipindahkan")).to_be_visible()
    look(desk, "closure-asked")
    desk.get_by_role("button", name="Ya, umumkan").click()
    expect(desk.get_by_text("1 belum pindah")).to_be_visible()
    move_displaced(now=now)
    desk.get_by_role("link", name="Lihat lagi").click()
    expect(desk.get_by_text("Semua sudah pindah")).to_be_visible()


def test_the_page_of_a_test_message_tells_its_delivery_by_itself(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}/kelola/Z7/uji/")
    desk.get_by_role("button", name="Kirim pesan uji", exact=True).click()
    expect(desk.locator("#uji").get_by_text("Menunggu")).to_be_visible()
    Notice.objects.update(state="delivered", delivered_at=database_now())
    expect(desk.get_by_text("Sampai di ponsel")).to_be_visible(timeout=10_000)
    expect(desk.get_by_role("link", name="Periksa lagi")).to_have_count(0)
    look(desk, "test-delivered")
