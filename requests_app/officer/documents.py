"""Pages of documents as pictures: the only way by which they leave the building's disk towards staff."""

import logging
import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from requests_app.files.store import FileMissing
from requests_app.models import Document
from requests_app.officer.pages import render_officer
from requests_app.operations.access import log_access
from requests_app.operations.documents import document_store
from requests_app.picture_response import picture_response
from requests_app.queries.officer import reach_of
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest
from requests_app.vault.keyring import SealError

log = logging.getLogger(__name__)


@require_safe
@staff_page("see_document")
def see_document(request: StaffRequest, document_id: uuid.UUID, page: int) -> HttpResponse:
    """One page (from 1) as JPEG, for officers of the application's zone and service; leaves an access row.

    A page that is missing or was altered on disk is a 500 page and an alert in the log; the log names the file's id.
    """
    document = _document_or_404(request, document_id, page)
    log_access(
        officer=request.user, action="document", now=request.now, application_id=document.application_id,
        document_id=document.pk,
    )  # fmt: skip
    try:
        picture = document_store().read(document.pk, page - 1)
    except (FileMissing, SealError, OSError) as trouble:
        log.error("document %s page %s cannot be opened: %s", document.pk, page, type(trouble).__name__)
        return render_officer(request, "officer/document_unreadable.html", {"document": document}, status=500)
    return picture_response(picture, f"berkas-{page}.jpg")


def _document_or_404(request: StaffRequest, document_id: uuid.UUID, page: int) -> Document:
    visible = reach_of(request.user).condition_on("application__")
    document = Document.objects.filter(visible, pk=document_id, application__isnull=False).first()
    if document is None or not 1 <= page <= document.pages:
        raise Http404
    return document
