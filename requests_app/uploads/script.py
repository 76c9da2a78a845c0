"""What static/documents.js is told and answered: the same checks and lists as the page without it, as JSON."""

import dataclasses
import json
import logging
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.files.limits import CLARITY, DEFAULT_LIMITS
from requests_app.files.refusals import HINTS, MESSAGES
from requests_app.files.store import FileMissing
from requests_app.files.thumbnail import thumbnail
from requests_app.models import Document
from requests_app.operations.documents import document_store
from requests_app.operations.limits import TooMany
from requests_app.picture_response import picture_response
from requests_app.retry import retry_text
from requests_app.uploads.taking import Taken
from requests_app.vault.keyring import SealError
from requests_app.words import Text

log = logging.getLogger(__name__)

JPEG_QUALITY = 0.8
WAITS = (1_000, 4_000, 16_000)
"""Milliseconds before the second, third and fourth try of a file whose connection broke."""
PATIENCE = 60_000
"""Milliseconds without any progress after which a connection counts as broken."""
GONE = _(
    "Halaman ini tidak berlaku lagi: permohonan sudah terkirim, draf dihapus, atau waktunya habis. "
    "Foto ini masih ada di sini. Simpan dulu, lalu buka halaman baru."
)
TOO_MANY = _("Terlalu banyak berkas dari jaringan Anda. Coba lagi %(when)s. Foto ini masih ada di halaman ini.")
WORDS: dict[str, Text] = {
    "preparing": _("Menyiapkan foto."),
    "queued": _("Menunggu giliran."),
    "sending": _("Mengirim: %(percent)s persen."),
    "checking": _("Sudah sampai, sedang diperiksa."),
    "broken": _("Sambungan terputus. Kami mencoba lagi sendiri."),
    "lost": _("Belum terkirim karena sambungan terputus. Foto ini masih ada di halaman ini."),
    "gone": GONE,
    "too_many": _("Terlalu banyak berkas dari jaringan Anda. Tunggu sepuluh menit, lalu tekan Coba lagi."),
    "started": _("%(document)s: mengirim %(file)s."),
    "stored": _("%(document)s: %(file)s tersimpan."),
    "removed": _("%(document)s: berkas dihapus."),
    "cancelled": _("%(document)s: %(file)s tidak jadi dikirim."),
    "not_removed": _("Berkas ini belum terhapus. Periksa sambungan, lalu tekan Hapus sekali lagi."),
    "hold": _("Berkas masih dikirim. Tunggu, halaman berlanjut sendiri."),
}


def by_script(request: HttpRequest) -> bool:
    """Whether the script asks; browsers themselves prefer a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def setup() -> dict[str, str]:
    """Figures and words for the script; all of them are the server's."""
    limits = {
        **dataclasses.asdict(CLARITY),
        "small_below": DEFAULT_LIMITS.min_clear_side,
        "max_side": DEFAULT_LIMITS.max_side,
        "max_bytes": DEFAULT_LIMITS.max_file_bytes,
        "quality": JPEG_QUALITY,
        "waits": WAITS,
        "patience": PATIENCE,
    }
    words = {key: str(text) for key, text in WORDS.items()}
    words |= {key: gettext(text) for key, text in {**HINTS, "too_large": MESSAGES["too_large"]}.items()}
    return {"setup": json.dumps({"limits": limits, "words": words})}


def list_answer(request: HttpRequest, label: str, files: list[dict[str, Any]], taken: Taken) -> JsonResponse:
    """The new list of one document as markup, the id of what was stored, and what was wrong.

    422: refused for good. 503: there was no time to look at it, the script tries again.
    """
    markup = render_to_string("partials/files.html", {"files": files, "label": label}, request)
    stored = str(taken.stored[0].pk) if taken.stored else ""
    status = 503 if taken.busy else 422 if taken.errors else 200
    return JsonResponse({"files": markup, "stored": stored, "errors": taken.errors}, status=status)


def gone_answer() -> JsonResponse:
    """409: this page's draft or question is not there any more; nothing was looked at."""
    return JsonResponse({"errors": [str(GONE)]}, status=409)


def too_many_answer(refusal: TooMany, now: datetime) -> JsonResponse:
    """429 with the moment of the next try; what was stored before stays."""
    seconds = max(1, int((refusal.retry_at - now).total_seconds()) + 1)
    text = TOO_MANY % {"when": retry_text(refusal, now)}
    return JsonResponse({"errors": [text]}, status=429, headers={"Retry-After": str(seconds)})


def small_picture(documents: Iterable[Document], document_id: uuid.UUID) -> HttpResponse:
    """The first page of one of these documents, small. Raises Http404 for any other, and when it cannot be read."""
    document = next((known for known in documents if known.pk == document_id), None)
    if document is None:
        raise Http404
    try:
        return picture_response(thumbnail(document_store().read(document.pk, 0)), "berkas.jpg")
    except (FileMissing, SealError, OSError) as trouble:
        log.error("document %s page 1 cannot be opened: %s", document.pk, type(trouble).__name__)
        raise Http404 from trouble
