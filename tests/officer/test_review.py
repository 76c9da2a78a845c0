"""The desk through HTTP: take, look, decide, take back."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.clock import database_now
from requests_app.models import AccessLog, Application, Decision, Officer, StaffNote, Zone
from requests_app.operations.clock import end_leases
from requests_app.operations.decisions import decide, take_back
from requests_app.operations.followup import withdraw
from requests_app.operations.review import claim_application
from requests_app.rules.messages import render
from tests.factories import REJECTED, OfficerFactory, on_duty, submitted
from tests.officer.conftest import Later, add_page, fields_of, signed_in, with_documents
from tests.operations.blanks import stocked

pytestmark = pytest.mark.django_db


def review(application: Application) -> str:
    return reverse("review_application", args=[application.number])


def deciding(application: Application, kind: str) -> str:
    return reverse("decide_application", args=[application.number, kind])


def test_take_next_opens_the_application_and_leaves_access_rows(desk: Client, officer: Officer, now: datetime) -> None:
    application = submitted(now)
    response = desk.post(reverse("take_next"))
    assert response["Location"] == review(application)
    page = desk.get(response["Location"])
    assert page.status_code == 200
    assert application.name in page.text
    actions = list(AccessLog.objects.filter(officer=officer).order_by("id").values_list("action", flat=True))
    assert actions == ["claim", "open"]


def test_each_opening_leaves_its_own_access_row(desk: Client, held: Application) -> None:
    before = AccessLog.objects.count()
    desk.get(review(held))
    desk.get(review(held))
    assert AccessLog.objects.filter(action="open", application=held).count() == 2
    assert AccessLog.objects.count() == before + 2


def test_not_on_duty_is_asked_once_and_recorded(now: datetime) -> None:
    officer = OfficerFactory()
    desk, application = signed_in(officer), submitted(now)
    asked = desk.post(reverse("take_next"))
    assert "Anda tidak bertugas hari ini" in asked.text
    assert Application.objects.get().status == "submitted"
    confirmed = desk.post(reverse("take_next"), fields_of(asked))
    assert confirmed["Location"] == review(application)
    assert StaffNote.objects.get(officer=officer).code == "off_duty_work"
    submitted(now)
    desk.post(reverse("release_application", args=[application.number]))
    assert desk.post(reverse("take_next")).status_code == 302


def test_a_confirmation_page_keeps_the_report_counters_way(now: datetime) -> None:
    desk, application = signed_in(OfficerFactory()), submitted(now)
    address = reverse("claim_application", args=[application.number])
    asked = desk.post(address)
    assert f'action="{address}"' in asked.text
    assert desk.post(address, {"confirmed": "1"})["Location"] == review(application)


def test_an_empty_queue_says_so(desk: Client) -> None:
    page = desk.post(reverse("take_next"), follow=True)
    assert "Tidak ada permohonan yang menunggu" in page.text


def test_the_phone_stays_masked_on_the_desk(desk: Client, held: Application) -> None:
    page = desk.get(review(held)).text
    assert held.phone not in page
    assert held.phone[-4:] in page


def test_a_clean_case_is_approved_by_one_post_below_its_exact_message(desk: Client, held: Application) -> None:
    page = desk.get(review(held))
    response = desk.post(deciding(held, "approved"), fields_of(page, "approve"))
    decision = Decision.objects.get(application=held)
    assert response["Location"] == reverse("decision_recorded", args=[decision.pk])
    notice = held.notices.get(purpose="approved")
    sent = render(notice.text.body, notice.params)
    assert sent.replace(notice.check_code, "······") in page.text.replace("&#x27;", "'")


def test_an_approval_with_other_words_than_those_shown_is_shown_first(desk: Client, held: Application) -> None:
    fields = fields_of(desk.get(review(held)), "approve") | {"bring": "KTP-el lama"}
    shown = desk.post(deciding(held, "approved"), fields)
    assert shown.status_code == 200
    assert "bawa KTP-el lama" in shown.text
    assert not Decision.objects.exists()
    confirmed = desk.post(deciding(held, "approved"), fields_of(shown))
    assert confirmed.status_code == 302
    assert Decision.objects.get().details["bring"] == "KTP-el lama"


CASES = {
    "needs_correction": {"reason_for_KK": "foto_buram", "reason_for_name": "lain", "note_for_name": "Tulis gelar."},
    "recording_needed": {},
    "rejected": {"reason": "bukan_penduduk", "next_step": "Datang ke kantor kami."},
}


@pytest.mark.parametrize("kind", CASES)
def test_each_other_decision_is_previewed_word_for_word_and_then_recorded(
    desk: Client, held: Application, kind: str
) -> None:
    form = desk.get(deciding(held, kind))
    assert form.status_code == 200
    preview = desk.post(deciding(held, kind), fields_of(form) | CASES[kind] | {"note": "Salam dari loket."})
    assert preview.status_code == 200
    assert not Decision.objects.exists()
    assert desk.post(deciding(held, kind), fields_of(preview)).status_code == 302
    held.refresh_from_db()
    assert held.status == kind
    notice = held.notices.get(purpose=kind)
    sent = render(notice.text.body, notice.params).replace(notice.check_code, "······")
    assert "Salam dari loket." in sent
    assert sent in preview.text


def test_own_words_of_a_correction_name_what_they_speak_of(desk: Client, held: Application) -> None:
    fields = fields_of(desk.get(deciding(held, "needs_correction"))) | CASES["needs_correction"]
    desk.post(deciding(held, "needs_correction"), fields_of(desk.post(deciding(held, "needs_correction"), fields)))
    decision = Decision.objects.get()
    assert decision.items == [{"target": "KK", "reason": "foto_buram"}, {"target": "name", "reason": ""}]
    assert "Nama lengkap: Tulis gelar." in decision.note


WRONG = {
    "approved": ({"bring": "", "note": "Bawa payung."}, "Isi apa yang perlu dibawa"),
    "recording_needed": ({"from_day": "2020-01-01", "note": "Bawa payung."}, "Pilih tanggal mulai hari ini"),
    "rejected": ({"note": "Bawa payung."}, "Pilih alasan penolakan."),
    "needs_correction": ({"note": "Bawa payung."}, "Pilih sedikitnya satu berkas"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_faulty_form_is_422_and_keeps_what_was_typed(desk: Client, held: Application, kind: str) -> None:
    typed, message = WRONG[kind]
    response = desk.post(deciding(held, kind), fields_of(desk.get(deciding(held, kind))) | typed)
    assert response.status_code == 422
    assert message in response.text
    assert "Bawa payung." in response.text
    assert not Decision.objects.exists()


def test_own_words_need_their_item_to_be_marked(desk: Client, held: Application) -> None:
    fields = {"note_for_KK": "Terlipat.", "reason_for_name": "lain"}
    response = desk.post(deciding(held, "needs_correction"), fields)
    assert response.status_code == 422
    assert "Pilih alasan untuk Kartu Keluarga." in response.text
    assert "Tuliskan apa yang perlu diperbaiki pada Nama lengkap." in response.text


def test_back_from_the_preview_the_form_is_filled_as_before(desk: Client, held: Application) -> None:
    fields = fields_of(desk.get(deciding(held, "rejected"))) | {"reason": "bukan_penduduk", "note": "Kami bantu."}
    preview = desk.post(deciding(held, "rejected"), fields)
    again = desk.post(deciding(held, "rejected"), fields_of(preview) | {"action": "edit"})
    assert again.status_code == 200
    assert "Kami bantu." in again.text


def test_deciding_one_after_the_other_leads_straight_to_the_next_with_the_way_back(
    desk: Client, officer: Officer, now: datetime
) -> None:
    first, second = with_documents(submitted(now)), submitted(now + timedelta(seconds=1))
    page = desk.get(desk.post(reverse("take_next"))["Location"])
    response = desk.post(deciding(first, "approved"), fields_of(page, "approve"))
    assert response["Location"] == review(second)
    page = desk.get(response["Location"])
    decision = Decision.objects.get(application=first)
    assert reverse("take_back_decision", args=[decision.pk]) in page.text


def test_taken_back_in_time_the_application_is_on_the_desk_again(desk: Client, held: Application) -> None:
    desk.post(deciding(held, "approved"), fields_of(desk.get(review(held)), "approve"))
    decision = Decision.objects.get()
    assert "Urungkan" in desk.get(reverse("decision_recorded", args=[decision.pk])).text
    response = desk.post(reverse("take_back_decision", args=[decision.pk]))
    assert response["Location"] == review(held)
    held.refresh_from_db()
    assert held.status == "in_review"
    page = desk.get(review(held)).text
    assert "Urungkan" not in page
    assert f"{held.number}: keputusan diurungkan" in page


def test_taken_back_too_late_the_page_says_who_can_help(desk: Client, held: Application, later: Later) -> None:
    desk.post(deciding(held, "approved"), fields_of(desk.get(review(held)), "approve"))
    later(9)
    page = desk.get(reverse("decision_recorded", args=[Decision.objects.get().pk]))
    assert "Urungkan" not in page.text
    response = desk.post(reverse("take_back_decision", args=[Decision.objects.get().pk]))
    assert response.status_code == 409
    assert "Pengawas dapat membatalkan" in response.text


def test_nobody_takes_back_what_another_decided(desk: Client, held: Application, now: datetime) -> None:
    desk.post(deciding(held, "approved"), fields_of(desk.get(review(held)), "approve"))
    other = signed_in(OfficerFactory())
    assert other.post(reverse("take_back_decision", args=[Decision.objects.get().pk])).status_code == 404


def test_a_lost_lease_is_explained_and_what_was_typed_stays(desk: Client, held: Application, later: Later) -> None:
    fields = fields_of(desk.get(deciding(held, "rejected"))) | {"reason": "ganda", "note": "Tulisan panjang saya."}
    later(16 * 60)
    end_leases(now=database_now())
    response = desk.post(deciding(held, "rejected"), fields)
    assert response.status_code == 409
    assert "Waktu pegang permohonan ini sudah habis" in response.text
    assert "Tulisan panjang saya." in response.text


def test_the_same_confirmation_twice_gives_the_decision_that_was_recorded(desk: Client, held: Application) -> None:
    fields = fields_of(desk.get(review(held)), "approve")
    first = desk.post(deciding(held, "approved"), fields)
    assert desk.post(deciding(held, "approved"), fields)["Location"] == first["Location"]
    assert Decision.objects.count() == 1


def test_decided_by_somebody_else_meanwhile_the_page_says_by_whom(
    desk: Client, held: Application, later: Later
) -> None:
    fields = fields_of(desk.get(review(held)), "approve")
    later(16 * 60)
    end_leases(now=database_now())
    other = on_duty(OfficerFactory(username="rudi"), database_now())
    claim_application(application_id=held.pk, officer=other, now=database_now())
    decide(application_id=held.pk, officer=other, now=database_now(), verdict=REJECTED)
    response = desk.post(deciding(held, "approved"), fields)
    assert response.status_code == 409
    assert "Ditolak oleh rudi" in response.text
    assert Decision.objects.count() == 1


def test_without_scripts_looking_at_another_document_keeps_the_lease(
    desk: Client, held: Application, later: Later
) -> None:
    later(10 * 60)
    desk.get(review(held), {"lihat": "1"})
    before, _ = held.lease_until, held.refresh_from_db()
    assert held.lease_until > before


def test_the_lease_is_renewed_while_the_page_is_in_use(desk: Client, held: Application, later: Later) -> None:
    later(10 * 60)
    assert desk.post(reverse("renew_lease", args=[held.number])).status_code == 204
    before, _ = held.lease_until, held.refresh_from_db()
    assert held.lease_until - before == pytest.approx(timedelta(minutes=10), abs=timedelta(seconds=30))
    other = signed_in(OfficerFactory())
    assert other.post(reverse("renew_lease", args=[held.number])).status_code == 409


def test_another_officer_sees_the_application_but_no_decision_bar(held: Application) -> None:
    page = signed_in(OfficerFactory()).get(review(held))
    assert page.status_code == 200
    assert "Sedang diperiksa" in page.text
    assert deciding(held, "rejected") not in page.text


def test_findings_stand_beside_what_they_speak_of(desk: Client, officer: Officer, now: datetime) -> None:
    before = submitted(now)
    withdraw(application_id=before.pk, now=now)
    police_date = (now - timedelta(days=20)).date().isoformat()
    application = submitted(
        now, nik=before.nik, phone=before.phone, sex="L", birth_date="1995-08-18", police_date=police_date
    )
    add_page(application, "KK", hints=["dark"])
    neighbour = submitted(now, phone=before.phone)
    page = desk.get(review(application)).text
    for text in (
        "lebih dari 14 hari", "Pernah mengajukan", before.number, "Nomor ini juga dipakai 1 orang lain",
        "Kartu Keluarga: foto gelap", "Surat kehilangan dari kepolisian tidak ada",
    ):  # fmt: skip
        assert text in page
    assert page.count("Berbeda dari NIK; cocokkan dengan KK.") == 2
    assert "Nomor ini juga dipakai" in desk.get(review(neighbour)).text


def test_another_open_application_for_the_same_person_stands_on_top(desk: Client, now: datetime) -> None:
    first = submitted(now)
    second = submitted(now, nik=first.nik)
    page = desk.get(review(first)).text
    assert "Permohonan lain untuk NIK ini masih berjalan" in page
    assert second.number in page


def test_the_history_shows_events_decisions_and_where_each_message_stands(
    desk: Client, held: Application, officer: Officer, now: datetime
) -> None:
    desk.post(deciding(held, "approved"), fields_of(desk.get(review(held)), "approve"))
    take_back(decision_id=Decision.objects.get().pk, officer=officer, now=now + timedelta(seconds=1))
    page = desk.get(review(held)).text
    for text in ("Keputusan diurungkan", "tidak jadi dikirim", "menunggu dikirim", f"Disetujui ({officer.username})"):
        assert text in page


def test_an_officer_with_zones_finds_nothing_of_other_zones(held: Application, officer: Officer, now: datetime) -> None:
    elsewhere = OfficerFactory()
    elsewhere.zones.set(Zone.objects.exclude(pk=held.zone_id)[:1])
    client = signed_in(elsewhere)
    document = held.documents.first()
    for address in (review(held), reverse("see_document", args=[document.pk, 1]), deciding(held, "approved")):
        assert client.get(address).status_code == 404
    for name in ("claim_application", "release_application", "renew_lease"):
        assert client.post(reverse(name, args=[held.number])).status_code == 404
    assert held.number not in client.get(reverse("officer_list")).text
    found = client.post(reverse("officer_list"), {"q": held.nik})
    assert held.number not in found.text
    assert client.post(reverse("officer_list"), {"q": held.number}).status_code == 200


def test_an_officer_with_services_finds_nothing_of_other_services(held: Application) -> None:
    client = signed_in(OfficerFactory(services=["kk"]))
    assert client.get(review(held)).status_code == 404


def test_the_desk_needs_a_fixed_number_of_queries(
    desk: Client, held: Application, now: datetime, django_assert_num_queries
) -> None:
    stocked(now, 500)
    desk.get(review(held))
    with django_assert_num_queries(21):
        desk.get(review(held))
    for _ in range(5):
        add_page(held, "KK")
    with django_assert_num_queries(21):
        desk.get(review(held))
