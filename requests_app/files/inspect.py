"""Checking one upload before the answer: from a stranger's bytes to pictures of our own making."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from requests_app.files.frames import BadFrame, Page, unpack
from requests_app.files.limits import DEFAULT_LIMITS, Limits
from requests_app.files.refusals import HINTS, MESSAGES, UploadRefused
from requests_app.files.sandbox import run_child
from requests_app.files.sniff import Kind, sniff

__all__ = ["CheckedUpload", "Page", "ReadableBytes", "UploadRefused", "check_upload"]


class ReadableBytes(Protocol):
    """Anything with a binary `read`: an open file, `io.BytesIO`, Django's `UploadedFile`."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, fewer only at the end."""
        ...


@dataclass(frozen=True)
class CheckedUpload:
    """What is kept of an accepted upload. The original bytes are not."""

    kind: Kind
    pages: list[Page]
    sha256: str
    """Hex digest of the original, to notice the same file twice within an application."""
    hints: list[str] = field(default_factory=list)
    """Keys of `refusals.HINTS`."""


def check_upload(source: ReadableBytes | Path, *, limits: Limits = DEFAULT_LIMITS, workdir: Path) -> CheckedUpload:
    """Open an upload in a limited child process and re-encode it to fresh JPEGs.

    Reads at most `limits.max_file_bytes` + 1 from `source`, which must stand at its start. `workdir`
    only ever holds the empty lock files that keep the number of children on this machine small.
    Takes up to `wait_seconds` + `wall_seconds`. Raises UploadRefused with a code of
    `refusals.MESSAGES`; nothing else is raised because of what the file contains.
    """
    data = _read(source, limits)
    kind = sniff(data[:8192])
    answer = run_child(kind, data, limits, workdir)
    try:
        pages, hints, refusal = unpack(answer)
    except BadFrame as problem:
        raise UploadRefused("unreadable") from problem
    if refusal:
        raise UploadRefused(refusal if refusal in MESSAGES else "unreadable")
    known_hints = [hint for hint in hints if hint in HINTS]
    return CheckedUpload(kind, pages, hashlib.sha256(data).hexdigest(), known_hints)


def _read(source: ReadableBytes | Path, limits: Limits) -> bytes:
    # Set by `upload_handler`, which keeps nothing of a file that is too large.
    if getattr(source, "too_large", False):
        raise UploadRefused("too_large")
    if isinstance(source, Path):
        with source.open("rb") as opened:
            data = opened.read(limits.max_file_bytes + 1)
    else:
        data = source.read(limits.max_file_bytes + 1)
    if not data:
        raise UploadRefused("empty")
    if len(data) > limits.max_file_bytes:
        raise UploadRefused("too_large")
    return data
