"""Printing cards: running numbers, what stands on a sheet, and what was drawn against what came of it."""

from dataclasses import dataclass
from datetime import date

from requests_app.rules.names import first_word

BATCH_PREFIX, SHIPMENT_PREFIX = "B", "K"
TOLD_AS_WITHDRAWN = "withdrawn"
LOST_ON_THE_WAY = "transport"
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
    """The blanks of one box in one batch. A blank is used up when its card was printed or spoiled."""

    drawn: int
    printed: int = 0
    spoiled: int = 0
    pending: int = 0

    @property
    def to_return(self) -> int:
        """What has to be in the tray once nothing waits to be printed: it goes back into the box."""
        return self.drawn - self.printed - self.spoiled

    @property
    def spare(self) -> int:
        """What lies in the tray for no card yet: a reprint takes it."""
        return self.to_return - self.pending

    def in_words(self, returned: int) -> str:
        """The figures of a box that does not add up."""
        off = self.to_return - returned
        said = f"kurang {off}" if off > 0 else f"lebih {-off}"
        return (
            f"diambil {self.drawn}, tercetak {self.printed}, rusak {self.spoiled}, jadi harus kembali {self.to_return}."
            f" Anda menulis {returned}: {said}."
        )
