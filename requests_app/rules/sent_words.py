"""What somebody of the office writes and a citizen reads in a message: no NIK and no number of a family stand in it.

A message may be read on somebody else's phone, and a provider carries it. Whoever writes one is told what to do
instead; what got through all the same is struck out where notices are made.
"""

from collections.abc import Mapping

from requests_app.rules.inbound import REDACTED, without_id_numbers

REFUSED = (
    "Hapus NIK atau nomor KK (16 angka): pesan ini dapat terbaca orang lain. Sebut datanya saja, misalnya “NIK di"
    " formulir berbeda dengan NIK di KK”."
)
DRAWN = frozenset({"tautan", "kode", "kode_pesan", "kode_ambil", "nomor", "laporan", "suket", "antrean"})
"""Placeholders that the program draws or counts itself: no words of anybody, and spoiled by the loss of a digit."""


def has_id_number(text: str) -> bool:
    """Whether sixteen digits like a NIK stand in a text, once it is one line, as messages are.

    A place where some were struck out already is none.
    """
    line = " ".join(text.split())
    return without_id_numbers(line).count(REDACTED) > line.count(REDACTED)


def check_sent_words(*texts: str) -> None:
    """Raise ValueError, which says what to do instead, unless all of these may stand in a message."""
    if any(has_id_number(text) for text in texts):
        raise ValueError(REFUSED)


def without_any_id_number(params: Mapping[str, str]) -> dict[str, str]:
    """The placeholders of a message, with such numbers struck out of whatever may be somebody's words."""
    return {name: value if name in DRAWN else without_id_numbers(value) for name, value in params.items()}
