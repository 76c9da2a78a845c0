"""Which language a page speaks: the citizen's choice and nobody else's; staff pages and messages stay Indonesian."""

import re
from importlib import import_module

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils.translation import get_language, override
from lxml import html

from requests_app.citizen.language import OTHER_DOORS, ChosenLanguage
from requests_app.clock import database_now
from requests_app.models import Notice
from tests.factories import APPROVED, decided, submitted

pytestmark = pytest.mark.django_db


def english() -> Client:
    client = Client()
    client.cookies["bahasa"] = "en"
    return client


def test_the_switch_shows_the_same_page_in_english_and_keeps_the_choice(client):
    switch = html.fromstring(client.get("/lacak/?nomor=PLG-7K3M-9QTX-4").content).cssselect("footer a[hreflang=en]")[0]
    assert (switch.get("lang"), switch.text) == ("en", "English")
    answer = client.get("/lacak/" + switch.get("href"))
    assert answer["Location"] == "/lacak/?nomor=PLG-7K3M-9QTX-4"
    cookie = answer.cookies["bahasa"]
    assert cookie["max-age"] == 365 * 24 * 3600 and cookie["httponly"] and cookie["samesite"] == "Lax"
    assert html.fromstring(client.get("/lacak/").content).get("lang") == "en"
    assert "Track an application" in client.get("/").content.decode()


def test_the_switch_leads_back_to_indonesian():
    client = english()
    switch = html.fromstring(client.get("/").content).cssselect("footer a[hreflang=id]")[0]
    assert switch.text == "Bahasa Indonesia"
    client.get("/" + switch.get("href"))
    page = client.get("/")
    assert html.fromstring(page.content).get("lang") == "id"
    assert page["Content-Language"] == "id"


def test_the_switch_never_leads_to_another_site(rf):
    request = rf.get("/", {"bahasa": "en"})
    request.path = "//example.org/"
    assert ChosenLanguage(lambda _request: HttpResponse())(request)["Location"] == "/%2Fexample.org/"


def test_a_browsers_wish_for_english_is_not_asked(client):
    page = client.get("/", headers={"accept-language": "en-GB,en"})
    assert html.fromstring(page.content).get("lang") == "id"


def test_an_unknown_language_is_indonesian(client):
    client.cookies["bahasa"] = "fr"
    assert html.fromstring(client.get("/").content).get("lang") == "id"
    assert client.get("/?bahasa=fr").status_code == 200


@pytest.mark.parametrize("address", ["/", "/privasi/", "/zona/", "/cek-pesan/", "/ajukan/ktp-el/", "/tidak-ada/"])
def test_every_answer_names_its_language_and_varies_with_the_cookie(address):
    page = english().get(address)
    assert html.fromstring(page.content).get("lang") == page["Content-Language"] == "en"
    assert {"Cookie", "X-Language"} <= set(page["Vary"].split(", "))


def test_the_choice_costs_no_query(django_assert_num_queries):
    Client().get("/privasi/")
    with django_assert_num_queries(0):
        english().get("/privasi/")


@pytest.mark.parametrize("page", ["kirim-kode/", "tutup/"])
def test_the_switch_leads_on_from_an_address_that_only_takes_a_press(page):
    application, client = submitted(database_now()), Client()
    client.post("/lacak/", {"number": application.number, "four_digits": application.phone[-4:]})
    answer = client.get(f"/lacak/{application.number}/{page}?bahasa=en", follow=True)
    assert answer.status_code == 200
    assert html.fromstring(answer.content).get("lang") == "en"
    assert not Notice.objects.filter(purpose="code").exists()


def test_the_language_ends_with_the_request():
    english().get("/privasi/")
    assert get_language() == "id"


def views_of_other_doors(patterns=None, before="/"):
    """Address and view of all addresses whose view is not the citizens'."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views_of_other_doors(pattern.url_patterns, address)
        elif not pattern.callback.__module__.startswith("requests_app.citizen"):
            yield address, pattern.callback


def test_all_addresses_of_staff_and_machines_are_left_alone():
    others = list(views_of_other_doors())
    assert len(others) > 40
    assert [address for address, _view in others if not address.startswith(OTHER_DOORS)] == []


def test_no_address_of_the_citizens_is_left_alone():
    patterns = [import_module("requests_app.citizen.urls").urlpatterns]
    addresses = []
    while patterns:
        for pattern in patterns.pop():
            if isinstance(pattern, URLResolver):
                patterns.append(pattern.url_patterns)
            addresses.append("/" + str(pattern.pattern))
    assert [address for address in addresses if address.startswith(OTHER_DOORS)] == []


@pytest.mark.parametrize("address", ["/masuk/", "/petugas/", "/admin/", "/petugas/tidak-ada/"])
def test_staff_pages_stay_indonesian(address):
    page = english().get(address, follow=True)
    assert html.fromstring(page.content).get("lang") == "id"


def test_messages_stay_indonesian_whatever_the_page_speaks(now):
    """An application that is sent by somebody who reads English owes an Indonesian message."""
    with override("en"):
        application = submitted(now)
        params = Notice.objects.get(application=application, purpose="received").params
        answer = Notice.objects.get(application=decided(now, APPROVED), purpose="approved")
    assert re.fullmatch(r"Sabtu, 28 November 2026 pukul 10\.00 WIB", params["tenggat"])
    assert "Wednesday" not in str(answer.params)
