"""The answers in words, for the check page; each row leads back to the step where it was given."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import language
from requests_app.citizen.apply.steps import Step, asked_steps
from requests_app.citizen.apply.visit import Visit
from requests_app.queries.apply import kelurahan_label
from requests_app.questions.contact import CONTACTS
from requests_app.questions.nik_line import NikLine
from requests_app.questions.person import PersonForm
from requests_app.rules.elements import DRAWN, ELEMENTS, VALUES
from requests_app.rules.labels import ANSWER_LABELS, ANSWER_WORDS, DATES, answer_words, requirement_label
from requests_app.rules.reading import read_aloud
from requests_app.words import Text

RETURN = "?kembali=periksa"
# How the form itself words its choices; the rest is worded for everybody (rules/labels.py).
WORDS: dict[str, dict[str, Text]] = {
    "contact": {value: label for value, (label, _hint) in CONTACTS.items()},
    "phone_owner": {"self": _("Saya"), "other": _("Orang lain")},
}


@dataclass(frozen=True)
class Row:
    """One line of the check page."""

    label: Text
    value: Text
    edit: str = ""


@dataclass(frozen=True)
class Part:
    """The lines of one step under a heading."""

    title: Text
    rows: list[Row]


def check_parts(visit: Visit) -> list[Part]:
    """Every answer and every document, by step."""
    return [Part(step.short, list(_rows(step, visit))) for step in asked_steps(visit) if not step.is_check]


def _rows(step: Step, visit: Visit) -> Iterator[Row]:
    edit = step.address + RETURN
    if step.form is None:
        yield from _document_rows(visit, edit)
        return
    form = visit.form(step.form)
    for key in form.fields:
        value = visit.answers.get(key)
        if value in (None, "", []):
            continue
        if key == "elements":
            yield from (_change_row(change, edit) for change in value)
        elif key == "applicant" and isinstance(form, PersonForm):
            yield Row(gettext(ANSWER_LABELS[key]), form.applicants[value][0], edit)
        else:
            label = form.fields[key].label if key == "reason" else gettext(ANSWER_LABELS.get(key, key))
            yield Row(label or key, in_words(key, value), edit)
        if key == "nik":
            yield _nik_row(visit)


def _nik_row(visit: Visit) -> Row:
    """What the number says, also for whoever has no script; a difference is nothing to be refused."""
    answers = visit.answers
    birth, sex = date.fromisoformat(answers["birth_date"]), answers["sex"]
    line = NikLine(read_aloud(answers["nik"], today=visit.today, birth_date=birth, sex=sex), visit.today)
    return Row(_("Dibaca dari NIK"), line.checked)


def in_words(key: str, value: Any) -> Text:
    """One answer as people read it."""
    if key in WORDS:
        return WORDS[key].get(value, value)
    if key == "kelurahan":
        return kelurahan_label(value)
    if key == "phone":
        return f"{value[:3]} {value[3:6]} {value[6:10]} {value[10:]}".strip() if value.startswith("+62") else value
    if key in DATES:
        return language.day(date.fromisoformat(value))
    if key == "members":
        return ", ".join(value.splitlines())
    words = answer_words(key, str(value))
    return gettext(words) if key in ANSWER_WORDS or key == "member_relation" else words


def _change_row(change: dict[str, str], edit: str) -> Row:
    element = change["element"]
    if element == DRAWN:
        return Row(gettext(ELEMENTS[element]), gettext("Dibuat lagi saat Anda datang"), edit)
    words = {name: gettext(change[name]) if element in VALUES else change[name] for name in ("old", "new")}
    return Row(gettext(ELEMENTS.get(element, element)), gettext("%(old)s menjadi %(new)s") % words, edit)


def _document_rows(visit: Visit, edit: str) -> Iterator[Row]:
    for requirement in visit.needed_files():
        own = [document for document in visit.documents if document.document_code == requirement.document_code]
        pages = sum(document.pages for document in own)
        value = gettext("%(files)s berkas, %(pages)s halaman") % {"files": len(own), "pages": pages}
        value = value if own else gettext("Tidak dilampirkan")
        yield Row(gettext(requirement_label(requirement)), value, edit)
