"""The English catalogue is whole: every marked text, nothing guessed, nothing left over, and Django loads just this."""

import re
from collections import Counter

from django.utils.translation import gettext, override

from wording.catalogue import COMPILED, compiled, forms, read_catalogue, wanted_catalogue

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>|&\w+;")
TEXTS = [message for message in read_catalogue() if message.id]


def test_every_marked_text_is_in_the_catalogue_and_nothing_else_is():
    wanted = {message.id for message in wanted_catalogue() if message.id}
    held = {message.id for message in TEXTS}
    assert wanted - held == set(), "make messages"
    assert held - wanted == set(), "make messages"


def test_no_text_is_without_english_or_only_guessed():
    assert [message.id for message in TEXTS if not all(forms(message.string))] == []
    assert [message.id for message in TEXTS if message.fuzzy] == []


def test_django_loads_what_the_catalogue_says():
    assert COMPILED.read_bytes() == compiled(read_catalogue()), "make messages"
    with override("en"):
        assert gettext("Kirim permohonan") == "Send application"


def test_both_languages_have_the_same_places_to_fill_and_the_same_markup():
    for message in TEXTS:
        for indonesian, english in zip(forms(message.id), forms(message.string), strict=False):
            assert Counter(PLACES.findall(indonesian)) == Counter(PLACES.findall(english)), english
            assert '"' not in PLACES.sub("", english), f"some texts stand in attributes: {english}"
            assert indonesian[:1].isspace() == english[:1].isspace(), english
            assert indonesian[-1:].isspace() == english[-1:].isspace(), english


def test_a_text_of_indonesian_stays_what_it_is():
    with override("id"):
        assert [message.id for message in TEXTS if gettext(forms(message.id)[0]) != forms(message.id)[0]] == []
