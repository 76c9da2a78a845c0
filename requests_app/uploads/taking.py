"""Taking files: good ones of a request stay and are listed, only faulty ones are asked for again."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import language
from requests_app.files.inspect import UploadRefused, check_upload
from requests_app.files.refusals import HINTS
from requests_app.models import Document
from requests_app.operations.documents import DocumentRefused, Owner, add_document, remove_document
from requests_app.rules.catalogue import Requirement
from requests_app.rules.labels import requirement_label
from requests_app.words import Text

ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf,.heic,.heif"
ADVICE = {
    "KK": _("Foto asli semua bagian Kartu Keluarga, bukan fotokopi."),
    "SURAT_HILANG": _("Foto surat asli dari polisi."),
    "KK_LAMA": _("Foto asli semua bagian Kartu Keluarga, bukan fotokopi."),
    "F_1_07": _("Surat kuasa yang sudah ditandatangani kedua pihak."),
    "F_1_05": _("Formulir F-1.05 yang sudah diisi dan ditandatangani. Formulirnya ada di UPTD."),
    "F_2_03": _("Formulir F-2.03 yang sudah ditandatangani dua saksi. Formulirnya ada di UPTD."),
    "IZIN_PEMILIK": _("Surat pernyataan pemilik rumah bahwa ia tidak keberatan, dengan tanda tangan."),
    "BUKTI_PERUBAHAN": _("Misalnya akta, ijazah, buku nikah, penetapan pengadilan, atau SK kerja."),
    "DOK_ASLI": _("Foto lembar aslinya, sampai tanda tangan dan cap terbaca."),
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
    """One requirement with its uploads and what was wrong with the last ones.

    `picture` gives the address of an upload's small picture.
    """

    requirement: Requirement
    documents: list[Document]
    errors: list[str]
    picture: Callable[[Document], str]

    @property
    def code(self) -> str:
        """Name of the input."""
        return self.requirement.document_code

    @property
    def label(self) -> str:
        """Short name."""
        return gettext(requirement_label(self.requirement))

    @property
    def advice(self) -> Text:
        """How to photograph it."""
        return ADVICE.get(self.code, ANY_ADVICE)

    @property
    def files(self) -> list[dict[str, Any]]:
        """The uploads as the list shows them."""
        return [
            listed(number, document, thumbnail=self.picture(document))
            for number, document in enumerate(self.documents, start=1)
        ]


def take(
    files: Sequence[UploadedFile], *, owner: Owner, code: str, now: datetime, count: Callable[[], None] | None = None
) -> Taken:
    """Check and store the files of one document.

    `count` is called before each, and may raise TooMany; what was stored before that stays.
    """
    taken = Taken()
    for number, file in enumerate(files, start=1):
        if count is not None:
            count()
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
