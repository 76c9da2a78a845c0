"""The documents step: what the answers ask for, and what has been uploaded of it."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from requests_app.citizen.apply.limits import count_upload
from requests_app.citizen.apply.visit import Visit
from requests_app.models import Document
from requests_app.operations.documents import Owner, remove_unneeded
from requests_app.uploads.taking import Taken, Wanted, take


def wanted(visit: Visit, errors: dict[str, list[str]] | None = None) -> list[Wanted]:
    """The requirements to which the answers lead, as the page lists them."""

    def picture(document: Document) -> str:
        return reverse("apply_thumbnail", args=[visit.service, document.pk])

    return [
        Wanted(
            requirement,
            [document for document in visit.documents if document.document_code == requirement.document_code],
            list((errors or {}).get(requirement.document_code, [])),
            picture,
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
            code: take_counted(visit.request, visit.owner, code, visit.now)
            for code in codes
            if code in visit.request.FILES
        }
    finally:
        visit.__dict__.pop("documents", None)


def take_counted(request: HttpRequest, owner: Owner, code: str, now: datetime) -> Taken:
    """The same for the files of one document. Raises TooMany."""
    files = request.FILES.getlist(code)
    return take(files, owner=owner, code=code, now=now, count=lambda: count_upload(request, now))


def drop_stale(visit: Visit) -> None:
    """Take back uploads for requirements that later answers no longer ask for."""
    if visit.stale_files():
        remove_unneeded(owner=visit.owner, needed=[r.document_code for r in visit.needed_files()])
        visit.__dict__.pop("documents", None)


def missing_messages(visit: Visit) -> dict[str, list[str]]:
    """One message per requirement that has no file yet."""
    return {r.document_code: [gettext("Belum ada foto atau PDF. Unggah dokumen ini.")] for r in visit.missing_files()}
