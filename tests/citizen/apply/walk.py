"""Filling in the form as a browser without JavaScript does: get a page, send its form, follow where it leads."""

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from requests_app.models import Application, Draft
from tests.factories import new_nik, new_phone
from tests.files.samples import document, encode

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
    "baru": {"recorded_before": "yes"},
    "pindah_datang": {"origin": "abroad"},
    "luar_domisili": {"cause": "hilang"},
}
"""What some reasons ask on the first page."""


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


def start(client: Client) -> None:
    """Press "Mulai"."""
    assert client.post(BASE).status_code == 302


def send(client: Client, step: str, data: dict[str, Any] | None = None, query: str = "") -> Any:
    """Send one step, with the hidden fields of its page."""
    return client.post(f"{BASE}{step}/{query}", {"draft": client.session.get("draft", ""), **(data or {})})


def walk(client: Client, reason: str = "hilang", *, upto: str = "periksa", **over: Any) -> dict[str, Any]:
    """Fill in everything before the step `upto`; what was sent as the owner's data comes back."""
    pages = steps_of(reason, **over)
    start(client)
    for step, data in pages.items():
        if step == upto:
            break
        answer = send(client, step, data)
        assert answer.status_code == 302, messages_of(answer)
    return pages["pemilik"]


def steps_of(reason: str, **over: Any) -> dict[str, dict[str, Any]]:
    """The steps that a reason asks, and what is filled in on each."""
    more_address, details, documents = REASONS[reason]
    return {
        "alasan": {"reason": reason, **WHY.get(reason, {})},
        "pemilik": {**OWNER, "nik": new_nik(), **{k: v for k, v in over.items() if k in OWNER or k == "nik"}},
        "alamat": {**ADDRESS, **more_address},
        **({"keterangan": details} if details else {}),
        "berkas": {"lanjut": "1", **{code: upload() for code in documents}},
        "kabar": over.get("contact") or {"contact": "whatsapp", "phone": new_phone(), "phone_owner": "self"},
    }


def submit(client: Client) -> Any:
    """Press "Kirim permohonan"."""
    return send(client, "periksa", {"statement": "on"})


def apply(client: Client, reason: str = "hilang", **over: Any) -> Application:
    """The whole way to the receipt."""
    walk(client, reason, **over)
    draft = client.session["draft"]
    answer = submit(client)
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
