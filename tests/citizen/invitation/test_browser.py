"""Invitations and offices in a real Chromium, with scripts and without: axe finds nothing, nothing is too wide."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from requests_app.clock import database_now
from requests_app.models import Application, Closure, Slot, Visit, Zone
from requests_app.operations.actors import CITIZEN, CLOCK
from requests_app.operations.slots import refresh_slots
from requests_app.operations.visit_clock import lapse_invitations, move_displaced
from requests_app.operations.visits import cancel_visit, lock_visit, mark_missed
from requests_app.rules.dates import start_of_day
from requests_app.rules.visits import VisitState
from tests.chromium import found_by_axe
from tests.citizen.invitation.conftest import address
from tests.citizen.track.test_browser import prove
from tests.factories import OfficerFactory
from tests.operations.offices import approve, asked, invited, open_office, visit_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
Look = Callable[..., Page]


@pytest.fixture(params=SCREENS)
def look(request: Any, browser: Browser, live_server: Any, tmp_path: Path) -> Iterator[Look]:
    """Open an address (or stay, for none) and look at the page: rules of accessibility, width, console, a picture."""
    context = browser.new_context(viewport=SCREENS[request.param], base_url=live_server.url)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)

    def at(name: str, path: str = "") -> Page:
        if path:
            page.goto(path)
        assert found_by_axe(page) == [], name
        page.screenshot(path=tmp_path / f"{name}-{request.param}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREENS[request.param]["width"], name
        assert [text for text in said if "404" not in text and "409" not in text] == [], name
        return page

    yield at
    context.close()


@pytest.fixture
def office(db: Any) -> Iterator[Zone]:
    """An office with free slots. Offices outlive these tests, so this one gets its address back."""
    before = Zone.objects.get(code="Z7").address
    zone = open_office(database_now(), address="Jl. Contoh No. 1, Kelurahan Contoh")
    yield zone
    Zone.objects.filter(pk=zone.pk).update(address=before)


@pytest.fixture
def visit(office: Zone) -> Visit:
    """An invitation for two applications of a family; nobody has answered yet."""
    then = database_now() - timedelta(minutes=1)
    made = invited(then)
    family = Application.objects.get().kk_number
    approve(asked(then, "legalisir", kk_number=family, name="Muhammad Contoh bin Abdul"), then)
    return made


@pytest.mark.looks
def test_every_state_of_an_invitation(look: Look, visit: Visit) -> None:
    now = database_now()
    look("invited", address(visit))
    look("slots", address(visit, "jadwal/"))
    look("cancel", address(visit, "batal/"))
    look("unknown", "/undangan/0000-0000-0000/")
    look("enter", "/undangan/")
    Closure.objects.create(
        zone=visit.zone, starts_at=start_of_day(visit.day), ends_at=start_of_day(visit.day + timedelta(days=1)),
        reason="Listrik padam", declared_at=now, declared_by=OfficerFactory(),
    )  # fmt: skip
    refresh_slots(zone=visit.zone, now=now)
    move_displaced(now=now)
    look("moved", address(visit))
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.CHECKED_IN, checked_in_at=now)
    look("checked_in", address(visit))
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.SERVED)
    Application.objects.update(status="completed")
    look("served", address(visit))


def test_every_end_of_an_invitation(look: Look, office: Zone) -> None:
    now = database_now()
    lapsed, cancelled, missed = (invited(now - timedelta(minutes=1)) for _ in range(3))
    cancel_visit(visit_id=cancelled.pk, now=now, actor=CITIZEN)
    with transaction.atomic():
        mark_missed(lock_visit(missed.pk)[0], now=now, actor=CLOCK)
    lapse_invitations(now=lapsed.respond_by)
    look("lapsed", address(lapsed))
    look("cancelled", address(cancelled))
    look("missed", address(missed))
    Slot.objects.update(is_open=False)
    look("nothing_free", address(lapsed, "jadwal/"))


def test_an_office_and_the_list_of_offices(look: Look, office: Zone) -> None:
    now = database_now()
    days = sorted(set(Slot.objects.filter(zone=office).values_list("day", flat=True)))
    Slot.objects.filter(zone=office, day=days[0]).update(booked=4)
    Slot.objects.filter(zone=office, day=days[1]).update(booked=3)
    Slot.objects.filter(zone=office, day=days[2]).update(booked=1)
    for day, hours, reason in ((days[4], (0, 24), "Listrik padam"), (days[5], (8, 10), "Pelatihan petugas")):
        begin, end = (start_of_day(day) + timedelta(hours=hour) for hour in hours)
        Closure.objects.create(
            zone=office, starts_at=begin, ends_at=end, reason=reason, declared_at=now, declared_by=OfficerFactory()
        )
    refresh_slots(zone=office, now=now)
    look("zone", f"/zona/{office.code}/")
    look("zones", "/zona/")


def test_tracking_a_visit(look: Look, visit: Visit, live_server: Any) -> None:
    application = Application.objects.order_by("pk")[0]
    page = look("track", "/lacak/")
    prove(page, live_server, application)
    look("track_invited")
    cancel_visit(visit_id=visit.pk, now=database_now(), actor=CITIZEN)
    look("track_cancelled", f"/lacak/{application.number}/")
    page.get_by_role("link", name="Pilih jadwal").click()
    look("track_slots")


@pytest.fixture
def plain(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A small phone whose browser runs no scripts."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, java_script_enabled=False, base_url=live_server.url
    )
    yield context.new_page()
    context.close()


def test_without_scripts_another_slot_is_chosen_and_the_files_are_kept(plain: Page, visit: Visit) -> None:
    """Open the link → another slot → the calendar entry and the sheet."""
    plain.goto(address(visit))
    plain.get_by_role("link", name="Pilih jadwal lain").click()
    plain.locator("button[name=slot]").nth(3).click()
    expect(plain.locator("main")).to_contain_text("Jadwal Anda sekarang")
    expect(plain.locator("main")).to_contain_text("Semula")
    before = visit.starts_at
    visit.refresh_from_db()
    assert (visit.starts_at > before, visit.state) == (True, VisitState.CONFIRMED)
    for name, ending in (("Simpan di kalender", ".ics"), ("Simpan PDF", ".pdf")):
        with plain.expect_download() as download:
            plain.get_by_role("link", name=name).click()
        assert download.value.suggested_filename.endswith(ending)


def test_without_scripts_an_invitation_is_confirmed_then_called_off_then_taken_up_again(
    plain: Page, visit: Visit
) -> None:
    plain.goto(address(visit))
    plain.get_by_role("button", name="Saya datang").click()
    expect(plain.locator("main")).to_contain_text("Terima kasih. Kami menunggu Anda")
    plain.get_by_role("link", name="Tidak bisa datang").click()
    plain.get_by_role("button", name="Ya, batalkan kunjungan").click()
    expect(plain.locator("main")).to_contain_text("Kunjungan sudah dibatalkan.")
    plain.get_by_role("link", name="Pilih jadwal").click()
    plain.locator("button[name=slot]").first.click()
    newer = visit_of(Application.objects.order_by("pk")[0])
    assert plain.url.endswith(address(newer))
    assert newer.services.count() == 2


def test_a_slot_that_somebody_else_took_meanwhile_is_told_with_the_next_ones(plain: Page, visit: Visit) -> None:
    plain.goto(address(visit, "jadwal/"))
    first = plain.locator("button[name=slot]").first
    Slot.objects.filter(pk=int(str(first.get_attribute("value")))).update(is_open=False)
    first.click()
    expect(plain.locator("main")).to_contain_text("Jadwal itu tidak tersedia lagi")
    plain.locator("button[name=slot]").first.click()
    expect(plain.locator("main")).to_contain_text("Jadwal Anda sekarang")
