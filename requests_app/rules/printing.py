"""Printing cards: running numbers, what stands on a sheet, and what was drawn against what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requests_app.rules.names import first_word

BATCH_PREFIX, SHIPMENT_PREFIX = "B", "K"
TOLD_AS_WITHDRAWN = "withdrawn"
LOST = "lost"
"""The reason of a card that was looked for and not found; there is nothing to take a photo of."""
LONGEST_SEARCH_NOTE = 200
MOST_CODES = 500
"""So many codes are taken from one form."""
MOST_AT_ONCE = 200
"""So many cards are recorded with one press, so that nobody waits long for an answer; the rest with the next."""


def number_stem(prefix: str, day: date) -> str:
    """What all numbers of one kind and day (WIB) begin with: ``B-20261128-``."""
    return f"{prefix}-{day:%Y%m%d}-"


def short_name(name: str) -> str:
    """All of a name that a sheet shows: its first word and the initial of what follows (``Siti C.``)."""
    first = first_word(name)
    words = name.split()
    known = [word.casefold() for word in words]
    after = words[known.index(first.casefold()) + 1 :] if first.casefold() in known else []
    return " ".join([first, *(f"{word[0].upper()}." for word in after[:1])])


def codes_in(text: str) -> list[str]:
    """The codes of a list as it was scanned or pasted: one a line, or apart by spaces or commas; each once."""
    return list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


@dataclass(frozen=True)
class Tally:
    """The blanks of one box in one batch. A blank is used up when its card was printed or spoiled.

    `missing`: blanks that are looked for although their card is not to be printed any more.
    """

    drawn: int
    printed: int = 0
    spoiled: int = 0
    pending: int = 0
    missing: int = 0

    @property
    def to_return(self) -> int:
        """What has to be in the tray once nothing waits to be printed: it goes back into the box."""
        return self.drawn - self.printed - self.spoiled

    @property
    def spare(self) -> int:
        """What lies in the tray for no card yet: a reprint takes it."""
        return self.to_return - self.pending - self.missing

    def in_words(self, returned: int) -> str:
        """The figures of a box that does not add up; `missing_in_words` says what to do about too few."""
        off = self.to_return - returned
        said = f"kurang {off}" if off > 0 else f"lebih {-off}"
        return (
            f"diambil {self.drawn}, tercetak {self.printed}, rusak {self.spoiled}, jadi harus kembali {self.to_return}."
            f" Anda menulis {returned}: {said}."
        )


def missing_in_words(tally: Tally, returned: int, codes: Sequence[str]) -> str:
    """What to do when fewer blanks of a box lie in the tray than should; empty when they do.

    `codes`: cards without an outcome whose blank this may be, and that nobody looks for yet. What is missing beyond
    them belongs to no card: nobody can look for it, so the count of the box shows it, which two people do as well.
    """
    short = tally.to_return - returned
    if short <= 0:
        return ""
    if codes:
        named = ", ".join(codes[:short])
        return (
            f" Cari dulu di sekitar mesin. Bila tetap tidak ada, buka kartu {named} dan tekan “Kartu tidak ditemukan”."
        )
    return (
        f" Cari dulu di sekitar mesin. Bila tetap tidak ada: blangko itu bukan untuk kartu mana pun. Isi"
        f" {tally.to_return}, tutup kelompok, lalu langsung hitung kotak ini lewat Stok, Opname: di sana kurangnya"
        " dicatat, dan orang kedua menyetujuinya."
    )
