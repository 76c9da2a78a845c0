"""Boxes of a delivery as people type them: one box a line (`K-001 500`), or several alike (`K-001 s/d K-032 500`)."""

import re

from requests_app.rules.quantities import QuantityError, read_quantity

MOST_BOXES, LONGEST_LINE = 200, 100
_LINE = re.compile(r"(?P<first>.+?)(?:\s+(?:s/d|sd|sampai)\s+(?P<last>.+?))?[\s:;=]+(?P<quantity>-?[0-9][0-9.]*)", re.I)
_NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>[0-9]{1,9})")


class BoxLineError(ValueError):
    """A line that cannot be read; the message (Indonesian) names it and says what to do."""


def read_boxes(typed: str) -> list[tuple[str, int]]:
    """(number, quantity) of each box, in the order typed. Raises BoxLineError."""
    boxes: list[tuple[str, int]] = []
    for position, line in enumerate(typed.splitlines(), start=1):
        tidy = " ".join(line.split())  # long runs of spaces would keep the pattern busy for hours
        if len(tidy) > LONGEST_LINE:
            raise BoxLineError(f"Baris {position}: terlalu panjang. Tulis nomor kotak, spasi, lalu isinya saja.")
        if tidy:
            boxes += _read_line(tidy, position)
        if len(boxes) > MOST_BOXES:
            raise BoxLineError(f"Paling banyak {MOST_BOXES} kotak untuk satu surat.")
    return boxes


def _read_line(line: str, position: int) -> list[tuple[str, int]]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise BoxLineError(f"Baris {position}: tulis nomor kotak, spasi, lalu isinya. Misalnya K-001 500.")
    try:
        quantity = read_quantity(found["quantity"])
    except QuantityError as problem:
        raise BoxLineError(f"Baris {position}: {problem}") from None
    if found["last"] is None:
        return [(found["first"], quantity)]
    return [(number, quantity) for number in _numbers(found["first"], found["last"], position)]


def _numbers(first: str, last: str, position: int) -> list[str]:
    start, end = _NUMBERED.fullmatch(first.strip()), _NUMBERED.fullmatch(last.strip())
    if start is None or end is None or start["stem"].upper() != end["stem"].upper():
        raise BoxLineError(
            f"Baris {position}: kedua nomor harus sama kecuali angka di ujungnya. Misalnya K-01 s/d K-09."
        )
    low, high = int(start["number"]), int(end["number"])
    if not low <= high < low + MOST_BOXES:
        raise BoxLineError(f"Baris {position}: dari nomor kecil ke nomor besar, paling banyak {MOST_BOXES} kotak.")
    return [f"{start['stem']}{number:0{len(start['number'])}d}" for number in range(low, high + 1)]
