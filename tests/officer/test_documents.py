"""Documents leave through one view only, which may draw a picture and nothing else."""

import logging
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import AccessLog, Application, Document, Officer
from requests_app.operations.documents import document_store
from tests.factories import make_draft
from tests.officer.conftest import jpeg

pytestmark = pytest.mark.django_db


def page_of(document: Document, page: int = 1) -> str:
    return reverse("see_document", args=[document.pk, page])


def test_a_page_is_a_picture_and_nothing_else(desk: Client, held: Application) -> None:
    response = desk.get(page_of(held.documents.get(document_code="KK")))
    assert response.status_code == 200
    assert response.content == jpeg()
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"] == 'inline; filename="berkas-1.jpg"'


def test_each_look_leaves_an_access_row(desk: Client, officer: Officer, held: Application) -> None:
    document = held.documents.get(document_code="KK")
    desk.get(page_of(document))
    row = AccessLog.objects.get(action="document")
    assert (row.officer, row.application, row.document_id) == (officer, held, document.pk)


def test_pages_that_do_not_exist_and_drafts_are_not_found(desk: Client, held: Application, now) -> None:
    document = held.documents.get(document_code="KK")
    draft = Document.objects.create(
        draft=make_draft(now), document_code="KK", original_kind="jpeg", original_bytes=1, pages=1, stored_bytes=1,
        uploaded_at=now,
    )  # fmt: skip
    nobodys = reverse("see_document", args=[uuid.uuid4(), 1])
    addresses = [page_of(document, 0), page_of(document, 2), nobodys, page_of(draft)]
    assert [desk.get(address).status_code for address in addresses] == [404] * 4


@pytest.mark.parametrize("trouble", ["missing", "altered"])
def test_a_missing_or_altered_file_is_a_clear_page_and_an_alert_without_personal_data(
    desk: Client, held: Application, documents_folder, caplog, trouble: str
) -> None:
    document = held.documents.get(document_code="KK")
    path = next(documents_folder.rglob(f"{document.pk}-*.bin"))
    if trouble == "missing":
        document_store().remove(document.pk)
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    with caplog.at_level(logging.ERROR):
        response = desk.get(page_of(document))
    assert response.status_code == 500
    assert "Berkas tidak dapat dibuka" in response.text
    alert = next(record.getMessage() for record in caplog.records if "cannot be opened" in record.getMessage())
    assert str(document.pk) in alert
    assert not any(private in alert for private in (held.nik, held.name, held.phone))
