"""From a KTP-el to the family card that comes first, and from its receipt back: nothing is asked twice."""

from typing import Any

import pytest
from django.test import Client

from requests_app.citizen.apply.visit import DRAFT
from requests_app.models import Application, Document, Draft
from requests_app.operations.documents import document_store
from tests.citizen.apply.walk import (
    BASE,
    CARD,
    FAMILY,
    NEW_JOB,
    apply,
    base,
    messages_of,
    send,
    start,
    submit,
    text_of,
    upload,
    walk,
)

pytestmark = pytest.mark.django_db
FIRST, TOO = "/ajukan/ktp-el/kk-dulu/", "/ajukan/kk/bukti/ktp-el/"
CHANGED = "perubahan_elemen_data"
NOT_YET = {"reason": "perubahan_data", "kk_updated": "no"}
OFFER, ON = "Ajukan KTP-el juga", "?kembali=periksa"


def family_of(client: Client, **details: Any) -> Application:
    """A change of the family card, sent from this browser."""
    walk(client, CHANGED, upto="keterangan", service=FAMILY)
    send(client, "keterangan", {"whose": "self"} | NEW_JOB | details, service=FAMILY)
    send(client, "berkas", {"lanjut": "1", "KK_LAMA": upload(), "BUKTI_PERUBAHAN": upload()}, service=FAMILY)
    send(client, "kabar", {"contact": "none"}, service=FAMILY)
    assert submit(client, FAMILY)["Location"] == f"{base(FAMILY)}bukti/"
    return Draft.objects.get(pk=client.session[DRAFT[FAMILY]]).application


def test_a_card_with_the_old_data_is_not_applied_for_but_led_to_the_family_card(client: Client) -> None:
    start(client)
    assert send(client, "alasan", NOT_YET)["Location"] == FIRST
    assert Draft.objects.get().answers == {}
    assert "Ubah Kartu Keluarga dulu" in text_of(client.get(FIRST))


def test_the_question_has_to_be_answered(client: Client) -> None:
    start(client)
    answer = send(client, "alasan", {"reason": "perubahan_data"})
    assert messages_of(answer) == ["Pilih apakah KK sudah memuat data yang baru."]


def test_the_family_cards_form_begins_with_what_is_known(client: Client) -> None:
    start(client)
    send(client, "alasan", NOT_YET)
    assert client.post(FIRST)["Location"] == f"{base(FAMILY)}keluarga/{ON}"
    assert Draft.objects.get(service="kk").answers == {"reason": CHANGED}


def test_whoever_told_more_before_is_not_asked_again(client: Client) -> None:
    walk(client, "rusak", upto="berkas")
    client.post(FIRST)
    known = Draft.objects.get(service="kk").answers
    assert (known["name"], known["address"], known["applicant"]) == ("Siti Contoh", "Lrg. Contoh No. 1", "self")


def test_another_family_draft_is_not_mixed_with_it(client: Client) -> None:
    walk(client, "hilang", upto="keluarga", service=FAMILY)
    answer = client.post(FIRST, follow=True)
    assert "Anda punya draf lain untuk layanan ini." in text_of(answer)
    assert Draft.objects.get(service="kk").answers == {"reason": "hilang"}


def test_the_receipt_leads_to_the_card_with_everything_answered(client: Client) -> None:
    family = family_of(client)
    assert OFFER in text_of(client.get(f"{base(FAMILY)}bukti/"))
    assert client.post(TOO)["Location"] == f"{BASE}berkas/{ON}", "only the old card is still to be photographed"
    photo = send(client, "berkas", {"lanjut": "1", "KTP_LAMA": upload()}, query=ON)
    assert photo["Location"] == f"{BASE}periksa/", "what is filled in already is not walked through once more"
    assert submit(client)["Location"] == f"{BASE}bukti/"
    card = Application.objects.get(service="ktp_el")
    assert card.depends_on == family
    for column in ("name", "nik", "kk_number", "address", "contact"):
        assert getattr(card, column) == getattr(family, column), column
    assert card.answers["elements"] == family.answers["elements"]
    assert "depends_on" not in card.answers


def test_the_proof_is_photographed_once(client: Client) -> None:
    family = family_of(client)
    client.post(TOO)
    proof = Document.objects.get(application=family, document_code="BUKTI_PERUBAHAN")
    copy = Document.objects.get(draft=client.session[DRAFT[CARD]], application=None)
    assert (copy.document_code, copy.pages) == ("BUKTI_KERJA", proof.pages)
    assert document_store().read(copy.pk, 0) == document_store().read(proof.pk, 0)
    client.post(TOO)
    assert Document.objects.filter(application=None).count() == 1, "pressed twice, it is there once"


def test_after_the_card_was_sent_it_is_not_offered_again(client: Client) -> None:
    family_of(client)
    client.post(TOO)
    send(client, "berkas", {"lanjut": "1", "KTP_LAMA": upload()})
    submit(client)
    client.get(f"{BASE}bukti/")
    assert OFFER not in text_of(client.get(f"{base(FAMILY)}bukti/"))


def test_what_no_ktp_el_shows_needs_no_new_one(client: Client) -> None:
    only_school = {"elements": ["pendidikan"], "old_pendidikan": "SLTA", "new_pendidikan": "S2"}
    family_of(client, **only_school)
    assert OFFER not in text_of(client.get(f"{base(FAMILY)}bukti/"))
    assert client.post(TOO)["Location"] == f"{base(FAMILY)}bukti/"
    assert not Draft.objects.filter(service="ktp_el").exists()


def test_other_reasons_offer_nothing(client: Client) -> None:
    apply(client, "rusak", FAMILY)
    assert OFFER not in text_of(client.get(f"{base(FAMILY)}bukti/"))
    assert client.post(TOO)["Location"] == f"{base(FAMILY)}bukti/"


def test_of_another_member_only_what_the_card_does_not_say_is_asked(client: Client) -> None:
    family_of(client, whose="other", member_name="Adik Contoh", member_nik="1671 0457 0895 9903")
    assert client.post(TOO)["Location"] == f"{BASE}pemilik/{ON}"
    page = client.get(f"{BASE}pemilik/").content.decode()
    assert 'value="Adik Contoh"' in page
    assert 'value="1671045708959903"' in page


def test_a_begun_card_of_the_same_change_goes_on(client: Client) -> None:
    start(client)
    send(client, "alasan", NOT_YET)
    before = client.session[DRAFT[CARD]]
    family_of(client)
    client.post(TOO)
    assert client.session[DRAFT[CARD]] == before
    assert Draft.objects.get(pk=before).answers["kk_updated"] == "applied"


@pytest.mark.parametrize("reason", ["rusak", "perubahan_data"])
def test_somebody_elses_draft_is_never_mixed_with_it(client: Client, reason: str) -> None:
    walk(client, reason, upto="alamat")
    kept = Draft.objects.get(service="ktp_el").answers
    family_of(client)
    answer = client.post(TOO, follow=True)
    assert "Anda punya draf lain untuk layanan ini." in text_of(answer)
    assert Draft.objects.get(service="ktp_el").answers == kept


def test_strangers_cannot_link_anything(client: Client) -> None:
    family_of(Client())
    assert client.post(TOO)["Location"] == f"{base(FAMILY)}bukti/"
    assert client.get(TOO).status_code == 405
    start(client)
    posted = {"reason": "perubahan_data", "kk_updated": "applied", "depends_on": str(Application.objects.get().pk)}
    send(client, "alasan", posted)
    assert "depends_on" not in Draft.objects.get(application=None).answers


def test_whoever_says_later_that_the_card_is_changed_waits_for_nothing(client: Client) -> None:
    family_of(client)
    client.post(TOO)
    send(client, "alasan", {"reason": "perubahan_data", "kk_updated": "yes"})
    assert "Kartu Keluarga" in text_of(client.get(f"{BASE}berkas/"))
    send(client, "berkas", {"lanjut": "1", "KTP_LAMA": upload(), "KK": upload()})
    submit(client)
    assert Application.objects.get(service="ktp_el").answers["kk_updated"] == "yes"


def test_starting_too_often_is_slowed_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.citizen.apply.limits.STARTS", 0)
    assert client.post(FIRST).status_code == 429
