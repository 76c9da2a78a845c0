"""An approval is one message: the invitation with its slot, or the approval alone; the clock goes on trying."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from requests_app.models import Application, Notice, Promise, Slot, Visit, VisitPerson, Zone
from requests_app.operations.decisions import annul_decision, take_back
from requests_app.operations.invitations import invite_due, tell_stuck_approvals, wake_waiting
from requests_app.operations.numbers import forget_numbers
from requests_app.operations.preview import preview_answer
from requests_app.operations.slots import refresh_slots
from requests_app.rules.dates import format_moment, local_date, start_of_day
from requests_app.rules.numbers import normalise_secret
from requests_app.rules.statuses import Status
from requests_app.rules.visits import SCHEDULE_WITHIN, TRY_AGAIN, VisitState, respond_by
from tests.factories import OfficerFactory, new_nik, on_duty
from tests.operations.offices import (
    AWAY,
    RECORD,
    YES,
    approve,
    asked,
    invited,
    notices,
    open_office,
    visit_of,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def test_with_a_slot_the_invitation_is_the_answer(now):
    zone = open_office(now)
    application = approve(asked(now), now)
    visit = visit_of(application)
    assert application.status == Status.INVITED
    assert (visit.state, visit.zone, visit.slot.booked) == (VisitState.INVITED, zone, 1)
    (told,) = application.notices.exclude(purpose="received")
    assert (told.purpose, told.zone, told.channel, told.visit) == ("invitation", zone, "whatsapp", visit)
    assert told.promise.round == 1
    assert told.params["antrean"] == visit.number
    assert normalise_secret(told.params["tautan"]) == visit.code
    assert told.next_attempt_at == application.decisions.get().release_at


def test_an_invitation_waits_for_its_answer_five_days_or_until_a_day_before(now):
    open_office(now)
    visit = invited(now)
    assert visit.respond_by == respond_by(now, visit.starts_at)
    assert visit.respond_by == min(now + timedelta(days=5), visit.starts_at - timedelta(hours=24))


def test_without_a_slot_the_approval_is_told_at_once_and_the_clock_goes_on(now):
    application = approve(asked(now), now)
    assert (application.status, application.invite_trouble) == (Status.APPROVED, "no_slot")
    (told,) = notices(application, "approved_visit")
    assert told.promise == Promise.objects.get(application=application)
    assert "menyusul paling lambat" in told.params["jadwal"]
    assert not Visit.objects.exists()
    open_office(now)
    assert invite_due(now=now) == 1
    application.refresh_from_db()
    assert (application.status, application.next_invite_at, application.invite_trouble) == (Status.INVITED, None, "")
    (invitation,) = notices(application, "invitation_again")
    assert invitation.zone == application.zone


@pytest.mark.parametrize("broken", [{"whatsapp_number": "", "whatsapp_phone_id": ""}, {"number_trouble": "190"}])
def test_without_a_working_number_nobody_is_invited_and_the_approval_leaves_by_another_way(now, broken):
    zone = open_office(now, **broken)
    application = approve(asked(now), now)
    assert (application.status, application.invite_trouble) == (Status.APPROVED, "no_number")
    (told,) = notices(application, "approved_visit")
    assert told.zone != zone
    assert not Notice.objects.filter(purpose__startswith="invitation").exists()
    Zone.objects.filter(pk=zone.pk).update(
        number_trouble="", whatsapp_number="+6280000000007", whatsapp_phone_id="10000000000007"
    )
    zone.refresh_from_db()
    wake_waiting(zone, now=now)
    invite_due(now=now)
    (invitation,) = notices(application, "invitation_again")
    assert invitation.zone == zone


def test_whoever_waits_longest_is_invited_first(now):
    waiting = [approve(asked(now + timedelta(hours=n)), now + timedelta(hours=n)) for n in range(3)]
    zone = open_office(now, slot_capacity=1)
    Slot.objects.filter(zone=zone).exclude(pk=Slot.offered(zone, now=now).first().pk).update(is_open=False)
    invite_due(now=now + timedelta(hours=4))
    statuses = [Application.objects.get(pk=application.pk).status for application in waiting]
    assert statuses == [Status.INVITED, Status.APPROVED, Status.APPROVED]
    third = Application.objects.get(pk=waiting[2].pk)
    assert third.next_invite_at == now + timedelta(hours=4) + TRY_AGAIN


def test_a_household_gets_one_visit(now):
    open_office(now)
    card = new_nik()
    first = approve(asked(now, kk_number=card), now)
    second = approve(asked(now, "legalisir", kk_number=card), now)
    visit = visit_of(first)
    assert visit_of(second) == visit
    assert (visit.slot.booked, visit.persons.count(), visit.services.count()) == (1, 2, 2)
    assert second.status == Status.INVITED
    (told,) = notices(second, "invitation")
    assert told.params["antrean"] == visit.number


def test_one_person_never_holds_two_coming_slots(now):
    """Moved to another zone and applying there: the second invitation waits until the first visit is over."""
    open_office(now)
    open_office(now, AWAY)
    person = new_nik()
    first = approve(asked(now, "legalisir", nik=person), now)
    second = approve(asked(now, nik=person, kelurahan=AWAY), now)
    assert (second.status, second.invite_trouble) == (Status.APPROVED, "other_visit")
    with pytest.raises(IntegrityError, match="one_coming_visit_per_person"), transaction.atomic():
        other = visit_of(first)
        another = Visit.objects.get(pk=other.pk)
        another.pk, another.code_hash, another.seat, another.number = None, b"another-code-123", 2, "Z2"
        another.save()
        VisitPerson.objects.create(visit=another, nik_hash=second.nik_hash)


def test_a_recording_is_a_visit_and_the_card_goes_on_as_usual(now):
    open_office(now)
    application = approve(asked(now, "ktp_el", reason="baru", recorded_before="no"), now, RECORD)
    assert application.status == Status.RECORDING_NEEDED
    (told,) = notices(application, "invitation_recording")
    assert told.visit == visit_of(application)
    assert not notices(application, "recording_needed")


def test_a_recording_without_a_slot_is_asked_for_in_the_officers_words(now):
    application = approve(asked(now, "ktp_el", reason="baru", recorded_before="no"), now, RECORD)
    (told,) = notices(application, "recording_needed")
    assert told.params["tempat"] == "UPTD Zona 7"
    assert application.next_invite_at is not None


def test_a_zone_that_does_not_do_it_invites_nobody_to_it(now):
    open_office(now, services=["legalisir"])
    assert approve(asked(now), now).invite_trouble == "no_slot"
    assert approve(asked(now, "legalisir"), now).status == Status.INVITED


@pytest.mark.parametrize(("contact", "channel"), [("email", "email"), ("none", "page")])
def test_whoever_has_no_whatsapp_finds_the_invitation_on_the_page(now, contact, channel):
    open_office(now)
    application = approve(asked(now, contact=contact, email="warga@contoh.id" if contact == "email" else ""), now)
    (invitation,) = notices(application, "invitation")
    assert (invitation.channel, invitation.state) == ("page", "published")
    answers = application.notices.filter(promise__isnull=False)
    assert {notice.channel for notice in answers} == {channel}


def test_an_approval_can_be_taken_back_with_its_invitation(now):
    open_office(now)
    officer = on_duty(OfficerFactory(), now)
    application = approve(asked(now), now, officer=officer)
    visit = visit_of(application)
    take_back(decision_id=application.decisions.get().pk, officer=officer, now=now + timedelta(seconds=5))
    application.refresh_from_db()
    visit.refresh_from_db()
    assert (application.status, visit.state, visit.slot.booked) == (Status.IN_REVIEW, VisitState.CANCELLED, 0)
    assert {n.state for n in notices(application, "invitation")} == {"superseded"}


def test_taking_back_one_of_a_households_approvals_leaves_the_other_invited(now):
    open_office(now)
    card, officer = new_nik(), on_duty(OfficerFactory(), now)
    first = approve(asked(now, kk_number=card), now)
    second = approve(asked(now, "legalisir", kk_number=card), now, officer=officer)
    take_back(decision_id=second.decisions.get().pk, officer=officer, now=now)
    visit = visit_of(first)
    assert (visit.state, visit.slot.booked, visit.persons.count()) == (VisitState.INVITED, 1, 1)


def test_an_annulled_approval_frees_the_slot(now):
    open_office(now)
    application = approve(asked(now), now)
    supervisor = OfficerFactory(role="supervisor")
    later = now + timedelta(hours=1)
    annul_decision(decision_id=application.decisions.get().pk, supervisor=supervisor, reason="Keliru", now=later)
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert visit_of(application).slot.booked == 0


def test_the_officer_reads_the_invitation_before_it_is_sent(now):
    open_office(now)
    application = asked(now)
    officer = OfficerFactory()
    preview = preview_answer(application=application, officer=officer, now=now, verdict=YES)
    slot = Slot.offered(application.zone, now=now).first()
    assert f"nomor antrean {slot.label}1" in preview.text
    invited(now)  # somebody else's approval takes that place meanwhile
    again = preview_answer(application=application, officer=officer, now=now, verdict=YES)
    assert again.text != preview.text
    assert again.seal == preview.seal


def test_the_database_refuses_an_invitation_from_another_zones_number(now):
    open_office(now)
    visit = invited(now)
    other = Zone.objects.exclude(pk=visit.zone_id).first()
    told = Notice.objects.get(visit=visit)
    with pytest.raises(IntegrityError, match="visit_notice_from_own_zone"), transaction.atomic():
        Notice.objects.filter(pk=told.pk).update(zone=other)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for channel in ("email", "sms"):
        with pytest.raises(IntegrityError, match="visit_notice_by_its_zone"), transaction.atomic():
            Notice.objects.filter(pk=told.pk).update(channel=channel)
    with pytest.raises(IntegrityError, match="invitation_has_a_visit"), transaction.atomic():
        Notice.objects.filter(pk=told.pk).update(visit=None)


def test_an_approval_whose_invitation_cannot_leave_is_told_by_another_way_once(now):
    zone = open_office(now)
    application = approve(asked(now), now)
    Zone.objects.filter(pk=zone.pk).update(number_trouble="190")
    forget_numbers()
    application.notices.filter(purpose="invitation").update(state="held")
    assert [tell_stuck_approvals(now=now) for _ in range(2)] == [1, 0]
    (told,) = notices(application, "approved_visit")
    assert told.zone != zone
    assert application.notices.get(purpose="invitation").state == "held"


def test_the_sweep_forgets_whoever_needs_no_invitation_any_more(now):
    application = approve(asked(now), now)
    Application.objects.filter(pk=application.pk).update(status=Status.WITHDRAWN)
    invite_due(now=now + TRY_AGAIN)
    application.refresh_from_db()
    assert application.next_invite_at is None


def test_new_slots_are_offered_to_whoever_waits_at_once(now):
    application = approve(asked(now), now)
    zone = Zone.objects.get(pk=application.zone_id)
    later = now + timedelta(minutes=1)
    refresh_slots(zone=zone, now=later)
    assert invite_due(now=later) == 1


def test_the_promised_schedule_is_a_week_away(now):
    told = notices(approve(asked(now), now), "approved_visit")[0]
    assert format_moment(now + SCHEDULE_WITHIN) in told.params["jadwal"]


def test_whoever_stands_at_the_desk_is_served_there_and_invited_to_nothing(now):
    zone = open_office(now)
    application = asked(now)
    Visit.objects.create(
        zone=zone, state=VisitState.CHECKED_IN, household_hash=application.kk_hash, day=local_date(now), starts_at=now,
        number="L1", checked_in_at=now, is_walk_in=True, allowed_by=OfficerFactory(), allow_reason="datang langsung",
    ).services.create(application=application)  # fmt: skip
    approve(application, now)
    assert (application.status, application.invite_trouble) == (Status.APPROVED, "")
    (told,) = notices(application, "approved_visit")
    assert "Anda sedang dilayani di UPTD Zona 7, nomor antrean L1." in told.params["jadwal"]
    assert not Notice.objects.filter(purpose__startswith="invitation").exists()
    assert wake_waiting(zone, now=now) == 1, "a place became free"
    invite_due(now=now)
    assert not Notice.objects.filter(purpose__startswith="invitation").exists()
    tomorrow = start_of_day(local_date(now) + timedelta(days=1))
    assert [invite_due(now=moment) for moment in (tomorrow - timedelta(seconds=1), tomorrow)] == [0, 1]
