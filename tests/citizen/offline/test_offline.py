"""What may be kept for hours without a network: what everybody sees, and nothing of a person."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client
from whitenoise.media_types import MediaTypes

import requests_app.officer.urls as officer_urls
import requests_app.oversight.urls as oversight_urls
import requests_app.staff.urls as staff_urls
from adminduk.settings import WHITENOISE_MIMETYPES
from requests_app.citizen.offline.views import FILES
from requests_app.clock import database_now
from requests_app.models import ServiceNotice
from tests.citizen.apply.walk import apply

pytestmark = pytest.mark.django_db


def worker(client):
    return client.get("/sw.js").content.decode()


def test_the_worker_answers_for_the_whole_site_and_is_asked_for_once_an_hour(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "private, max-age=3600"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


def test_it_keeps_two_pages_and_their_files_only(client):
    script = worker(client)
    assert "[START, OFFLINE].map((path) => keep(path, EVERYBODYS))" in script
    assert "FILES.map((path) => keep(path))" in script
    assert re.findall(r"\.put\(", script) == [".put("], "nothing else is ever stored"
    assert 'START = "/", OFFLINE = "/luring/"' in script
    assert json.loads(re.search(r"FILES = (\[.*?\]);", script)[1]) == [f"/static/{name}" for name in FILES]


def test_the_pages_it_keeps_are_fetched_without_cookies(client):
    assert 'EVERYBODYS = { credentials: "omit", cache: "no-cache",' in worker(client)


def staff_addresses():
    """All addresses of the staff's doors, as adminduk/urls.py places them."""
    places = (("/", staff_urls), ("/petugas/", officer_urls), ("/pengawas/", oversight_urls))
    return [f"{place}{pattern.pattern}" for place, door in places for pattern in door.urlpatterns]


def test_staff_and_machines_are_left_alone(client):
    never = tuple(json.loads(re.search(r"NEVER = (\[.*?\]);", worker(client))[1]))
    for address in [*staff_addresses(), "/admin/login/", "/simulator/", "/metrics", "/readyz", "/webhook/whatsapp/"]:
        assert address.startswith(never), address
    for address in ("/", "/ajukan/ktp-el/bukti/", "/lacak/", "/luring/", "/cek-pesan/"):
        assert not address.startswith(never), address


def test_a_changed_page_or_file_makes_a_new_version(client, monkeypatch):
    def version():
        return re.search(r"adminduk-(\w{12})\"", worker(client))[1]

    first = version()
    assert version() == first
    monkeypatch.setattr("requests_app.citizen.offline.views.static", lambda name: f"/static/{name}.other")
    assert version() != first


def test_a_notice_of_today_is_no_part_of_what_is_kept_for_weeks(client):
    before = worker(client)
    now = database_now()
    ServiceNotice.objects.create(text="Kantor tutup.", starts_at=now, ends_at=now + timedelta(days=1))
    cache.clear()
    assert "Kantor tutup." in client.get("/lacak/").content.decode()
    assert "Kantor tutup." not in client.get("/luring/").content.decode()
    assert worker(client) == before


def test_the_kept_start_page_says_nothing_of_whoever_uses_the_device():
    """The worker fetches without cookies: for the server that is a visitor without a session."""
    application = apply(Client())
    page = Client().get("/")
    assert not page.cookies
    for value in (application.number, application.name, application.nik):
        assert value not in page.content.decode()


def test_the_offline_page_is_the_same_for_everybody(client):
    apply(client)
    mine, other = client.get("/luring/"), Client().get("/luring/")
    assert mine.content == other.content
    assert not other.cookies


def test_the_manifest_names_icons_that_exist_and_opens_the_start_page(client):
    page = client.get("/").content.decode()
    assert '<link rel="manifest" href="/static/manifest.webmanifest">' in page
    with open(finders.find("manifest.webmanifest")) as file:
        manifest = json.load(file)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}
    assert MediaTypes(extra_types=WHITENOISE_MIMETYPES).get_type("m.1.webmanifest") == "application/manifest+json"
    for icon in manifest["icons"]:
        assert "maskable" in icon["purpose"]
        assert finders.find(icon["src"])


def test_both_kept_pages_are_drawn_with_kept_files_only(client):
    kept = set(FILES) | {"icon-192.png", "manifest.webmanifest"}  # asked for by the system when it is put on the screen
    for address in ("/", "/luring/"):
        used = re.findall(r'(?:src|href)="/static/([^"#]+)', client.get(address).content.decode())
        assert set(used) <= kept, address


def test_whoever_chose_english_gets_copies_in_english(client):
    client.cookies["bahasa"] = "en"
    assert 'LANGUAGE = "en"' in worker(client)
    assert 'headers: { "X-Language": LANGUAGE }' in worker(client)
    assert Client().get("/luring/", headers={"X-Language": "en"})["Content-Language"] == "en"
    assert Client().get("/luring/")["Content-Language"] == "id"
