"""The pages of what a citizen does after sending; each behind the proof, each says what happens next."""

from datetime import timedelta

import pytest
from django.test import Client
from lxml import html

from requests_app.models import Decision, Notice, Promise, Report
from requests_app.operations.clock import break_promises
from requests_app.operations.proofs import check_secret
from tests.citizen.track.conftest import look_up
from tests.factories import APPROVED, REJECTED, decided, new_phone, submitted

pytestmark = pytest.mark.django_db
PAGES = ["perbaikan", "batal", "keberatan", "kontak", "lapor", "bukti"]


def earlier(now, **ago):
    return now - timedelta(**(ago or {"minutes": 1}))


def broken(now):
    application = submitted(earlier(now, days=5, minutes=1))
    break_promises(now=now)
    return application


@pytest.mark.parametrize("name", PAGES)
def test_without_the_proof_a_page_leads_back_to_the_stage(visitor, now, name):
    application = submitted(now)
    address = look_up(visitor, application).url
    for response in (visitor.get(f"{address}{name}/"), visitor.post(f"{address}{name}/")):
        assert response.status_code in {302, 405}
        assert response.status_code == 405 or response.url == address
    application.refresh_from_db()
    assert application.version == 0


@pytest.mark.parametrize("name", ["perbaikan", "keberatan", "kontak", "lapor"])
@pytest.mark.parametrize("known", [True, False])
def test_what_was_typed_comes_back_when_the_access_ended_meanwhile(visitor, now, name, known):
    application = submitted(now)
    if known:
        look_up(visitor, application)
    typed = {"words": "Belum ada <kabar>.\nMohon dibantu.", "phone": "0812", "code": "123456", "kirim": "1"}
    page = visitor.post(f"/lacak/{application.number}/{name}/", typed)
    assert page.status_code == 422
    assert "no-store" in page["Cache-Control"]
    form = html.fromstring(page.content).xpath("//form[@method='post']")[-1]
    again = dict(form.form_values())
    assert again.pop("csrfmiddlewaretoken")
    assert again == {"words": typed["words"], "phone": "0812"}
    assert form.get("action") is None, "sent to where it was going"
    application.refresh_from_db()
    assert application.version == 0


def test_the_words_are_taken_once_the_application_is_open_again(prove, now):
    application = broken(now)
    address = f"/lacak/{application.number}/lapor/"
    words = {"words": "Belum ada kabar."}
    assert Client().post(address, words).status_code == 422
    assert prove(application).post(address, words).status_code == 302
    assert Report.objects.get(application=application).words == words["words"]


def test_withdrawing_asks_first_and_then_tells(prove, now):
    application = submitted(now)
    client, address = prove(application), f"/lacak/{application.number}/batal/"
    assert "tidak dapat dibuka kembali" in client.get(address).content.decode()
    application.refresh_from_db()
    assert application.status == "submitted"
    page = client.post(address, follow=True).content.decode()
    assert "Permohonan sudah dibatalkan" in page
    application.refresh_from_db()
    assert application.status == "withdrawn"
    assert "tidak dapat dibatalkan lagi" in client.post(address, follow=True).content.decode()


def test_the_report_button_comes_with_the_apology(visitor, now):
    application = broken(now)
    page = visitor.get(look_up(visitor, application).url).content.decode()
    assert "Maaf, kami terlambat menjawab" in page
    assert "Kirim kode untuk melapor" in page


def test_a_report_adds_the_words_and_shows_its_number(prove, now):
    application = broken(now)
    client, address = prove(application), f"/lacak/{application.number}/lapor/"
    report = Report.objects.get()
    assert report.number in client.get(address).content.decode()
    page = client.post(address, {"words": "Belum ada kabar."}, follow=True).content.decode()
    report.refresh_from_db()
    assert report.words == "Belum ada kabar."
    assert report.number in page
    assert "dilayani lebih dulu" in page


def test_words_after_an_answer_open_the_report_again_and_the_answer_stays(prove, now):
    application = broken(now)
    client, address = prove(application), f"/lacak/{application.number}/"
    Report.objects.update(status="answered", answer="Besok kami periksa.", answered_at=now)
    assert "Dijawab" in client.get(address).content.decode()
    page = client.post(f"{address}lapor/", {"words": "Belum juga."}, follow=True).content.decode()
    assert Report.objects.get().status == "open"
    assert "Dijawab." not in page and "Besok kami periksa." in page and "Belum juga." in page


def test_an_empty_report_is_told_beside_the_field(prove, now):
    application = broken(now)
    response = prove(application).post(f"/lacak/{application.number}/lapor/", {"words": " "})
    assert response.status_code == 422
    assert "Tuliskan laporan Anda." in response.content.decode()


def test_no_report_before_the_promise_is_broken(prove, now):
    application = submitted(now)
    page = prove(application).get(f"/lacak/{application.number}/lapor/", follow=True).content.decode()
    assert "Anda tidak perlu melapor" in page


def test_an_objection_starts_a_new_round(prove, now):
    application = decided(earlier(now), REJECTED)
    client, address = prove(application), f"/lacak/{application.number}/keberatan/"
    assert "Keberatan hanya sekali" in client.get(address).content.decode()
    page = client.post(address, {"words": "Saya warga Palembang."}, follow=True).content.decode()
    assert "Petugas lain memeriksanya" in page
    assert Decision.objects.get().objection == "Saya warga Palembang."
    assert "tidak dapat diajukan" in client.post(address, {"words": "Lagi"}, follow=True).content.decode()
    assert Promise.objects.filter(application=application).count() == 2


def test_no_objection_to_an_approval(prove, now):
    application = decided(earlier(now), APPROVED)
    client = prove(application)
    assert "Ajukan keberatan" not in client.get(f"/lacak/{application.number}/").content.decode()
    client.post(f"/lacak/{application.number}/keberatan/", {"words": "x"})
    assert not Decision.objects.filter(objected_at__isnull=False).exists()


def test_changing_the_phone_tells_the_old_one(prove, now):
    application = submitted(now)
    client, old, new = prove(application), application.phone, new_phone()
    fields = {"contact": "whatsapp", "phone": new, "phone_owner": "self"}
    response = client.post(f"/lacak/{application.number}/kontak/", fields, follow=True)
    assert "Cara dikabari sudah diganti" in response.content.decode()
    assert Notice.objects.get(purpose="contact_changed").recipient == old


def test_an_impossible_phone_changes_nothing(prove, now):
    application = submitted(now)
    fields = {"contact": "whatsapp", "phone": "0711 123456", "phone_owner": "self"}
    response = prove(application).post(f"/lacak/{application.number}/kontak/", fields)
    assert response.status_code == 422
    assert "0711 123456" in response.content.decode()
    assert not Notice.objects.filter(purpose="contact_changed").exists()


def test_whoever_wants_no_contact_sees_the_secret_once(prove, now):
    application = submitted(now)
    client, address = prove(application), f"/lacak/{application.number}/"
    page = client.post(address + "kontak/", {"contact": "none"}).content.decode()
    secret = page.split('<strong class="number">')[1].split("<")[0]
    assert check_secret(application_id=application.pk, secret=secret)
    assert secret not in client.get(address).content.decode()


def test_changing_the_contact_over_and_over_is_limited_with_what_was_typed(prove, now):
    application = submitted(now)
    client, address = prove(application), f"/lacak/{application.number}/kontak/"
    for _ in range(10):
        client.post(address, {"contact": "whatsapp", "phone": new_phone(), "phone_owner": "self"})
    phone = new_phone()
    response = client.post(address, {"contact": "whatsapp", "phone": phone, "phone_owner": "self"})
    assert response.status_code == 429
    assert phone in response.content.decode()


def test_the_receipt_again_without_any_secret(prove, now):
    application = submitted(now)
    page = prove(application).get(f"/lacak/{application.number}/bukti/").content.decode()
    assert application.number in page
    assert "data:image/svg+xml" in page
    assert application.nik not in page


def test_the_receipt_as_a_pdf_needs_the_proof(visitor, prove, now):
    application = submitted(now)
    address = look_up(visitor, application).url + "bukti/bukti.pdf"
    assert visitor.get(address).status_code == 302
    response = prove(application).get(address)
    assert response.content.startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]
