"""What a citizen does after sending: each thing once, in time, and with the old phone told."""

from datetime import timedelta

import pytest

from requests_app.models import Decision, Document, Event, Notice, Promise, Report
from requests_app.operations.clock import break_promises, publish_answers
from requests_app.operations.decisions import annul_decision, take_back
from requests_app.operations.followup import (
    change_contact,
    faulted_targets,
    object_to_rejection,
    record_answer_shown,
    resubmit_correction,
    withdraw,
)
from requests_app.operations.notices import phone_hash
from requests_app.operations.proofs import check_code, check_secret, send_code, use_link
from requests_app.operations.reports import answer_report, close_report, own_report, write_report
from requests_app.operations.review import claim_application
from requests_app.operations.steps import NotNow
from requests_app.rules.statuses import StepNotAllowed
from tests.factories import (
    APPROVED,
    CORRECTION,
    RECORDING,
    REJECTED,
    OfficerFactory,
    decided,
    new_phone,
    on_duty,
    submitted,
)  # fmt: skip

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHATSAPP = {"contact": "whatsapp", "phone_owner": "self"}


def promise_of(application, number=1):
    return Promise.objects.get(application=application, round=number)


# The answer's text was shown.


def test_showing_the_answer_in_time_keeps_the_promise(now):
    application = decided(now, APPROVED)
    record_answer_shown(application_id=application.pk, now=now + 5 * DAY)
    promise = promise_of(application)
    assert (promise.outcome, promise.evidence, promise.told_at) == ("kept", "shown", now + 5 * DAY)


def test_showing_it_a_second_late_does_not(now):
    application = decided(now, APPROVED)
    record_answer_shown(application_id=application.pk, now=now + 5 * DAY + timedelta(seconds=1))
    assert promise_of(application).outcome == "open"


def test_before_its_release_an_answer_is_not_shown(now):
    application = decided(now, APPROVED)
    record_answer_shown(application_id=application.pk, now=now + timedelta(seconds=7))
    assert promise_of(application).told_at is None


def test_a_decision_taken_back_was_not_shown(now):
    officer = on_duty(OfficerFactory(), now)
    application = decided(now, APPROVED, officer=officer)
    take_back(decision_id=application.decisions.get().pk, officer=officer, now=now + timedelta(seconds=2))
    record_answer_shown(application_id=application.pk, now=now + HOUR)
    assert promise_of(application).told_at is None


def test_the_page_of_an_annulled_decision_answers_the_old_round_only(now):
    application = decided(now, REJECTED)
    annul_decision(
        decision_id=application.decisions.get().pk, supervisor=OfficerFactory(role="supervisor"), reason="keliru",
        now=now + HOUR,
    )  # fmt: skip
    record_answer_shown(application_id=application.pk, now=now + 2 * HOUR)
    assert promise_of(application).outcome == "kept"
    assert promise_of(application, 2).told_at is None


def test_an_undecided_application_has_nothing_to_show(now):
    application = submitted(now)
    record_answer_shown(application_id=application.pk, now=now + HOUR)
    assert promise_of(application).told_at is None


# Correction.


def resend(application, at, **answers):
    return resubmit_correction(application_id=application.pk, answers=answers, now=at)


def a_document(application, code, round_, now):
    return Document.objects.create(
        application=application, document_code=code, round=round_, original_kind="jpeg", original_bytes=1, pages=1,
        stored_bytes=1, uploaded_at=now,
    )  # fmt: skip


def test_only_what_was_faulted_is_replaced(now):
    application = decided(now, CORRECTION)
    old_kk, police = (a_document(application, code, 1, now) for code in ("KK", "SURAT_HILANG"))
    new_kk, sneaked_in = (a_document(application, code, 2, now + DAY) for code in ("KK", "SURAT_HILANG"))
    assert faulted_targets(application) == [{"target": "KK", "reason": "foto_buram"}]
    resend(application, now + DAY, name="Nama Lain", address="Alamat Lain")
    application.refresh_from_db()
    assert (application.name, application.address) == ("Siti Contoh", "Lrg. Contoh No. 1")
    standing = set(Document.objects.filter(replaced_at__isnull=True).values_list("pk", flat=True))
    assert {new_kk.pk, police.pk} <= standing
    assert old_kk.pk not in standing
    assert sneaked_in.round == 2


def test_a_correction_starts_a_new_round_with_its_own_promise(now):
    application = resend(decided(now, CORRECTION), now + 13 * DAY)
    assert (application.status, application.round) == ("submitted", 2)
    assert promise_of(application).outcome in {"kept", "open"}
    assert promise_of(application, 2).due_at == now + 18 * DAY


def test_a_correction_is_sent_once(now):
    application = decided(now, CORRECTION)
    resend(application, now + DAY)
    with pytest.raises(NotNow):
        resend(application, now + DAY)
    assert Promise.objects.filter(application=application).count() == 2


def test_nothing_to_correct(now):
    with pytest.raises(NotNow):
        resend(submitted(now), now)


# Withdrawal.


@pytest.mark.parametrize("verdict", [APPROVED, CORRECTION, RECORDING])
def test_withdrawing_after_an_answer(now, verdict):
    application = withdraw(application_id=decided(now, verdict).pk, now=now + DAY)
    assert application.status == "withdrawn"
    assert not Notice.objects.filter(application=application, purpose=verdict.kind, state="queued").exists()


def test_withdrawing_in_time_voids_the_promise_and_late_does_not(now):
    early, late = submitted(now), submitted(now)
    withdraw(application_id=early.pk, now=now + 5 * DAY)
    withdraw(application_id=late.pk, now=now + 5 * DAY + timedelta(seconds=1))
    assert promise_of(early).outcome == "void"
    assert promise_of(late).outcome == "open"


@pytest.mark.parametrize("make", [lambda now: decided(now, REJECTED), lambda now: _withdrawn(now)])  # noqa: PLW0108 (defined below)
def test_what_has_ended_is_not_withdrawn(now, make):
    with pytest.raises(StepNotAllowed):
        withdraw(application_id=make(now).pk, now=now + HOUR)


def _withdrawn(now):
    return withdraw(application_id=submitted(now).pk, now=now)


# Objection.


def test_an_objection_within_thirty_days_goes_to_another_officer(now):
    officer = on_duty(OfficerFactory(), now)
    application = decided(now, REJECTED, officer=officer)
    object_to_rejection(application_id=application.pk, words=" Saya warga Palembang. ", now=now + 30 * DAY)
    application.refresh_from_db()
    assert (application.status, application.round, application.not_by_id) == ("submitted", 2, officer.pk)
    assert Decision.objects.get().objection == "Saya warga Palembang."
    with pytest.raises(NotNow):
        claim_application(application_id=application.pk, officer=on_duty(officer, now + 30 * DAY), now=now + 30 * DAY)


def test_a_second_too_late(now):
    application = decided(now, REJECTED)
    with pytest.raises(NotNow):
        object_to_rejection(application_id=application.pk, words="x", now=now + 30 * DAY + timedelta(seconds=1))


def test_an_objection_is_made_once(now):
    application = decided(now, REJECTED)
    object_to_rejection(application_id=application.pk, words="x", now=now + HOUR)
    with pytest.raises(NotNow):
        object_to_rejection(application_id=application.pk, words="x", now=now + HOUR)


def test_only_a_rejection_is_objected_to_and_only_with_words(now):
    with pytest.raises(NotNow):
        object_to_rejection(application_id=decided(now, APPROVED).pk, words="x", now=now + HOUR)
    with pytest.raises(ValueError):
        object_to_rejection(application_id=decided(now, REJECTED).pk, words="  ", now=now + HOUR)


# Contact.


def test_the_old_phone_is_told_and_the_new_one_gets_what_follows(now):
    application = submitted(now)
    old, new = application.phone, new_phone()
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new}, now=now + HOUR)
    told = Notice.objects.get(purpose="contact_changed")
    assert (told.channel, told.recipient) == ("whatsapp", old)
    application.refresh_from_db()
    assert application.phone == new == application.answers["phone"]
    assert Event.objects.filter(step="contact_changed").get().data == {"contact": "whatsapp"}


def test_phone_and_email_that_go_are_both_told(now):
    application = submitted(now, email="lama@example.org")
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new_phone()}, now=now + HOUR)
    assert {n.channel for n in Notice.objects.filter(purpose="contact_changed")} == {"whatsapp", "email"}


def test_the_same_contact_again_changes_nothing(now):
    application = submitted(now)
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": application.phone}, now=now + HOUR)
    assert not Notice.objects.filter(purpose="contact_changed").exists()
    assert application.events.count() == 1


def test_an_answer_that_has_not_left_follows_the_new_contact(now):
    application = decided(now, APPROVED)
    email = {"contact": "email", "email": "baru@example.org"}
    change_contact(application_id=application.pk, answers=email, now=now + timedelta(seconds=3))
    answer = application.notices.get(purpose="approved")
    assert (answer.channel, answer.recipient, answer.state) == ("email", "baru@example.org", "queued")
    assert answer.next_attempt_at == now + timedelta(seconds=8)
    assert use_link(token=answer.params["tautan"], now=now + HOUR) == application.pk


def test_an_answer_that_follows_to_a_new_phone_is_found_by_that_phone(now):
    application, phone = decided(now, APPROVED), new_phone()
    new = {**WHATSAPP, "phone": phone}
    change_contact(application_id=application.pk, answers=new, now=now + timedelta(seconds=3))
    answer = application.notices.get(purpose="approved")
    assert (answer.recipient, answer.recipient_hash) == (phone, phone_hash("whatsapp", phone))


def test_codes_and_links_of_the_old_phone_open_nothing_any_more(now):
    application = submitted(now)
    proof_id = send_code(application_id=application.pk, now=now)
    code = application.notices.get(purpose="code").params["kode"]
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new_phone()}, now=now)
    for notice in application.notices.exclude(purpose="code"):
        assert use_link(token=notice.params["tautan"], now=now) is None
    assert not check_code(application_id=application.pk, proof_id=proof_id, code=code, now=now).right


def test_whoever_wants_no_contact_gets_a_secret_and_sees_the_answer_on_the_page(now):
    application = decided(now, APPROVED)
    changed = change_contact(application_id=application.pk, answers={"contact": "none"}, now=now + HOUR)
    assert check_secret(application_id=application.pk, secret=changed.secret)
    answer = application.notices.get(purpose="approved")
    assert (answer.channel, answer.recipient, answer.state) == ("page", "", "published")
    publish_answers(now=now + HOUR)
    assert (promise_of(application).outcome, promise_of(application).evidence) == ("kept", "published")


def test_a_phone_given_later_ends_the_secret_and_waits_for_a_real_receipt(now):
    application = decided(now, APPROVED, contact="none", phone="")
    new = new_phone()
    at = now + timedelta(seconds=2)
    changed = change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new}, now=at)
    assert changed.secret == ""
    assert application.notices.get(purpose="approved").recipient == new
    publish_answers(now=now + HOUR)
    assert promise_of(application).outcome == "open"
    application.refresh_from_db()
    assert application.secret_hash is None


def test_after_the_end_there_is_nothing_to_tell(now):
    with pytest.raises(NotNow):
        change_contact(application_id=_withdrawn(now).pk, answers={"contact": "none"}, now=now)


# Reports.


def broken(now):
    application = submitted(now)
    break_promises(now=now + 5 * DAY + timedelta(seconds=1))
    return application


def test_no_report_before_the_promise_is_broken(now):
    with pytest.raises(NotNow):
        write_report(application_id=submitted(now).pk, words="Mana?", now=now + 4 * DAY)
    assert not Report.objects.exists()


def test_the_words_join_the_report_that_the_clock_opened(now):
    application = broken(now)
    opened = Report.objects.get()
    for words in ("Belum ada kabar.", "Masih belum."):
        report = write_report(application_id=application.pk, words=words, now=now + 6 * DAY)
        assert report.number == opened.number
    assert Report.objects.get().words == "Belum ada kabar.\n\nMasih belum."


def test_a_report_needs_words(now):
    with pytest.raises(ValueError):
        write_report(application_id=broken(now).pk, words="  ", now=now + 6 * DAY)


def test_a_new_report_only_after_the_old_one_is_closed(now):
    application, supervisor = broken(now), OfficerFactory(role="supervisor")
    first = Report.objects.get()
    own_report(report_id=first.pk, supervisor=supervisor, now=now + 6 * DAY)
    answer = {"report_id": first.pk, "supervisor": supervisor, "answer": "Kami kerjakan hari ini."}
    answer_report(**answer, seen=0, now=now + 6 * DAY)
    same = write_report(application_id=application.pk, words="Belum.", now=now + 6 * DAY)
    assert (same.pk, same.status) == (first.pk, "open")
    answer_report(**answer, seen=len(same.words), now=now + 7 * DAY)
    close_report(report_id=first.pk, supervisor=supervisor, now=now + 6 * DAY)
    second = write_report(application_id=application.pk, words="Masih belum.", now=now + 7 * DAY)
    assert second.pk != first.pk
    assert (second.opened_by, second.status, second.words) == ("citizen", "open", "Masih belum.")


def test_a_supervisors_answer_reaches_the_citizen_and_closing_needs_it(now):
    broken(now)
    report, supervisor = Report.objects.get(), OfficerFactory(role="supervisor")
    with pytest.raises(NotNow):
        close_report(report_id=report.pk, supervisor=supervisor, now=now + 6 * DAY)
    with pytest.raises(ValueError):
        answer_report(report_id=report.pk, supervisor=supervisor, answer=" ", seen=0, now=now + 6 * DAY)
    answer_report(report_id=report.pk, supervisor=supervisor, answer="Hari ini.", seen=0, now=now + 6 * DAY)
    assert Notice.objects.get(purpose="report_answered").params["jawaban"] == "Hari ini."
    close_report(report_id=report.pk, supervisor=supervisor, now=now + 6 * DAY)
    with pytest.raises(NotNow):
        answer_report(report_id=report.pk, supervisor=supervisor, answer="Lagi.", seen=0, now=now + 6 * DAY)
