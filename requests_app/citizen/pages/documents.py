"""The office's list of documents in plain words: what is asked for, and under which condition."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.citizen.pages.guide import Way
from requests_app.language import reference
from requests_app.models import Requirement
from requests_app.rules.catalogue import BRING, UPLOAD
from requests_app.rules.conditions import condition_holds
from requests_app.words import Text

CONDITIONS: dict[str, Text] = {
    "under_17_marriage_not_in_kk": _("bila belum 17 tahun dan pernikahan belum tercatat di KK"),
    "never_recorded": _("bila belum pernah direkam"),
    "moved_within_indonesia": _("bila pindah dari daerah lain di Indonesia"),
    "from_abroad": _("bila datang dari luar negeri"),
    "cause_lost": _("bila hilang"),
    "cause_damaged": _("bila rusak"),
    "filed_by_outsider": _("bila yang mengajukan bukan anggota KK Anda"),
    "collected_by_outsider": _("bila yang mengambil bukan anggota KK Anda"),
    "element_name_or_birth": _("bila nama, tempat lahir, atau tanggal lahir berubah"),
    "element_marital_married": _("bila status menjadi kawin"),
    "element_marital_divorced": _("bila status menjadi cerai hidup"),
    "element_marital_widowed": _("bila pasangan meninggal"),
    "element_religion": _("bila agama berubah"),
    "element_occupation": _("bila pekerjaan berubah"),
    "element_without_own_proof": _("bila data lain berubah"),
    "formed_by_marriage_with_certificate": _("bila baru menikah dan punya buku nikah atau akta"),
    "formed_by_divorce_with_certificate": _("bila bercerai dan punya akta perceraian"),
    "certificate_not_available": _("bila tidak punya buku nikah atau akta"),
    "lives_in_others_house": _("bila menumpang, menyewa, atau kos"),
    "split_by_marriage_or_divorce": _("bila berpisah KK karena menikah atau bercerai"),
    "all_members_under_17": _("bila semua anggota KK di bawah 17 tahun"),
    "member_born_with_letter": _("bila bayi lahir dan suratnya ada"),
    "member_born_without_letter": _("bila bayi lahir tanpa surat kelahiran"),
    "member_moved_in": _("bila anggota datang dari alamat lain"),
    "member_without_nik": _("bila anggota belum punya NIK"),
    "member_died": _("bila anggota meninggal"),
    "member_moved_out": _("bila anggota pindah"),
    "nik_not_matching": _("hanya bila NIK di formulir tidak cocok"),
}
# Under which key of the answers a condition is settled. Others stay open, and are told in words.
SETTLED_BY = {
    "never_recorded": "recorded_before",
    "moved_within_indonesia": "origin",
    "from_abroad": "origin",
    "cause_lost": "cause",
    "cause_damaged": "cause",
    **{code: "elements" for code in CONDITIONS if code.startswith("element_")},
}


@dataclass(frozen=True)
class Item:
    """One document, and the condition under which it is needed; none: always."""

    name: str
    condition: str


@dataclass(frozen=True)
class Checklist:
    """What a way asks for: photographed now, brought along, and the sources in law."""

    photos: Sequence[Item]
    bring: Sequence[Item]
    sources: Sequence[str]


def checklist(way: Way, rows: Sequence[Requirement]) -> Checklist:
    """The rows that can apply to this way; what the answers rule out is left out, what they settle needs no `bila`."""
    listed = [row for row in rows if not _ruled_out(row, way)]
    return Checklist(
        [_item(row, way) for row in listed if row.kind == UPLOAD],
        [_item(row, way) for row in listed if row.kind == BRING],
        sorted({source.strip() for row in listed for source in row.legal_source.split(";")}),
    )


def _item(row: Requirement, way: Way) -> Item:
    settled = not row.condition_code or SETTLED_BY.get(row.condition_code) in way.answers
    condition = CONDITIONS.get(row.condition_code) or gettext("bila sesuai keadaan Anda")
    return Item(reference(row.name), "" if settled else str(condition))


def _ruled_out(row: Requirement, way: Way) -> bool:
    settled = SETTLED_BY.get(row.condition_code) in way.answers
    return settled and not condition_holds(row.condition_code, way.answers)
