"""What the desk compares with the papers: the answers of an application, in words."""

from dataclasses import dataclass
from typing import Any

from requests_app.models import Application, Document
from requests_app.rules.elements import ELEMENTS
from requests_app.rules.labels import ANSWER_LABELS, NUMBERS, answer_words, target_label

# How somebody is told is no matter of papers; the kelurahan stands with the address.
LEFT_OUT = frozenset(
    {"reason", "rt", "rw", "kelurahan", "copies", "contact", "phone", "phone_owner", "phone_owner_name", "email"}
)
UNSAID: tuple[object, ...] = (None, "", [], "self")
FIRST = ("name", "nik", "kk_number", "birth_date", "sex", "address")


@dataclass(frozen=True)
class Fact:
    """One line: what was filled in."""

    label: str
    value: str
    digits: bool = False


def facts_of(application: Application) -> list[Fact]:
    """All given answers that papers can show, the person first."""
    answers = application.answers
    keys = [*FIRST, *(key for key in ANSWER_LABELS if key not in FIRST)]
    found = [key for key in keys if answers.get(key) not in UNSAID and key not in LEFT_OUT]
    return [Fact(ANSWER_LABELS[key], _shown(application, key), key in NUMBERS) for key in found]


def pages_of(documents: list[Document]) -> list[dict[str, Any]]:
    """Every page of every photo as one tab; keys are the digits, as on the officer's desk."""
    tabs: list[dict[str, Any]] = []
    for document in documents:
        for number in range(1, document.pages + 1):
            part = f" {number}/{document.pages}" if document.pages > 1 else ""
            key = str(len(tabs) + 1) if len(tabs) < 9 else ""
            label = target_label(document.document_code) + part
            tabs.append(
                {"document": document, "number": number, "label": label, "key": key, "position": str(len(tabs))}
            )
    return tabs


def _shown(application: Application, key: str) -> str:
    answers = application.answers
    if key == "address":
        parts = [answers["address"], *(f"{name.upper()} {answers[name]}" for name in ("rt", "rw") if answers.get(name))]
        return ", ".join([*parts, application.kelurahan.name, application.kelurahan.kecamatan.name])
    if key == "elements":
        return "; ".join(_change(change) for change in answers["elements"])
    # Who applies is told in the words of who collects: a member of the family, or somebody with a letter.
    return answer_words("collector" if key == "applicant" else key, str(answers[key]))


def _change(change: dict[str, str]) -> str:
    name = ELEMENTS.get(change["element"], change["element"])
    return f"{name}: “{change.get('old', '')}” menjadi “{change.get('new', '')}”"
