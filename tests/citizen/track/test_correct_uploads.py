"""The correction page takes files one by one as well, and shows them small to whoever proved to be the applicant."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from requests_app.citizen.apply import limits
from requests_app.models import Document
from requests_app.operations.decisions import Verdict
from tests.citizen.track.conftest import look_up
from tests.factories import CORRECTION, decided
from tests.files.samples import photo

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def faulted(now):
    return decided(now - timedelta(minutes=1), CORRECTION)


def page_of(application):
    return f"/lacak/{application.number}/perbaikan/"


def a_photo(content=b""):
    return SimpleUploadedFile("kk.jpg", content or photo("jpeg"), "image/jpeg")


def test_a_file_is_stored_for_the_next_round_and_nothing_is_sent_yet(prove, faulted):
    answer = prove(faulted).post(page_of(faulted), {"unggah": "KK", "KK": a_photo()}, headers=JSON)
    assert answer.status_code == 200
    assert "Foto 1" in answer.json()["files"]
    assert Document.objects.get().round == 2
    faulted.refresh_from_db()
    assert faulted.status == "needs_correction"


def test_a_refused_file_is_told(prove, faulted):
    answer = prove(faulted).post(page_of(faulted), {"unggah": "KK", "KK": a_photo(b"MZ program")}, headers=JSON)
    assert answer.status_code == 422
    assert "bukan foto atau PDF" in answer.json()["errors"][0]


def test_a_document_that_was_good_is_not_taken(prove, faulted):
    given = {"unggah": "SURAT_HILANG", "SURAT_HILANG": a_photo()}
    assert prove(faulted).post(page_of(faulted), given, headers=JSON).status_code == 409
    assert not Document.objects.exists()


def test_too_many_files_are_told_until_when(prove, faulted, monkeypatch):
    monkeypatch.setattr(limits, "UPLOADS", 0)
    answer = prove(faulted).post(page_of(faulted), {"unggah": "KK", "KK": a_photo()}, headers=JSON)
    assert answer.status_code == 429
    assert re.search("Coba lagi .*pukul", answer.json()["errors"][0])


def test_a_document_that_corrected_answers_need_is_taken_with_them(prove, now):
    changed = [{"element": "alamat", "old": "Lrg. Lama", "new": "Lrg. Baru"}]
    verdict = Verdict("needs_correction", items=[{"target": "elements", "reason": "data_beda_kk"}])
    application = decided(now - timedelta(minutes=1), verdict, reason="perubahan_data", elements=changed)
    typed = {"elements": "agama", "old_agama": "Islam", "new_agama": "Kristen"}
    given = {**typed, "unggah": "BUKTI_AGAMA", "BUKTI_AGAMA": a_photo()}
    assert prove(application).post(page_of(application), given, headers=JSON).status_code == 200


def test_the_small_picture_needs_the_proof(prove, faulted):
    client = prove(faulted)
    client.post(page_of(faulted), {"unggah": "KK", "KK": a_photo()}, headers=JSON)
    address = f"{page_of(faulted)}{Document.objects.get().pk}/"
    assert address in client.get(page_of(faulted)).content.decode()
    picture = client.get(address)
    assert picture["Content-Type"] == "image/jpeg"
    assert "no-store" in picture["Cache-Control"]
    stranger = Client()
    look_up(stranger, faulted)
    assert stranger.get(address).status_code == 302
    assert client.get(f"{page_of(faulted)}{uuid.uuid4()}/").status_code == 404


def test_pictures_of_earlier_rounds_are_not_shown_here(prove, faulted):
    known = {"original_kind": "jpeg", "original_bytes": 1, "original_hash": b"x" * 32, "pages": 1, "stored_bytes": 1}
    earlier = Document.objects.create(
        application=faulted, document_code="KK", round=1, uploaded_at=faulted.submitted_at, **known
    )
    assert prove(faulted).get(f"{page_of(faulted)}{earlier.pk}/").status_code == 404
