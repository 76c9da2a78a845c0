"""What a citizen filled in, in the officer's words and order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from requests_app.models import Application
from requests_app.queries.findings import Finding
from requests_app.rules.elements import DRAWN, ELEMENTS
from requests_app.rules.labels import ANSWER_LABELS, ANSWER_WORDS, NUMBERS, answer_words
from requests_app.rules.phone import mask_phone
from requests_app.rules.walk_ins import TOLD_BY

ORDER = (
    "name", "nik", "birth_place", "birth_date", "sex", "kk_number", "head_name", "address", "registered_address",
    "registered_region", "cause", "origin", "house", "recorded_before", "marital_status", "marriage_in_kk",
    "formed_by", "certificate", "split_cause", "members", "all_under_17", "new_head_name", "new_head_nik",
    "guardian_name", "guardian_nik", "added_by", "birth_letter", "removed_by", "whose", "member_name", "member_nik",
    "member_birth_date", "member_sex", "member_relation", "kk_updated", "elements", "copies", "police_number",
    "applicant", "applicant_name", "applicant_nik", "applicant_relation", "collector", "contact",
)  # fmt: skip
LABELS = ANSWER_LABELS | {"name": "Nama", "police_number": "Surat kehilangan"}
USUAL = {"applicant": "self", "collector": "self"}
# What a citizen can be asked to write again; the rest is changed elsewhere (contact) or would be another application.
CORRECTABLE = (
    "name", "nik", "birth_date", "sex", "kk_number", "head_name", "address", "rt", "rw", "kelurahan",
    "registered_address", "registered_region", "elements", "origin", "house", "recorded_before", "formed_by",
    "certificate", "split_cause", "members", "all_under_17", "new_head_name", "new_head_nik", "guardian_name",
    "guardian_nik", "added_by", "birth_letter", "removed_by", "member_name", "member_nik", "member_birth_date",
    "member_sex", "member_relation", "copies", "police_number", "police_date", "police_station", "applicant_name",
    "applicant_nik", "applicant_relation",
)  # fmt: skip
WORDS = {"applicant": ANSWER_WORDS["collector"] | {"self": "Sendiri"}}


@dataclass(frozen=True)
class Row:
    """One line of the data pane: what was filled in, and what to look at."""

    key: str
    label: str
    value: str
    digits: bool
    findings: Sequence[Finding] = field(default_factory=tuple)

    @property
    def tone(self) -> str:
        """The most serious finding colours the line."""
        tones = {finding.tone for finding in self.findings}
        return next((tone for tone in ("bad", "warn") if tone in tones), "")


def data_rows(application: Application, findings: Iterable[Finding]) -> list[Row]:
    """All given answers in a fixed order, each with its findings; the serious ones stay where they belong."""
    by_target: dict[str, list[Finding]] = {}
    for finding in findings:
        by_target.setdefault(finding.target, []).append(finding)
    for part, row in (("phone", "contact"), ("police_date", "police_number")):
        by_target.setdefault(row, []).extend(by_target.pop(part, []))
    rows = []
    for key in ORDER:
        value = "" if application.answers.get(key) == USUAL.get(key, object()) else joined(application, key)
        if value:
            rows.append(Row(key, LABELS[key], value, key in NUMBERS, tuple(by_target.get(key, ()))))
    return rows


def joined(application: Application, key: str) -> str:
    """What belongs together stands in one line: the address with its kelurahan, the police letter with its date."""
    together = {
        "address": ("address", "kelurahan"),
        "police_number": ("police_number", "police_station", "police_date"),
    }
    parts = [shown(application, part) for part in together.get(key, (key,))]
    return ", ".join(part for part in parts if part)


def shown(application: Application, key: str) -> str:
    """One answer as text; nothing when it was not asked."""
    answers = application.answers
    if key == "address":
        parts = [answers.get("address", ""), _rt_rw(answers)]
        return ", ".join(part for part in parts if part)
    if key == "kelurahan":
        return f"{application.kelurahan.name}, {application.kelurahan.kecamatan.name}"
    if key == "contact":
        return _contact(application)
    if key == "members":
        return ", ".join(str(answers.get("members") or "").splitlines())
    if key == "elements":
        return "; ".join(_change(change) for change in answers.get("elements") or [])
    return _simple(key, str(answers.get(key) or ""))


def _simple(key: str, value: str) -> str:
    return WORDS[key].get(value, value) if key in WORDS else answer_words(key, value)


def _rt_rw(answers: dict[str, Any]) -> str:
    return " ".join(f"{name.upper()} {answers[name]}" for name in ("rt", "rw") if answers.get(name))


def _change(change: dict[str, str]) -> str:
    name = ELEMENTS.get(change["element"], change["element"])
    if change["element"] == DRAWN:
        return f"{name}: dibuat lagi saat datang"
    return f"{name}: “{change.get('old', '')}” menjadi “{change.get('new', '')}”"


def _contact(application: Application) -> str:
    """The phone is masked here: it is shown in full on the call page only."""
    if application.contact == "whatsapp":
        owner = f", milik {application.phone_owner}" if application.phone_owner else ""
        return f"WhatsApp {mask_phone(application.phone)}{owner}"
    alone = TOLD_BY.get(application.answers.get("told_by", ""), "Melihat sendiri di halaman lacak")
    return {"email": "Surel", "none": alone}.get(application.contact, application.contact)
