"""The correction page asks for what was faulted, takes nothing else, and keeps what is good."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import Document, Promise
from requests_app.officer.answers import CORRECTABLE
from requests_app.operations.decisions import Verdict
from tests.citizen.track.conftest import look_up
from tests.factories import CORRECTION, decided, new_nik, submitted
from tests.files.samples import photo

pytestmark = pytest.mark.django_db
FIELDS = Verdict(
    "needs_correction",
    items=[{"target": "birth_date", "reason": "data_beda_kk"}, {"target": "address", "reason": "data_beda_kk"}],
)
BORN = {"birth_date_0": "18", "birth_date_1": "Agu", "birth_date_2": "1995"}


def faulted(now, verdict=CORRECTION, **over):
    return decided(now - timedelta(minutes=1), verdict, **over)


def page_of(application):
    return f"/lacak/{application.number}/perbaikan/"


def a_photo(name="kk.jpg"):
    return SimpleUploadedFile(name, photo("jpeg"), "image/jpeg")


def broken_file():
    return SimpleUploadedFile("kk.jpg", b"MZ" + b"\0" * 500, "image/jpeg")


def test_only_the_faulted_document_is_asked_for(prove, now):
    application = faulted(now)
    page = prove(application).get(page_of(application)).content.decode()
    assert 'name="KK"' in page
    assert "Foto tidak terbaca jelas" in page
    assert 'name="SURAT_HILANG"' not in page
    assert 'name="nik"' not in page


def test_a_new_photo_starts_the_next_round(prove, now):
    application = faulted(now)
    client = prove(application)
    response = client.post(page_of(application), {"KK": a_photo(), "kirim": "1"})
    assert response.status_code == 302
    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)
    assert Document.objects.get(replaced_at__isnull=True).round == 2
    assert "Perbaikan sudah terkirim" in client.get(response.url).content.decode()
    assert "Tidak ada yang perlu diperbaiki" in client.get(page_of(application), follow=True).content.decode()


def test_without_the_photo_nothing_is_sent(prove, now):
    application = faulted(now)
    response = prove(application).post(page_of(application), {"kirim": "1"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Unggah Kartu Keluarga yang baru." in page
    assert 'href="#id_KK"' in page
    assert Promise.objects.filter(application=application).count() == 1


def test_a_good_photo_stays_when_another_file_is_refused(prove, now):
    application = faulted(now)
    client = prove(application)
    response = client.post(page_of(application), {"KK": [a_photo(), broken_file()], "kirim": "1"})
    assert response.status_code == 422
    assert "Foto 1" in response.content.decode()
    assert client.post(page_of(application), {"kirim": "1"}).status_code == 302


def test_a_photo_can_be_taken_back(prove, now):
    application = faulted(now)
    client = prove(application)
    client.post(page_of(application), {"KK": a_photo(), "unggah": "1"})
    document = Document.objects.get()
    client.post(page_of(application), {"hapus": str(document.pk)})
    client.post(page_of(application), {"hapus": "no id at all"})
    assert not Document.objects.exists()


def test_a_document_that_was_good_is_not_taken_again(prove, now):
    application = faulted(now)
    prove(application).post(page_of(application), {"KK": a_photo(), "SURAT_HILANG": a_photo(), "kirim": "1"})
    assert [d.document_code for d in Document.objects.all()] == ["KK"]


def test_only_faulted_fields_are_asked_for_and_taken(prove, now):
    application = faulted(now, FIELDS)
    client = prove(application)
    page = client.get(page_of(application)).content.decode()
    assert 'value="1995"' in page
    assert "Tulis sesuai Kartu Keluarga" in page
    assert 'name="nik"' not in page
    typed = {**BORN, "address": "Jl. Betul No. 2", "nik": new_nik(), "kirim": "1"}
    assert client.post(page_of(application), typed).status_code == 302
    nik = application.nik
    application.refresh_from_db()
    assert (application.address, application.nik) == ("Jl. Betul No. 2", nik)
    assert application.answers["birth_date"] == "1995-08-18"
    assert application.answers["police_number"] == "LP/123/XI/2026"


def test_a_wrong_field_is_told_and_everything_typed_stays(prove, now):
    application = faulted(now, FIELDS)
    typed = {**BORN, "birth_date_0": "31", "birth_date_1": "2", "address": "Jl. Betul No. 2", "kirim": "1"}
    response = prove(application).post(page_of(application), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Tanggal lahir ini tidak ada" in page
    assert 'href="#id_birth_date_0"' in page
    assert 'value="Jl. Betul No. 2"' in page
    assert 'value="31"' in page


def test_uploading_first_keeps_what_was_typed(prove, now):
    both = Verdict("needs_correction", items=[*CORRECTION.items, *FIELDS.items])
    application = faulted(now, both)
    typed = {**BORN, "address": "Jl. Betul No. 2", "KK": a_photo(), "unggah": "1"}
    response = prove(application).post(page_of(application), typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="Jl. Betul No. 2"' in page
    assert 'value="Agu"' in page
    assert "Foto 1" in page


def test_a_family_card_is_corrected_by_its_own_rules(prove, now):
    verdict = Verdict("needs_correction", items=[{"target": "birth_letter", "reason": "data_beda_kk"}])
    family = {"reason": "tambah_anggota", "added_by": "birth", "birth_letter": "yes", "member_name": "Bayi Contoh"}
    application = faulted(now, verdict, service="kk", **family)
    client = prove(application)
    page = client.post(page_of(application), {"birth_letter": "no", "kirim": "1"})
    assert page.status_code == 422
    assert 'name="F_2_03"' in page.content.decode(), "the statement that stands in for the letter"
    sent = client.post(page_of(application), {"birth_letter": "no", "kirim": "1", "F_2_03": a_photo()})
    assert sent.status_code == 302
    application.refresh_from_db()
    assert (application.status, application.answers["birth_letter"]) == ("submitted", "no")


def test_nothing_to_correct_leads_back(prove, now):
    application = submitted(now)
    assert prove(application).get(page_of(application)).url == f"/lacak/{application.number}/"


def test_without_the_proof_no_file_is_stored(visitor, now):
    application = faulted(now)
    look_up(visitor, application)
    visitor.post(page_of(application), {"KK": a_photo(), "kirim": "1"})
    assert not Document.objects.exists()


def test_corrected_answers_may_ask_for_a_document_that_was_not_needed_before(prove, now):
    changed = [{"element": "alamat", "old": "Lrg. Lama", "new": "Lrg. Baru"}]
    verdict = Verdict("needs_correction", items=[{"target": "elements", "reason": "data_beda_kk"}])
    application = faulted(now, verdict, reason="perubahan_data", elements=changed)
    client = prove(application)
    given = {"elements": "agama", "old_agama": "Islam", "new_agama": "Kristen", "kirim": "1"}
    page = client.post(page_of(application), given)
    assert page.status_code == 422
    assert 'name="BUKTI_AGAMA"' in page.content.decode()
    assert client.post(page_of(application), given | {"BUKTI_AGAMA": a_photo()}).status_code == 302
    application.refresh_from_db()
    assert application.answers["elements"][0]["element"] == "agama"
    assert application.documents.get().document_code == "BUKTI_AGAMA"


OF_A_FAMILY = {
    "baru_keluarga": ("formed_by", "certificate", "members"),
    "baru_pindah_datang": ("house",),
    "baru_pisah_kk": ("split_cause",),
    "ganti_kepala_keluarga": ("all_under_17", "new_head_name", "new_head_nik", "guardian_name", "guardian_nik"),
    "tambah_anggota": ("added_by", "birth_letter", "member_birth_date", "member_sex", "member_relation"),
    "kurang_anggota": ("removed_by", "member_name", "member_nik"),
    "rusak": ("head_name",),
}
ASKED_BY = {target: ("kk", reason) for reason, targets in OF_A_FAMILY.items() for target in targets} | {
    "elements": ("ktp_el", "perubahan_data"),
    "origin": ("ktp_el", "pindah_datang"),
    "recorded_before": ("ktp_el", "baru"),
    "registered_address": ("ktp_el", "luar_domisili"),
    "registered_region": ("ktp_el", "luar_domisili"),
    "copies": ("legalisir", "kk"),
}


@pytest.mark.parametrize("target", CORRECTABLE)
def test_whatever_an_officer_can_fault_has_an_input_here(prove, now, target):
    verdict = Verdict("needs_correction", items=[{"target": target, "reason": ""}], note="Tulis lagi, ya.")
    service, reason = ASKED_BY.get(target, ("ktp_el", "hilang"))
    over = {"elements": [{"element": "alamat", "old": "a", "new": "b"}], "origin": "indonesia", "cause": "rusak"}
    over |= {"recorded_before": "yes", "added_by": "birth", "birth_letter": "yes", "all_under_17": "yes"}
    application = faulted(now, verdict, service=service, reason=reason, applicant="family", **over)
    page = prove(application).get(page_of(application)).content.decode()
    assert f'name="{target}' in page
    assert "Tulis lagi, ya." in page
