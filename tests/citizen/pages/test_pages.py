"""Start page, offices, statements: short, honest, plain."""

import gzip
import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from lxml import html

from requests_app.models import Promise, Zone
from requests_app.operations.submission import PRIVACY_VERSION
from requests_app.queries.public import ENOUGH
from requests_app.queries.zones import zones_by_kecamatan
from requests_app.rules.phone import spaced_phone
from tests.factories import submitted

pytestmark = pytest.mark.django_db
ADDRESSES = ["/", "/privasi/", "/aksesibilitas/", "/zona/", "/cek-pesan/", "/lacak/", "/lacak/nomor-hilang/"]
KILOBYTE = 1024
BLANKS = 7  # read once a minute: how things stand with them


def main_of(response):
    text = response.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def words_of(text):
    return re.sub(r"<[^>]+>", " ", text).split()


def test_the_start_page_says_what_free_who_prepare_and_when_in_sixty_words(client):
    before_needs = main_of(client.get("/")).split("<h2")[0]
    assert len(words_of(before_needs)) <= 60
    for word in ("KTP-el", "Gratis", "warga Palembang", "NIK", "foto", "3 menit", "lima hari", "laporan"):
        assert word in before_needs


def test_the_start_page_leads_to_every_way(client):
    page = client.get("/").content.decode()
    for address in (
        "/ajukan/ktp-el/",
        "/ajukan/kk/",
        "/ajukan/legalisir/",
        "/lacak/",
        "/lacak/nomor-hilang/",
        "/zona/",
        "/privasi/",
        "/cek-pesan/",
    ):
        assert f'href="{address}"' in page


@pytest.mark.parametrize("page", ["/", "/ajukan/"])
def test_the_start_page_remembers_each_form_that_was_begun(client, page):
    assert "Ada draf yang belum dikirim." not in main_of(client.get(page))
    for begun, address in enumerate(("/ajukan/ktp-el/", "/ajukan/kk/"), start=1):
        client.post(address)
        assert main_of(client.get(page)).count("Ada draf yang belum dikirim.") == begun


def test_the_start_page_says_how_long_it_takes_now(client, now):
    for hours in range(1, ENOUGH + 1):
        start = now - timedelta(days=2)
        told = start + timedelta(hours=hours)
        Promise.objects.filter(application=submitted(start)).update(answered_at=told, told_at=told)
    shown = " ".join(words_of(main_of(client.get("/"))))
    assert "separuh pemohon dijawab dalam 10 jam. Hampir semua dijawab dalam 18 jam." in shown


def test_with_too_few_answers_it_says_the_promise_alone(client):
    shown = main_of(client.get("/"))
    assert "separuh" not in shown
    assert "paling lambat lima hari" in shown


@pytest.mark.parametrize("address", ADDRESSES)
def test_sentences_are_short(client, address):
    text = re.sub(r"<select.*?</select>", ".", main_of(client.get(address)), flags=re.DOTALL)
    text = re.sub(r"</(p|li|h1|h2|h3|dd|dt|summary|label|small|a)>", ".\n", text)
    for sentence in re.split(r"[.!?:;]\s", re.sub(r"<[^>]+>", " ", text)):
        assert len(sentence.split()) <= 20, sentence


def test_help_with_office_hours_and_number_ends_every_page(client):
    helps = set()
    for address in [*ADDRESSES, "/tidak-ada/"]:
        footer = html.fromstring(client.get(address).content).cssselect("footer")[0]
        helps.add(" ".join(footer.cssselect("p")[0].text_content().split()))
        for link in ("/cek-pesan/", "/zona/", "/aksesibilitas/", "/privasi/"):
            assert footer.cssselect(f"a[href='{link}']"), (address, link)
    (told,) = helps
    for fact in ("Tidak bisa daring?", "Demang Lebar Daun", "08.00", "1500537"):
        assert fact in told


def test_privacy_names_purpose_law_retention_rights_and_version(client):
    page = client.get("/privasi/").content.decode()
    for word in (
        "UU 27/2022",
        "UU 23/2006",
        "UU 24/2013",
        "7 hari",
        "perangkat bersama",
        "15 menit",
        "hak",
        f"Versi {PRIVACY_VERSION}",
    ):
        assert word in page


def test_the_accessibility_statement_names_measure_gaps_complaint_and_day(client):
    page = client.get("/aksesibilitas/").content.decode()
    for word in ("WCAG 2.2", "Belum ada uji bersama penyandang disabilitas", "lapor.go.id", "Diperiksa terakhir"):
        assert word in page


def test_each_office_shows_its_official_number_and_whom_it_serves(client, django_assert_max_num_queries):
    client.get("/zona/")
    with django_assert_max_num_queries(3):
        page = client.get("/zona/").content.decode()
    for zone in Zone.objects.all():
        assert spaced_phone(zone.whatsapp_number) in page
    assert "Kalidoni" in page
    assert "Data contoh" in page


def test_every_kecamatan_has_an_office():
    offices = zones_by_kecamatan(date(2026, 11, 23) + timedelta(days=1))
    assert len({served.kecamatan for office in offices for served in office.serves}) == 18


def test_the_start_page_costs_no_query_once_it_is_warm(client, django_assert_num_queries):
    with django_assert_num_queries(4 + BLANKS):
        client.get("/")
    with django_assert_num_queries(0):
        client.get("/")


def test_the_start_page_is_light(client):
    page = gzip.compress(client.get("/").content)
    styles = gzip.compress((settings.BASE_DIR / "static" / "adminduk.css").read_bytes())
    assert len(page) + len(styles) <= 14 * KILOBYTE


@pytest.mark.parametrize("address", ["/keperluan/", "/keperluan/ktp-hilang/palembang/", "/zona/", "/cek-pesan/"])
def test_each_later_page_is_light(client, address):
    assert len(gzip.compress(client.get(address).content)) <= 6 * KILOBYTE
