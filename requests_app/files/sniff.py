"""What a file is, by its first bytes. Its name and declared content type are never asked."""

from typing import Literal

import filetype

from requests_app.files.refusals import UploadRefused

Kind = Literal["jpeg", "png", "webp", "heic", "pdf"]

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%PDF-", "pdf"),
)
_HEIF_STILLS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_HEIF_SEQUENCES = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
_SCRIPT_STARTS = (b"#!", b"<?php", b"<script", b"<!doctype html", b"<html", b"@echo")
_MACHINE_CODE_STARTS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"dex\n",
)
_PROGRAM_EXTENSIONS = frozenset({"exe", "elf", "wasm", "deb", "rpm", "crx", "swf"})


def sniff(head: bytes) -> Kind:
    """Name the kind of a file from its first bytes (64 are enough for every accepted kind).

    Raises UploadRefused: `animated`, `program` or `unknown_type`. A PDF must start at the very first
    byte: whatever stands before it could make the file something else to another reader.
    """
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _sniff_heif(head)
    raise UploadRefused("program" if _is_program(head) else "unknown_type")


def _sniff_heif(head: bytes) -> Kind:
    """HEIC and HEIF stills; AVIF and videos share the container and are not accepted."""
    brand = head[8:12]
    if brand in _HEIF_SEQUENCES:
        raise UploadRefused("animated")
    if brand in _HEIF_STILLS:
        return "heic"
    raise UploadRefused("unknown_type")


def _is_program(head: bytes) -> bool:
    if head.startswith(_MACHINE_CODE_STARTS) or head.lstrip().lower().startswith(_SCRIPT_STARTS):
        return True
    return filetype.guess_extension(head) in _PROGRAM_EXTENSIONS
