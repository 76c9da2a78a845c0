"""Visits of the demo set: as the desks, the households and the clock would have written them."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q

from requests_app.demo.zones import CLOSED_BECAUSE
from requests_app.models import (
    Application,
    CallTask,
    Closure,
    Event,
    Notice,
    NoticeAttempt,
    Slot,
    Survey,
    Visit,
    VisitApplication,
    VisitPerson,
    Zone,
)  # fmt: skip
from requests_app.operations.visits import find_visit
from requests_app.queries import desk, hand
from requests_app.queries.survey import satisfaction_at
from requests_app.queries.visits import day_loads, free_slots
from requests_app.questions.forms import FORMS
from requests_app.rules.catalogue import REASONS, Service
from requests_app.rules.dates import local_date
from requests_app.rules.desk import is_signature
from requests_app.rules.visits import COMING, HOLDS_PLACE, VisitState
from requests_app.rules.walk_ins import REGISTERED


def zone(code: str) -> Zone:
    return Zone.objects.get(code=code)


def test_the_database_keeps_its_rules(loaded: datetime) -> None:
    connection.check_constraints()


def test_the_services_have_their_shares_and_all_their_reasons(loaded: datetime) -> None:
    found = Counter(Application.objects.values_list("service", flat=True))
    assert {service: found[service] / 6 for service in Service} == {"ktp_el": 70, "kk": 20, "legalisir": 10}
    for service in (Service.KTP_EL, Service.KK):
        reasons = set(Application.objects.filter(service=service).values_list("reason", flat=True))
        assert reasons == {reason.value for reason in REASONS[service]}
    documents = Application.objects.filter(service=Service.LEGALISIR).values_list("reason", flat=True)
    assert len(set(documents)) >= 4
    assert {a.answers["copies"] for a in Application.objects.filter(service=Service.LEGALISIR)} >= {1, 2, 3, 5}


def test_the_answers_are_those_that_the_forms_would_have_stored(loaded: datetime) -> None:
    for service in Service:
        for reason in REASONS[service]:
            for application in Application.objects.filter(service=service, reason=reason).order_by("pk")[:4]:
                assert _as_the_forms_store(application) == application.answers, application.answers


def _as_the_forms_store(application: Application) -> dict[str, object]:
    stored: dict[str, object] = {}
    answers, service = application.answers, Service(application.service)
    for form in FORMS[service]:
        known = {"answers": answers, "today": local_date(application.submitted_at), "service": service}
        filled = form(form(**known).stored_data(), **known)
        assert filled.is_valid(), (form.__name__, filled.errors, answers)
        stored |= filled.to_answers()
    return stored


def test_every_state_of_a_visit_is_there(loaded: datetime) -> None:
    assert set(Visit.objects.values_list("state", flat=True)) == {state.value for state in VisitState}
    outcomes = set(VisitApplication.objects.values_list("outcome", flat=True))
    assert outcomes == {"", "completed", "recorded", "kept", "missed", "dropped"}
    assert set(Visit.objects.values_list("turn", flat=True)) == {1, 2, 3}
    today = local_date(loaded)
    days = Visit.objects.filter(state__in=HOLDS_PLACE)
    assert days.filter(day__lt=today - timedelta(days=7)).exists()
    assert days.filter(day__gt=today + timedelta(days=7)).exists()
    assert Visit.objects.alias(n=Count("services")).filter(n=2, state__in=COMING).exists()


def test_places_are_counted_and_nobody_sits_on_anothers_seat(loaded: datetime) -> None:
    for slot in Slot.objects.prefetch_related("visits"):
        held = [visit for visit in slot.visits.all() if visit.state in HOLDS_PLACE]
        assert slot.booked == len(held) <= slot.capacity
        assert sorted(visit.number for visit in held) == sorted(f"{slot.label}{visit.seat}" for visit in held)
        assert all((visit.day, visit.starts_at) == (slot.day, slot.starts_at) for visit in held)
        assert len({visit.seat for visit in held}) == len(held)


def test_slots_were_offered_when_they_were_taken(loaded: datetime) -> None:
    """From two working days ahead, never on the day itself."""
    for visit in Visit.objects.filter(is_walk_in=False):
        taken = visit.confirmed_at or visit.invited_at
        assert visit.invited_at is not None
        assert taken is not None
        assert local_date(taken) < visit.day or visit.confirmed_at is not None
        assert local_date(visit.invited_at) < visit.day


def test_everybody_on_a_visit_is_one_of_its_applicants(loaded: datetime) -> None:
    for visit in Visit.objects.prefetch_related("persons", "services__application"):
        serving = [service for service in visit.services.all() if service.outcome != "dropped"]
        persons = {person.nik_hash for person in visit.persons.all()}
        assert persons == {service.application.nik_hash for service in serving}
        assert {service.application.kk_hash for service in visit.services.all()} == {visit.household_hash}
        assert all(person.coming == (visit.state in COMING) for person in visit.persons.all())
    coming = VisitPerson.objects.filter(coming=True)
    assert coming.count() == coming.values("nik_hash").distinct().count() > 0


def test_a_status_fits_its_visit(loaded: datetime) -> None:
    now_on = {"invited": COMING, "checked_in": ["checked_in"]}
    for status, states in now_on.items():
        for application in Application.objects.filter(status=status):
            assert application.visits.filter(outcome="", visit__state__in=states).count() == 1
    for application in Application.objects.filter(status="completed"):
        service = application.visits.get(outcome="completed")
        assert service.visit.state in ("served", "checked_in")
        assert service.originals
        assert service.served_by_id
        assert service.signed_by
        assert not service.signature or is_signature(service.signature)
    assert VisitApplication.objects.exclude(signature=b"").exists()
    for application in Application.objects.filter(status="closed"):
        assert application.missed_visits == application.visits.filter(outcome="missed").count() == 3
    recording = Application.objects.filter(service="ktp_el", visits__coming=True)
    assert set(recording.values_list("status", flat=True)) == {"recording_needed"}


def test_what_a_visit_tells_of_itself_fits_its_state(loaded: datetime) -> None:
    for visit in Visit.objects.all():
        is_there = visit.state in ("checked_in", "served")
        assert (visit.ended_at is not None) == (visit.state not in (*COMING, "checked_in"))
        assert not is_there or visit.checked_in_at is not None
        assert visit.called_at is None or visit.desk in (1, 2)
        assert visit.remind_at is None or (visit.state in COMING and visit.remind_at > loaded)
        assert visit.state != "confirmed" or visit.confirmed_at is not None
        assert all(moment is None or moment <= loaded for moment in (visit.invited_at, visit.called_at, visit.ended_at))
        assert visit.is_walk_in or find_visit(visit.code) == visit


def test_no_two_visits_are_at_one_desk(loaded: datetime) -> None:
    called = Visit.objects.filter(called_at__isnull=False, desk__isnull=False).order_by("called_at")
    busy: dict[tuple[int, int], datetime] = {}
    for visit in called:
        key = visit.zone_id, visit.desk or 0
        assert visit.called_at is not None
        assert busy.get(key, visit.called_at) <= visit.called_at
        busy[key] = visit.ended_at or loaded


def test_messages_about_visits_leave_from_the_visits_zone(loaded: datetime) -> None:
    notices = Notice.objects.filter(visit__isnull=False)
    assert not notices.exclude(zone=F("visit__zone")).exists()
    assert not notices.filter(channel="whatsapp", zone__whatsapp_phone_id="").exists()
    assert not notices.exclude(zone__code="Z3").filter(channel="hand").exists()
    purposes = set(notices.values_list("purpose", flat=True))
    assert purposes == {"invitation", "invitation_recording", "invitation_again", "visit_moved", "visit_reminder"}
    others = Notice.objects.filter(visit=None, channel="whatsapp", application__zone__code="Z3")
    assert set(others.values_list("zone__code", flat=True)) == {"Z1"}


def test_what_was_sent_by_hand_says_who_when_and_from_which_number(loaded: datetime) -> None:
    sent = Notice.objects.filter(channel="hand", state="sent")
    assert sent.exists()
    for attempt in NoticeAttempt.objects.filter(notice__in=sent).select_related("officer"):
        assert attempt.officer is not None
        assert attempt.officer.username == "loket2"
        assert (attempt.sender, attempt.started_at) == (zone("Z3").whatsapp_number, attempt.notice.sent_at)
    day = hand.day_of(zone("Z3"), loaded)
    assert day.waiting == Notice.objects.filter(channel="hand", state="queued").count() >= 7
    today = [a for a in NoticeAttempt.objects.exclude(officer=None) if local_date(a.started_at) == local_date(loaded)]
    assert day.done == len({attempt.notice_id for attempt in today})


def test_a_full_zone_has_no_place_and_some_who_wait_for_one(loaded: datetime) -> None:
    assert free_slots(zone("Z5"), now=loaded) == []
    waiting = Application.objects.filter(zone=zone("Z5"), invite_trouble="no_slot", status="approved")
    assert 3 <= waiting.count() <= 10
    for application in waiting:
        assert loaded < application.next_invite_at <= loaded + timedelta(minutes=15)
        assert application.notices.filter(purpose="approved_visit", promise__isnull=False).count() == 1
    assert not Application.objects.exclude(zone=zone("Z5")).exclude(next_invite_at=None).exists()
    assert not Application.objects.exclude(invite_trouble="").filter(next_invite_at=None).exists()


def test_a_closed_day_is_empty_and_whoever_was_in_it_was_told_once(loaded: datetime) -> None:
    closure = Closure.objects.get(zone=zone("Z2"))
    assert loaded + timedelta(days=5) < closure.starts_at < loaded + timedelta(days=10)
    closed = Slot.objects.filter(zone=closure.zone, starts_at__gte=closure.starts_at, starts_at__lt=closure.ends_at)
    assert closed.exists()
    assert not closed.filter(Q(is_open=True) | Q(booked__gt=0)).exists()
    (moved,) = Event.objects.filter(step="visit_displaced")
    notice = Notice.objects.get(purpose="visit_moved")
    assert (notice.application_id, notice.params["sebab"]) == (moved.application_id, CLOSED_BECAUSE)
    loads = {load.day: load for load in day_loads(closure.zone, now=loaded)}
    assert loads[local_date(closure.starts_at)].closed_because == CLOSED_BECAUSE


def test_the_desk_is_at_work_today(loaded: datetime) -> None:
    home, today = zone("Z7"), local_date(loaded)
    day = desk.day_of(home, today)
    assert 1 <= len(day.at_desks) <= home.desks
    assert len(day.waiting) >= 3
    assert day.expected_count >= 5
    assert day.served_count >= 4
    states = Counter(Visit.objects.filter(zone=home, day=today).values_list("state", flat=True))
    assert states["missed"] >= 1
    assert len(day.at_desks) + len(day.waiting) == states["checked_in"]
    assert (day.expected_count, day.served_count) == (states["confirmed"] + states["invited"], states["served"])
    here = Visit.objects.filter(zone=home, day=today, state="checked_in")
    assert desk.display_of(home, today).room.inside == sum(visit.people for visit in here)
    assert desk.left_over(home, today) == []
    assert not Visit.objects.filter(state="checked_in").exclude(day=today).exists()


def test_walk_ins_say_who_allowed_them_and_why(loaded: datetime) -> None:
    walk_ins = Visit.objects.filter(is_walk_in=True).select_related("allowed_by", "zone")
    for visit in walk_ins:
        assert visit.allowed_by is not None
        assert visit.allowed_by.role == "counter"
        assert visit.zone in visit.allowed_by.zones.all()
        assert visit.allow_reason
        assert visit.number.startswith("L")
        assert len(visit.protocol) == 3
    reasons = {visit.allow_reason for visit in walk_ins}
    assert REGISTERED in reasons
    assert {"Lanjut usia", "Datang dari jauh"} <= reasons
    for (home, day), numbers in _numbers(walk_ins).items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), (home, day)


def _numbers(walk_ins: object) -> dict[tuple[int, object], list[int]]:
    found: dict[tuple[int, object], list[int]] = {}
    for visit in walk_ins:  # type: ignore[attr-defined]
        found.setdefault((visit.zone_id, visit.day), []).append(int(visit.number[1:]))
    return found


def test_applications_of_the_counter_say_who_registered_them(loaded: datetime) -> None:
    counter = Application.objects.filter(channel="counter")
    assert 0.05 * 600 < counter.count() < 0.15 * 600
    assert set(counter.values_list("service", flat=True)) == {service.value for service in Service}
    assert counter.filter(contact="none").exists()
    for application in counter.select_related("registered_by"):
        first = application.events.order_by("pk")[0]
        assert (first.actor_kind, first.officer) == ("officer", application.registered_by)
        assert application.visits.filter(visit__is_walk_in=True).exists()
    assert not Application.objects.filter(channel="online", registered_by__isnull=False).exists()


def test_lapsed_invitations_are_called_or_were(loaded: datetime) -> None:
    for visit in Visit.objects.filter(state="lapsed"):
        for service in visit.services.all():
            assert CallTask.objects.filter(application=service.application, opened_at__lte=loaded).exists()
    assert CallTask.objects.filter(reason="invitation_lapsed", closed_at=None).exists()


def test_a_card_waits_for_its_family(loaded: datetime) -> None:
    card = Application.objects.get(depends_on__isnull=False)
    assert card.depends_on is not None
    assert (card.service, card.depends_on.service) == ("ktp_el", "kk")
    assert card.kk_hash == card.depends_on.kk_hash
    assert "KK" not in card.documents.values_list("document_code", flat=True)


def test_every_zone_has_an_index_of_what_people_said(loaded: datetime) -> None:
    for survey in Survey.objects.select_related("application"):
        assert survey.application.status in ("completed", "handed_over")
        ended = survey.application.events.filter(step__in=["complete", "hand_over"]).get()
        assert ended.at < survey.answered_at <= loaded
    finished = Application.objects.filter(status__in=["completed", "handed_over"]).count()
    assert 0.6 * finished < Survey.objects.count() < finished
    found = satisfaction_at(loaded)
    assert all(result and 70 < result.index < 97 for _, result in found.zones)
    assert len(found.zones) == 9
    assert all(found.services.values())
    assert Survey.objects.exclude(words=b"").exists()


def test_slots_of_all_zones_exist_as_far_as_anybody_may_choose(loaded: datetime) -> None:
    last = local_date(loaded) + timedelta(days=21)
    for home in Zone.objects.filter(is_active=True):
        assert Slot.objects.filter(zone=home, day__gte=last, is_open=True).exists()
