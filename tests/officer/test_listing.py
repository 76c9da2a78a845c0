"""The list and the search: few queries, no decryption, no personal numbers in addresses."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from lxml import html

from requests_app.models import AccessLog, Application, Officer
from requests_app.queries.officer import PAGE, Cursor, list_page
from tests.factories import APPROVED, decided, on_duty, submitted
from tests.officer.conftest import OfficerFactory

pytestmark = pytest.mark.django_db
LIST = "/petugas/permohonan/"


@pytest.mark.parametrize("shown", [lambda a: a.nik, lambda a: a.nik[:4] + " " + a.nik[4:], lambda a: a.nik + " "])
def test_a_nik_is_found_exactly_by_post_and_leaves_an_access_row(desk: Client, officer: Officer, now, shown) -> None:
    application, other = submitted(now), submitted(now)
    response = desk.post(LIST, {"q": shown(application)})
    assert application.number in response.text
    assert other.number not in response.text
    assert AccessLog.objects.get(action="search_nik").officer == officer


@pytest.mark.parametrize("write", [lambda phone: phone, lambda phone: "0" + phone[3:], lambda phone: phone[1:]])
def test_a_phone_is_found_however_it_is_written(desk: Client, now: datetime, write) -> None:
    application, other = submitted(now), submitted(now)
    response = desk.post(LIST, {"q": write(application.phone)})
    assert application.number in response.text
    assert other.number not in response.text
    assert AccessLog.objects.filter(action="search_phone").count() == 1


def test_neither_nik_nor_phone_is_ever_part_of_an_address(desk: Client, now: datetime) -> None:
    application = submitted(now)
    for q in (application.nik, application.phone):
        response = desk.post(LIST, {"q": q}, follow=True)
        assert response.redirect_chain == []
        assert not any(q in link for link in _links(response.text))


def _links(text: str) -> list[str]:
    return [*html.fromstring(text).xpath("//@href"), *html.fromstring(text).xpath("//@action")]


def test_a_number_leads_straight_to_the_application(desk: Client, now: datetime) -> None:
    application = submitted(now)
    loosely = application.number.lower().replace("-", " ")
    assert desk.post(LIST, {"q": loosely})["Location"] == f"/petugas/permohonan/{application.number}/"


def test_a_part_of_a_name_finds_it(desk: Client, now: datetime) -> None:
    application, other = submitted(now, name="Ratna O'Contoh"), submitted(now, name="Budi Contoh")
    response = desk.post(LIST, {"q": "ratna o'"})
    assert application.number in response.text
    assert other.number not in response.text


HOPELESS = {
    "": "Tulis apa yang dicari",
    "ab": "tiga huruf",
    "0812": "Nomor WhatsApp ini",
    "123456": "NIK harus 16 angka",
}


@pytest.mark.parametrize(("q", "message"), HOPELESS.items())
def test_a_search_that_cannot_find_anything_is_422_and_kept(desk: Client, q: str, message: str) -> None:
    response = desk.post(LIST, {"q": q})
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{q}"' in response.text


def test_the_filters_narrow_the_list(desk: Client, now: datetime) -> None:
    fresh = submitted(now)
    late = submitted(now - timedelta(days=6))
    damaged = submitted(now - timedelta(days=4, hours=1), reason="rusak")
    done = decided(now, APPROVED)
    everything = {fresh, late, damaged, done}
    cases = {
        "status=approved": {done},
        "due=broken": {late},
        "reason=rusak": {damaged},
        "zone=Z7": everything,
        "zone=Z1": set(),
        "channel=counter": set(),
        "status=nonsense": everything,
        "service=ktp_el&status=submitted": {fresh, late, damaged},
    }
    for query, expected in cases.items():
        page = desk.get(f"{LIST}?{query}").text
        assert {a for a in everything if a.number in page} == expected, query


def test_pages_follow_each_other_without_gap_or_repetition_both_ways(now: datetime) -> None:
    for n in range(7):
        submitted(now - timedelta(minutes=n // 2))
    expected = list(Application.objects.order_by("-submitted_at", "-pk"))
    import requests_app.queries.officer as module

    original, module.PAGE = module.PAGE, 3
    try:
        pages = [list_page(Application.objects.all(), None)]
        while pages[-1].older:
            pages.append(list_page(Application.objects.all(), Cursor.parse(pages[-1].older)))
        assert [row for page in pages for row in page.rows] == expected
        assert pages[0].newer == ""
        back = list_page(Application.objects.all(), Cursor.parse(pages[-1].newer))
        assert back.rows == pages[-2].rows
    finally:
        module.PAGE = original
    assert PAGE == 50


def test_a_cursor_that_is_none_shows_the_first_page(desk: Client, now: datetime) -> None:
    application = submitted(now)
    for wrong in ("x", "l-", "l99999999999999999999-1", "l1-x"):
        assert application.number in desk.get(f"{LIST}?dari={wrong}").text


def test_the_list_takes_few_queries_and_decrypts_nothing(
    desk: Client, now: datetime, django_assert_max_num_queries, monkeypatch
) -> None:
    for _ in range(5):
        submitted(now)
    from requests_app.vault.keyring import KeyRing

    monkeypatch.setattr(KeyRing, "open", lambda *args, **kwargs: pytest.fail("a sealed column was opened"))
    with django_assert_max_num_queries(6):
        desk.get(LIST)
    with django_assert_max_num_queries(7):
        desk.post(LIST, {"q": "contoh"})


def test_the_first_page_takes_few_queries_and_reads_partial_indexes(
    desk: Client, officer: Officer, now: datetime, django_assert_max_num_queries
) -> None:
    submitted(now)
    with django_assert_max_num_queries(11):
        desk.get("/petugas/")


def test_the_first_page_counts_promises_by_the_day_they_fall_due(desk: Client, officer: Officer, now: datetime) -> None:
    from requests_app.queries.officer import promises_due, reach_of

    for days in (6, 4, 0):
        submitted(now - timedelta(days=days))
    decided(now, APPROVED, on_duty(OfficerFactory(), now))
    counts = promises_due(reach_of(officer), now)
    assert counts == {"broken": 1, "today": 0, "tomorrow": 1, "later": 1}
    assert desk.get("/petugas/").status_code == 200


def test_what_came_in_at_the_counter_is_marked_in_the_list_and_at_the_desk(desk: Client, now: datetime) -> None:
    at_home, at_counter = submitted(now), submitted(now)
    Application.objects.filter(pk=at_counter.pk).update(channel="counter")
    rows = html.fromstring(desk.get(LIST).text).cssselect("tbody tr")
    marks = {row.cssselect("a")[0].text: "Loket" in row.text_content() for row in rows}
    assert marks == {at_home.number: False, at_counter.number: True}
    for application, marked in ((at_home, False), (at_counter, True)):
        heading = html.fromstring(desk.get(f"{LIST}{application.number}/").text).cssselect(".row")[0]
        assert any("Loket" in tag.text_content() for tag in heading.cssselect(".tag")) is marked
