"""Documents signed electronically and KTP-el need no legalisir: said, shown, printed, and never taken."""

import io

import pypdfium2
import pytest
from django.test import Client

from requests_app.models import Application, Draft
from tests.citizen.apply.walk import CERTIFIED, base, messages_of, send, start, submit, text_of, walk

pytestmark = pytest.mark.django_db
PAGE = "/ajukan/legalisir/tidak-perlu/"
RULE = "Peraturan Menteri Dalam Negeri Nomor 104 Tahun 2019, Pasal 19 ayat (6)"


@pytest.mark.parametrize("signature", ["electronic", "ktp_el"])
def test_the_first_answer_leads_to_the_explanation_and_is_not_kept(client: Client, signature: str) -> None:
    start(client, CERTIFIED)
    assert send(client, "kode-qr", {"signature": signature}, service=CERTIFIED)["Location"] == PAGE
    assert Draft.objects.get().answers == {}


def test_the_question_comes_first(client: Client) -> None:
    answer = client.post(base(CERTIFIED))
    assert answer["Location"] == f"{base(CERTIFIED)}kode-qr/"
    assert client.get(f"{base(CERTIFIED)}dokumen/")["Location"] == answer["Location"]
    assert "Apakah dokumen Anda punya kode QR" in text_of(client.get(answer["Location"]))


def test_no_answer_is_asked_again(client: Client) -> None:
    start(client, CERTIFIED)
    answer = send(client, "kode-qr", {}, service=CERTIFIED)
    assert answer.status_code == 422
    assert messages_of(answer) == ["Pilih apakah ada kode QR di dokumen."]


@pytest.mark.parametrize("signature", ["electronic", "ktp_el", "gratis"])
def test_the_server_takes_no_such_application_whatever_is_posted(client: Client, signature: str) -> None:
    walk(client, "kk", service=CERTIFIED)
    draft = Draft.objects.get()
    Draft.objects.filter(pk=draft.pk).update(answers=draft.answers | {"signature": signature})
    assert submit(client, CERTIFIED)["Location"] == f"{base(CERTIFIED)}kode-qr/"
    assert not Application.objects.exists()


def test_an_answer_changed_at_the_end_takes_the_application_away(client: Client) -> None:
    walk(client, "kk", service=CERTIFIED)
    assert send(client, "kode-qr", {"signature": "electronic"}, service=CERTIFIED)["Location"] == PAGE
    assert Draft.objects.get().answers["signature"] == "wet"


def test_a_link_cannot_answer_it_in_a_way_that_is_refused(client: Client) -> None:
    answer = client.post(f"{base(CERTIFIED)}?signature=electronic&reason=ktp_el")
    assert answer["Location"] == f"{base(CERTIFIED)}kode-qr/"
    assert Draft.objects.get().answers == {}


def test_the_page_cites_the_rule_and_leads_back(client: Client) -> None:
    page = client.get(PAGE)
    assert RULE in text_of(page)
    content = page.content.decode()
    assert 'href="/ajukan/legalisir/"' in content
    assert 'href="/ajukan/legalisir/tidak-perlu/penjelasan.pdf"' in content
    assert "data-print" in content


def test_the_sheet_says_the_same_in_indonesian_also_on_an_english_page(client: Client) -> None:
    client.cookies["bahasa"] = "en"
    answer = client.get(f"{PAGE}penjelasan.pdf")
    assert answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    words = " ".join(document[0].get_textpage().get_text_range().split())
    assert len(document) == 1
    assert RULE in words
    assert "tidak perlu dilegalisir" in words
    assert "Pindai kode QR di dokumen." in words


def test_somebody_who_never_applied_reads_it_too(client: Client) -> None:
    assert client.get(PAGE).status_code == 200
    assert not Draft.objects.exists()
