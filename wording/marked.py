"""All texts marked for translation: in Python, in templates, and in the reference tables that citizens read."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from requests_app.rules.catalogue import as_brought
from requests_app.rules.desk import at_the_desk
from requests_app.rules.reference import read_reference

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
REFERENCE_COLUMNS = {
    "requirements": ("document_name_id",),
    "statuses": ("citizen_label",),
    "reasons": ("sentence", "next_step"),
    "protocol": ("text",),
}
"""Tables of the office whose shipped rows citizens read in their language."""

MessageId = str | tuple[str, ...]


@dataclass(frozen=True)
class Marked:
    """One marked text; a tuple when it has a form for several. `where` is a path inside the project."""

    id: MessageId
    where: str


def marked_texts() -> Iterator[Marked]:
    """Every marked text, once per place where it stands, in a fixed order."""
    for path in sorted((ROOT / "requests_app").rglob("*.py")):
        yield from _in_python(path.read_text(), _place(path))
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".js"}:
            yield from _in_python(_as_python(path.read_text()), _place(path))
    for table, columns in REFERENCE_COLUMNS.items():
        for row in read_reference(table):
            for column in columns:
                if row[column]:
                    yield Marked(row[column], f"requests_app/reference/{table}.csv")
    for row in read_reference("requirements"):
        yield Marked(as_brought(row["document_name_id"]), "requests_app/reference/requirements.csv")
        if row["kind"] == "bring":
            yield Marked(at_the_desk(row["document_name_id"]), "requests_app/reference/requirements.csv")


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _as_python(template: str) -> str:
    """The template's texts as calls; what stands between is blotted out, and must not look like blocks of Python."""
    return "\n".join(line.lstrip() for line in templatize(template).splitlines())


def _in_python(source: str, where: str) -> Iterator[Marked]:
    for _line, function, found, _comments in extract_python(io.BytesIO(source.encode()), list(KEYWORDS), [], {}):
        texts = found if isinstance(found, tuple) else (found,)
        wanted = KEYWORDS[function] or (1,)
        ids = tuple(texts[n - 1] for n in wanted if isinstance(n, int) and n <= len(texts))
        if ids and all(isinstance(text, str) and text for text in ids):
            yield Marked(ids[0] if len(ids) == 1 else ids, where)
