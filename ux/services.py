"""Visitors who apply for a family card or for certified copies, one before every page of each form."""

import itertools
from datetime import datetime
from typing import Any

_families = itertools.count(5001)

FAMILY_STEPS = ("alasan", "keluarga", "alamat", "keterangan", "berkas", "kabar", "periksa")
CERTIFIED_STEPS = ("kode-qr", "dokumen", "pemilik", "alamat", "berkas", "kabar", "periksa")
PERSON = {"applicant", "name", "nik", "kk_number", "birth_date", "sex", "head_name"}
OF_STEP: dict[str, set[str]] = {
    "kode-qr": {"signature"},
    "dokumen": {"reason", "document", "copies"},
    "alasan": {
        "reason", "formed_by", "certificate", "origin", "house", "split_cause", "all_under_17", "added_by",
        "birth_letter", "removed_by",
    },
    "keluarga": PERSON,
    "pemilik": PERSON,
    "alamat": {"kelurahan", "address", "rt", "rw", "collector"},
    "kabar": {"contact", "phone", "phone_owner", "email"},
}  # fmt: skip
"""What each page asks; everything else belongs to "keterangan"."""
JOB = {"element": "pekerjaan", "old": "Pelajar", "new": "Perawat"}
FAMILIES: dict[str, dict[str, Any]] = {
    "tambah_anggota": {
        "added_by": "birth", "birth_letter": "yes", "member_name": "Bayi Contoh", "member_birth_date": "2026-11-01",
        "member_sex": "L", "member_relation": "Anak",
    },
    "perubahan_elemen_data": {"whose": "self", "elements": [JOB]},
    "ganti_kepala_keluarga": {
        "all_under_17": "yes", "new_head_name": "Siti Contoh", "new_head_nik": "1671045708959901",
        "guardian_name": "Paman Contoh", "guardian_nik": "1671041708959902",
    },
    "baru_keluarga": {"formed_by": "marriage", "certificate": "yes", "members": "Budi Contoh\nSiti Contoh"},
}  # fmt: skip
"""The first one before each of its pages; of the others the page of details."""
CERTIFIED = {"reason": "akta_kelahiran", "document": "akta_kelahiran", "copies": 3, "signature": "wet"}


def at_the_forms(people: Any) -> None:
    """Drafts before each page, and a receipt of each service."""
    for number, (reason, given) in enumerate(FAMILIES.items()):
        answers = {"reason": reason, "head_name": "Budi Contoh", **given}
        for step in FAMILY_STEPS if number == 0 else ("keterangan", "periksa"):
            draft = _draft(people.now, "kk", answers, FAMILY_STEPS, step)
            people.visit(f"kk_{reason}_{step}", draft_kk=str(draft.pk))
    for step in CERTIFIED_STEPS:
        draft = _draft(people.now, "legalisir", CERTIFIED, CERTIFIED_STEPS, step)
        people.visit(f"legalisir_{step}", draft_legalisir=str(draft.pk))
    changed = {"reason": "perubahan_elemen_data", "head_name": "Budi Contoh", **FAMILIES["perubahan_elemen_data"]}
    _sent(people, "kk", changed, FAMILY_STEPS)
    _sent(people, "legalisir", CERTIFIED, CERTIFIED_STEPS)


def _sent(people: Any, service: str, answers: dict[str, Any], steps: tuple[str, ...]) -> None:
    from requests_app.operations.submission import submit_draft

    draft = _draft(people.now, service, answers, steps, "sent")
    people.applications[f"sent_{service}"] = submit_draft(draft_id=draft.pk, now=people.now).application
    people.visit(f"sent_{service}", **{f"draft_{service}": str(draft.pk)})


def _draft(now: datetime, service: str, given: dict[str, Any], steps: tuple[str, ...], before: str) -> Any:
    """A draft that is complete up to the page `before`, with the photos that it needs until there."""
    from requests_app.models import Draft
    from requests_app.queries.apply import requirements_for
    from requests_app.rules.catalogue import Service
    from tests.factories import make_draft
    from ux.people import store_picture

    draft = make_draft(now, service, kk_number=f"167104170895{next(_families)}", **given)
    done = set(steps[: steps.index(before)]) if before in steps else set(steps)
    answers = {key: value for key, value in draft.answers.items() if _step_of(key, steps) in done}
    Draft.objects.filter(pk=draft.pk).update(answers=answers)
    for requirement in requirements_for(answers, Service(service)) if "berkas" in done else ():
        if requirement.needs_file:
            store_picture(requirement.document_code, now, draft=draft)
    return draft


def _step_of(answer: str, steps: tuple[str, ...]) -> str:
    return next((step for step in steps if answer in OF_STEP.get(step, ())), "keterangan")
