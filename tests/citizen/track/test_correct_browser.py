"""Correcting on a phone, in a real Chromium: the photo goes up by itself, and what was typed stays."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from requests_app.clock import database_now
from requests_app.models import Application, ClockOffset, Document
from requests_app.operations.decisions import Verdict
from tests.chromium import found_by_axe
from tests.citizen.apply.walk import PHOTO
from tests.citizen.track.test_browser import prove
from tests.factories import CORRECTION, decided

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = Verdict("needs_correction", items=[*CORRECTION.items, {"target": "address", "reason": "data_beda_kk"}])
STREET = "Jl. Betul No. 2"


@pytest.fixture
def application(live_server: Any) -> Application:
    """The family card and the address are to be corrected."""
    return decided(database_now() - timedelta(minutes=1), BOTH)


@pytest.fixture
def page(browser: Browser, live_server: Any, application: Application) -> Iterator[Page]:
    """The correction page on a phone; the street is typed already."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    prove(page, live_server, application)
    page.goto(f"{live_server.url}/lacak/{application.number}/perbaikan/")
    page.fill("#id_address", STREET)
    yield page
    context.close()


def take_a_photo(page: Page) -> None:
    """With the camera."""
    with page.expect_file_chooser() as opened:
        page.get_by_role("button", name="Ambil foto").click()
    assert opened.value.element.get_attribute("capture") == "environment"
    opened.value.set_files([{"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}])


def test_the_new_photo_goes_up_while_the_rest_is_typed(page: Page, application: Application) -> None:
    take_a_photo(page)
    expect(page.locator("[data-stored] li")).to_contain_text("Foto 1")
    assert page.input_value("#id_address") == STREET
    assert found_by_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Kirim perbaikan").last.click()
    expect(page.get_by_text("Perbaikan sudah terkirim.")).to_be_visible()
    application.refresh_from_db()
    assert application.address == STREET
    assert Document.objects.get().round == application.round == 2


def test_after_half_an_hour_the_photo_waits_until_the_code_was_typed_again(
    page: Page, live_server: Any, application: Application
) -> None:
    ClockOffset.objects.update_or_create(defaults={"seconds": timedelta(minutes=31).total_seconds()})
    take_a_photo(page)
    waiting = page.locator("[data-sending] li")
    expect(waiting).to_contain_text("Halaman ini tidak berlaku lagi")
    expect(waiting.get_by_role("link", name="Simpan foto")).to_be_visible()
    assert not Document.objects.exists()
    prove(page.context.new_page(), live_server, application)
    waiting.get_by_role("button", name="Coba lagi").click()
    expect(page.locator("[data-stored] li")).to_contain_text("Foto 1")
    assert page.input_value("#id_address") == STREET
