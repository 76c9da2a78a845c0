"""The public page: index, class, elements, services, offices and months; nothing about a few."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from lxml import html

from requests_app.models import Zone
from requests_app.rules.survey import ENOUGH
from tests.citizen.survey.conftest import said

pytestmark = pytest.mark.django_db


def read(client):
    cache.clear()
    response = client.get("/kepuasan/")
    assert response.status_code == 200
    return html.fromstring(response.content)


def words(element):
    return " ".join(" ".join(element.itertext()).split())


def test_anybody_reads_the_index_its_class_and_how_many_answered(client, now):
    said(now, [4] * 9, times=3)
    said(now, [3, 3, 3, 3, 3, 3, 3, 3, 1], times=2)
    page = read(client)
    all_together = words(page.cssselect(".promise")[0])
    assert "87,78" in all_together
    assert "Mutu B: Baik" in all_together
    assert "5 orang menjawab." in all_together


def test_each_element_has_a_bar_and_its_words(client, now):
    said(now, [4, 4, 4, 4, 4, 4, 4, 4, 2], times=ENOUGH)
    rows = read(client).cssselect("section[aria-labelledby=unsur] dl > div")
    assert len(rows) == 9
    assert words(rows[0]) == "Persyaratan 4,00 · Sangat baik"
    assert words(rows[8]) == "Tempat dan sarana 2,00 · Tidak baik"
    assert [row.cssselect("progress")[0].get("value") for row in (rows[0], rows[8])] == ["100.00", "50.00"]


def test_what_is_bettered_first_is_the_weakest_element(client, now):
    said(now, [4, 4, 2, 4, 4, 4, 4, 4, 3], times=ENOUGH)
    assert "Sekarang: Waktu" in words(read(client).cssselect("section[aria-labelledby=tindak]")[0])


def test_services_and_offices_with_few_answers_say_so(client, now):
    said(now, [4] * 9, times=ENOUGH)
    said(now, [1] * 9, times=ENOUGH - 1, service="kk", zone=Zone.objects.order_by("code").last())
    page = read(client)
    services = [words(row) for row in page.cssselect("#layanan tbody tr")]
    assert services == [
        "KTP-el Sangat baik A · 100,00 5",
        "Kartu Keluarga kurang dari 5 jawaban",
        "Legalisir kurang dari 5 jawaban",
    ]
    offices = [words(row) for row in page.cssselect("#uptd tbody tr")]
    assert len(offices) == Zone.objects.filter(is_active=True).count()
    assert sum("100,00" in office for office in offices) == 1


def test_months_without_enough_answers_leave_a_gap(client, now):
    said(now, [4] * 9, times=ENOUGH)
    said(now - timedelta(days=70), [3] * 9, times=ENOUGH)
    said(now - timedelta(days=40), [3] * 9)
    rows = [words(row) for row in read(client).cssselect(".chart tbody tr")]
    assert len(rows) == 12
    assert [row.split()[-1] for row in rows if not row.endswith("–")] == ["75,00", "100,00"]


def test_nobody_answered_yet(client):
    page = words(read(client))
    assert "Belum ada 5 jawaban." in page
    assert "Permenpan RB 14/2017" in page


def test_the_classes_stand_there_as_the_regulation_has_them(client):
    rows = [words(row) for row in read(client).cssselect("section[aria-labelledby=cara] tbody tr")]
    assert rows == [
        "A Sangat baik 88,31–100,00", "B Baik 76,61–88,30", "C Kurang baik 65,00–76,60", "D Tidak baik 25,00–64,99",
    ]  # fmt: skip


def test_no_words_of_anybody_stand_there(client, now):
    said(now, [4] * 9, times=ENOUGH, words="Rahasia saya.")
    assert "Rahasia" not in words(read(client))


def test_it_is_cheap_and_for_five_minutes_free(client, now, django_assert_num_queries):
    said(now, [4] * 9, times=ENOUGH)
    client.get("/")  # the notices of service are known now
    cache.delete("satisfaction")
    with django_assert_num_queries(3):  # the clock, the sums, the offices
        client.get("/kepuasan/")
    with django_assert_num_queries(0):
        client.get("/kepuasan/")


def test_every_page_leads_there(client):
    assert 'href="/kepuasan/"' in client.get("/").content.decode()
