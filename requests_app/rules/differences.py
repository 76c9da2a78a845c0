"""What changed from one text to the next, word by word."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]


def differences(before: str, after: str) -> list[tuple[Kind, str]]:
    """The words of both texts in order, in runs that stayed, went, or came."""
    return list(_runs(before.split(), after.split()))


def _runs(before: list[str], after: list[str]) -> Iterator[tuple[Kind, str]]:
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, begin, end, new_begin, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield "same", " ".join(before[begin:end])
            continue
        if begin < end:
            yield "gone", " ".join(before[begin:end])
        if new_begin < new_end:
            yield "new", " ".join(after[new_begin:new_end])
