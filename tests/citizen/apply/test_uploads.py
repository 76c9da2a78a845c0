"""Documents: good files stay and are listed, only the faulty one is asked for again."""

from typing import Any

import pikepdf
import pytest
from django.test import Client
from lxml import html

from requests_app.models import Document
from requests_app.operations.documents import document_store
from tests.citizen.apply.walk import BASE, PHOTO, another_photo, messages_of, send, text_of, upload, walk
from tests.files.samples import dark_document, encode, pdf_of, png_claiming

pytestmark = pytest.mark.django_db

LOCKED = pdf_of(1, encryption=pikepdf.Encryption(owner="x", user="rahasia"))


@pytest.fixture
def at_documents(client: Client) -> Client:
    """A lost card, everything filled in up to the documents."""
    walk(client, "hilang", upto="berkas")
    return client


def listed(answer: Any) -> list[str]:
    """The files that the page lists, with their details."""
    return [" ".join(item.text_content().split()) for item in html.fromstring(answer.content).cssselect(".files li")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Berkas ini kosong."),
        (b"MZ\x90\x00" + b"program" * 100, "bukan foto atau PDF"),
        (PHOTO[: len(PHOTO) // 2], "terpotong"),
        (LOCKED, "dikunci kata sandi"),
        (png_claiming(30_000, 30_000), "terlalu rumit"),
        (b"\xff\xd8\xff" + bytes(15 * 1024 * 1024), "terlalu besar"),
        (b"bukan gambar", "Jenis berkas ini tidak dapat dibuka"),
        (pdf_of(11), "lebih dari 10 halaman"),
    ],
    ids=["empty", "program", "truncated", "password", "bomb", "too large", "text", "pages"],
)
def test_one_bad_file_is_asked_again_and_the_good_one_stays(at_documents: Client, content: bytes, message: str) -> None:
    answer = send(at_documents, "berkas", {"lanjut": "1", "KK": upload(), "SURAT_HILANG": upload(content, "surat.jpg")})
    assert answer.status_code == 422
    assert [line for line in messages_of(answer) if message in line]
    assert any(line.startswith("Surat kehilangan") for line in messages_of(answer))
    assert len(listed(answer)) == 1
    assert [document.document_code for document in Document.objects.all()] == ["KK"]
    again = send(at_documents, "berkas", {"lanjut": "1", "SURAT_HILANG": upload()})
    assert again["Location"] == f"{BASE}kabar/"


def test_a_missing_document_is_named(at_documents: Client) -> None:
    answer = send(at_documents, "berkas", {"lanjut": "1", "KK": upload()})
    assert answer.status_code == 422
    assert messages_of(answer) == ["Surat kehilangan dari kepolisian: Belum ada foto atau PDF. Unggah dokumen ini."]


def test_files_are_uploaded_one_by_one_listed_and_taken_back(at_documents: Client) -> None:
    send(at_documents, "berkas", {"unggah": "KK", "KK": [upload(), upload(another_photo(1))]})
    send(at_documents, "berkas", {"unggah": "KK", "KK": upload(pdf_of(2), "kk.pdf")})
    page = at_documents.get(f"{BASE}berkas/")
    assert [line.split("Hapus")[0].strip() for line in listed(page)][2].endswith("2 halaman")
    first = Document.objects.order_by("uploaded_at", "id").first()
    assert first is not None
    send(at_documents, "berkas", {"hapus": str(first.pk)})
    assert Document.objects.count() == 2
    assert first.pk not in {file_id for file_id, _ in document_store().ids()}


def test_a_dark_photo_is_a_hint_and_no_refusal(at_documents: Client) -> None:
    send(at_documents, "berkas", {"unggah": "KK", "KK": upload(encode(dark_document(), "jpeg"))})
    assert "Foto ini gelap" in text_of(at_documents.get(f"{BASE}berkas/"))


def test_the_same_file_twice_is_stored_once(at_documents: Client) -> None:
    for _ in range(2):
        send(at_documents, "berkas", {"unggah": "KK", "KK": [upload(), upload()]})
    assert Document.objects.count() == 1
    assert len(list(document_store().ids())) == 1


def test_a_ninth_file_of_a_requirement_is_refused(at_documents: Client) -> None:
    answer = send(at_documents, "berkas", {"unggah": "KK", "KK": [upload(another_photo(n)) for n in range(9)]})
    assert answer.status_code == 422
    assert messages_of(answer)[0].startswith("Kartu Keluarga: Berkas ke-9: Paling banyak 8 berkas")
    assert Document.objects.count() == 8


def test_nobody_else_can_take_a_file_back(at_documents: Client) -> None:
    send(at_documents, "berkas", {"unggah": "KK", "KK": upload()})
    document = Document.objects.get()
    stranger = Client()
    walk(stranger, "hilang", upto="berkas")
    send(stranger, "berkas", {"hapus": str(document.pk)})
    send(stranger, "berkas", {"hapus": "bukan-id"})
    assert Document.objects.filter(pk=document.pk).exists()
