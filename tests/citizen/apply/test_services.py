"""Family card and legalisir, as KTP-el: from the first question to the receipt, without JavaScript."""

import gzip
import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from requests_app.citizen.apply.steps import STEPS
from requests_app.citizen.apply.visit import DRAFT
from requests_app.models import Application, Document, Draft, Notice
from requests_app.models.keys import application_key
from requests_app.queries.public import banners
from requests_app.rules.catalogue import REASONS, Service
from tests.citizen.apply.walk import (
    ADDRESS,
    CARD,
    CERTIFIED,
    FAMILIES,
    FAMILY,
    NEW_JOB,
    apply,
    base,
    field_message,
    messages_of,
    send,
    start,
    steps_of,
    submit,
    text_of,
    value_of,
    walk,
)
from ux.budgets import STEP

pytestmark = pytest.mark.django_db
ONE_OF_EACH = {CARD: "rusak", FAMILY: "rusak", CERTIFIED: "akta_kelahiran"}
each_service = pytest.mark.parametrize("service", Service)
PHONE = "0800 0000 0055"


@pytest.mark.parametrize("reason", FAMILIES)
def test_each_reason_for_a_family_card_is_stored_with_its_documents(client: Client, reason: str) -> None:
    application = apply(client, reason, FAMILY)
    assert (application.service, application.reason, application.status) == ("kk", reason, "submitted")
    documents = Document.objects.filter(application=application)
    assert {document.document_code for document in documents} == FAMILIES[reason].documents
    assert application.key_hash == application_key("kk", {"nik": "", "kk_number": application.kk_number})


def test_every_reason_for_a_family_card_has_its_story() -> None:
    assert set(FAMILIES) == set(REASONS[FAMILY])


@pytest.mark.parametrize("document", REASONS[CERTIFIED])
def test_each_document_is_stored_with_its_copies(client: Client, document: str) -> None:
    application = apply(client, document, CERTIFIED)
    assert (application.service, application.reason) == ("legalisir", document)
    assert (application.answers["document"], application.answers["copies"]) == (document, 3)
    given = {"nik": application.nik, "kk_number": "", "document": document}
    assert application.key_hash == application_key("legalisir", given)


def test_two_documents_of_one_person_are_two_applications(client: Client) -> None:
    nik = walk(client, "kk", service=CERTIFIED)["nik"]
    submit(client, CERTIFIED)
    first = Application.objects.get()
    for document, status in (("akta_kelahiran", "submitted"), ("kk", "held_duplicate")):
        assert apply(Client(), document, CERTIFIED, nik=nik).status == status
    assert first.status == "submitted"


def test_what_the_family_said_is_kept_under_the_keys_of_the_catalogue(client: Client) -> None:
    answers = apply(client, "tambah_anggota", FAMILY).answers
    assert answers["member_birth_date"] == "2026-11-01"
    assert (answers["head_name"], answers["collector"], answers["birth_letter"]) == ("Budi Contoh", "self", "yes")
    assert "member_nik" not in answers


@each_service
def test_at_most_seven_pages_and_each_says_how_far_it_is(client: Client, service: Service) -> None:
    walk(client, ONE_OF_EACH[service], service=service)
    page = text_of(client.get(f"{base(service)}periksa/"))
    assert "Langkah 6 dari 6" in page or "Langkah 7 dari 7" in page


@each_service
def test_the_check_page_shows_answers_files_and_the_office(client: Client, service: Service) -> None:
    walk(client, ONE_OF_EACH[service], service=service)
    page = text_of(client.get(f"{base(service)}periksa/"))
    for shown in ("Siti Contoh", "1671 0417 0895 9901", "RT", "1 berkas", "UPTD Zona", "WhatsApp"):
        assert shown in page
    assert ("Tidak perlu datang sekarang." in page) is (service is not CARD)


def test_a_changed_family_card_is_read_back_in_words(client: Client) -> None:
    walk(client, "perubahan_elemen_data", upto="keterangan", service=FAMILY)
    data = NEW_JOB | {"whose": "self", "elements": ["pekerjaan", "tanda_tangan"]}
    assert send(client, "keterangan", data, service=FAMILY).status_code == 302
    for step in ("berkas", "kabar"):
        send(client, step, steps_of("perubahan_elemen_data", FAMILY)[step], service=FAMILY)
    page = text_of(client.get(f"{base(FAMILY)}periksa/"))
    assert "Pelajar menjadi Guru" in page
    assert "Dibuat lagi saat Anda datang" in page


def test_one_draft_for_each_service_side_by_side(client: Client) -> None:
    for service in Service:
        walk(client, ONE_OF_EACH[service], upto="alamat", service=service)
    assert Draft.objects.count() == 3
    for service in Service:
        assert "Anda punya draf" in text_of(client.get(base(service)))
        assert client.post(base(service))["Location"] == f"{base(service)}alamat/"


def test_each_receipt_stays_while_another_service_is_applied_for(client: Client) -> None:
    sent = {service: apply(client, ONE_OF_EACH[service], service) for service in Service}
    for service, application in sent.items():
        assert application.number in text_of(client.get(f"{base(service)}bukti/"))


@each_service
def test_throwing_away_a_draft_leaves_the_others(client: Client, service: Service) -> None:
    for other in Service:
        start(client, other)
    client.post(f"{base(service)}hapus-draf/")
    assert {draft.service for draft in Draft.objects.all()} == set(Service) - {service}
    assert DRAFT[service] not in client.session


@each_service
def test_a_page_names_the_other_drafts_whose_copies_stay_on_the_device(client: Client, service: Service) -> None:
    for other in Service:
        start(client, other)
    others = {client.session[DRAFT[other]] for other in Service if other is not service}
    first = client.post(base(service))["Location"]
    for page in (first, base(service), f"{base(service)}perangkat-lain/"):
        shown = client.get(page).content.decode().split('data-others="')[1].split('"')[0]
        assert set(shown.split()) == others


def test_the_form_of_another_service_is_shown_again_and_never_saved(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    start(client, FAMILY)
    answer = client.post(f"{base(FAMILY)}alasan/", {"draft": client.session[DRAFT[CARD]], "reason": "hilang"})
    assert answer.status_code == 422
    assert "Halaman ini dari permohonan lain" in text_of(answer)
    assert Draft.objects.get(service="kk").answers == {}


@each_service
def test_an_expired_page_keeps_what_was_typed(service: Service) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"{base(service)}alamat/", {"address": "Lrg. Contoh No. 9"})
    assert answer.status_code == 422
    assert value_of(answer, "address") == "Lrg. Contoh No. 9"


@each_service
def test_going_on_elsewhere_finds_the_service_of_the_draft(client: Client, service: Service) -> None:
    walk(client, ONE_OF_EACH[service], upto="alamat", service=service)
    client.post(f"{base(service)}perangkat-lain/", {"phone": PHONE})
    code = Notice.objects.get(purpose="draft_code").params["kode"]
    other = Client()
    answer = other.post(f"{base(CARD)}lanjut/", {"phone": PHONE, "code": code})
    assert answer["Location"] == f"{base(service)}alamat/"
    assert "dilanjutkan di perangkat lain" in text_of(client.get(base(service)))


@each_service
def test_sending_twice_leads_to_the_same_receipt(client: Client, service: Service) -> None:
    walk(client, ONE_OF_EACH[service], service=service)
    for _ in range(2):
        assert submit(client, service)["Location"] == f"{base(service)}bukti/"
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("service", "name", "next_step"),
    [
        (CARD, "KTP-el", "Kartu diambil pemiliknya"),
        (FAMILY, "Kartu Keluarga", "Jangan datang dulu sebelum diundang."),
        (CERTIFIED, "Legalisir", "Jangan datang dulu sebelum diundang."),
    ],
)
def test_the_receipt_speaks_of_its_service(client: Client, service: Service, name: str, next_step: str) -> None:
    application = apply(client, ONE_OF_EACH[service], service)
    page = client.get(f"{base(service)}bukti/")
    assert f"Nomor permohonan {name}" in text_of(page)
    assert next_step in text_of(page)
    assert f"Bukti permohonan {name} {application.number}." in page.content.decode()
    pdf = pypdfium2.PdfDocument(io.BytesIO(client.get(f"{base(service)}bukti/bukti.pdf").content))
    assert f"Bukti permohonan {name}" in pdf[0].get_textpage().get_text_range()
    assert client.get(f"{base(service)}bukti/bukti.png")["Content-Type"] == "image/png"


@each_service
def test_strangers_have_no_receipt(client: Client, service: Service) -> None:
    apply(client, ONE_OF_EACH[service], service)
    for page in ("bukti/", "bukti/bukti.pdf", "bukti/bukti.png"):
        assert Client().get(f"{base(service)}{page}")["Location"] == base(service)


@each_service
def test_a_small_picture_is_found_below_its_own_service_only(client: Client, service: Service) -> None:
    walk(client, ONE_OF_EACH[service], service=service)
    document = Document.objects.first()
    assert document is not None
    for other in Service:
        answer = client.get(f"{base(other)}berkas/{document.pk}/")
        assert answer.status_code == (200 if other is service else 404)


@pytest.mark.parametrize("address", ["paspor", "ktp_el", "kk/tidak-ada", "legalisir/alasan", "ktp-el/kode-qr"])
def test_there_is_no_other_service_and_no_step_of_another(client: Client, address: str) -> None:
    assert client.get(f"/ajukan/{address}/").status_code == 404


@each_service
def test_the_first_page_says_what_happens_next(client: Client, service: Service) -> None:
    page = text_of(client.get(base(service)))
    assert "Gratis" in page
    assert ("tidak perlu datang dulu" in page) is (service is not CARD)
    for reason in REASONS[service]:
        assert reason.label in page


@pytest.mark.parametrize(
    ("step", "data", "field", "message"),
    [
        ("alasan", {}, "id_reason", "Pilih satu alasan."),
        ("alasan", {"reason": "tambah_anggota"}, "id_added_by", "Pilih sebab anggota bertambah."),
        ("keluarga", {}, "id_applicant", "Pilih siapa yang mengajukan."),
        ("keluarga", {"head_name": ""}, "id_head_name", "Isi nama kepala keluarga."),
        ("alamat", {**ADDRESS}, "id_collector", "Pilih siapa yang akan datang."),
        ("keterangan", {"member_birth_date_0": "1", "member_birth_date_1": "1", "member_birth_date_2": "2999"},
         "id_member_birth_date", "Tanggal lahir ini belum terjadi."),
    ],
)  # fmt: skip
def test_what_is_missing_from_a_family_is_told_beside_the_field(
    client: Client, step: str, data: dict[str, Any], field: str, message: str
) -> None:
    walk(client, "tambah_anggota", upto=step, service=FAMILY)
    answer = send(client, step, data, service=FAMILY)
    assert answer.status_code == 422
    assert message in field_message(answer, field)
    assert any(message in line for line in messages_of(answer))


def test_five_hundred_copies_are_answered_with_what_to_do(client: Client) -> None:
    walk(client, "kk", upto="dokumen", service=CERTIFIED)
    answer = send(client, "dokumen", {"reason": "kk", "copies": "500"}, service=CERTIFIED)
    assert answer.status_code == 422
    assert "Tulis 20 atau kurang." in field_message(answer, "id_copies")
    assert value_of(answer, "copies") == "500"


def test_whoever_changes_the_reason_is_asked_again_before_sending(client: Client) -> None:
    walk(client, "rusak", service=FAMILY)
    send(client, "alasan", {"reason": "kurang_anggota", "removed_by": "died"}, service=FAMILY)
    assert submit(client, FAMILY)["Location"] == f"{base(FAMILY)}keterangan/"
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("service", "reason"), [(FAMILY, "perubahan_elemen_data"), (FAMILY, "tambah_anggota"), (CERTIFIED, "kk")]
)
def test_no_page_weighs_more_or_asks_the_database_more_than_those_of_a_card(
    client: Client, service: Service, reason: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    walk(client, reason, service=service)
    banners()  # kept for all pages, so not read by this one
    for step in STEPS[service]:
        with django_assert_max_num_queries(8):
            page = client.get(step.address)
        assert page.status_code == 200, step.slug
        assert len(gzip.compress(page.content)) <= STEP, step.slug
