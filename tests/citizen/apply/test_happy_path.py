"""A citizen applies without JavaScript, for each of the six reasons."""

import pytest
from django.test import Client

from requests_app.models import Application, Document, Draft, Event, Notice, Promise
from requests_app.operations.documents import document_store
from tests.citizen.apply.walk import BASE, REASONS, apply, messages_of, send, start, text_of, walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reason", list(REASONS))
def test_each_reason_leads_to_a_stored_application_with_its_documents(client: Client, reason: str) -> None:
    application = apply(client, reason)
    assert (application.reason, application.status) == (reason, "submitted")
    documents = Document.objects.filter(application=application)
    assert {document.document_code for document in documents} == REASONS[reason][2]
    for document in documents:
        assert document_store().read(document.pk, 0).startswith(b"\xff\xd8")
    assert Promise.objects.filter(application=application).count() == 1
    assert Event.objects.filter(application=application).count() == 1
    assert Notice.objects.filter(application=application, purpose="received").count() == 1


def test_answers_are_stored_cleaned_and_under_the_keys_of_the_catalogue(client: Client) -> None:
    application = apply(client, "hilang", nik="1671 0157-0895.9012")
    assert application.nik == "1671015708959012"
    assert application.answers["birth_date"] == "1995-08-17"
    assert application.answers["police_date"] == "2020-11-20"
    assert (application.answers["rt"], application.answers["rw"]) == ("003", "001")


def test_form_f_1_06_keeps_old_and_new_values(client: Client) -> None:
    application = apply(client, "perubahan_data")
    assert application.answers["elements"] == [
        {"element": "nama", "old": "Siti Conto", "new": "Siti Contoh"},
        {"element": "status_perkawinan", "old": "Belum kawin", "new": "Kawin tercatat"},
    ]


def test_details_are_asked_only_where_they_decide_something(client: Client) -> None:
    walk(client, "rusak", upto="berkas")
    assert client.get(f"{BASE}keterangan/")["Location"] == f"{BASE}berkas/"
    assert "Langkah 4 dari 6" in text_of(client.get(f"{BASE}berkas/"))


def test_pages_before_are_demanded_first(client: Client) -> None:
    start(client)
    assert client.get(f"{BASE}periksa/")["Location"] == f"{BASE}alasan/"
    send(client, "alasan", {"reason": "hilang"})
    assert client.get(f"{BASE}kabar/")["Location"] == f"{BASE}pemilik/"


def test_a_draft_is_resumed_where_it_was_left(client: Client) -> None:
    walk(client, "hilang", upto="berkas")
    assert client.post(BASE)["Location"] == f"{BASE}berkas/"
    assert "Anda punya draf" in text_of(client.get(BASE))


def test_change_links_lead_back_to_the_check_page(client: Client) -> None:
    walk(client)
    page = client.get(f"{BASE}periksa/")
    assert f"{BASE}alamat/?kembali=periksa" in page.content.decode()
    answer = send(
        client,
        "alamat",
        {"kelurahan": "16.71.01.1001", "address": "Jl. Baru 2", "rt": "1", "rw": "2"},
        query="?kembali=periksa",
    )
    assert answer["Location"] == f"{BASE}periksa/"
    assert "Jl. Baru 2" in text_of(client.get(f"{BASE}periksa/"))


def test_another_reason_asks_only_for_what_it_needs_and_drops_the_rest(client: Client) -> None:
    walk(client, "hilang")
    answer = send(client, "alasan", {"reason": "rusak"}, query="?kembali=periksa")
    assert answer["Location"] == f"{BASE}berkas/"
    send(client, "alasan", {"reason": "baru", "recorded_before": "yes"}, query="?kembali=periksa")
    send(client, "periksa", {"statement": "on"})
    application = Application.objects.get()
    assert "police_number" not in application.answers
    assert set(Document.objects.values_list("document_code", flat=True)) == {"KK"}


def test_a_draft_can_be_thrown_away_with_its_files(client: Client) -> None:
    walk(client, "hilang", upto="kabar")
    files = list(Document.objects.values_list("pk", flat=True))
    assert files
    client.post(f"{BASE}hapus-draf/")
    assert not Draft.objects.exists()
    assert not list(document_store().ids())


@pytest.mark.parametrize("applicant", ["family", "outsider"])
def test_somebody_else_applies(client: Client, applicant: str) -> None:
    walk(client, "rusak", upto="pemilik")
    answer = send(client, "pemilik", {"applicant": applicant, "name": "Nenek"})
    assert {"Isi NIK Anda.", "Isi hubungan Anda dengan pemilik kartu."} <= set(messages_of(answer))
    good = {
        "applicant": applicant, "applicant_name": "Cucu", "applicant_nik": "1671015708959033",
        "applicant_relation": "cucu", "name": "Nenek", "nik": "1671015708459034", "kk_number": "1671041708959901",
        "birth_date_0": "17", "birth_date_1": "8", "birth_date_2": "1945", "sex": "P",
    }  # fmt: skip
    assert send(client, "pemilik", good).status_code == 302
    send(client, "alamat", {"kelurahan": "16.71.01.1001", "address": "Lrg. 1", "rt": "1", "rw": "1"})
    page = client.get(f"{BASE}berkas/").content.decode()
    assert ("F_1_07" in page) == (applicant == "outsider")
