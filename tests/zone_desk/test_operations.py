"""What the desk does: checked in only with a valid invitation, called once, served, sent home, nothing done twice."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from requests_app.models import Application, CallTask, Event, Notice, Promise, Visit
from requests_app.operations.calls import open_call
from requests_app.operations.desk import (
    Seen,
    call_again,
    call_next,
    call_out_of_turn,
    check_in,
    finish,
    mark_no_show,
    put_back,
    send_home,
)
from requests_app.operations.steps import NotNow
from requests_app.rules.dates import local_date
from requests_app.rules.desk import Outcome
from requests_app.rules.statuses import StepNotAllowed
from tests.factories import OfficerFactory
from tests.zone_desk.house import decided_application, invited, put_on, slot_at, visit_in, walked_in

pytestmark = pytest.mark.django_db
SIGNED = Seen(originals=["KK_LAMA"], signed_by="Siti Contoh", signature="M1 1L2 2L3 3L4 4L5 5L6 6L7 7L8 8")


def only(visit: Visit) -> Application:
    return visit.services.get().application


def arrive(visit, zone, clerk, now, people=1):
    return check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=people, protocol=[])


def end(visit, zone, clerk, now, outcome=Outcome.COMPLETED, application=None, seen=SIGNED):
    application = application or only(visit)
    return finish(
        visit_id=visit.pk, application_id=application.pk, zone=zone, outcome=outcome, seen=seen, officer=clerk, now=now
    )


class TestCheckIn:
    def test_an_invited_household_is_at_the_desk_and_its_answer_arrived(self, visit, zone, clerk, now):
        came = check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=3, protocol=[7, 9])
        application = only(visit)
        assert (came.state, came.checked_in_at, came.people, came.protocol) == ("checked_in", now, 3, [7, 9])
        assert application.status == "checked_in"
        promise = Promise.objects.get(application=application)
        assert (promise.told_at, promise.evidence, promise.outcome) == (now, "told", "kept")
        event = Event.objects.get(application=application, step="check_in")
        assert (event.officer, event.data) == (clerk, {"visit": visit.pk})

    def test_an_invitation_that_was_not_answered_is_good_on_its_day(self, slot, zone, clerk, now):
        visit = invited(slot, now, state="invited")
        assert arrive(visit, zone, clerk, now).state == "checked_in"

    def test_twice_changes_nothing(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now, people=2)
        again = arrive(visit, zone, clerk, now + timedelta(minutes=5), people=4)
        assert (again.people, again.checked_in_at) == (2, now)
        assert Event.objects.filter(step="check_in").count() == 1

    def test_a_recording_keeps_its_status(self, slot, zone, clerk, now):
        visit = invited(slot, now, service="ktp_el")
        arrive(visit, zone, clerk, now)
        assert only(visit).status == "recording_needed"
        assert Event.objects.filter(application=only(visit), step="check_in").exists()

    @pytest.mark.parametrize("state", ["lapsed", "missed", "cancelled", "served"])
    def test_not_with_an_invitation_that_is_over(self, slot, zone, clerk, now, state):
        visit = invited(slot, now, state=state)
        before = only(visit).status
        with pytest.raises(NotNow):
            arrive(visit, zone, clerk, now)
        assert only(visit).status == before

    @pytest.mark.parametrize("days", [-1, 1, 5])
    def test_not_on_another_day(self, zone, slot, clerk, now, days):
        visit = invited(slot_at(zone, slot.starts_at + timedelta(days=days)), now)
        with pytest.raises(NotNow):
            arrive(visit, zone, clerk, now)
        assert only(visit).status == "invited"

    def test_not_at_another_zones_desk(self, visit, other_zone, other_clerk, now):
        with pytest.raises(NotNow):
            arrive(visit, other_zone, other_clerk, now)
        assert only(visit).status == "invited"

    def test_not_without_having_been_invited(self, slot, zone, clerk, now):
        visit = invited(slot, now)
        Application.objects.filter(pk=only(visit).pk).update(status="approved")
        with pytest.raises(StepNotAllowed):
            arrive(visit, zone, clerk, now)
        visit.refresh_from_db()
        assert visit.state == "confirmed"

    def test_messages_about_the_visit_are_not_sent_any_more_and_nobody_has_to_call(self, visit, zone, clerk, now):
        from requests_app.operations.invitations import owe_visit_notice

        reminder = owe_visit_notice(visit, only(visit), "visit_reminder", now=now, dedup="1")
        task = open_call(only(visit), reason="undelivered", now=now)
        arrive(visit, zone, clerk, now)
        assert Notice.objects.get(pk=reminder.pk).state == "superseded"
        assert CallTask.objects.get(pk=task.pk).closed_at == now


class TestTheDatabaseItself:
    """Whatever code runs: an application is only at the desk on a visit that is there."""

    def at_the_desk_without_visit(self, application):
        with transaction.atomic():
            Application.objects.filter(pk=application.pk).update(status="checked_in")
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_no_application_is_served_without_a_visit(self, zone, now):
        application = decided_application(zone, now)
        with pytest.raises(IntegrityError, match="served without a visit"):
            self.at_the_desk_without_visit(application)

    def test_nor_on_a_visit_that_has_not_come(self, visit):
        with pytest.raises(IntegrityError, match="served without a visit"):
            self.at_the_desk_without_visit(only(visit))

    def test_nor_as_a_walk_in_that_nobody_allowed(self, zone, clerk, now):
        visit = walked_in(zone, now, clerk)
        with pytest.raises(IntegrityError, match="visit_is_invited_or_allowed"), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(allowed_by=None)


class TestCalling:
    def test_the_turn_decides_and_the_desk_is_kept(self, zone, slot, clerk, now):
        late = invited(slot_at(zone, slot.starts_at + timedelta(hours=1), "C"), now)
        early = invited(slot, now)
        for visit in (late, early):
            arrive(visit, zone, clerk, slot.starts_at)
        first = call_next(zone=zone, desk=2, now=now)
        assert first is not None
        assert (first.pk, first.desk, first.called_at) == (early.pk, 2, now)

    def test_a_desk_that_serves_somebody_calls_nobody_else(self, zone, slot, clerk, now):
        for _ in range(2):
            arrive(invited(slot, now), zone, clerk, now)
        first = call_next(zone=zone, desk=1, now=now)
        assert first is not None
        assert call_next(zone=zone, desk=1, now=now + timedelta(seconds=1)) == first
        assert Visit.objects.filter(called_at__isnull=False).count() == 1

    def test_another_desk_gets_the_next_one_and_then_nobody(self, zone, slot, clerk, now):
        for _ in range(2):
            arrive(invited(slot, now), zone, clerk, now)
        called = [call_next(zone=zone, desk=desk, now=now) for desk in (1, 2)]
        assert len({visit.pk for visit in called if visit}) == 2
        zone.desks = 3
        assert call_next(zone=zone, desk=3, now=now) is None

    @pytest.mark.parametrize("desk", [0, -1, 3, 99])
    def test_a_desk_that_the_zone_does_not_have(self, zone, desk, now):
        with pytest.raises(NotNow, match="loket 1 sampai 2"):
            call_next(zone=zone, desk=desk, now=now)

    def test_who_comes_another_day_or_elsewhere_is_not_called(self, zone, other_zone, slot, clerk, other_clerk, now):
        there = invited(slot_at(other_zone, slot.starts_at), now)
        arrive(there, other_zone, other_clerk, now)
        yesterday = invited(slot_at(zone, slot.starts_at - timedelta(days=1)), now, state="checked_in")
        assert call_next(zone=zone, desk=1, now=now) is None
        yesterday.refresh_from_db()
        assert yesterday.called_at is None

    def test_called_again_is_a_new_call_at_the_same_desk(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now)
        call_next(zone=zone, desk=2, now=now)
        later = now + timedelta(minutes=1)
        again = call_again(visit_id=visit.pk, zone=zone, now=later)
        assert (again.desk, again.called_at) == (2, later)

    def test_who_was_not_called_is_not_called_again(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now)
        with pytest.raises(NotNow):
            call_again(visit_id=visit.pk, zone=zone, now=now)

    def test_who_is_not_there_waits_again_behind_the_others(self, zone, slot, clerk, now):
        first, second = invited(slot, now), invited(slot, now)
        arrive(first, zone, clerk, now)
        arrive(second, zone, clerk, now + timedelta(minutes=1))
        assert call_next(zone=zone, desk=1, now=now) == first
        back = put_back(visit_id=first.pk, zone=zone, now=now + timedelta(minutes=2))
        assert (back.called_at, back.desk, back.state) == (None, None, "checked_in")
        assert call_next(zone=zone, desk=1, now=now) == second
        assert call_next(zone=zone, desk=2, now=now) == first

    def test_put_back_twice_changes_nothing(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now)
        again = put_back(visit_id=visit.pk, zone=zone, now=now + timedelta(hours=1))
        assert again.checked_in_at == now

    def test_somebody_who_should_not_wait_is_called_out_of_turn(self, zone, slot, clerk, now):
        first, frail = invited(slot, now), invited(slot, now)
        arrive(first, zone, clerk, now)
        arrive(frail, zone, clerk, now + timedelta(minutes=1))
        assert call_out_of_turn(visit_id=frail.pk, zone=zone, desk=1, now=now).desk == 1
        with pytest.raises(NotNow, match="masih melayani"):
            call_out_of_turn(visit_id=first.pk, zone=zone, desk=1, now=now)
        with pytest.raises(NotNow, match="loket 1"):
            call_out_of_turn(visit_id=frail.pk, zone=zone, desk=2, now=now)


class TestServing:
    def test_completed_is_told_and_frees_the_key_and_the_visit_is_served(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now)
        application = only(visit)
        held = decided_application(zone, now, kk_number=application.kk_number, status="held_duplicate")
        done = end(visit, zone, clerk, now)
        application.refresh_from_db()
        held.refresh_from_db()
        assert (application.status, done.state, done.ended_at) == ("completed", "served", now)
        assert held.status == "submitted"
        assert Notice.objects.filter(application=application, purpose="completed").count() == 1
        service = visit.services.get()
        assert (service.originals, service.signed_by, service.served_by) == (["KK_LAMA"], "Siti Contoh", clerk)
        assert service.signature == SIGNED.signature

    def test_the_signature_is_sealed_in_the_database(self, visit, zone, clerk, now, django_db_blocker):
        arrive(visit, zone, clerk, now)
        end(visit, zone, clerk, now)
        with connection.cursor() as cursor:
            cursor.execute("SELECT signature, signed_by FROM requests_app_visitapplication")
            stored = [bytes(value) for value in cursor.fetchone()]
        assert all(b"M1 1" not in value and b"Siti" not in value for value in stored)

    def test_twice_changes_nothing(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now)
        end(visit, zone, clerk, now)
        end(visit, zone, clerk, now + timedelta(minutes=1))
        assert Notice.objects.filter(purpose="completed").count() == 1
        assert Event.objects.filter(step="complete").count() == 1
        assert visit.services.get().ended_at == now

    def test_not_before_they_are_there(self, visit, zone, clerk, now):
        with pytest.raises(NotNow):
            end(visit, zone, clerk, now)
        assert only(visit).status == "invited"

    def test_a_household_is_served_when_the_last_application_is_done(self, visit, zone, clerk, now):
        second = decided_application(zone, now, service="legalisir", status="invited", document="kk")
        put_on(visit, second)
        arrive(visit, zone, clerk, now)
        first = visit.services.order_by("pk")[0].application
        assert end(visit, zone, clerk, now, application=first).state == "checked_in"
        assert end(visit, zone, clerk, now, application=second).state == "served"

    def test_recorded_goes_back_to_the_queue_with_a_new_promise(self, slot, zone, clerk, now):
        visit = invited(slot, now, service="ktp_el")
        arrive(visit, zone, clerk, now)
        end(visit, zone, clerk, now, Outcome.RECORDED)
        application = only(visit)
        assert (application.status, application.round) == ("submitted", 2)
        assert Notice.objects.filter(application=application, purpose="recorded").exists()
        assert visit.services.get().outcome == "recorded"

    def test_a_walk_in_under_review_is_kept(self, zone, clerk, now):
        visit = walked_in(zone, now, clerk)
        Application.objects.filter(pk=only(visit).pk).update(status="submitted")
        assert end(visit, zone, clerk, now, Outcome.KEPT).state == "served"
        assert only(visit).status == "submitted"
        assert Event.objects.get(step="seen_at_desk").data["originals"] == ["KK_LAMA"]

    def test_a_walk_in_that_was_approved_while_waiting_is_served_at_once(self, zone, clerk, now):
        visit = walked_in(zone, now, clerk)
        Application.objects.filter(pk=only(visit).pk).update(status="approved")
        end(visit, zone, clerk, now)
        assert only(visit).status == "completed"
        assert list(Event.objects.order_by("pk").values_list("step", flat=True)) == ["walk_in", "told", "complete"]

    def test_and_so_is_one_that_was_even_invited_meanwhile(self, zone, slot, clerk, now):
        visit = walked_in(zone, now, clerk)
        application = only(visit)
        Application.objects.filter(pk=application.pk).update(status="invited")
        other = visit_in(slot_at(zone, slot.starts_at + timedelta(days=3)), application)
        end(visit, zone, clerk, now)
        other.refresh_from_db()
        assert (only(visit).status, other.state) == ("completed", "cancelled")

    @pytest.mark.parametrize("outcome", [Outcome.RECORDED, Outcome.KEPT, Outcome.DROPPED])
    def test_an_outcome_that_does_not_fit_is_refused(self, visit, zone, clerk, now, outcome):
        arrive(visit, zone, clerk, now)
        with pytest.raises(NotNow, match="sudah berubah"):
            end(visit, zone, clerk, now, outcome)
        assert only(visit).status == "checked_in"


class TestLeaving:
    def test_who_goes_home_unserved_gets_another_invitation(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now)
        gone = send_home(visit_id=visit.pk, zone=zone, officer=clerk, now=now)
        application = only(visit)
        assert (application.status, application.next_invite_at, gone.state) == ("approved", now, "cancelled")
        assert visit.services.get().outcome == "dropped"
        send_home(visit_id=visit.pk, zone=zone, officer=clerk, now=now + timedelta(minutes=1))
        assert Event.objects.filter(step="left_unserved").count() == 1

    def test_what_was_served_stays_served(self, visit, zone, clerk, now):
        second = decided_application(zone, now, service="legalisir", status="invited", document="kk")
        put_on(visit, second)
        arrive(visit, zone, clerk, now)
        end(visit, zone, clerk, now, application=second)
        gone = send_home(visit_id=visit.pk, zone=zone, officer=clerk, now=now)
        statuses = [service.application.status for service in visit.services.order_by("pk")]
        assert (statuses, gone.state) == (["approved", "completed"], "served")

    def test_a_recording_waits_for_another_invitation(self, slot, zone, clerk, now):
        visit = invited(slot, now, service="ktp_el")
        arrive(visit, zone, clerk, now)
        send_home(visit_id=visit.pk, zone=zone, officer=clerk, now=now)
        assert (only(visit).status, only(visit).next_invite_at) == ("recording_needed", now)

    def test_not_who_never_came(self, visit, zone, clerk, now):
        with pytest.raises(NotNow):
            send_home(visit_id=visit.pk, zone=zone, officer=clerk, now=now)

    def test_a_no_show_is_invited_again_once_the_slot_has_begun(self, visit, zone, clerk):
        at = visit.starts_at
        with pytest.raises(NotNow, match="belum tiba"):
            mark_no_show(visit_id=visit.pk, zone=zone, officer=clerk, now=at - timedelta(minutes=1))
        mark_no_show(visit_id=visit.pk, zone=zone, officer=clerk, now=at)
        mark_no_show(visit_id=visit.pk, zone=zone, officer=clerk, now=at + timedelta(minutes=1))
        visit.refresh_from_db()
        application = only(visit)
        assert (visit.state, application.status, application.missed_visits) == ("missed", "approved", 1)
        assert Event.objects.get(step="visit_missed").officer == clerk

    def test_who_is_there_is_no_no_show(self, visit, zone, clerk, now):
        arrive(visit, zone, clerk, now)
        with pytest.raises(NotNow):
            mark_no_show(visit_id=visit.pk, zone=zone, officer=clerk, now=now)


@pytest.mark.parametrize(
    "act",
    [
        lambda visit, zone, by, now: call_again(visit_id=visit.pk, zone=zone, now=now),
        lambda visit, zone, by, now: put_back(visit_id=visit.pk, zone=zone, now=now),
        lambda visit, zone, by, now: call_out_of_turn(visit_id=visit.pk, zone=zone, desk=1, now=now),
        end,
        lambda visit, zone, by, now: send_home(visit_id=visit.pk, zone=zone, officer=by, now=now),
        lambda visit, zone, by, now: mark_no_show(visit_id=visit.pk, zone=zone, officer=by, now=now),
    ],
)
def test_nothing_is_done_to_another_zones_visit(act, visit, zone, other_zone, clerk, now: datetime):
    arrive(visit, zone, clerk, now)
    before = Visit.objects.values().get(pk=visit.pk)
    with pytest.raises((NotNow, Visit.DoesNotExist)):
        act(visit, other_zone, OfficerFactory(role="counter"), now)
    assert Visit.objects.values().get(pk=visit.pk) == before
    assert local_date(now) == visit.day
