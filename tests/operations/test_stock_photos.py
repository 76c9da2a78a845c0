"""Photos of letters and cards: sealed like documents, and known to the sweep of files."""

import base64
import io
import os
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from requests_app.files.inspect import UploadRefused
from requests_app.models import StockPhoto
from requests_app.operations.documents import document_store, remove_orphan_files
from requests_app.operations.rotation import rotate_keys
from requests_app.operations.stock_photos import LETTER, check_photo, keep_photo
from requests_app.vault.keyring import field_keys
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db


def picture() -> io.BytesIO:
    """A small photo."""
    written = io.BytesIO()
    Image.new("RGB", (900, 700), "white").save(written, "JPEG")
    return io.BytesIO(written.getvalue())


def test_a_photo_is_stored_sealed_with_its_row(now: datetime) -> None:
    photo = keep_photo(check_photo(picture()), kind=LETTER, officer=OfficerFactory(), now=now)
    assert document_store().read(photo.pk, 0).startswith(b"\xff\xd8")
    assert (photo.pages, photo.kind, photo.uploaded_at) == (1, "letter", now)


def test_what_is_no_photo_is_refused_and_nothing_is_stored(now: datetime) -> None:
    with pytest.raises(UploadRefused) as refusal:
        keep_photo(check_photo(io.BytesIO(b"#!/bin/sh\n")), kind=LETTER, officer=OfficerFactory(), now=now)
    assert "foto" in refusal.value.message
    assert not StockPhoto.objects.exists()
    assert list(document_store().ids()) == []


def test_the_sweep_of_files_leaves_photos_that_a_row_knows(now: datetime, documents_folder: Any) -> None:
    photo = keep_photo(check_photo(picture()), kind=LETTER, officer=OfficerFactory(), now=now)
    orphan = uuid.uuid4()
    document_store().write(orphan, 0, b"x")
    old = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    for path in documents_folder.glob("*/*.bin"):
        os.utime(path, (old, old))
    assert remove_orphan_files(now=datetime.now(UTC)) == 1
    assert [file_id for file_id, _written in document_store().ids()] == [photo.pk]


def test_a_new_key_seals_photos_again(now: datetime, settings: Any, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(field_keys.cache_clear)
    old, new = (f"k{seed}:{base64.b64encode(bytes([seed] * 32)).decode()}" for seed in (1, 2))
    settings.FIELD_KEYS = old
    field_keys.cache_clear()
    photo = keep_photo(check_photo(picture()), kind=LETTER, officer=OfficerFactory(), now=now)
    settings.FIELD_KEYS = f"{new},{old}"
    field_keys.cache_clear()
    assert rotate_keys()[-1].left == 0
    settings.FIELD_KEYS = new
    field_keys.cache_clear()
    assert document_store().read(photo.pk, 0).startswith(b"\xff\xd8")
