"""What the child process writes to its pipe, and how the parent reads it back.

One byte when it is ready, then: four bytes of header length, the header as JSON, the pages' bytes.
The parent trusts none of it: lengths must add up, and each page must be a JPEG.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

READY = b"R"


@dataclass(frozen=True)
class Page:
    """One stored picture: a metadata-free JPEG and its size in pixels."""

    jpeg: bytes
    width: int
    height: int

    @property
    def size(self) -> int:
        """Length of the JPEG in bytes."""
        return len(self.jpeg)


class BadFrame(Exception):
    """The child's answer is not what a child writes."""


def pack_pages(pages: Iterable[Page], hints: Iterable[str]) -> bytes:
    """The answer for an accepted upload."""
    kept = list(pages)
    sizes = [{"width": page.width, "height": page.height, "size": page.size} for page in kept]
    return _pack({"pages": sizes, "hints": list(hints)}) + b"".join(page.jpeg for page in kept)


def pack_refusal(code: str) -> bytes:
    """The answer for a refused upload."""
    return _pack({"refused": code})


def _pack(header: dict[str, Any]) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "big") + text


def unpack(answer: bytes) -> tuple[list[Page], list[str], str | None]:
    """Pages, hints and refusal code of an answer (without the READY byte). Raises BadFrame."""
    start = 4 + int.from_bytes(answer[:4], "big")
    try:
        header = json.loads(answer[4:start])
        if "refused" in header:
            return [], [], str(header["refused"])
        pages = _unpack_pages(header["pages"], answer[start:])
        return pages, [str(hint) for hint in header["hints"]], None
    except (ValueError, KeyError, TypeError) as problem:
        raise BadFrame from problem


def _unpack_pages(sizes: list[dict[str, int]], body: bytes) -> list[Page]:
    pages, offset = [], 0
    for entry in sizes:
        jpeg = body[offset : offset + int(entry["size"])]
        if len(jpeg) != entry["size"] or not jpeg.startswith(b"\xff\xd8\xff"):
            raise ValueError("a page is missing or no JPEG")
        pages.append(Page(jpeg, int(entry["width"]), int(entry["height"])))
        offset += len(jpeg)
    if offset != len(body) or not pages:
        raise ValueError("pages do not add up")
    return pages
