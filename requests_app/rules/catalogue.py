"""The catalogue of services: what can be asked for, why, and which documents that needs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from requests_app.rules.dates import age_on
from requests_app.rules.reference import read_reference
from requests_app.rules.texts import N_

Answers = Mapping[str, Any]
"""The flat answers of one application, keys as the citizen's form uses them."""

EVERY_REASON = "*"
KTP_AGE = 17


class Service(StrEnum):
    """What is asked for."""

    KTP_EL = "ktp_el"
    KK = "kk"
    LEGALISIR = "legalisir"

    @property
    def label(self) -> str:
        """Return the name on screens."""
        return _SERVICE_LABELS[self]


_SERVICE_LABELS = {
    Service.KTP_EL: N_("KTP-el"),
    Service.KK: N_("Kartu Keluarga"),
    Service.LEGALISIR: N_("Legalisir"),
}


class Reason(StrEnum):
    """Why a KTP-el is asked for; it decides the requirements."""

    BARU = "baru"
    HILANG = "hilang"
    RUSAK = "rusak"
    PERUBAHAN_DATA = "perubahan_data"
    PINDAH_DATANG = "pindah_datang"
    LUAR_DOMISILI = "luar_domisili"

    @property
    def label(self) -> str:
        """Return the name on screens."""
        return _REASON_TEXTS[self][0]

    @property
    def description(self) -> str:
        """Return the one line under the name on the choice page."""
        return _REASON_TEXTS[self][1]


_REASON_TEXTS = {
    Reason.BARU: (N_("KTP-el pertama"), N_("Sudah 17 tahun atau sudah menikah, dan belum pernah punya KTP-el.")),
    Reason.HILANG: (N_("Hilang"), N_("KTP-el hilang. Siapkan surat kehilangan dari kepolisian.")),
    Reason.RUSAK: (N_("Rusak"), N_("KTP-el patah, terkelupas, atau tidak terbaca.")),
    Reason.PERUBAHAN_DATA: (
        N_("Perubahan data"),
        N_("Data di KTP-el berubah, misalnya nama atau alamat, dan Kartu Keluarga sudah diperbarui."),
    ),
    Reason.PINDAH_DATANG: (
        N_("Pindah datang"),
        N_("Baru pindah ke Palembang dari daerah lain atau dari luar negeri."),
    ),
    Reason.LUAR_DOMISILI: (
        N_("Luar domisili"),
        N_("Terdaftar di daerah lain, tinggal di Palembang, dan KTP-el hilang atau rusak."),
    ),
}

ELEMENTS: dict[str, str] = {
    "nama": N_("Nama"),
    "tempat_lahir": N_("Tempat lahir"),
    "tanggal_lahir": N_("Tanggal lahir"),
    "jenis_kelamin": N_("Jenis kelamin"),
    "golongan_darah": N_("Golongan darah"),
    "alamat": N_("Alamat"),
    "agama": N_("Agama"),
    "status_perkawinan": N_("Status perkawinan"),
    "pekerjaan": N_("Pekerjaan"),
    "kewarganegaraan": N_("Kewarganegaraan"),
}
"""The elements printed on a KTP-el that form F-1.06 can change; the NIK never changes."""

MARITAL_STATUSES: dict[str, str] = {
    "belum_kawin": N_("Belum kawin"),
    "kawin_tercatat": N_("Kawin tercatat"),
    "kawin_belum_tercatat": N_("Kawin belum tercatat"),
    "cerai_hidup_tercatat": N_("Cerai hidup tercatat"),
    "cerai_hidup_belum_tercatat": N_("Cerai hidup belum tercatat"),
    "cerai_mati": N_("Cerai mati"),
}
EVER_MARRIED = frozenset(MARITAL_STATUSES) - {"belum_kawin"}

UPLOAD = "upload"
KINDS: dict[str, str] = {
    UPLOAD: "Diunggah",
    "in_app_form": "Diisi di aplikasi",
    "question": "Ditanyakan",
    "bring": "Dibawa saat datang",
    "check": "Diperiksa petugas",
    "visit": "Datang langsung",
    "refuse": "Tidak dilayani",
}


@dataclass(frozen=True)
class Requirement:
    """One row of the national list: what a service and reason ask for, and when.

    ``reason`` may be ``*`` (every reason of the service). ``mandatory`` is yes, no or
    conditional; conditional rows count when the predicate named by ``condition_code`` holds.
    """

    service: str
    reason: str
    document_code: str
    name: str
    kind: str
    mandatory: str
    condition_code: str
    legal_source: str

    @property
    def needs_file(self) -> bool:
        """Say whether the citizen uploads something for it."""
        return self.kind == UPLOAD


def as_brought(name: str) -> str:
    """A document's name at the office: the list speaks of photos and of our form, there it is the paper itself."""
    paper = name.removeprefix("Foto/scan asli ").removeprefix("Foto ").replace("(diisi di aplikasi)", "(diisi di UPTD)")
    return paper[0].upper() + paper[1:]


class UnknownCondition(LookupError):
    """A requirement names a condition for which no predicate exists."""


def load_requirements() -> list[Requirement]:
    """Return all rows of the shipped list (the first content of the office's own table)."""
    return [
        Requirement(
            service=row["service"],
            reason=row["reason"],
            document_code=row["document_code"],
            name=row["document_name_id"],
            kind=row["kind"],
            mandatory=row["mandatory"],
            condition_code=row["condition_code"],
            legal_source=row["legal_source"],
        )
        for row in read_reference("requirements")
    ]


def applicable(
    requirements: Iterable[Requirement], answers: Answers, *, service: str = Service.KTP_EL
) -> list[Requirement]:
    """Return the requirements that these answers lead to, in the order given.

    Raises UnknownCondition when a row names a condition without a predicate. Give it answers
    without leftovers of questions that are no longer asked: see ``relevant_answers``.
    """
    return [
        requirement
        for requirement in requirements
        if requirement.service == service
        and requirement.reason in (answers.get("reason"), EVERY_REASON)
        and condition_holds(requirement.condition_code, answers)
    ]


def condition_holds(condition_code: str, answers: Answers) -> bool:
    """Ask one predicate; no condition always holds. Raises UnknownCondition."""
    if not condition_code:
        return True
    if condition_code not in PREDICATES:
        raise UnknownCondition(condition_code)
    return PREDICATES[condition_code](answers)


def relevant_answers(answers: Answers, today: date) -> dict[str, Any]:
    """Return the answers without those to questions that the other answers no longer ask.

    Someone who goes back and changes the reason or the birth date leaves such answers behind.
    ``today`` is the day in Asia/Jakarta.
    """
    return {key: value for key, value in answers.items() if is_asked(key, answers, today)}


def is_asked(key: str, answers: Answers, today: date) -> bool:
    """Say whether the other answers lead to this question. ``today`` is the day in Asia/Jakarta."""
    return key not in _ASKED_WHEN or _ASKED_WHEN[key](answers, today)


def under_17_marriage_not_in_kk(answers: Answers) -> bool:
    """Under 17, married or once married, and the family card does not show it yet."""
    return answers.get("marital_status") in EVER_MARRIED and answers.get("marriage_in_kk") == "no"


def never_recorded(answers: Answers) -> bool:
    """Never recorded; whoever does not know is looked up by the officer first."""
    return answers.get("recorded_before") == "no"


def moved_within_indonesia(answers: Answers) -> bool:
    """Arrived from another region of Indonesia."""
    return answers.get("origin") == "indonesia"


def from_abroad(answers: Answers) -> bool:
    """Arrived from another country."""
    return answers.get("origin") == "abroad"


def cause_lost(answers: Answers) -> bool:
    """Outside the registered domicile: the card is lost."""
    return answers.get("cause") == Reason.HILANG


def cause_damaged(answers: Answers) -> bool:
    """Outside the registered domicile: the card is damaged."""
    return answers.get("cause") == Reason.RUSAK


def filed_by_outsider(answers: Answers) -> bool:
    """Someone from outside the family card applies."""
    return answers.get("applicant") == "outsider"


def collected_by_outsider(answers: Answers) -> bool:
    """Someone from outside the family card collects the result."""
    return answers.get("collector") == "outsider"


def element_name_or_birth(answers: Answers) -> bool:
    """Name, birth place or birth date changes."""
    return _proof_needed("element_name_or_birth", answers)


def element_marital_married(answers: Answers) -> bool:
    """Marital status becomes a recorded marriage."""
    return _proof_needed("element_marital_married", answers)


def element_marital_divorced(answers: Answers) -> bool:
    """Marital status becomes a recorded divorce."""
    return _proof_needed("element_marital_divorced", answers)


def element_marital_widowed(answers: Answers) -> bool:
    """Marital status becomes widowed."""
    return _proof_needed("element_marital_widowed", answers)


def element_religion(answers: Answers) -> bool:
    """Religion changes."""
    return _proof_needed("element_religion", answers)


def element_occupation(answers: Answers) -> bool:
    """Occupation changes."""
    return _proof_needed("element_occupation", answers)


def element_without_own_proof(answers: Answers) -> bool:
    """Some element changes for which the list names no proof of its own.

    An unrecorded marriage or divorce belongs here: there is no certificate to ask for.
    """
    return _proof_needed("element_without_own_proof", answers)


PREDICATES: dict[str, Callable[[Answers], bool]] = {
    predicate.__name__: predicate
    for predicate in (
        under_17_marriage_not_in_kk,
        never_recorded,
        moved_within_indonesia,
        from_abroad,
        cause_lost,
        cause_damaged,
        filed_by_outsider,
        collected_by_outsider,
        element_name_or_birth,
        element_marital_married,
        element_marital_divorced,
        element_marital_widowed,
        element_religion,
        element_occupation,
        element_without_own_proof,
    )
}

_ELEMENT_PROOFS = {
    "nama": "element_name_or_birth",
    "tempat_lahir": "element_name_or_birth",
    "tanggal_lahir": "element_name_or_birth",
    "agama": "element_religion",
    "pekerjaan": "element_occupation",
}
_MARITAL_PROOFS = {
    "kawin": "element_marital_married",
    "kawin_tercatat": "element_marital_married",
    "cerai_hidup": "element_marital_divorced",
    "cerai_hidup_tercatat": "element_marital_divorced",
    "cerai_mati": "element_marital_widowed",
}
_NO_OWN_PROOF = "element_without_own_proof"


def _proof_needed(condition_code: str, answers: Answers) -> bool:
    return any(_proof_of(change) == condition_code for change in answers.get("elements") or ())


def _proof_of(change: Mapping[str, str]) -> str:
    """Name the one condition under which this change's proof is listed."""
    if change["element"] == "status_perkawinan":
        return _MARITAL_PROOFS.get("_".join(change["new"].lower().split()), _NO_OWN_PROOF)
    return _ELEMENT_PROOFS.get(change["element"], _NO_OWN_PROOF)


def _under_17(answers: Answers, today: date) -> bool:
    birth_date = str(answers.get("birth_date") or "")
    return bool(birth_date) and age_on(date.fromisoformat(birth_date), today) < KTP_AGE


def _reason_is(reason: Reason) -> Callable[[Answers, date], bool]:
    return lambda answers, today: answers.get("reason") == reason


def _card_lost(answers: Answers, today: date) -> bool:
    outside = answers.get("reason") == Reason.LUAR_DOMISILI and cause_lost(answers)
    return answers.get("reason") == Reason.HILANG or outside


def _someone_else_applies(answers: Answers, today: date) -> bool:
    return answers.get("applicant") in {"family", "outsider"}


_ASKED_WHEN: dict[str, Callable[[Answers, date], bool]] = {
    "marital_status": _under_17,
    "marriage_in_kk": lambda answers, today: (
        _under_17(answers, today) and answers.get("marital_status") in EVER_MARRIED
    ),
    "recorded_before": _reason_is(Reason.BARU),
    "elements": _reason_is(Reason.PERUBAHAN_DATA),
    "origin": _reason_is(Reason.PINDAH_DATANG),
    "cause": _reason_is(Reason.LUAR_DOMISILI),
    "registered_address": _reason_is(Reason.LUAR_DOMISILI),
    "registered_region": _reason_is(Reason.LUAR_DOMISILI),
    "police_number": _card_lost,
    "police_date": _card_lost,
    "police_station": _card_lost,
    "applicant_name": _someone_else_applies,
    "applicant_nik": _someone_else_applies,
    "applicant_relation": _someone_else_applies,
}
