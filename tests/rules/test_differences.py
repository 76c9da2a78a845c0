"""Differences between two versions of a text."""

from requests_app.rules.differences import differences


def test_words_stay_go_and_come_in_order() -> None:
    assert differences("Halo {nama}. Gratis. Kode: {kode}.", "Halo Ibu {nama}. Kode: {kode}.") == [
        ("same", "Halo"), ("new", "Ibu"), ("same", "{nama}."), ("gone", "Gratis."), ("same", "Kode: {kode}."),
    ]  # fmt: skip


def test_a_word_that_was_replaced_went_before_the_other_came() -> None:
    assert differences("datang besok", "datang lusa") == [("same", "datang"), ("gone", "besok"), ("new", "lusa")]


def test_equal_texts_have_one_run_and_empty_ones_none() -> None:
    assert differences("a  b", "a b") == [("same", "a b")]
    assert differences("", "") == []
