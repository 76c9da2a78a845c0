"""A KTP-el application from submission to the card in its owner's hand, and each way off that road."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Application, Event, Notice, Promise, Report
from requests_app.operations import clock
from requests_app.operations.clock import (
    break_promises,
    climb_ladder,
    end_leases,
    expire_waiting,
    release_held,
    remind_waiting,
)
from requests_app.operations.decisions import annul_decision, decide, take_back
from requests_app.operations.duplicates import let_go_on, reject_double
from requests_app.operations.followup import object_to_rejection, resubmit_correction, withdraw
from requests_app.operations.recording import record_recording_done
from requests_app.operations.review import NotOnDuty, claim_application, release_application, take_next
from requests_app.operations.steps import NotNow
from requests_app.operations.submission import submit_draft
from tests.factories import (
    APPROVED,
    CORRECTION,
    RECORDING,
    REJECTED,
    OfficerFactory,
    decided,
    make_draft,
    on_duty,
    submitted,
)  # fmt: skip
from tests.operations.cards import give_card

pytestmark = pytest.mark.django_db


def test_a_submission_stores_application_promise_history_and_receipt_notice(now: datetime) -> None:
    application = submitted(now)
    promise = application.promises.get()
    assert application.status == "submitted"
    assert promise.due_at == now + timedelta(days=5) == application.first_due_at
    assert application.events.get().to_status == "submitted"
    assert application.notices.get().purpose == "received"
    assert application.zone.code == "Z7"


def test_the_same_draft_submitted_again_gives_the_same_number(now: datetime) -> None:
    draft = make_draft(now)
    first = submit_draft(draft_id=draft.pk, now=now)
    again = submit_draft(draft_id=draft.pk, now=now + timedelta(hours=1))
    assert again.repeated
    assert again.application.number == first.application.number
    assert Notice.objects.count() == 1


def test_a_second_application_of_the_same_key_is_held_with_its_own_promise(now: datetime) -> None:
    first = submitted(now)
    second = submitted(now + timedelta(minutes=1), nik=first.nik)
    assert second.status == "held_duplicate"
    assert second.promises.get().due_at == now + timedelta(days=5, minutes=1)


def test_the_held_one_goes_on_when_the_first_is_withdrawn(now: datetime) -> None:
    first = submitted(now)
    second = submitted(now, nik=first.nik)
    withdraw(application_id=first.pk, now=now + timedelta(hours=1))
    second.refresh_from_db()
    assert second.status == "submitted"


def test_a_held_one_whose_turn_was_missed_is_found_by_the_sweep(now: datetime) -> None:
    first = submitted(now)
    second = submitted(now, nik=first.nik)
    assert release_held(now=now) == 0
    Application.objects.filter(pk=first.pk).update(status="withdrawn")
    assert release_held(now=now) == 1
    second.refresh_from_db()
    assert second.status == "submitted"


def test_an_officer_lets_the_held_one_go_on_and_the_other_is_told_it_was_double(now: datetime) -> None:
    officer = on_duty(OfficerFactory(), now)
    first = submitted(now)
    second = submitted(now, nik=first.nik)
    let_go_on(application_id=second.pk, officer=officer, now=now)
    first.refresh_from_db()
    assert first.status == "rejected"
    assert first.notices.filter(purpose="rejected").exists()


def test_a_held_one_can_be_rejected_as_double(now: datetime) -> None:
    first = submitted(now)
    second = submitted(now, nik=first.nik)
    reject_double(application_id=second.pk, officer=OfficerFactory(), now=now)
    assert Application.objects.get(pk=second.pk).status == "rejected"
    assert Application.objects.get(pk=first.pk).status == "submitted"


def test_the_queue_is_ordered_by_the_first_due_moment(now: datetime) -> None:
    officer = on_duty(OfficerFactory(), now)
    late = submitted(now)
    early = submitted(now - timedelta(days=1))
    taken = take_next(officer=officer, now=now)
    assert taken is not None
    assert taken.pk == early.pk
    release_application(application_id=early.pk, officer=officer, now=now)
    following = take_next(officer=officer, now=now)
    assert following is not None
    assert following.pk == late.pk


def test_whoever_is_not_on_duty_confirms_once(now: datetime) -> None:
    officer = OfficerFactory()
    application = submitted(now)
    with pytest.raises(NotOnDuty):
        take_next(officer=officer, now=now)
    assert take_next(officer=officer, now=now, confirmed=True) == application
    release_application(application_id=application.pk, officer=officer, now=now)
    claim_application(application_id=application.pk, officer=officer, now=now)


def test_a_lease_that_ran_out_falls_back(now: datetime) -> None:
    officer = on_duty(OfficerFactory(), now)
    submitted(now)
    taken = take_next(officer=officer, now=now)
    assert taken is not None
    assert end_leases(now=now + timedelta(minutes=14)) == 0
    assert end_leases(now=now + timedelta(minutes=16)) == 1
    with pytest.raises(NotNow):
        decide(application_id=taken.pk, officer=officer, now=now + timedelta(minutes=17), verdict=APPROVED)


def test_only_who_holds_the_lease_decides(now: datetime) -> None:
    holder, other = on_duty(OfficerFactory(), now), on_duty(OfficerFactory(), now)
    application = submitted(now)
    claim_application(application_id=application.pk, officer=holder, now=now)
    with pytest.raises(NotNow):
        decide(application_id=application.pk, officer=other, now=now, verdict=APPROVED)
    assert not application.decisions.exists()


def test_approval_writes_the_answer_that_leaves_after_eight_seconds(now: datetime) -> None:
    application = decided(now, APPROVED)
    notice = application.notices.get(purpose="approved")
    assert notice.next_attempt_at == now + timedelta(seconds=8)
    assert notice.params["tempat"] == "UPTD Zona 7"
    assert application.promises.get().answered_at == now


def test_within_eight_seconds_a_decision_can_be_taken_back_and_its_notice_never_leaves(now: datetime) -> None:
    officer = on_duty(OfficerFactory(), now)
    application = decided(now, APPROVED, officer)
    decision = application.decisions.get()
    take_back(decision_id=decision.pk, officer=officer, now=now + timedelta(seconds=7))
    application.refresh_from_db()
    assert application.status == "in_review"
    assert application.notices.get(purpose="approved").state == "superseded"
    decide(application_id=application.pk, officer=officer, now=now + timedelta(seconds=9), verdict=REJECTED)


def test_after_eight_seconds_it_cannot(now: datetime) -> None:
    officer = on_duty(OfficerFactory(), now)
    decision = decided(now, APPROVED, officer).decisions.get()
    with pytest.raises(NotNow):
        take_back(decision_id=decision.pk, officer=officer, now=now + timedelta(seconds=8))


def test_a_correction_starts_a_new_round_at_the_old_place_in_the_queue(now: datetime) -> None:
    application = decided(now, CORRECTION)
    later = now + timedelta(days=2)
    resubmit_correction(application_id=application.pk, answers={}, now=later)
    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)
    assert application.first_due_at == now + timedelta(days=5)
    assert application.due_at == later + timedelta(days=5)
    assert application.promises.get(round=1).outcome == "kept"


def test_a_corrected_nik_that_belongs_to_another_open_application_is_held(now: datetime) -> None:
    other = submitted(now)
    application = decided(
        now, CORRECTION.__class__("needs_correction", items=[{"target": "nik", "reason": "data_beda_kk"}])
    )
    resubmit_correction(application_id=application.pk, answers={"nik": other.nik}, now=now + timedelta(days=1))
    application.refresh_from_db()
    assert application.status == "held_duplicate"


def test_a_correction_is_reminded_at_ten_days_and_expires_after_fourteen(now: datetime) -> None:
    application = decided(now, CORRECTION)
    assert remind_waiting(now=now + timedelta(days=9, hours=23)) == 0
    assert remind_waiting(now=now + timedelta(days=10)) == 1
    assert application.notices.filter(purpose="correction_reminder").count() == 1
    assert expire_waiting(now=now + timedelta(days=14)) == 0
    assert expire_waiting(now=now + timedelta(days=14, seconds=1)) == 1
    application.refresh_from_db()
    assert application.status == "expired"


def test_recording_is_reminded_twice_and_collapses_after_an_outage(now: datetime) -> None:
    application = decided(now, RECORDING)
    remind_waiting(now=now + timedelta(days=61))
    assert application.notices.filter(purpose="recording_reminder").count() == 1
    assert remind_waiting(now=now + timedelta(days=62)) == 0


def test_done_recording_starts_a_new_round(now: datetime) -> None:
    application = decided(now, RECORDING)
    record_recording_done(application_id=application.pk, officer=OfficerFactory(), now=now + timedelta(days=3))
    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)


def test_an_objection_goes_to_another_officer_and_only_once(now: datetime) -> None:
    officer = on_duty(OfficerFactory(), now)
    application = decided(now, REJECTED, officer)
    object_to_rejection(application_id=application.pk, words="Saya warga kota.", now=now + timedelta(days=1))
    assert take_next(officer=officer, now=now + timedelta(days=1), confirmed=True) is None
    second = on_duty(OfficerFactory(), now + timedelta(days=1))
    claim_application(application_id=application.pk, officer=second, now=now + timedelta(days=1))
    decide(application_id=application.pk, officer=second, now=now + timedelta(days=1), verdict=REJECTED)
    with pytest.raises(NotNow):
        object_to_rejection(application_id=application.pk, words="Sekali lagi.", now=now + timedelta(days=2))


def test_an_annulled_decision_gives_a_new_round_and_a_plain_message(now: datetime) -> None:
    application = decided(now, APPROVED)
    supervisor = OfficerFactory(role="supervisor")
    annul_decision(decision_id=application.decisions.get().pk, supervisor=supervisor, reason="Keliru.", now=now)
    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)
    notice = application.notices.get(purpose="annulled")
    assert notice.promise == application.promises.get(round=1)


def test_the_key_is_free_only_when_the_card_was_collected(now: datetime) -> None:
    application = decided(now, APPROVED)
    second = submitted(now, nik=application.nik)
    assert second.status == "held_duplicate"
    give_card(application_id=application.pk, officer=OfficerFactory(), now=now + timedelta(days=1))
    second.refresh_from_db()
    assert second.status == "submitted"
    assert application.promises.get().outcome == "kept"


def test_a_promise_breaks_once_with_one_report_and_one_apology(now: datetime) -> None:
    application = submitted(now)
    due = application.due_at
    assert break_promises(now=due) == 0
    assert break_promises(now=due + timedelta(seconds=1)) == 1
    assert break_promises(now=due + timedelta(seconds=2)) == 0
    assert application.promises.get().outcome == "broken"
    assert Report.objects.get().opened_by == "clock"
    assert application.notices.filter(purpose="apology").count() == 1


def test_two_clocks_break_a_promise_once_and_only_when_it_is_over(now: datetime) -> None:
    """Both found it due before either had its lock, and one of them reads an earlier moment."""
    promise = submitted(now).promises.get()
    for seconds in (0, 1, 1):
        clock._break(promise.pk, promise.due_at + timedelta(seconds=seconds))
        promise.refresh_from_db()
        assert promise.outcome == ("broken" if seconds else "open")
    assert Report.objects.count() == Notice.objects.filter(purpose="apology").count() == 1


def test_decided_but_undelivered_is_broken_and_answer_and_apology_are_one_message(now: datetime) -> None:
    application = decided(now, APPROVED, email="siti@contoh.example")
    break_promises(now=application.due_at + timedelta(seconds=1))
    late = application.notices.get(purpose="late_answer")
    assert late.channel == "email"
    assert "disetujui" in late.params["jawaban"]
    assert not application.notices.filter(purpose="apology").exists()
    assert application.calls.get().reason == "undelivered"


def test_withdrawn_before_the_due_moment_the_promise_is_void(now: datetime) -> None:
    application = submitted(now)
    withdraw(application_id=application.pk, now=application.due_at)
    assert application.promises.get().outcome == "void"


def test_withdrawn_after_the_due_moment_it_still_breaks(now: datetime) -> None:
    application = submitted(now)
    withdraw(application_id=application.pk, now=application.due_at + timedelta(seconds=1))
    break_promises(now=application.due_at + timedelta(seconds=2))
    assert application.promises.get().outcome == "broken"


def test_for_whoever_looks_it_up_the_published_answer_keeps_the_promise(now: datetime) -> None:
    application = decided(now, APPROVED, contact="none", phone="")
    break_promises(now=application.due_at + timedelta(days=1))
    promise = application.promises.get()
    assert (promise.outcome, promise.evidence) == ("kept", "published")


def test_rungs_collapse_on_catch_up(now: datetime) -> None:
    application = submitted(now)
    climb_ladder(now=now + timedelta(days=4, hours=1))
    rungs = {r.code: r.collapsed for r in application.promises.get().rungs.all()}
    assert rungs == {"three_days": True, "four_days": False}
    assert climb_ladder(now=now + timedelta(days=4, hours=2)) == 0


def test_every_change_has_its_history_row(now: datetime) -> None:
    application = decided(now, APPROVED)
    steps = list(Event.objects.filter(application=application).values_list("step", flat=True))
    assert steps == ["submit", "claim", "approve"]
    assert Promise.objects.count() == 1
