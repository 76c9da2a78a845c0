"""Numbers of blanks as people type them: `8020`, `8.020`, `8 020`."""

import re

_PLAIN = re.compile(r"-?[0-9]+")
_GROUPED = re.compile(r"-?[0-9]{1,3}([. ][0-9]{3})+")
_MOST_DIGITS = 9


class QuantityError(ValueError):
    """Not a whole number, or one that nobody can mean; the message is Indonesian."""


def read_quantity(typed: str) -> int:
    """The whole number that was typed. Raises QuantityError."""
    text = " ".join(typed.split())
    if not _PLAIN.fullmatch(text) and not _GROUPED.fullmatch(text):
        raise QuantityError("Tulis jumlah dengan angka saja, misalnya 500.")
    digits = re.sub(r"[-. ]", "", text).lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise QuantityError("Angka ini terlalu besar. Periksa jumlahnya.")
    return -int(digits) if text.startswith("-") else int(digits)
