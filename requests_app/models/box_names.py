"""What a box is called where several lie together: its number is unique within one letter only."""

from collections import Counter
from collections.abc import Iterable

from requests_app.models.blanks import BlankBox


def with_letter(box: BlankBox) -> str:
    """A box's number and the letter with which it came."""
    return f"{box.number} (surat {box.receipt.letter_number})"


def names_among(boxes: Iterable[BlankBox]) -> dict[int, str]:
    """The number of each box, by its id; with the letter where another of these boxes has the same number."""
    there = {box.pk: box for box in boxes}
    times = Counter(box.number for box in there.values())
    return {pk: with_letter(box) if times[box.number] > 1 else box.number for pk, box in there.items()}
