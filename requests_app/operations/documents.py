"""Uploaded documents: the files are written first, the row last, so that no row is ever without its file."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from requests_app.files.inspect import CheckedUpload
from requests_app.files.limits import MEGABYTE
from requests_app.files.store import FileStore
from requests_app.models import Application, Document, Draft, StockPhoto
from requests_app.operations.submission import DraftGone
from requests_app.vault.keyring import field_keys, keyed_hash

FILES_PER_REQUIREMENT = 8
BYTES_PER_APPLICATION = 60 * MEGABYTE
YOUNG_FILE = timedelta(days=1)

MESSAGES = {
    "too_many": _("Paling banyak 8 berkas untuk satu persyaratan. Hapus satu berkas lebih dulu."),
    "too_much": _(
        "Semua berkas satu permohonan paling besar 60 MB. Hapus satu berkas atau kirim foto yang lebih kecil."
    ),
}


class DocumentRefused(Exception):
    """The upload does not fit beside what is there; `code` is too_many or too_much, `message` says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = str(MESSAGES[code])


@dataclass(frozen=True)
class Owner:
    """Whose document it is: a draft's, or a correction that an application's next round will take."""

    draft_id: uuid.UUID | None = None
    application_id: int | None = None
    round: int = 1

    def documents(self) -> QuerySet[Document]:
        """What this owner has uploaded so far for this round."""
        if self.draft_id:
            return Document.objects.filter(draft_id=self.draft_id)
        assert self.application_id is not None
        return Document.objects.filter(application_id=self.application_id, round=self.round, replaced_at__isnull=True)

    def lock(self) -> None:
        """Lock the owner's row until the end of the transaction. Raises DraftGone."""
        if self.draft_id:
            found = Draft.objects.select_for_update().filter(pk=self.draft_id, application__isnull=True).exists()
        else:
            assert self.application_id is not None
            found = Application.objects.select_for_update(of=("self",)).filter(pk=self.application_id).exists()
        if not found:
            raise DraftGone


def document_store() -> FileStore:
    """Where documents lie, sealed with the key ring of the fields."""
    return FileStore(settings.DOCUMENTS_ROOT, field_keys())


def add_document(
    *, owner: Owner, document_code: str, upload: CheckedUpload, original_bytes: int, now: datetime
) -> Document:
    """Store a checked upload. The same file again for the same requirement is the one that is there already.

    Raises DocumentRefused (8 files a requirement, 60 MB an application) and DraftGone; nothing is stored then.
    """
    original_hash = keyed_hash("file", upload.sha256)
    known = _same_file(owner, document_code, original_hash)
    if known is not None:
        return known
    _check_room(owner, document_code, original_bytes)
    document = Document(
        id=uuid.uuid4(),
        draft_id=owner.draft_id,
        application_id=owner.application_id,
        document_code=document_code,
        round=owner.round,
        original_kind=upload.kind,
        original_bytes=original_bytes,
        original_hash=original_hash,
        pages=len(upload.pages),
        stored_bytes=sum(len(page.jpeg) for page in upload.pages),
        hints=upload.hints,
        uploaded_at=now,
    )
    store = document_store()
    for number, page in enumerate(upload.pages):
        store.write(document.id, number, page.jpeg)
    try:
        return _insert(owner, document)
    except (DocumentRefused, DraftGone):
        store.remove(document.id)
        raise


def copy_documents(
    *, application_id: int, draft_id: uuid.UUID, codes: Mapping[str, Collection[str]], now: datetime
) -> None:
    """Let a draft have an application's documents too, each under the codes given for its own; none comes twice.

    Raises DraftGone.
    """
    store, owner = document_store(), Owner(draft_id=draft_id)
    standing = Document.objects.filter(application_id=application_id, replaced_at=None, document_code__in=codes)
    for original in standing.order_by("document_code", "position"):
        pages = [store.read(original.pk, page) for page in range(original.pages)]
        for code in codes[original.document_code]:
            copy = _copy_of(original, code, draft_id, now)
            for number, page in enumerate(pages):
                store.write(copy.pk, number, page)
            try:
                _insert(owner, copy)
            except (DocumentRefused, DraftGone):
                store.remove(copy.pk)
                raise


def _copy_of(original: Document, code: str, draft_id: uuid.UUID, now: datetime) -> Document:
    kept = ("original_kind", "original_bytes", "original_hash", "pages", "stored_bytes", "hints")
    columns = {name: getattr(original, name) for name in kept}
    return Document(id=uuid.uuid4(), draft_id=draft_id, document_code=code, uploaded_at=now, **columns)


def remove_document(*, owner: Owner, document_id: uuid.UUID) -> bool:
    """Take one upload back before it was sent; False when this owner has no such document."""
    with transaction.atomic():
        owner.lock()
        deleted, _rows = owner.documents().filter(pk=document_id).delete()
    if deleted:
        remove_files([document_id])
    return bool(deleted)


def remove_unneeded(*, owner: Owner, needed: Iterable[str]) -> None:
    """Take back the uploads for requirements that other answers no longer ask for."""
    with transaction.atomic():
        owner.lock()
        stale = owner.documents().exclude(document_code__in=set(needed))
        files = list(stale.values_list("pk", flat=True))
        stale.delete()
    remove_files(files)


def remove_files(file_ids: Iterable[uuid.UUID]) -> None:
    """Remove files whose rows are gone; what a crash leaves behind here is found by `remove_orphan_files`."""
    store = document_store()
    for file_id in file_ids:
        store.remove(file_id)


def remove_orphan_files(*, now: datetime) -> int:
    """Remove files without a row that are older than a day (younger ones may still get theirs); how many."""
    store = document_store()
    store.remove_unfinished(before=now - YOUNG_FILE)
    old = [file_id for file_id, written in store.ids() if written < now - YOUNG_FILE]
    removed = 0
    for start in range(0, len(old), 1000):
        batch = set(old[start : start + 1000])
        documents = Document.objects.filter(pk__in=batch).values_list("pk", flat=True)
        orphans = batch - set(documents) - set(StockPhoto.objects.filter(pk__in=batch).values_list("pk", flat=True))
        remove_files(orphans)
        removed += len(orphans)
    return removed


@transaction.atomic
def _insert(owner: Owner, document: Document) -> Document:
    """The row, once the files are on the disk; checked again, because two uploads may have raced."""
    owner.lock()
    assert document.original_hash is not None
    known = _same_file(owner, document.document_code, document.original_hash)
    if known is not None:
        transaction.on_commit(lambda: remove_files([document.id]))
        return known
    _check_room(owner, document.document_code, document.original_bytes)
    document.position = owner.documents().filter(document_code=document.document_code).count()
    document.save(force_insert=True)
    return document


def _same_file(owner: Owner, document_code: str, original_hash: bytes) -> Document | None:
    return owner.documents().filter(document_code=document_code, original_hash=original_hash).first()


def _check_room(owner: Owner, document_code: str, original_bytes: int) -> None:
    sizes = list(owner.documents().values_list("document_code", "original_bytes"))
    if sum(code == document_code for code, _ in sizes) >= FILES_PER_REQUIREMENT:
        raise DocumentRefused("too_many")
    if sum(size for _, size in sizes) + original_bytes > BYTES_PER_APPLICATION:
        raise DocumentRefused("too_much")
