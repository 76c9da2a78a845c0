"""Links that open WhatsApp: the same words to whomever, and nothing is added for the real one."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests_app.wa_me import chat_link

NUMBER, WORDS = "+6280000000001", "KODE AB12 & lainnya\n50 % + 1? https://a.example/x"


def test_the_words_arrive_as_they_are_in_the_chat_with_the_number():
    link = urlsplit(chat_link(NUMBER, WORDS))
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/6280000000001")
    assert parse_qs(link.query) == {"text": [WORDS]}
    assert "+" not in link.query, "WhatsApp takes a plus for a plus"


def test_without_a_number_whoever_presses_chooses():
    assert urlsplit(chat_link("", WORDS)).path == "/"


def test_only_a_simulated_whatsapp_is_told_on_which_phone_it_is_pressed(settings: Any):
    phone = "+62711500555"
    assert chat_link(NUMBER, WORDS, on_phone=phone) == chat_link(NUMBER, WORDS)
    settings.SIMULATOR_URL, settings.WA_ME_URL = "http://127.0.0.1:8999", "http://127.0.0.1:8999/wa.me"
    link = urlsplit(chat_link(NUMBER, WORDS, on_phone=phone))
    assert (link.netloc, link.path) == ("127.0.0.1:8999", "/wa.me/6280000000001")
    assert parse_qs(link.query) == {"dari": ["62711500555"], "text": [WORDS]}
