"""Words of the office can be tapped for their plain meaning: by keyboard, without a script, in running text."""

from typing import Any

import pytest
from django.template import Context, Template
from playwright.sync_api import Browser, expect

from requests_app.rules.reference import read_reference
from requests_app.words import WORDS, with_words, word
from tests.citizen.apply.phone import Phone
from tests.citizen.apply.walk import BASE

LONGEST_SENTENCE = 20


@pytest.mark.parametrize("name", WORDS)
def test_each_word_is_one_of_the_glossary_and_is_explained_in_short_sentences(name: str) -> None:
    assert WORDS[name].glossary in {row["term_id"] for row in read_reference("glossary")}
    for sentence in str(WORDS[name].meaning).split("."):
        assert len(sentence.split()) <= LONGEST_SENTENCE


def test_a_word_is_a_disclosure_and_the_meaning_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert word("NIK").startswith('<details class="word"><summary>NIK</summary><span>Nomor Induk')
    monkeypatch.setitem(WORDS, "x", type(WORDS["NIK"])("a<b", "<script>", "NIK"))
    assert word("x") == '<details class="word"><summary>a&lt;b</summary><span>&lt;script&gt;</span></details>'


def test_words_stand_in_texts_and_in_templates() -> None:
    assert str(with_words("Nomor {KK} Anda.")) == f"Nomor {word('KK')} Anda."
    assert str(with_words("Tanpa istilah.")) == "Tanpa istilah."
    drawn = Template('{% load words %}{% word "UPTD" %}').render(Context())
    assert drawn == word("UPTD")


def test_an_unknown_word_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        str(with_words("{Entah}"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_somebody_without_scripts_opens_and_closes_a_word_by_keyboard(browser: Browser, live_server: Any) -> None:
    phone = Phone(browser, live_server.url, java_script_enabled=False)
    phone.begins()
    meaning = phone.page.get_by_text("Kartu Keluarga, daftar semua anggota satu keluarga.")
    expect(meaning).not_to_be_visible()
    phone.page.locator(".word summary", has_text="KK").focus()
    phone.page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    assert (
        meaning.bounding_box()["y"] + meaning.bounding_box()["height"]
        <= (  # type: ignore[index]
            phone.page.locator("#id_nik").bounding_box()["y"]  # type: ignore[index]
        )
    ), "the meaning pushes the field down, it does not lie on it"
    phone.page.keyboard.press("Space")
    expect(meaning).not_to_be_visible()
    assert phone.page.url.endswith(f"{BASE}pemilik/")
    phone.context.close()
