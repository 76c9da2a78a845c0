"""The documents step: good files of a request stay and are listed, only faulty ones are asked for again."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import language
from requests_app.citizen.apply.limits import count_upload
from requests_app.citizen.apply.visit import Visit
from requests_app.files.inspect import UploadRefused, check_upload
from requests_app.files.refusals import HINTS
from requests_app.models import Document
from requests_app.operations.documents import DocumentRefused, Owner, add_document, remove_document, remove_unneeded
from requests_app.rules.catalogue import Requirement
from requests_app.rules.labels import target_label
from requests_app.words import Text

ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf,.heic,.heif"
ADVICE = {
    "KK": _("Foto asli semua bagian Kartu Keluarga, bukan fotokopi."),
    "SURAT_HILANG": _("Foto surat asli dari polisi."),
    "F_1_07": _("Surat kuasa yang sudah ditandatangani pemilik kartu dan Anda."),
}
ANY_ADVICE = _("Foto dokumen asli, bukan fotokopi.")


@dataclass
class Taken:
    """What became of the files that one request sent for one document."""

    stored: list[Document] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    busy: bool = False
    """Nothing is wrong with a file, there was no time to look at it: worth trying again."""


@dataclass
class Wanted:
    """One requirement with its uploads and what was wrong with the last ones."""

    requirement: Requirement
    documents: list[Document]
    errors: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Name of the input."""
        return self.requirement.document_code

    @property
    def label(self) -> str:
        """Short name."""
        return gettext(target_label(self.code))

    @property
    def advice(self) -> Text:
        """How to photograph it."""
        return ADVICE.get(self.code, ANY_ADVICE)

    @property
    def files(self) -> list[dict[str, Any]]:
        """The uploads as the list shows them."""
        return [
            listed(number, document, thumbnail=reverse("apply_ktp_el_thumbnail", args=[document.pk]))
            for number, document in enumerate(self.documents, start=1)
        ]


def wanted(visit: Visit, errors: dict[str, list[str]] | None = None) -> list[Wanted]:
    """The requirements to which the answers lead, as the page lists them."""
    return [
        Wanted(
            requirement,
            [document for document in visit.documents if document.document_code == requirement.document_code],
            list((errors or {}).get(requirement.document_code, [])),
        )
        for requirement in visit.needed_files()
    ]


def take_files(visit: Visit) -> dict[str, Taken]:
    """Check and store each file of this request, by requirement; those without files are left out.

    Raises TooMany; what was stored before that stays.
    """
    codes = [requirement.document_code for requirement in visit.needed_files()]
    try:
        return {
            code: take(visit.request, visit.owner, code, visit.now) for code in codes if code in visit.request.FILES
        }
    finally:
        visit.__dict__.pop("documents", None)


def take(request: HttpRequest, owner: Owner, code: str, now: datetime) -> Taken:
    """The same for the files of one document. Raises TooMany."""
    taken, files = Taken(), request.FILES.getlist(code)
    for number, file in enumerate(files, start=1):
        count_upload(request, now)
        try:
            taken.stored.append(_store(owner, code, file, now))
        except (UploadRefused, DocumentRefused) as refusal:
            which = gettext("Berkas ke-%(number)s: ") % {"number": number} if len(files) > 1 else ""
            taken.errors.append(which + gettext(refusal.message))
            taken.busy = taken.busy or refusal.code == "busy"
    return taken


def _store(owner: Owner, code: str, file: UploadedFile, now: datetime) -> Document:
    upload = check_upload(file, workdir=settings.DOCUMENTS_ROOT / "slots")
    return add_document(owner=owner, document_code=code, upload=upload, original_bytes=file.size or 0, now=now)


def take_back(owner: Owner, document_id: str) -> None:
    """Remove one upload of this owner; anything else changes nothing."""
    try:
        remove_document(owner=owner, document_id=uuid.UUID(document_id))
    except ValueError:
        return


def drop_stale(visit: Visit) -> None:
    """Take back uploads for requirements that later answers no longer ask for."""
    if visit.stale_files():
        remove_unneeded(owner=visit.owner, needed=[r.document_code for r in visit.needed_files()])
        visit.__dict__.pop("documents", None)


def missing_messages(visit: Visit) -> dict[str, list[str]]:
    """One message per requirement that has no file yet."""
    return {r.document_code: [gettext("Belum ada foto atau PDF. Unggah dokumen ini.")] for r in visit.missing_files()}


def listed(number: int, document: Document, *, thumbnail: str) -> dict[str, Any]:
    """One upload as the list of files shows it; `thumbnail` is the address of its small picture."""
    is_pdf = document.original_kind == "pdf"
    kind = gettext("PDF") if is_pdf else gettext("Foto")
    size = document.original_bytes / 1024
    weight = f"{language.decimal(size / 1024)} MB" if size >= 1024 else f"{max(1, round(size))} KB"
    pages = gettext(", %(count)s halaman") % {"count": document.pages} if is_pdf else ""
    return {
        "name": f"{kind} {number}",
        "detail": f"{weight}{pages}",
        "hints": [gettext(HINTS[hint]) for hint in document.hints if hint in HINTS],
        "thumbnail": thumbnail,
        "remove_name": "hapus",
        "remove_value": document.pk,
    }
