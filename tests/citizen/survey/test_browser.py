"""The survey in a real Chromium: nine taps and it is sent; nothing for axe to find, nothing wider than a phone."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from requests_app.clock import database_now
from requests_app.models import Survey, Zone
from requests_app.rules.survey import ELEMENTS
from tests.chromium import found_by_axe
from tests.citizen.someone import Someone
from tests.citizen.survey.conftest import said
from tests.factories import collected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(tmp_path: Path) -> Callable[[Page, str], None]:
    """Nothing for axe, nothing too wide; pictures where ADMINDUK_SHOTS names a folder for them."""

    def at(page: Page, name: str) -> None:
        assert found_by_axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if "ADMINDUK_SHOTS" in os.environ:
            width = (page.viewport_size or {})["width"]
            page.screenshot(path=Path(os.environ["ADMINDUK_SHOTS"]) / f"{name}-{width}.png", full_page=True)

    return at


def test_whoever_is_done_says_how_it_was(someone: Someone, look: Any) -> None:
    application = collected(database_now() - timedelta(hours=1))
    someone.proves(application)
    someone.open(f"/survei/{application.number}/")
    someone.is_headed("Bagaimana layanan kami?")
    look(someone.page, "survey")
    someone.press("Kirim jawaban survei")
    someone.page.get_by_role("link", name="Pilih satu jawaban untuk pertanyaan 1.").click()
    look(someone.page, "survey-empty")
    for element in ELEMENTS:
        group = someone.page.get_by_role("radiogroup", name=element.question)
        group.get_by_role("radio", name=element.answers[2], exact=True).check()
    someone.press("Kirim jawaban survei")
    someone.is_headed("Terima kasih")
    look(someone.page, "survey-thanks")
    someone.follow("Lihat hasil survei")
    someone.is_headed("Kepuasan warga")
    assert Survey.objects.get().answers == [3] * 9


def test_the_page_that_everybody_may_read(someone: Someone, look: Any) -> None:
    now = database_now()
    look_at = "/kepuasan/"
    someone.open(look_at)
    look(someone.page, "satisfaction-empty")
    zones = list(Zone.objects.order_by("code"))
    for months in range(11):
        answers = [4, 4, 3, 4, 4, 3, 4, 2 + months % 3, 3]
        said(now - timedelta(days=31 * months), answers, times=6, zone=zones[months % 4])
    said(now, [3, 3, 2, 4, 3, 3, 3, 2, 3], times=9, service="kk", zone=zones[1])
    cache.clear()
    someone.open()
    someone.follow_below("Kepuasan warga")
    someone.reads("Mutu B", "75 orang menjawab.", "Sembilan unsur", "kurang dari 5 jawaban")
    someone.page.get_by_text("Angka dalam tabel").click()
    expect(someone.page.get_by_role("table").first).to_be_visible()
    look(someone.page, "satisfaction")
