"""What the clock does with visits; running it twice, late or in parallel gives the same rows."""

from datetime import timedelta

import pytest

from requests_app.models import Application, CallTask, Closure, Holiday, Promise, Slot
from requests_app.operations.slots import refresh_slots
from requests_app.operations.visit_clock import lapse_invitations, miss_visits, move_displaced, remind_visits
from requests_app.rules.dates import format_moment, start_of_day
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState
from tests.factories import OfficerFactory
from tests.operations.offices import approve, asked, coming, has_left, invited, notices, open_office, visit_of

pytestmark = pytest.mark.django_db


def _close(visit, now, reason="Listrik padam"):
    Closure.objects.create(
        zone=visit.zone, starts_at=start_of_day(visit.day), ends_at=start_of_day(visit.day + timedelta(days=1)),
        reason=reason, declared_at=now, declared_by=OfficerFactory(),
    )  # fmt: skip
    refresh_slots(zone=visit.zone, now=now)


def _application(visit):
    return Application.objects.get(visits__visit=visit)


def test_an_unanswered_invitation_lapses_and_the_office_calls(now):
    open_office(now)
    visit = invited(now)
    assert lapse_invitations(now=visit.respond_by - timedelta(seconds=1)) == 0
    assert [lapse_invitations(now=visit.respond_by) for _ in range(2)] == [1, 0]
    visit.refresh_from_db()
    application = _application(visit)
    assert (visit.state, application.status, application.next_invite_at) == (VisitState.LAPSED, Status.APPROVED, None)
    assert CallTask.objects.get(application=application).reason == "invitation_lapsed"
    assert Slot.objects.get(pk=visit.slot_id).booked == 0


def test_a_confirmed_visit_does_not_lapse(now):
    open_office(now)
    visit = coming(now)
    assert lapse_invitations(now=visit.starts_at) == 0


def test_the_reminder_comes_the_day_before_once(now):
    open_office(now)
    visit = coming(now)
    due = visit.starts_at - timedelta(hours=24)
    assert remind_visits(now=due - timedelta(seconds=1)) == 0
    assert [remind_visits(now=due) for _ in range(2)] == [1, 0]
    (told,) = notices(_application(visit), "visit_reminder")
    assert (told.zone, told.params["antrean"]) == (visit.zone, visit.number)


def test_whoever_did_not_come_is_missed_two_hours_after_the_slot(now):
    open_office(now)
    visit = coming(now)
    over = visit.slot.ends_at + timedelta(hours=2)
    assert miss_visits(now=over - timedelta(seconds=1)) == 0
    assert [miss_visits(now=over) for _ in range(2)] == [1, 0]
    visit.refresh_from_db()
    assert visit.state == VisitState.MISSED
    assert _application(visit).missed_visits == 1


def test_a_closure_moves_each_visit_and_tells_each_person_once(now):
    open_office(now)
    visits = [coming(now), has_left(invited(now))]
    promises = list(Promise.objects.values_list("pk", "due_at").order_by("pk"))
    before = visits[0].starts_at
    _close(visits[0], now)
    assert [move_displaced(now=now) for _ in range(3)] == [2, 0, 0]
    for visit, state in zip(visits, (VisitState.CONFIRMED, VisitState.INVITED), strict=True):
        visit.refresh_from_db()
        assert visit.starts_at > before
        assert (visit.state, visit.slot.is_open) == (state, True)
        (told,) = notices(_application(visit), "visit_moved")
        assert told.params["jadwal_lama"] == format_moment(before)
        assert told.params["sebab"] == "Listrik padam"
        assert told.params["waktu"] == format_moment(visit.starts_at)
    assert list(Promise.objects.values_list("pk", "due_at").order_by("pk")) == promises
    assert Slot.objects.filter(is_open=False, booked__gt=0).count() == 0


def test_a_second_closure_is_another_move_and_is_told_again(now):
    open_office(now)
    visit = coming(now)
    for reason in ("Listrik padam", "Banjir"):
        _close(visit, now, reason)
        move_displaced(now=now)
        visit.refresh_from_db()
        has_left(visit)
    assert [n.params["sebab"] for n in notices(_application(visit), "visit_moved")] == ["Listrik padam", "Banjir"]


def test_a_holiday_declared_later_moves_visits_and_never_promises(now):
    open_office(now)
    visit = coming(now)
    due = _application(visit).promises.get().due_at
    Holiday.objects.create(date=visit.day, name="Hari Contoh", kind="libur_nasional")
    refresh_slots(zone=visit.zone, now=now)
    move_displaced(now=now)
    (told,) = notices(_application(visit), "visit_moved")
    assert told.params["sebab"] == "libur Hari Contoh"
    assert _application(visit).promises.get().due_at == due


def test_without_another_slot_the_visit_is_called_off_and_waits_in_plain_sight(now):
    zone = open_office(now)
    visit = coming(now)
    Slot.objects.filter(zone=zone).update(is_open=False)
    assert move_displaced(now=now) == 1
    application = _application(visit)
    (told,) = notices(application, "visit_recalled")
    assert told.state == "queued"
    assert (application.status, application.next_invite_at) == (Status.APPROVED, now)


def test_a_moved_reminder_speaks_of_the_new_slot(now):
    open_office(now)
    visit = coming(now)
    _close(visit, now)
    move_displaced(now=now)
    visit.refresh_from_db()
    remind_visits(now=visit.starts_at - timedelta(hours=24))
    (told,) = notices(_application(visit), "visit_reminder")
    assert told.params["waktu"] == format_moment(visit.starts_at)


def test_a_household_is_told_for_each_of_its_applications(now):
    open_office(now)
    card = "1671041708959904"
    first = approve(asked(now, kk_number=card), now)
    second = approve(asked(now, "legalisir", kk_number=card), now)
    _close(has_left(visit_of(first)), now)
    assert move_displaced(now=now) == 1
    assert [len(notices(application, "visit_moved")) for application in (first, second)] == [1, 1]
