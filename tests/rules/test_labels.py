"""Answers in words: one wording for citizens and officers."""

import pytest

from requests_app.rules.catalogue import load_requirements
from requests_app.rules.labels import (
    ANSWER_WORDS,
    DOCUMENT_LABELS,
    answer_words,
    error_words,
    requirement_label,
    target_label,
)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("sex", "P", "Perempuan"),
        ("reason", "luar_domisili", "Luar domisili"),
        ("reason", "akta_kematian", "Akta kematian"),
        ("member_nik", "1671045708959902", "1671 0457 0895 9902"),
        ("nik", "1671045708959902", "1671 0457 0895 9902"),
        ("birth_date", "1995-08-17", "17 Agustus 1995"),
        ("birth_date", "", ""),
        ("address", "Lrg. Contoh No. 1", "Lrg. Contoh No. 1"),
        ("cause", "unknown-value", "unknown-value"),
    ],
)
def test_an_answer_is_read_in_words(key: str, value: str, words: str) -> None:
    assert answer_words(key, value) == words


def test_every_document_that_is_uploaded_has_a_short_name() -> None:
    uploaded = {r.document_code for r in load_requirements() if r.needs_file}
    assert uploaded <= set(DOCUMENT_LABELS)


def test_the_same_code_is_named_as_its_reason_means_it() -> None:
    names = {r.reason: requirement_label(r) for r in load_requirements() if r.document_code == "AKTA_MATI"}
    assert names == {
        "perubahan_data": "Akta kematian pasangan",
        "ganti_kepala_keluarga": "Akta kematian kepala keluarga",
        "kurang_anggota": "Akta atau surat keterangan kematian",
    }


def test_no_code_is_shown_for_a_known_target() -> None:
    assert all(target_label(key) != key for key in ANSWER_WORDS)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("smtp_535", "server surel menolak nama pengguna atau kata sandi (SMTP 535)"),
        ("smtp_550", "server surel menolak (SMTP 550)"),
        ("smtp_451", "server surel minta dicoba nanti (SMTP 451)"),
        ("smtp_not_supported", "server surel tidak mengenal cara masuk ini"),
        ("http_401", "penyedia menolak permintaan (HTTP 401)"),
        ("InvalidURL", "alamat penyedia salah (InvalidURL)"),
        ("190", "190 (token akun WhatsApp habis masa berlakunya)"),
        ("KeyError", "KeyError"),
    ],
)
def test_a_code_is_told_in_words(code: str, words: str) -> None:
    assert error_words(code) == words
