"""Coming visits: confirmed, moved, called off, recalled, missed; a slot never holds more than its capacity."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from requests_app.models import Application, Slot, Visit
from requests_app.operations.actors import CITIZEN, CLOCK, staff
from requests_app.operations.followup import withdraw
from requests_app.operations.invitations import invite_due
from requests_app.operations.steps import NotNow
from requests_app.operations.visits import (
    SlotTaken,
    book_visit,
    cancel_visit,
    confirm_visit,
    find_visit,
    lock_visit,
    mark_missed,
    move_visit,
    recall_visit,
)  # fmt: skip
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState
from tests.factories import OfficerFactory
from tests.operations.offices import (
    AWAY,
    approve,
    asked,
    coming,
    free_slot,
    invited,
    notices,
    open_office,
    visit_of,
)  # fmt: skip


def _application(visit: Visit) -> Application:
    return Application.objects.get(visits__visit=visit)


def _miss(visit: Visit, now) -> None:
    with transaction.atomic():
        locked, _ = lock_visit(visit.pk)
        mark_missed(locked, now=now, actor=CLOCK)


@pytest.mark.django_db
def test_an_invitation_is_found_by_its_code_however_it_is_typed(now):
    open_office(now)
    visit = invited(now)
    assert find_visit(visit.code.lower().replace("-", " ")) == visit
    assert find_visit("0000-0000-0000") is None
    assert find_visit("bukan kode") is None


@pytest.mark.django_db
def test_confirming_twice_is_confirming_once_and_is_evidence_that_the_answer_arrived(now):
    open_office(now)
    visit = invited(now)
    for minutes in (5, 9):
        confirm_visit(visit_id=visit.pk, now=now + timedelta(minutes=minutes), actor=CITIZEN)
    visit.refresh_from_db()
    application = _application(visit)
    assert (visit.state, visit.confirmed_at) == (VisitState.CONFIRMED, now + timedelta(minutes=5))
    assert application.events.filter(step="visit_confirmed").count() == 1
    promise = application.promises.get()
    assert (promise.outcome, promise.evidence, promise.told_at) == ("kept", "shown", now + timedelta(minutes=5))


@pytest.mark.django_db
def test_another_slot_frees_the_first_one_and_changes_the_queue_number(now):
    open_office(now)
    visit = invited(now)
    first, slot = visit.slot, free_slot(visit, now)
    moved = move_visit(visit_id=visit.pk, slot_id=slot.pk, now=now, actor=CITIZEN)
    first.refresh_from_db()
    slot.refresh_from_db()
    assert (first.booked, slot.booked) == (0, 1)
    assert (moved.number, moved.state) == (f"{slot.label}1", VisitState.CONFIRMED)
    assert find_visit(visit.code) == moved


@pytest.mark.django_db
def test_a_seat_that_was_left_is_taken_again(now):
    open_office(now, slot_capacity=3)
    visits = [invited(now) for _ in range(3)]
    assert [visit.seat for visit in visits] == [1, 2, 3]
    cancel_visit(visit_id=visits[1].pk, now=now, actor=CITIZEN)
    assert invited(now).number == visits[1].number


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["full", "past", "too soon", "closed", "another zone", "unknown"])
def test_a_slot_that_cannot_be_had_gives_the_next_free_ones(now, wrong):
    zone = open_office(now, slot_capacity=1)
    visit, other = invited(now), invited(now)
    slot = free_slot(visit, now)
    slot_id = slot.pk
    if wrong == "full":
        slot_id = other.slot_id
    elif wrong == "past":
        slot_id = Slot.objects.create(
            zone=zone, day=now.date(), label="Y", starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1),
            capacity=1,
        ).pk  # fmt: skip
    elif wrong == "too soon":
        slot_id = Slot.objects.filter(zone=zone, starts_at__gt=now).order_by("starts_at").first().pk
    elif wrong == "closed":
        Slot.objects.filter(pk=slot.pk).update(is_open=False)
    elif wrong == "another zone":
        slot_id = Slot.offered(open_office(now, AWAY), now=now).first().pk
    else:
        slot_id = 0
    with pytest.raises(SlotTaken) as refused:
        move_visit(visit_id=visit.pk, slot_id=slot_id, now=now, actor=CITIZEN)
    assert refused.value.free
    assert {free.zone_id for free in refused.value.free} == {zone.pk}
    visit.refresh_from_db()
    assert visit.state == VisitState.INVITED


@pytest.mark.django_db
def test_calling_off_frees_the_place_and_another_slot_can_be_chosen(now):
    open_office(now)
    visit = coming(now)
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    application = _application(visit)
    assert (application.status, application.next_invite_at) == (Status.APPROVED, None)
    visit.slot.refresh_from_db()
    assert visit.slot.booked == 0
    again = book_visit(application_id=application.pk, slot_id=visit.slot_id, now=now, actor=CITIZEN)
    application.refresh_from_db()
    assert (application.status, again.state) == (Status.INVITED, VisitState.CONFIRMED)
    with pytest.raises(NotNow, match="tidak sedang menunggu"):
        book_visit(application_id=application.pk, slot_id=visit.slot_id, now=now, actor=CITIZEN)


@pytest.mark.django_db
def test_what_was_on_the_visit_too_comes_along_to_the_new_slot_and_nothing_else_does(now):
    zone = open_office(now)
    first = approve(asked(now), now)
    visit = visit_of(first)
    second, gone = (approve(asked(now, "legalisir", kk_number=first.kk_number), now) for _ in range(2))
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    withdraw(application_id=gone.pk, now=now)
    slot = Slot.offered(zone, now=now).last()
    again = book_visit(application_id=second.pk, slot_id=slot.pk, now=now, actor=CITIZEN)
    assert [service.application for service in again.services.order_by("application")] == [first, second]
    assert {visit_of(first), visit_of(second)} == {again}
    statuses = {a.pk: a.status for a in Application.objects.all()}
    assert statuses == {first.pk: Status.INVITED, second.pk: Status.INVITED, gone.pk: Status.WITHDRAWN}


@pytest.mark.django_db
@pytest.mark.parametrize("act", [confirm_visit, cancel_visit])
def test_an_invitation_that_is_over_cannot_be_answered(now, act):
    open_office(now)
    visit = invited(now)
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    with pytest.raises(NotNow, match="tidak berlaku"):
        act(visit_id=visit.pk, now=now, actor=CITIZEN)
    open_one = invited(now)
    with pytest.raises(NotNow, match="sudah mulai"):
        act(visit_id=open_one.pk, now=open_one.starts_at, actor=CITIZEN)


@pytest.mark.django_db
def test_whoever_withdraws_leaves_the_slot_to_others(now):
    open_office(now)
    visit = coming(now)
    withdraw(application_id=_application(visit).pk, now=now)
    visit.refresh_from_db()
    visit.slot.refresh_from_db()
    assert (visit.state, visit.slot.booked) == (VisitState.CANCELLED, 0)


@pytest.mark.django_db
def test_a_recalled_visit_is_told_once_and_a_new_one_is_looked_for(now):
    open_office(now)
    visit = coming(now)
    officer = OfficerFactory(role="supervisor")
    with transaction.atomic():
        locked, _ = lock_visit(visit.pk)
        recall_visit(locked, now=now, actor=staff(officer), sebab="kantor pindah")
    application = _application(visit)
    (told,) = notices(application, "visit_recalled")
    assert told.state == "queued"
    assert (application.status, application.next_invite_at) == (Status.APPROVED, now)


@pytest.mark.django_db
def test_missed_twice_is_invited_again_and_the_third_time_closes_it_with_a_message(now):
    open_office(now)
    application = approve(asked(now), now)
    for turn in (1, 2, 3):
        visit = visit_of(application)
        assert visit.turn == turn
        _miss(visit, now)
        application.refresh_from_db()
        assert application.missed_visits == turn
        if turn < 3:
            assert (application.status, application.next_invite_at) == (Status.APPROVED, now)
            invite_due(now=now)
            application.refresh_from_db()
    assert application.status == Status.CLOSED
    assert len(notices(application, "visits_missed")) == 1
    assert "belum hadir" in notices(application, "invitation_again")[0].params["sebab"]


@pytest.mark.django_db
def test_the_database_bounds_a_slot_by_its_capacity_however_a_place_is_taken(now):
    open_office(now, slot_capacity=1)
    visit, other = invited(now), invited(now)
    with pytest.raises(IntegrityError, match=r"slot_never_overbooked|one_visit_per_seat"), transaction.atomic():
        Visit.objects.filter(pk=other.pk).update(slot=visit.slot_id, seat=2)
    with pytest.raises(IntegrityError, match="one_visit_per_seat"), transaction.atomic():
        Slot.objects.filter(pk=visit.slot_id).update(capacity=2)
        Visit.objects.filter(pk=other.pk).update(slot=visit.slot_id, seat=1)


@pytest.mark.django_db
def test_the_database_serves_nobody_without_a_visit_at_the_desk(now):
    open_office(now)
    application = _application(invited(now))
    with pytest.raises(IntegrityError, match="served without a visit"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(status=Status.CHECKED_IN)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("requests", [40, pytest.param(200, marks=pytest.mark.long)])
def test_of_many_requests_for_ten_places_exactly_ten_get_one(now, requests):
    zone = open_office(now, slot_capacity=200)
    visits = [invited(now) for _ in range(requests)]
    slot = Slot.offered(zone, now=now).exclude(pk=visits[0].slot_id).first()
    Slot.objects.filter(pk=slot.pk).update(capacity=10)

    def ask(visit_id: int) -> str:
        try:
            move_visit(visit_id=visit_id, slot_id=slot.pk, now=now, actor=CITIZEN)
        except SlotTaken as refused:
            return "refused" if refused.free and slot.pk not in {free.pk for free in refused.free} else "unclear"
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(ask, [visit.pk for visit in visits]))
    slot.refresh_from_db()
    assert (answers.count("taken"), answers.count("refused"), slot.booked) == (10, requests - 10, 10)
    assert Visit.objects.filter(slot=slot, state=VisitState.CONFIRMED).count() == 10


@pytest.mark.django_db(transaction=True)
def test_approvals_at_the_same_moment_share_the_free_places_and_the_rest_wait(now):
    zone = open_office(now, slot_capacity=2)
    keep = [slot.pk for slot in Slot.offered(zone, now=now)[:3]]
    Slot.objects.filter(zone=zone).exclude(pk__in=keep).update(is_open=False)
    applications = [asked(now) for _ in range(12)]

    def decide_one(application: Application) -> str:
        try:
            return approve(application, now).status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(decide_one, applications))
    assert (statuses.count(Status.INVITED), statuses.count(Status.APPROVED)) == (6, 6)
    assert {slot.booked for slot in Slot.objects.filter(pk__in=keep)} == {2}
