"""What citizens wrote, for the supervisor alone: the newest first, without who wrote it, and each look is recorded."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from lxml import html

from requests_app.models import AccessLog, Officer
from requests_app.queries import paging
from requests_app.rules.survey import ENOUGH
from tests.citizen.survey.conftest import said

pytestmark = pytest.mark.django_db
PAGE = "/pengawas/survei/"


def test_words_stand_as_text_the_newest_first(desk: Client, now: datetime) -> None:
    said(now - timedelta(days=1), [4] * 9, words="Ruang tunggu panas.")
    said(now, [1, 2, *[4] * 7], words="<b>Syaratnya</b> berubah-ubah.\nDua kali datang.")
    said(now, [4] * 9)
    cards = html.fromstring(desk.get(PAGE).text).cssselect(".card")
    assert [card.cssselect(".words")[0].text for card in cards] == [
        "<b>Syaratnya</b> berubah-ubah.\nDua kali datang.", "Ruang tunggu panas.",
    ]  # fmt: skip
    assert [tag.text_content() for tag in cards[0].cssselect(".tag")] == [
        "Persyaratan: tidak sesuai", "Prosedur: kurang mudah",
    ]  # fmt: skip
    assert not cards[1].cssselect(".tag")


def test_neither_a_name_nor_a_number_stands_there(desk: Client, now: datetime) -> None:
    said(now, [4] * 9, words="Petugasnya ramah.")
    page = desk.get(PAGE).text
    assert "Petugasnya ramah." in page
    assert "PLG-" not in page
    assert "Siti Contoh" not in page


def test_each_look_leaves_an_access_row(desk: Client, supervisor: Officer) -> None:
    desk.get(PAGE)
    row = AccessLog.objects.get()
    assert (row.officer, row.action, row.application_id) == (supervisor, "survey", None)


def test_the_index_stands_on_top(desk: Client, now: datetime) -> None:
    said(now, [4, 4, 3, 4, 4, 4, 4, 4, 4], times=ENOUGH)
    cache.clear()
    page = desk.get(PAGE).text
    assert "97,22" in page
    assert "Terendah: Waktu" in page


def test_pages_follow_each_other(desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    for hours in range(3):
        said(now - timedelta(hours=hours), [4] * 9, words=f"tulisan {hours}")
    first = html.fromstring(desk.get(PAGE).text)
    older = next(a.get("href") for a in first.iter("a") if "dari=" in a.get("href", ""))
    assert [words.text for words in html.fromstring(desk.get(PAGE + older).text).cssselect(".card .words")] == [
        "tulisan 2"
    ]


def test_nobody_wrote_anything(desk: Client) -> None:
    assert "Belum ada tulisan." in desk.get(PAGE).text


def test_it_is_cheap(desk: Client, now: datetime, django_assert_max_num_queries: Any) -> None:
    said(now, [4] * 9, times=5, words="tulisan")
    with django_assert_max_num_queries(9):
        desk.get(PAGE)
