"""What a reader gets of a page: visible words, what a screen reader says, sentences handed to a script. What the page
marks as another language is left out."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

SPOKEN = ("alt", "title", "aria-label", "placeholder")
UNSEEN = ("script", "style")
SENTENCE_IN_DATA = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
OPEN, CLOSE = "⟦", "⟧"


def language_of(page: str) -> str:
    """The language that the page says it speaks."""
    return str(html.fromstring(page).get("lang"))


def words_of(page: str) -> list[str]:
    """Every piece of text in the page's own language."""
    root = html.fromstring(page)
    return [" ".join(text.split()) for text, _attribute in _pieces(root, root.get("lang")) if text.strip()]


def unbracketed(page: str) -> list[str]:
    """The same without what stands in brackets; a bracket may close in another element than it opened in."""
    root, depth, left = html.fromstring(page), 0, []
    for text, is_attribute in _pieces(root, root.get("lang")):
        outside, after = _outside(text, 0 if is_attribute else depth)
        depth = depth if is_attribute else after
        left.append(" ".join(outside.split()))
    return [text for text in left if text]


def without_brackets(text: str) -> str:
    """The text as it is without them."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def _outside(text: str, depth: int) -> tuple[str, int]:
    kept = ""
    for character in text:
        if character == OPEN:
            depth += 1
        elif character == CLOSE:
            depth -= 1
        elif depth == 0:
            kept += character
    return kept, depth


def _handed_over(value: str) -> Iterator[str]:
    """A sentence for a script, or the sentences of a table of them."""
    if not value.startswith("{"):
        yield value
        return
    for inner in json.loads(value).values():
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict):
            yield from _handed_over(json.dumps(inner))


def _pieces(element: Any, own: str | None) -> Iterator[tuple[str, bool]]:
    """Texts in the order of the document, and whether each is an attribute's."""
    if not isinstance(element.tag, str) or element.tag in UNSEEN or element.get("lang") not in (None, own):
        return
    for name, value in element.attrib.items():
        if name in SPOKEN or (name.startswith("data-") and SENTENCE_IN_DATA.search(value)):
            yield from ((text, True) for text in _handed_over(value))
    yield element.text or "", False
    for child in element:
        yield from _pieces(child, own)
        yield child.tail or "", False
