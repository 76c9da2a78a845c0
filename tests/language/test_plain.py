"""Plain language: what citizens read, in both languages, and the messages that leave the building."""

import re

import pytest

from wording.catalogue import read_catalogue
from wording.plain import LONGEST, NOT_AN_ACT, average, buttons, length, officialese, sentences, texts

BOTH = pytest.mark.parametrize("language", ["id", "en"])


@BOTH
def test_no_sentence_is_longer_than_twenty_words(language):
    long = [(where, s) for where, text in texts(language) for s in sentences(text) if length(s) > LONGEST]
    assert long == []


@BOTH
def test_sentences_are_short_on_average(language):
    assert average(language) <= 8


@BOTH
def test_nobody_meets_officialese(language):
    found = [(where, text, words) for where, text in texts(language) if (words := officialese(text, language))]
    assert found == []


def test_the_reader_is_anda_with_a_capital():
    assert [text for _where, text in texts("id") if re.search(r"\banda\b", text)] == []


def test_buttons_say_what_they_do():
    english = {message.id: message.string for message in read_catalogue() if message.id}
    said = list(buttons())
    assert len(said) > 60
    assert [(where, text) for where, text in said if NOT_AN_ACT.fullmatch(text)] == []
    assert [(where, text) for where, text in said if NOT_AN_ACT.fullmatch(english.get(text, ""))] == []


def test_a_long_sentence_is_found_with_its_places_filled():
    assert [length(sentence) for sentence in sentences("Jawaban kami sampai paling lambat {tenggat}.")] == [12]
    assert [length(s) for s in sentences("Permohonan {nomor} ditolak: {alasan} Dasar: {dasar}.")] == [3, 1, 1]


@pytest.mark.parametrize(
    "text", ["Mohon untuk menunggu.", "Dalam rangka pelayanan", "guna melengkapi", "Klik di sini."]
)
def test_officialese_is_found(text):
    assert officialese(text, "id")


def test_a_word_that_only_holds_a_blocked_one_is_fine():
    assert officialese("Anda boleh memohonkan penggunaan.", "id") == []
