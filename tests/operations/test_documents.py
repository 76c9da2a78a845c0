"""Documents: no row is ever without its file, and files without a row are swept."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from requests_app.files.frames import Page
from requests_app.files.inspect import CheckedUpload
from requests_app.files.limits import MEGABYTE
from requests_app.files.store import FileStore
from requests_app.models import Document, Draft
from requests_app.operations import documents
from requests_app.operations.documents import (
    DocumentRefused,
    Owner,
    add_document,
    document_store,
    remove_document,
    remove_orphan_files,
    remove_unneeded,
)
from requests_app.operations.submission import DraftGone, submit_draft
from tests.factories import make_draft

pytestmark = pytest.mark.django_db

PAGE = Page(b"\xff\xd8 halaman", 10, 10)


def checked(mark: int = 0, pages: int = 1) -> CheckedUpload:
    """A checked upload; another mark is another file."""
    return CheckedUpload("jpeg", [PAGE] * pages, f"{mark:064x}", ["dark"])  # type: ignore[arg-type]


def add(draft: Draft, now: datetime, mark: int = 0, code: str = "KK", size: int = 100) -> Document:
    """Store one upload of a draft."""
    owner = Owner(draft_id=draft.pk)
    return add_document(owner=owner, document_code=code, upload=checked(mark), original_bytes=size, now=now)


def stored() -> set[uuid.UUID]:
    """Ids of the files on the disk."""
    return {file_id for file_id, _ in document_store().ids()}


def test_pages_and_row_belong_together(now: datetime) -> None:
    draft = make_draft(now)
    document = add_document(
        owner=Owner(draft_id=draft.pk), document_code="KK", upload=checked(pages=3), original_bytes=5, now=now
    )
    assert (document.pages, document.hints, document.round) == (3, ["dark"], 1)
    assert [document_store().read(document.pk, page) for page in range(3)] == [PAGE.jpeg] * 3


def test_a_crash_between_file_and_row_leaves_no_row_without_file(now: datetime, monkeypatch: Any) -> None:
    draft = make_draft(now)

    def crash(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(documents, "_insert", crash)
    with pytest.raises(KeyboardInterrupt):
        add(draft, now)
    assert not Document.objects.exists()
    assert len(stored()) == 1


def test_a_full_disk_leaves_no_row(now: datetime, monkeypatch: Any) -> None:
    draft = make_draft(now)

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileStore, "write", full)
    with pytest.raises(OSError, match="No space left"):
        add(draft, now)
    assert not Document.objects.exists()


def test_files_without_a_row_are_swept_after_a_day(now: datetime) -> None:
    kept = add(make_draft(now), now)
    orphan, young = uuid.uuid4(), uuid.uuid4()
    for file_id in (orphan, young):
        document_store().write(file_id, 0, b"x")
    real = datetime.now(UTC)
    _age(orphan, real - timedelta(days=2))
    _age(kept.pk, real - timedelta(days=2))
    assert remove_orphan_files(now=real) == 1
    assert stored() == {kept.pk, young}


def _age(file_id: uuid.UUID, to: datetime) -> None:
    from django.conf import settings

    for path in settings.DOCUMENTS_ROOT.rglob(f"{file_id}-*"):
        os.utime(path, (to.timestamp(), to.timestamp()))


def test_sixty_megabytes_and_eight_files(now: datetime) -> None:
    draft = make_draft(now)
    for mark in range(8):
        add(draft, now, mark, size=7 * MEGABYTE)
    with pytest.raises(DocumentRefused) as refused:
        add(draft, now, 8, size=1)
    assert refused.value.code == "too_many"
    with pytest.raises(DocumentRefused) as refused:
        add(draft, now, 9, code="SURAT_HILANG", size=5 * MEGABYTE)
    assert refused.value.code == "too_much"
    add(draft, now, 10, code="SURAT_HILANG", size=4 * MEGABYTE)
    assert len(stored()) == 9


@pytest.mark.django_db(transaction=True)
def test_uploads_that_race_stay_within_the_limit_and_leave_no_files(now: datetime) -> None:
    draft = make_draft(now)

    def upload(mark: int) -> bool:
        try:
            add(draft, now, mark)
        except DocumentRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(upload, range(16))) == 8
    assert stored() == set(Document.objects.values_list("pk", flat=True))


def test_the_same_file_counts_once_per_requirement(now: datetime) -> None:
    draft = make_draft(now)
    assert add(draft, now) == add(draft, now)
    assert add(draft, now, code="SURAT_HILANG") != add(draft, now)
    assert len(stored()) == 2


def test_a_sent_draft_takes_no_more_files(now: datetime) -> None:
    draft = make_draft(now)
    submit_draft(draft_id=draft.pk, now=now)
    with pytest.raises(DraftGone):
        add(draft, now)
    assert not stored()


def test_only_the_owner_takes_a_file_back(now: datetime) -> None:
    draft, other = make_draft(now), make_draft(now)
    document = add(draft, now)
    assert not remove_document(owner=Owner(draft_id=other.pk), document_id=document.pk)
    assert stored() == {document.pk}
    assert remove_document(owner=Owner(draft_id=draft.pk), document_id=document.pk)
    assert not stored()


def test_uploads_that_are_no_longer_asked_for_are_taken_back(now: datetime) -> None:
    draft = make_draft(now)
    kept = add(draft, now)
    add(draft, now, code="SURAT_HILANG")
    remove_unneeded(owner=Owner(draft_id=draft.pk), needed=["KK"])
    assert stored() == {kept.pk}
    assert list(Document.objects.all()) == [kept]


def test_a_correction_belongs_to_its_round(now: datetime) -> None:
    draft = make_draft(now)
    first = add(draft, now)
    application = submit_draft(draft_id=draft.pk, now=now).application
    owner = Owner(application_id=application.pk, round=2)
    second = add_document(owner=owner, document_code="KK", upload=checked(), original_bytes=5, now=now)
    assert (second.round, second.application_id) == (2, application.pk)
    assert not remove_document(owner=owner, document_id=first.pk)
