"""The proof by sending, on the pages: the link with the code, the press after it, and what the waiting page asks."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from requests_app.models import Circuit, SentProof, Zone
from requests_app.operations.sent_proofs import prove
from requests_app.queries.public import banners
from tests.citizen.track.conftest import look_up
from tests.factories import new_phone, submitted

pytestmark = pytest.mark.django_db
ACCESS_NOW = "requests_app.citizen.track.access.database_now"


@pytest.fixture(autouse=True)
def _no_questions_yet():
    cache.clear()


def text_of(response):
    return unescape(response.content.decode())


def message_on(page):
    """Where the page's link leads: the number it writes to, and the words that stand ready."""
    link = urlsplit(re.search(r'href="([^"]*/\d+\?text=[^"]*)"', text_of(page))[1])
    return link.path.rsplit("/")[-1], parse_qs(link.query)["text"][0]


def send(words, application, now):
    """The citizen presses send in WhatsApp."""
    code = re.search(r"KODE (\S{4}-\S{4})", words)[1]
    whose = {"phone_hash": application.phone_hash, "zone_id": application.zone_id}
    assert prove(code=code, **whose, sent_at=now, now=now)


@pytest.fixture
def waiting(visitor, now):
    """A visitor who looked an application up and has the code on the screen: application, address, the page."""
    application = submitted(now - timedelta(seconds=1))
    address = look_up(visitor, application).url + "whatsapp/"
    assert visitor.post(address).url == address
    return application, address, visitor.get(address)


def test_the_message_is_ready_for_the_zones_number_and_the_press_opens_the_page(visitor, now, waiting):
    application, address, page = waiting
    to, words = message_on(page)
    assert to == application.zone.whatsapp_number.removeprefix("+")
    assert re.fullmatch(r"KODE \S{4}-\S{4} Adminduk Online", words)
    assert words in text_of(page)
    send(words, application, now)
    before = visitor.session.session_key
    opened = visitor.post(address + "terkirim/", follow=True)
    assert application.name in text_of(opened)
    assert visitor.session.session_key != before
    assert "sent_codes" not in {key for key, kept in visitor.session.items() if kept}


def test_before_the_message_arrives_the_page_stays_and_says_so(visitor, waiting):
    application, address, page = waiting
    again = visitor.post(address + "terkirim/", follow=True)
    assert "Pesan Anda belum kami terima" in text_of(again)
    assert message_on(again) == message_on(page)
    assert visitor.get(f"/lacak/{application.number}/bukti/").status_code == 302


def test_the_waiting_page_hears_when_the_message_arrived_and_when_the_code_is_over(visitor, now, waiting, monkeypatch):
    application, address, page = waiting
    assert visitor.get(address + "kabar/").json() == {"state": "waiting"}
    send(message_on(page)[1], application, now)
    assert visitor.get(address + "kabar/").json() == {"state": "arrived"}
    SentProof.objects.update(proven_at=None, expires_at=now)
    assert visitor.get(address + "kabar/").json() == {"state": "over"}


def test_only_the_browser_that_asked_is_opened(now, waiting):
    application, address, page = waiting
    send(message_on(page)[1], application, now)
    other = Client(REMOTE_ADDR="203.0.113.9")
    look_up(other, application)
    assert other.post(address + "terkirim/", follow=True).redirect_chain[-1][0] == f"/lacak/{application.number}/"
    assert application.name not in text_of(other.get(f"/lacak/{application.number}/"))
    assert other.get(address + "kabar/").status_code == 403


def test_without_looking_up_there_is_no_code_and_no_news(now):
    application = submitted(now)
    for number in (application.number, "PLG-0000-0000-0"):
        address = f"/lacak/{number}/whatsapp/"
        assert Client().post(address)["Location"] == f"/lacak/?nomor={number}"
        assert Client().post(address + "terkirim/")["Location"] == f"/lacak/?nomor={number}"
        assert Client().get(address + "kabar/").status_code == 403
    assert not SentProof.objects.exists()


def test_opening_the_address_makes_no_code_and_pressing_twice_makes_one(visitor, now):
    application = submitted(now)
    address = look_up(visitor, application).url + "whatsapp/"
    assert visitor.get(address).status_code == 302
    assert not SentProof.objects.exists()
    pages = [visitor.post(address, follow=True) for _ in range(2)]
    assert message_on(pages[0]) == message_on(pages[1])
    assert SentProof.objects.count() == 1


def test_a_code_that_is_over_is_replaced_by_a_press(visitor, now, waiting):
    _, address, page = waiting
    SentProof.objects.update(expires_at=now)
    pressed = text_of(visitor.post(address + "terkirim/", follow=True))
    assert "tidak berlaku lagi" in pressed
    assert "belum kami terima" not in pressed
    fresh = visitor.post(address, follow=True)
    assert message_on(fresh) != message_on(page)


def test_one_address_cannot_use_up_the_owners_codes(visitor, now, waiting):
    _, address, _page = waiting
    for _ in range(10):
        SentProof.objects.update(expires_at=now)
        refused = visitor.post(address)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert SentProof.objects.count() == 10


def test_it_is_not_offered_where_no_message_could_be_heard(visitor, now):
    application = submitted(now)
    stage = look_up(visitor, application).url
    assert "Buktikan lewat WhatsApp" in text_of(visitor.get(stage))
    Zone.objects.filter(pk=application.zone_id).update(number_trouble="131031")
    page = text_of(visitor.get(stage))
    assert "Buktikan lewat WhatsApp" not in page
    assert "Kirim kode" in page
    assert "tidak tersedia" in text_of(visitor.post(stage + "whatsapp/", follow=True))


@pytest.mark.parametrize("trouble", ["account", "circuit"])
def test_a_code_that_counts_is_shown_and_opens_even_while_the_number_cannot_send(visitor, now, waiting, trouble):
    application, address, page = waiting
    if trouble == "account":
        Zone.objects.update(number_trouble="131031")
    else:
        Circuit.objects.create(channel="whatsapp", zone=application.zone, failures=5, opened_at=now, next_probe_at=now)
    assert message_on(visitor.get(address)) == message_on(page)
    early = visitor.post(address + "terkirim/", follow=True)
    assert "Pesan Anda belum kami terima" in text_of(early)
    assert message_on(early) == message_on(page)
    assert "Buktikan lewat WhatsApp" in text_of(visitor.get(f"/lacak/{application.number}/")), "whoever went back"
    assert message_on(visitor.post(address, follow=True)) == message_on(page)
    send(message_on(page)[1], application, now)
    assert message_on(visitor.post(address, follow=True)) == message_on(page)
    assert application.name in text_of(visitor.post(address + "terkirim/", follow=True))


def test_once_the_code_is_over_nothing_is_offered_while_the_number_is_out_of_order(visitor, now, waiting):
    application, address, _page = waiting
    Zone.objects.update(number_trouble="131031")
    SentProof.objects.update(expires_at=now)
    assert visitor.get(address).url == f"/lacak/{application.number}/"
    assert "Buktikan lewat WhatsApp" not in text_of(visitor.get(f"/lacak/{application.number}/"))


def test_after_the_proof_the_page_is_open_and_asks_for_nothing_more(visitor, now, waiting):
    application, address, page = waiting
    send(message_on(page)[1], application, now)
    visitor.post(address + "terkirim/")
    opened = f"/lacak/{application.number}/"
    assert visitor.get(address).url == visitor.post(address + "terkirim/").url == opened
    assert "Simpan nomor ini ke WhatsApp" not in text_of(visitor.get(opened))


def test_an_unproven_phone_is_asked_to_save_our_number(prove, now):
    application = submitted(now)
    client, address = prove(application), f"/lacak/{application.number}/"
    to, words = message_on(client.get(address))
    assert to == application.zone.whatsapp_number.removeprefix("+")
    assert re.fullmatch(rf"KODE \S{{4}}-\S{{4}} Permohonan {application.number}", words)
    send(words, application, now)
    assert "Simpan nomor ini ke WhatsApp" not in text_of(client.get(address))


def test_nothing_about_the_phone_or_the_person_stands_on_the_waiting_page(waiting):
    application, _, page = waiting
    for secret in (application.name, application.phone, application.phone[3:], application.nik, new_phone()):
        assert secret not in text_of(page)
    assert "no-store" in page["Cache-Control"]


def test_the_pages_cost_few_queries(visitor, now, waiting, django_assert_max_num_queries):
    _, address, _page = waiting
    banners()  # kept for all pages
    with django_assert_max_num_queries(5):
        visitor.get(address)
    with django_assert_max_num_queries(4):
        visitor.get(address + "kabar/")


def test_an_open_application_costs_one_query_more_than_others(prove, now, django_assert_max_num_queries):
    application = submitted(now)
    client, address = prove(application), f"/lacak/{application.number}/"
    client.get(address)
    with django_assert_max_num_queries(11):
        assert client.get(address).status_code == 200
