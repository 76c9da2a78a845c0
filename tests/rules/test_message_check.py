"""What a text must keep to, and that the texts that ship do."""

import pytest

from requests_app.rules.message_check import faults, needed_in
from requests_app.rules.messages import placeholders
from requests_app.rules.placeholders import example_values, longest_values, placeholder
from requests_app.rules.reference import read_reference
from requests_app.vault.redact import PERSONAL

TEXTS = {row["purpose"]: row["body"] for row in read_reference("messages")}
KNOWN = {"nama", "nomor", "batas", "catatan", "situs", "kode_pesan"}
GOOD = "Halo {nama}. Permohonan {nomor} masih kami periksa dan dijawab segera. Gratis. Kode pesan: {kode_pesan}."


def found(body: str, purpose: str = "received") -> str:
    return " ".join(faults(purpose, body, known=KNOWN, needed={"kode_pesan"}))


@pytest.mark.parametrize("purpose", TEXTS)
def test_the_texts_that_ship_pass(purpose: str) -> None:
    body = TEXTS[purpose]
    assert faults(purpose, body, known=placeholders(body), needed=needed_in(body)) == []


def test_every_placeholder_is_explained_with_values_of_nobody() -> None:
    for purpose, body in TEXTS.items():
        assert all(placeholder(purpose, name) for name in placeholders(body)), purpose
        for values in (example_values(purpose, body), longest_values(purpose, body)):
            assert list(values) == list(placeholders(body))
            assert not any(PERSONAL.search(value) for value in values.values())


def test_a_good_text_has_no_faults() -> None:
    assert found(GOOD) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("{nomor}", "{nik}"), "{nik} tidak dikenal"),
        ((" Kode pesan: {kode_pesan}.", ""), "Cantumkan {kode_pesan}"),
        (("Halo {nama}.", "Halo {nama."), "Tanda { dan }"),
        (("Gratis.", "Gratis.\n"), "satu alinea"),
        (("Gratis.", "Gratis.    "), "satu alinea"),
        (("Gratis.", "Gratis.\t"), "satu alinea"),
        (("Gratis.", "Buka https://contoh.example. Gratis."), "Jangan tulis alamat web"),
        (("Gratis.", "Dapatkan Promo kami. Gratis."), "“Promo”"),
        (("Gratis.", "Balas dengan NIK Anda. Gratis."), "Jangan meminta NIK"),
        (("Gratis.", "NIK contoh 1671045708959001. Gratis."), "Hapus NIK"),
        (("Gratis.", "Sebutkan kode OTP kepada petugas. Gratis."), "Jangan meminta NIK"),
        (("Halo {nama}", "{nama}"), "Jangan mulai dengan tanda isian"),
        ((" {kode_pesan}.", " {kode_pesan}"), "Jangan akhiri dengan tanda isian"),
        (("Permohonan {nomor}", "{nomor}"), "Tulis kata di antara {nama} dan {nomor}"),
        (("masih kami periksa dan dijawab segera. Gratis. Kode", ""), "perlu paling sedikit 7 kata, ada 3"),
        (("Gratis.", "a" * 1024), "Paling panjang 1.024 huruf"),
    ],
)
def test_what_is_wrong_is_said(change: tuple[str, str], words: str) -> None:
    assert words in found(GOOD.replace(*change))


def test_the_length_counts_what_is_filled_in() -> None:
    body = GOOD.replace("Gratis.", "a" * 850 + ". {catatan} Gratis.")
    assert len(body) < 1024
    assert "Paling panjang 1.024 huruf" in found(body)


def test_a_warning_is_no_request() -> None:
    assert found(GOOD.replace("Gratis.", "Jangan kirim NIK atau kode OTP. Gratis.")) == ""


def test_replies_and_codes_are_no_templates_of_ours() -> None:
    assert found("{nama} {nomor}: {kode_pesan}", "reply_status") == ""
    assert faults("code", "{kode} adalah kode Anda.", known={"kode"}, needed={"kode"}) == []


def test_a_code_fits_an_sms_and_is_in_it() -> None:
    assert "dua bagian" in " ".join(faults("code", "{kode} " + "a" * 300, known={"kode"}, needed={"kode"}))
    assert "Cantumkan {kode}" in " ".join(faults("code", "Kode Anda.", known={"kode"}, needed={"kode"}))
