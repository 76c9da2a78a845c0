"""Filling in a form as a browser without JavaScript does: get a page, send its form, follow where it leads."""

import io
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from requests_app.citizen.apply.visit import DRAFT
from requests_app.models import Application, Draft
from requests_app.rules.catalogue import Service
from tests.factories import new_nik, new_phone
from tests.files.samples import document, encode

CARD, FAMILY, CERTIFIED = Service
BASE = "/ajukan/ktp-el/"
OWNER = {
    "applicant": "self",
    "name": "Siti Contoh",
    "kk_number": "1671041708959901",
    "birth_date_0": "17",
    "birth_date_1": "Agustus",
    "birth_date_2": "1995",
    "sex": "P",
}
ADDRESS = {"kelurahan": "16.71.01.1001", "address": "Lrg. Contoh No. 1", "rt": "3", "rw": "001"}
POLICE = {
    "police_number": "LP/123/XI/2020",
    "police_date_0": "20",
    "police_date_1": "11",
    "police_date_2": "2020",
    "police_station": "Polsek Contoh",
}
REASONS: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "baru": ({}, {}, {"KK"}),
    "hilang": ({}, POLICE, {"SURAT_HILANG", "KK"}),
    "rusak": ({}, {}, {"KTP_RUSAK", "KK"}),
    "perubahan_data": (
        {},
        {
            "elements": ["nama", "status_perkawinan"],
            "old_nama": "Siti Conto",
            "new_nama": "Siti Contoh",
            "old_status_perkawinan": "Belum kawin",
            "new_status_perkawinan": "Kawin tercatat",
        },
        {"KTP_LAMA", "KK", "AKTA_LAHIR", "AKTA_NIKAH"},
    ),
    "pindah_datang": ({}, {}, {"KK", "PASPOR", "SKPLN"}),
    "luar_domisili": (
        {"registered_address": "Jl. Contoh 5", "registered_region": "Kabupaten Contoh"},
        POLICE,
        {"KK", "SURAT_HILANG"},
    ),
}
"""Per reason: more of the address, the details, and the documents that follow."""
WHY = {
    "perubahan_data": {"kk_updated": "yes"},
    "baru": {"recorded_before": "yes"},
    "pindah_datang": {"origin": "abroad"},
    "luar_domisili": {"cause": "hilang"},
}
"""What some reasons ask on the first page."""


MARRIED = {"formed_by": "marriage", "certificate": "yes"}
BABY = {
    "member_name": "Bayi Contoh",
    "member_birth_date_0": "1",
    "member_birth_date_1": "11",
    "member_birth_date_2": "2026",
    "member_sex": "L",
    "member_relation": "Anak",
}
HEAD = {"new_head_name": "Siti Contoh", "new_head_nik": "1671045708959901"}
GUARDIAN = {"guardian_name": "Paman Contoh", "guardian_nik": "1671041708959902"}
MEMBER = {"member_name": "Adik Contoh", "member_nik": "1671041708959903"}
NEW_JOB = {"elements": ["pekerjaan"], "old_pekerjaan": "Pelajar", "new_pekerjaan": "Guru"}


@dataclass(frozen=True)
class Story:
    """What one reason for a family card asks besides: below the reason, and on the page of details; and its photos."""

    why: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    documents: set[str] = field(default_factory=lambda: {"KK_LAMA"})


FAMILIES = {
    "baru_keluarga": Story(MARRIED, {"members": "Budi Contoh\nSiti Contoh"}, {"KK_LAMA", "AKTA_NIKAH"}),
    "baru_pindah_datang": Story(
        {"origin": "indonesia", "house": "others"}, {"members": "Siti Contoh"}, {"SKPWNI", "IZIN_PEMILIK"}
    ),
    "baru_pisah_kk": Story({"split_cause": "other"}, {"members": "Siti Contoh"}, {"KK_LAMA", "KTP"}),
    "ganti_kepala_keluarga": Story({"all_under_17": "yes"}, HEAD | GUARDIAN, {"KK_LAMA", "AKTA_MATI"}),
    "tambah_anggota": Story({"added_by": "birth", "birth_letter": "yes"}, BABY, {"KK_LAMA", "SURAT_LAHIR"}),
    "kurang_anggota": Story({"removed_by": "moved_out"}, MEMBER, {"KK_LAMA", "SKPWNI"}),
    "perubahan_elemen_data": Story({}, {"whose": "self"} | NEW_JOB, {"KK_LAMA", "BUKTI_PERUBAHAN"}),
    "hilang": Story({}, POLICE, {"SURAT_HILANG"}),
    "rusak": Story({}, {}, {"KK_RUSAK"}),
}  # fmt: skip


def small_photo() -> bytes:
    """A readable photo that is checked quickly."""
    return encode(document(900, 720), "jpeg")


PHOTO = small_photo()


def upload(content: bytes = PHOTO, name: str = "foto.jpg") -> SimpleUploadedFile:
    """A file as the browser sends it."""
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def another_photo(seed: int) -> bytes:
    """A photo with other bytes, so that it counts as another file."""
    return PHOTO + bytes([seed])


def base(service: Service) -> str:
    """Where the form of a service begins."""
    return f"/ajukan/{service.slug}/"


def start(client: Client, service: Service = CARD) -> None:
    """Press "Mulai"."""
    assert client.post(base(service)).status_code == 302


def send(
    client: Client, step: str, data: dict[str, Any] | None = None, query: str = "", service: Service = CARD
) -> Any:
    """Send one step, with the hidden fields of its page."""
    draft = client.session.get(DRAFT[service], "")
    return client.post(f"{base(service)}{step}/{query}", {"draft": draft, **(data or {})})


def walk(
    client: Client, reason: str = "hilang", *, upto: str = "periksa", service: Service = CARD, **over: Any
) -> dict[str, Any]:
    """Fill in everything before the step `upto`; what was sent as the person's data comes back."""
    pages = steps_of(reason, service, **over)
    start(client, service)
    for step, data in pages.items():
        if step == upto:
            break
        answer = send(client, step, data, service=service)
        assert answer.status_code == 302, messages_of(answer)
    return pages["keluarga" if service is FAMILY else "pemilik"]


def steps_of(reason: str, service: Service = CARD, **over: Any) -> dict[str, dict[str, Any]]:
    """The steps that a reason asks, and what is filled in on each."""
    person = {**OWNER, "nik": new_nik()}
    person |= {k: v for k, v in over.items() if k in person or k.startswith("applicant")}
    contact = over.get("contact") or {"contact": "whatsapp", "phone": new_phone(), "phone_owner": "self"}
    begun, documents = {CARD: _card, FAMILY: _family, CERTIFIED: _certified}[service](reason, person)
    photos = {"berkas": {"lanjut": "1", **{code: upload() for code in documents}}}
    return {step: data for step, data in begun.items() if data} | photos | {"kabar": contact}


def _card(reason: str, person: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    more_address, details, documents = REASONS[reason]
    pages = {
        "alasan": {"reason": reason, **WHY.get(reason, {})},
        "pemilik": person,
        "alamat": {**ADDRESS, **more_address},
        "keterangan": details,
    }
    return pages, documents


def _family(reason: str, person: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    story = FAMILIES[reason]
    pages = {
        "alasan": {"reason": reason, **story.why},
        "keluarga": {**person, "head_name": "Budi Contoh"},
        "alamat": {**ADDRESS, "collector": "self"},
        "keterangan": story.details,
    }
    return pages, story.documents


def _certified(reason: str, person: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    pages = {
        "kode-qr": {"signature": "wet"},
        "dokumen": {"reason": reason, "copies": "3"},
        "pemilik": person,
        "alamat": {**ADDRESS, "collector": "self"},
    }
    return pages, {"DOK_ASLI", "KTP"}


def submit(client: Client, service: Service = CARD) -> Any:
    """Press "Kirim permohonan"."""
    return send(client, "periksa", {"statement": "on"}, service=service)


def apply(client: Client, reason: str = "hilang", service: Service = CARD, **over: Any) -> Application:
    """The whole way to the receipt."""
    walk(client, reason, service=service, **over)
    draft = client.session[DRAFT[service]]
    answer = submit(client, service)
    assert answer.status_code == 302, messages_of(answer)
    assert client.get(answer["Location"]).status_code == 200
    return Draft.objects.get(pk=draft).application


def messages_of(answer: Any) -> list[str]:
    """The lines of the summary on top."""
    tree = html.fromstring(answer.content)
    return [item.text_content().strip() for item in tree.cssselect(".errors li")]


def field_message(answer: Any, field_id: str) -> str:
    """The message beside a field."""
    found = html.fromstring(answer.content).cssselect(f"#{field_id}_error")
    return found[0].text_content().strip() if found else ""


def value_of(answer: Any, name: str) -> str:
    """What stands in an input or a select of the page."""
    tree = html.fromstring(answer.content)
    for element in tree.cssselect(f'[name="{name}"]'):
        if element.tag == "select":
            return "".join(element.xpath(".//option[@selected]/@value"))
        if element.get("type") in {"radio", "checkbox"}:
            if element.get("checked") is not None:
                return str(element.get("value", "on"))
        else:
            return str(element.get("value", element.text or ""))
    return ""


def number_on(answer: Any) -> str:
    """The application number on a receipt."""
    return re.search(r"PLG-\w{4}-\w{4}-\w", answer.content.decode())[0]  # type: ignore[index]


def text_of(answer: Any) -> str:
    """What a reader sees, without markup."""
    return re.sub(r"\s+", " ", html.fromstring(answer.content).text_content())


def as_file(content: bytes) -> io.BytesIO:
    """Bytes to be read like a file."""
    return io.BytesIO(content)
