import re

import pytest

from requests_app.rules.catalogue import Service
from requests_app.rules.reference import read_reference
from requests_app.rules.statuses import (
    FINAL_STATUSES,
    OPEN_STATUSES,
    STATUS_INFO,
    STEPS,
    Actor,
    Status,
    StepNotAllowed,
    check_step,
    steps_from,
)

CARD = ["ktp_el"]
VISIT = ["kk", "legalisir"]
ALL = CARD + VISIT

# The lifecycle of the design, written again by hand: services, steps, from, to.
LIFECYCLE = [
    (ALL, "submit", "draft", "submitted"),
    (ALL, "submit_held", "draft", "held_duplicate"),
    (ALL, "let_go_on other_ended", "held_duplicate", "submitted"),
    (ALL, "reject_double", "held_duplicate", "rejected"),
    (ALL, "claim", "submitted", "in_review"),
    (ALL, "release lease_expired", "in_review", "submitted"),
    (ALL, "approve", "in_review", "approved"),
    (ALL, "reject", "in_review", "rejected"),
    (ALL, "ask_correction", "in_review", "needs_correction"),
    (CARD, "need_recording", "in_review", "recording_needed"),
    (ALL, "take_back", "approved rejected needs_correction", "in_review"),
    (CARD, "take_back", "recording_needed", "in_review"),
    (VISIT, "take_back", "invited", "in_review"),
    (ALL, "annul", "approved rejected needs_correction", "submitted"),
    (ALL, "annul_held", "approved rejected needs_correction", "held_duplicate"),
    (CARD, "annul", "waiting_for_blank ready_to_print", "submitted"),
    (CARD, "annul_held", "waiting_for_blank ready_to_print", "held_duplicate"),
    (ALL, "object", "rejected", "submitted"),
    (ALL, "object_held", "rejected", "held_duplicate"),
    (ALL, "resubmit", "needs_correction", "submitted"),
    (ALL, "resubmit_held", "needs_correction", "held_duplicate"),
    (CARD, "recorded", "recording_needed", "submitted"),
    (ALL, "expire", "needs_correction", "expired"),
    (CARD, "expire", "recording_needed", "expired"),
    (ALL, "withdraw", "submitted held_duplicate in_review needs_correction approved", "withdrawn"),
    (CARD, "withdraw", "recording_needed waiting_for_blank ready_to_print", "withdrawn"),
    (VISIT, "withdraw", "invited", "withdrawn"),
    (CARD, "queue_print", "approved", "ready_to_print"),
    (CARD, "wait_for_blank", "approved", "waiting_for_blank"),
    (CARD, "blank_arrived", "waiting_for_blank", "ready_to_print"),
    (CARD, "print", "ready_to_print", "printed"),
    (CARD, "blank_lost", "ready_to_print", "waiting_for_blank"),
    (CARD, "spoil", "printed ready_for_pickup", "ready_to_print"),
    (CARD, "spoil_none_left", "printed ready_for_pickup", "waiting_for_blank"),
    (CARD, "ready_for_pickup", "printed", "ready_for_pickup"),
    (CARD, "hand_over", "ready_for_pickup", "handed_over"),
    (VISIT, "invite", "approved", "invited"),
    (VISIT, "invitation_lapsed visit_missed cancel_visit recall_invitation", "invited", "approved"),
    (VISIT, "third_visit_missed", "invited", "closed"),
    (VISIT, "check_in", "invited", "checked_in"),
    (VISIT, "walk_in", "approved", "checked_in"),
    (VISIT, "left_unserved", "checked_in", "approved"),
    (VISIT, "complete", "checked_in", "completed"),
]
ALLOWED = {
    (name, frm, service): to
    for services, names, froms, to in LIFECYCLE
    for service in services
    for name in names.split()
    for frm in froms.split()
}


@pytest.mark.parametrize("service", ALL)
def test_every_step_from_every_status_does_what_the_design_says(service):
    for name in {step.name for step in STEPS} | {key[0] for key in ALLOWED}:
        for frm in Status:
            target = ALLOWED.get((name, frm.value, service))
            if target is not None:
                assert check_step(name, frm, service) is Status(target)
                continue
            with pytest.raises(StepNotAllowed):
                check_step(name, frm, service)


def test_stored_text_and_members_are_the_same():
    assert check_step("claim", "submitted", "ktp_el") is check_step("claim", Status.SUBMITTED, Service.KTP_EL)


@pytest.mark.parametrize(
    ("name", "frm", "service"), [("fly", "draft", "kk"), ("claim", "x", "kk"), ("claim", "submitted", "x")]
)
def test_unknown_words_are_not_allowed_steps(name, frm, service):
    with pytest.raises(StepNotAllowed) as refusal:
        check_step(name, frm, service)
    assert (refusal.value.name, refusal.value.frm, refusal.value.service) == (name, frm, service)


def test_nothing_leaves_a_final_status_except_a_rejection_taken_back_annulled_or_objected_to():
    leaving = {(step.name, step.frm) for step in STEPS if step.frm in FINAL_STATUSES}
    ways = ("take_back", "annul", "annul_held", "object", "object_held")
    assert leaving == {(name, Status.REJECTED) for name in ways}


@pytest.mark.parametrize("service", Service)
def test_every_status_of_a_service_is_reached_and_no_other(service):
    reached, frontier = {Status.DRAFT}, [Status.DRAFT]
    while frontier:
        following = {step.to for step in steps_from(frontier.pop(), service)} - reached
        reached |= following
        frontier += following
    assert reached == {status for status in Status if service in STATUS_INFO[status].services}


@pytest.mark.parametrize("service", Service)
def test_from_every_open_status_an_end_can_be_reached(service):
    for status in OPEN_STATUSES:
        if service not in status.info.services:
            continue
        seen, frontier = {status}, [status]
        while frontier:
            following = {step.to for step in steps_from(frontier.pop(), service)} - seen
            seen |= following
            frontier += following
        assert seen & FINAL_STATUSES


def test_withdrawing_is_possible_until_printing_or_check_in():
    froms = {step.frm for step in STEPS if step.name == "withdraw"}
    assert froms == OPEN_STATUSES - {Status.PRINTED, Status.READY_FOR_PICKUP, Status.CHECKED_IN}


def test_who_takes_which_step():
    actors = {step.name: step.actor for step in STEPS}
    by = {actor: {name for name, who in actors.items() if who is actor} for actor in Actor}
    assert by[Actor.SUPERVISOR] == {"annul", "annul_held"}
    assert by[Actor.CITIZEN] == {
        "submit", "submit_held", "resubmit", "resubmit_held", "withdraw", "object", "object_held", "cancel_visit",
    }  # fmt: skip
    assert {"lease_expired", "expire", "other_ended", "third_visit_missed"} <= by[Actor.CLOCK]
    assert {"claim", "approve", "reject", "let_go_on", "recorded", "hand_over"} <= by[Actor.OFFICER]


def test_a_step_name_leads_to_one_status():
    assert len({(step.name, step.to) for step in STEPS}) == len({step.name for step in STEPS})
    assert all(step.services for step in STEPS)


def test_the_statuses_are_those_of_the_table():
    rows = {row["code"]: row for row in read_reference("statuses")}
    assert [status.value for status in Status] and set(rows) == {status.value for status in Status}
    for status in Status:
        row = rows[status]
        assert (status.label, status.officer_label) == (row["citizen_label"], row["officer_label"])
        flags = (status.is_open, status.is_final, status.answers_promise)
        assert flags == tuple(row[name] == "1" for name in ("is_open", "is_final", "answers_promise"))


def test_open_and_final_exclude_each_other_and_a_draft_is_neither():
    assert not OPEN_STATUSES & FINAL_STATUSES
    assert set(Status) - OPEN_STATUSES - FINAL_STATUSES == {Status.DRAFT}


def test_a_held_application_looks_like_a_submitted_one():
    held, submitted = STATUS_INFO[Status.HELD_DUPLICATE], STATUS_INFO[Status.SUBMITTED]
    assert (held.citizen_label, held.citizen_sentence) == (
        submitted.citizen_label,
        submitted.citizen_sentence,
    )


def test_what_the_officer_decides_answers_the_promise():
    decisions = {step.to for step in STEPS if step.frm is Status.IN_REVIEW and step.actor is Actor.OFFICER}
    assert {status for status in decisions if status.answers_promise} == decisions - {Status.SUBMITTED}


def test_places_in_sentences_are_plain_names():
    for info in STATUS_INFO.values():
        assert re.sub(r"\{[a-z]+\}", "", info.citizen_sentence).count("{") == 0


def test_what_officers_call_a_status_names_nobody_where_nobody_is_known():
    assert Status.IN_REVIEW.officer_label == "Sedang diperiksa {officer}"
    assert Status.IN_REVIEW.officer_word == "Sedang diperiksa"
    assert all("{" not in status.officer_word for status in Status)
