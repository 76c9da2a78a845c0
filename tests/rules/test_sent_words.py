"""No message says a NIK, whoever wrote it; what the program draws itself stays as it is."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.operations.citizen_reports import NEW
from requests_app.operations.conversations import PROVEN
from requests_app.rules.inbound import REDACTED
from requests_app.rules.numbers import ALPHABET, in_fours
from requests_app.rules.sent_words import DRAWN, check_sent_words, has_id_number, without_any_id_number

NIK = "1671045708959001"


def drawn(length: int) -> st.SearchStrategy[str]:
    """Characters as our codes are made of; now and then digits alone."""
    return st.text("0123456789", min_size=length, max_size=length) | st.text(ALPHABET, min_size=length, max_size=length)


def tokens() -> st.SearchStrategy[str]:
    """One-time tokens: a message's code and 144 random bits, and those that happen to be all digits."""
    bits = st.binary(min_size=18, max_size=18).map(lambda bits: base64.urlsafe_b64encode(bits).decode())
    return st.builds(str.__add__, drawn(6), bits | st.text("0123456789-_", min_size=24, max_size=24))


def numbers(prefix: str) -> st.SearchStrategy[str]:
    return drawn(9).map(lambda signs: f"{prefix}-{signs[:4]}-{signs[4:8]}-{signs[8]}")


@pytest.mark.parametrize(
    "text",
    [
        NIK, "NIK di formulir 1671045708959001, di KK 1671045708959002.", "1671 0457 0895 9001", "1671-0457-0895-9001",
        "1671.0457.0895.9001", "Kata warga: 16710457\n08959001", f"{REDACTED} dan {NIK}",
    ],
)  # fmt: skip
def test_words_with_a_nik_are_refused_with_what_to_do_instead(text: str):
    with pytest.raises(ValueError, match="Sebut datanya saja"):
        check_sent_words("Salam.", text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Salam dari loket.", "Tanggal di surat LP/B/0123/XI/2026/SPKT bukan 01-11-2026.",
        "Surat Dirjen Dukcapil 470/13287/2021", "Bawa KK nomor lama", "Jl. Demang Lebar Daun 4255, Palembang 30137",
        "Senin–Kamis 08.00–12.00 dan 13.00–15.00, Jumat 08.00–11.30 dan 13.30–15.00 WIB", "Telepon 0812 3456 7890",
        f"Kata warga: {REDACTED}",
    ],
)  # fmt: skip
def test_other_numbers_may_be_sent(text: str):
    check_sent_words(text)
    assert without_any_id_number({"catatan": text}) == {"catatan": text}


def test_the_last_guard_strikes_out_of_every_placeholder_that_holds_words():
    struck = without_any_id_number(dict.fromkeys(("catatan", "jawaban", "isi", "what is new"), f"Katanya {NIK} itu"))
    assert set(struck.values()) == {f"Katanya {REDACTED} itu"}


@given(
    token=tokens(), code=drawn(6), pickup=drawn(8).map(in_fours), number=numbers("PLG"), report=numbers("LAP"),
    serial=st.integers(1, 10**8),
)  # fmt: skip
def test_what_the_program_draws_is_never_spoiled(
    token: str, code: str, pickup: str, number: str, report: str, serial: int
):
    params = {
        "tautan": token, "kode": code, "kode_pesan": code, "kode_ambil": pickup, "nomor": number, "laporan": report,
        "suket": f"470/{serial}/2026", "antrean": f"A{serial}",
        "isi": f"{PROVEN.format(number=number)} {NEW.format(report=report, number=number)}",
    }  # fmt: skip
    assert without_any_id_number(params) == params
    assert params.keys() - {"isi"} == DRAWN


@given(st.text())
def test_what_was_struck_out_is_found_no_more(text: str):
    line = " ".join(text.split())
    assert has_id_number(text) == (without_any_id_number({"isi": line})["isi"] != line)
    assert not has_id_number(without_any_id_number({"isi": line})["isi"])
