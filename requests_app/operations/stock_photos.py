"""Photos that prove something: the centre's letter, a spoiled card, a mandate. Checked and sealed as documents are."""

import uuid
from datetime import datetime

from django.conf import settings

from requests_app.files.inspect import CheckedUpload, ReadableBytes, check_upload
from requests_app.models import Officer, StockPhoto
from requests_app.operations.documents import document_store

LETTER, SPOILED, MANDATE = "letter", "spoiled", "mandate"


def check_photo(file: ReadableBytes) -> CheckedUpload:
    """Open and re-encode a photo or PDF, which takes seconds: before any row is locked. Raises UploadRefused."""
    return check_upload(file, workdir=settings.DOCUMENTS_ROOT / "slots")


def keep_photo(
    upload: CheckedUpload, *, kind: str, officer: Officer, now: datetime, photo_id: uuid.UUID | None = None
) -> StockPhoto:
    """Store a checked photo in the caller's transaction, files first, so that no row is without them.

    When the transaction fails, the files are left without a row and `remove_orphan_files` finds them. `photo_id`: one
    that is made from a form's own key, where the same form sent twice must not count twice.
    """
    store, photo_id = document_store(), photo_id or uuid.uuid4()
    for number, page in enumerate(upload.pages):
        store.write(photo_id, number, page.jpeg)
    size = sum(len(page.jpeg) for page in upload.pages)
    return StockPhoto.objects.create(
        id=photo_id, kind=kind, pages=len(upload.pages), stored_bytes=size, uploaded_at=now, officer=officer
    )
