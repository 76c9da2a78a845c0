"""The English catalogue: read, brought up to date with what is marked, and compiled for Django."""

import io
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from wording.marked import ROOT, marked_texts

SOURCE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
COMPILED = SOURCE.with_suffix(".mo")


def read_catalogue(path: Path = SOURCE) -> Catalog:
    """The catalogue as translators write it."""
    with path.open("rb") as file:
        return read_po(file, locale="en")


def wanted_catalogue() -> Catalog:
    """Every marked text, with the places where it stands, without translations."""
    wanted = Catalog(locale="en")
    for text in marked_texts():
        wanted.add(text.id, locations=[(text.where, 0)])
    return wanted


def refreshed() -> Catalog:
    """The catalogue with new texts (empty), without texts that are marked no more; nothing is guessed."""
    catalogue = read_catalogue()
    catalogue.update(wanted_catalogue(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def forms(text: str | Sequence[str]) -> list[str]:
    """A text, or its forms for one and several."""
    return [text] if isinstance(text, str) else list(text)


def compiled(catalogue: Catalog) -> bytes:
    """What Django loads."""
    sink = io.BytesIO()
    write_mo(sink, catalogue)
    return sink.getvalue()


def save(catalogue: Catalog) -> None:
    """Write both files."""
    with SOURCE.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
    COMPILED.write_bytes(compiled(catalogue))
