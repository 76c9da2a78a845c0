"""The catalogue of services: what can be asked for, why, which documents that needs, and which questions it asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from requests_app.rules.conditions import Answers, all_members_under_17, cause_lost, condition_holds
from requests_app.rules.dates import age_on
from requests_app.rules.elements import EVER_MARRIED
from requests_app.rules.reference import read_reference
from requests_app.rules.texts import N_

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

    @property
    def slug(self) -> str:
        """Return the name in addresses."""
        return self.value.replace("_", "-")


_SERVICE_LABELS = {
    Service.KTP_EL: N_("KTP-el"),
    Service.KK: N_("Kartu Keluarga"),
    Service.LEGALISIR: N_("Legalisir"),
}


class Reason(StrEnum):
    """Why something is asked for; it decides the requirements. Of legalisir it is the document."""

    BARU = "baru"
    HILANG = "hilang"
    RUSAK = "rusak"
    PERUBAHAN_DATA = "perubahan_data"
    PINDAH_DATANG = "pindah_datang"
    LUAR_DOMISILI = "luar_domisili"
    BARU_KELUARGA = "baru_keluarga"
    BARU_PINDAH_DATANG = "baru_pindah_datang"
    BARU_PISAH_KK = "baru_pisah_kk"
    GANTI_KEPALA_KELUARGA = "ganti_kepala_keluarga"
    TAMBAH_ANGGOTA = "tambah_anggota"
    KURANG_ANGGOTA = "kurang_anggota"
    PERUBAHAN_ELEMEN_DATA = "perubahan_elemen_data"
    KK = "kk"
    AKTA_KELAHIRAN = "akta_kelahiran"
    AKTA_KEMATIAN = "akta_kematian"
    AKTA_PERKAWINAN = "akta_perkawinan"
    AKTA_PERCERAIAN = "akta_perceraian"
    AKTA_LAIN = "akta_lain"

    @property
    def label(self) -> str:
        """Return the name on screens."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.BARU: N_("KTP-el pertama"),
    Reason.HILANG: N_("Hilang"),
    Reason.RUSAK: N_("Rusak"),
    Reason.PERUBAHAN_DATA: N_("Perubahan data"),
    Reason.PINDAH_DATANG: N_("Pindah datang"),
    Reason.LUAR_DOMISILI: N_("Luar domisili"),
    Reason.BARU_KELUARGA: N_("Keluarga baru"),
    Reason.BARU_PINDAH_DATANG: N_("Pindah ke Palembang"),
    Reason.BARU_PISAH_KK: N_("Pisah KK"),
    Reason.GANTI_KEPALA_KELUARGA: N_("Ganti kepala keluarga"),
    Reason.TAMBAH_ANGGOTA: N_("Tambah anggota"),
    Reason.KURANG_ANGGOTA: N_("Anggota berkurang"),
    Reason.PERUBAHAN_ELEMEN_DATA: N_("Perubahan data KK"),
    Reason.KK: N_("Kartu Keluarga"),
    Reason.AKTA_KELAHIRAN: N_("Akta kelahiran"),
    Reason.AKTA_KEMATIAN: N_("Akta kematian"),
    Reason.AKTA_PERKAWINAN: N_("Akta perkawinan"),
    Reason.AKTA_PERCERAIAN: N_("Akta perceraian"),
    Reason.AKTA_LAIN: N_("Akta lain"),
}

REASONS: dict[Service, dict[Reason, str]] = {
    Service.KTP_EL: {
        Reason.BARU: N_("Sudah 17 tahun atau sudah menikah, dan belum pernah punya KTP-el."),
        Reason.HILANG: N_("KTP-el hilang. Siapkan surat kehilangan dari kepolisian."),
        Reason.RUSAK: N_("KTP-el patah, terkelupas, atau tidak terbaca."),
        Reason.PERUBAHAN_DATA: N_("Data di KTP-el berubah, misalnya nama, alamat, atau status perkawinan."),
        Reason.PINDAH_DATANG: N_("Baru pindah ke Palembang dari daerah lain atau dari luar negeri."),
        Reason.LUAR_DOMISILI: N_("Terdaftar di daerah lain, tinggal di Palembang, dan KTP-el hilang atau rusak."),
    },
    Service.KK: {
        Reason.BARU_KELUARGA: N_("Baru menikah atau bercerai, dan perlu KK sendiri."),
        Reason.BARU_PINDAH_DATANG: N_("Keluarga baru pindah dari daerah lain atau dari luar negeri."),
        Reason.BARU_PISAH_KK: N_("Membuat KK sendiri di alamat yang sama. Sudah 17 tahun atau sudah menikah."),
        Reason.GANTI_KEPALA_KELUARGA: N_("Kepala keluarga meninggal. Siapkan akta kematiannya."),
        Reason.TAMBAH_ANGGOTA: N_("Bayi lahir, atau seseorang pindah ke KK ini."),
        Reason.KURANG_ANGGOTA: N_("Seorang anggota meninggal atau pindah."),
        Reason.PERUBAHAN_ELEMEN_DATA: N_("Data di KK salah tulis atau sudah berubah, misalnya pekerjaan."),
        Reason.HILANG: N_("KK hilang. Siapkan surat kehilangan dari kepolisian."),
        Reason.RUSAK: N_("KK robek, luntur, atau tidak terbaca."),
    },
    Service.LEGALISIR: {
        Reason.KK: N_("KK lama, ditandatangani dengan pena dan dicap."),
        Reason.AKTA_KELAHIRAN: N_("Kutipan akta kelahiran lama."),
        Reason.AKTA_KEMATIAN: N_("Kutipan akta kematian lama."),
        Reason.AKTA_PERKAWINAN: N_("Kutipan akta perkawinan dari Dukcapil. Buku nikah dilegalisir di KUA."),
        Reason.AKTA_PERCERAIAN: N_("Kutipan akta perceraian dari Dukcapil."),
        Reason.AKTA_LAIN: N_("Pengakuan atau pengesahan anak, atau perubahan nama."),
    },
}
"""The reasons of each service in the order of its form, each with the one line below its name."""

CHANGES = frozenset({Reason.PERUBAHAN_DATA, Reason.PERUBAHAN_ELEMEN_DATA})
"""The reasons that ask which data change."""

UPLOAD, BRING = "upload", "bring"
KINDS: dict[str, str] = {
    UPLOAD: "Diunggah",
    "in_app_form": "Diisi di aplikasi",
    "question": "Ditanyakan",
    BRING: "Dibawa saat datang",
    "check": "Diperiksa petugas",
    "visit": "Datang langsung",
    "refuse": "Tidak dilayani",
}


def in_a_sentence(service: Service, reason: Reason) -> str:
    """Return a reason as it stands behind its service: ``hilang``, ``pisah KK``, and of KTP-el ``pertama``."""
    words = reason.label.removeprefix(service.label).strip().lower()
    return words.replace("kk", "KK").replace("palembang", "Palembang")


UPDATED_CARD, APPLIED = "KK", "applied"
"""The family card with the new data; and the answer that its change is applied for and not done yet."""


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

    The new family card is asked of nobody who still waits for it: the officer waits too, and sees it in the register.
    Raises UnknownCondition when a row names a condition without a predicate. Give it answers
    without leftovers of questions that are no longer asked: see ``relevant_answers``.
    """
    return [
        requirement
        for requirement in requirements
        if requirement.service == service
        and requirement.reason in (answers.get("reason"), EVERY_REASON)
        and not (requirement.document_code == UPDATED_CARD and answers.get("kk_updated") == APPLIED)
        and condition_holds(requirement.condition_code, answers)
    ]


def relevant_answers(answers: Answers, today: date) -> dict[str, Any]:
    """Return the answers without those to questions that the other answers no longer ask.

    Someone who goes back and changes the reason or the birth date leaves such answers behind.
    ``today`` is the day in Asia/Jakarta.
    """
    return {key: value for key, value in answers.items() if is_asked(key, answers, today)}


def is_asked(key: str, answers: Answers, today: date) -> bool:
    """Say whether the other answers lead to this question. ``today`` is the day in Asia/Jakarta."""
    return key not in _ASKED_WHEN or _ASKED_WHEN[key](answers, today)


def _under_17(answers: Answers, today: date) -> bool:
    birth_date = str(answers.get("birth_date") or "")
    return bool(birth_date) and age_on(date.fromisoformat(birth_date), today) < KTP_AGE


Asked = Callable[[Answers, date], bool]


def _reason_is(*reasons: Reason) -> Asked:
    return lambda answers, today: answers.get("reason") in reasons


def _answered(key: str, *values: str) -> Asked:
    return lambda answers, today: answers.get(key) in values


def _card_lost(answers: Answers, today: date) -> bool:
    outside = answers.get("reason") == Reason.LUAR_DOMISILI and cause_lost(answers)
    return answers.get("reason") == Reason.HILANG or outside


def _member_named(answers: Answers, today: date) -> bool:
    """A family card is about one member: who comes, who goes, or whose data change when it is not the applicant."""
    comes_or_goes = answers.get("reason") in {Reason.TAMBAH_ANGGOTA, Reason.KURANG_ANGGOTA}
    changed = answers.get("reason") == Reason.PERUBAHAN_ELEMEN_DATA
    return comes_or_goes or (changed and answers.get("whose") == "other")


def _waits_for_the_card(answers: Answers, today: date) -> bool:
    return answers.get("reason") == Reason.PERUBAHAN_DATA and answers.get("kk_updated") == APPLIED


_someone_else_applies = _answered("applicant", "family", "outsider")
_new_card = _reason_is(Reason.BARU_KELUARGA, Reason.BARU_PINDAH_DATANG, Reason.BARU_PISAH_KK)
_new_head = _reason_is(Reason.GANTI_KEPALA_KELUARGA)
_new_member = _reason_is(Reason.TAMBAH_ANGGOTA)

_ASKED_WHEN: dict[str, Asked] = {
    "marital_status": _under_17,
    "marriage_in_kk": lambda answers, today: (
        _under_17(answers, today) and answers.get("marital_status") in EVER_MARRIED
    ),
    "recorded_before": _reason_is(Reason.BARU),
    "elements": _reason_is(*CHANGES),
    "kk_updated": _reason_is(Reason.PERUBAHAN_DATA),
    "depends_on": _waits_for_the_card,
    "origin": _reason_is(Reason.PINDAH_DATANG, Reason.BARU_PINDAH_DATANG),
    "cause": _reason_is(Reason.LUAR_DOMISILI),
    "registered_address": _reason_is(Reason.LUAR_DOMISILI),
    "registered_region": _reason_is(Reason.LUAR_DOMISILI),
    "police_number": _card_lost,
    "police_date": _card_lost,
    "police_station": _card_lost,
    "applicant_name": _someone_else_applies,
    "applicant_nik": _someone_else_applies,
    "applicant_relation": _someone_else_applies,
    "formed_by": _reason_is(Reason.BARU_KELUARGA),
    "certificate": _reason_is(Reason.BARU_KELUARGA),
    "house": _reason_is(Reason.BARU_PINDAH_DATANG),
    "split_cause": _reason_is(Reason.BARU_PISAH_KK),
    "all_under_17": _new_head,
    "added_by": _new_member,
    "birth_letter": lambda answers, today: _new_member(answers, today) and answers.get("added_by") == "birth",
    "removed_by": _reason_is(Reason.KURANG_ANGGOTA),
    "members": _new_card,
    "new_head_name": _new_head,
    "new_head_nik": _new_head,
    "guardian_name": lambda answers, today: _new_head(answers, today) and all_members_under_17(answers),
    "guardian_nik": lambda answers, today: _new_head(answers, today) and all_members_under_17(answers),
    "whose": _reason_is(Reason.PERUBAHAN_ELEMEN_DATA),
    "member_name": _member_named,
    "member_nik": _member_named,
    "member_birth_date": _new_member,
    "member_sex": _new_member,
    "member_relation": _new_member,
}
