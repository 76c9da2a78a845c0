"""Whoever comes is served: registered like anybody else, or taken now by an officer who says why."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from requests_app.models import Application, Draft, Notice, Officer, Promise, ProtocolItem, Slot, Visit, Zone
from requests_app.operations import walk_ins
from requests_app.operations.followup import withdraw
from requests_app.operations.review import take_next
from requests_app.operations.steps import NotNow
from requests_app.operations.submission import DraftGone, submit_draft
from requests_app.operations.visits import lock_visit
from requests_app.operations.walk_ins import (
    Protocol,
    register_walk_in,
)
from requests_app.rules.walk_ins import WALK_IN_REASONS, in_words
from tests.factories import CORRECTION, REJECTED, OfficerFactory, decided, make_draft, new_nik, on_duty
from tests.operations.offices import AWAY, RECORD, approve, asked, coming, invited, open_office
from tests.operations.walkers import admit, all_kept, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone(now: datetime) -> Zone:
    return open_office(now, whatsapp_number="+628000000007", whatsapp_phone_id="7")


@pytest.fixture
def officer(zone: Zone) -> Officer:
    return OfficerFactory(role="counter")


# --- registering


def test_an_application_of_the_counter_is_like_any_other(zone: Zone, officer: Officer, now: datetime) -> None:
    done = register(zone, officer, now)
    online = submit_draft(draft_id=make_draft(now).pk, now=now).application
    application, visit = done.application, done.visit
    assert (application.channel, application.registered_by, application.status) == ("counter", officer, "submitted")
    assert application.due_at == online.due_at
    assert Promise.objects.get(application=application).started_at == now
    assert Notice.objects.get(application=application).purpose == "received"
    assert (visit.number, visit.state, visit.is_walk_in, visit.zone) == ("L1", "checked_in", True, zone)
    assert (visit.allowed_by, visit.allow_reason) == (officer, "Mendaftar di loket")
    assert [service.application for service in visit.services.all()] == [application]
    assert [person.nik_hash for person in visit.persons.all()] == [application.nik_hash]
    steps = list(application.events.values_list("step", "actor_kind", "officer"))
    assert steps == [("submit", "officer", officer.pk), ("came", "officer", officer.pk)]


def test_officers_see_online_and_counter_in_one_queue(zone: Zone, officer: Officer, now: datetime) -> None:
    online_late = submit_draft(draft_id=make_draft(now).pk, now=now + timedelta(minutes=2)).application
    counter = register(zone, officer, now + timedelta(minutes=1)).application
    online_early = submit_draft(draft_id=make_draft(now).pk, now=now).application
    reviewers = [on_duty(OfficerFactory(), now) for _ in range(3)]
    taken = [take_next(officer=reviewer, now=now + timedelta(hours=1)) for reviewer in reviewers]
    assert taken == [online_early, counter, online_late]


def test_the_same_form_twice_is_one_application_and_one_number(zone: Zone, officer: Officer, now: datetime) -> None:
    draft = make_draft(now, contact="none", phone="")
    known: dict[str, Any] = {
        "draft_id": draft.pk,
        "zone": zone,
        "officer": officer,
        "protocol": all_kept(),
        "people": 2,
    }
    first = register_walk_in(now=now, **known)
    again = register_walk_in(now=now + timedelta(minutes=1), **known)
    assert (again.application, again.visit, again.secret) == (first.application, first.visit, first.secret)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.secret != ""
    assert (Application.objects.count(), Visit.objects.count()) == (1, 1)


def test_a_second_one_of_the_same_key_is_registered_just_the_same(zone: Zone, officer: Officer, now: datetime) -> None:
    first = submit_draft(draft_id=make_draft(now).pk, now=now).application
    held = register(zone, officer, now, nik=first.nik)
    assert held.application.status == "held_duplicate"
    assert held.visit.number == "L1"


def test_somebody_of_another_zone_is_registered_here_and_served_there(
    zone: Zone, officer: Officer, now: datetime
) -> None:
    done = register(zone, officer, now, "kk", reason="rusak", kelurahan=AWAY)
    assert done.application.zone != zone
    assert (done.visit.zone, done.visit.number) == (zone, "L1")


def test_a_person_who_asks_for_two_things_keeps_the_number(zone: Zone, officer: Officer, now: datetime) -> None:
    first = register(zone, officer, now)
    second = register(zone, officer, now, "kk", reason="rusak", nik=first.application.nik)
    assert second.visit == first.visit
    assert second.visit.services.count() == 2
    assert second.visit.persons.count() == 1


def test_a_family_has_one_number(zone: Zone, officer: Officer, now: datetime) -> None:
    mother = register(zone, officer, now)
    son = register(zone, officer, now, kk_number=mother.application.kk_number)
    stranger = register(zone, officer, now)
    assert son.visit == mother.visit
    assert son.visit.persons.count() == 2
    assert stranger.visit.number == "L2"


def test_yesterdays_number_is_not_todays(zone: Zone, officer: Officer, now: datetime) -> None:
    first = register(zone, officer, now - timedelta(days=1))
    second = register(zone, officer, now, kk_number=first.application.kk_number)
    assert (first.visit.number, second.visit.number) == ("L1", "L1")
    assert first.visit != second.visit


def test_nothing_is_stored_when_there_is_no_number(
    zone: Zone, officer: Officer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_draft(now)
    monkeypatch.setattr(walk_ins, "next_walk_in_number", lambda **_: "L1234567")  # longer than its column
    with pytest.raises(DataError), transaction.atomic():
        register_walk_in(draft_id=draft.pk, zone=zone, officer=officer, now=now, protocol=all_kept(), people=1)
    assert not Application.objects.exists()
    assert Draft.objects.get(pk=draft.pk).answers["name"] == "Siti Contoh"


def test_a_draft_that_is_gone_gives_no_number(zone: Zone, officer: Officer, now: datetime) -> None:
    draft = make_draft(now)
    draft.delete()
    with pytest.raises(DraftGone):
        register_walk_in(draft_id=draft.id, zone=zone, officer=officer, now=now, protocol=all_kept(), people=1)
    assert not Visit.objects.exists()


# --- the health protocol


def test_every_line_in_force_is_ticked_or_explained(zone: Zone, officer: Officer, now: datetime) -> None:
    ProtocolItem.objects.all().delete()
    mask = ProtocolItem.objects.create(text="Memakai masker", in_force=True)
    hands = ProtocolItem.objects.create(text="Mencuci tangan", in_force=True)
    ProtocolItem.objects.create(text="Suhu diukur", in_force=False)
    application = approve(asked(now), now)
    for protocol in (Protocol(), Protocol(kept=(mask.pk,)), Protocol((mask.pk,), ((hands.pk, "  "),))):
        with pytest.raises(ValueError, match="protokol kesehatan"):
            admit(zone, officer, now, application, protocol=protocol)
    visit = admit(zone, officer, now, application, protocol=Protocol((hands.pk,), ((mask.pk, "sesak napas"),)))
    assert visit.protocol == [hands.pk]
    assert visit.allow_reason == "Lanjut usia. Memakai masker: sesak napas"


def test_what_was_said_of_somebodys_health_is_sealed(
    zone: Zone, officer: Officer, now: datetime, as_owner: Any
) -> None:
    others = all_kept().kept
    mask = ProtocolItem.objects.create(text="Memakai masker", in_force=True)
    visit = admit(zone, officer, now, approve(asked(now), now), protocol=Protocol(others, ((mask.pk, "sesak napas"),)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT v::text FROM requests_app_visit v WHERE id = %s", [visit.pk])
        assert b"sesak".hex() not in cursor.fetchone()[0]


@pytest.mark.parametrize("people", [0, -1, 21, 500])
def test_so_many_people_do_not_come_with_one_number(zone: Zone, officer: Officer, now: datetime, people: int) -> None:
    with pytest.raises(ValueError, match="1 sampai 20"):
        admit(zone, officer, now, approve(asked(now), now), people=people)


# --- taken now


def test_an_approved_one_is_taken_and_it_is_known_who_allowed_it_and_why(
    zone: Zone, officer: Officer, now: datetime
) -> None:
    application = asked(now)
    Slot.objects.update(is_open=False)
    approve(application, now)
    assert application.status == "approved" and application.next_invite_at
    visit = admit(zone, officer, now, application, reason="far", words="dari Ogan Ilir  dengan perahu")
    application.refresh_from_db()
    assert (application.status, application.next_invite_at, application.invite_trouble) == ("checked_in", None, "")
    assert (visit.allowed_by, visit.allow_reason) == (officer, "Datang dari jauh: dari Ogan Ilir dengan perahu")
    event = application.events.get(step="walk_in")
    assert (event.officer, event.data) == (officer, {"visit": visit.pk, "reason": "far"})
    assert Promise.objects.get(application=application).outcome == "kept"
    assert Notice.objects.get(application=application, purpose="approved_visit").state == "superseded"


def test_an_invitation_to_another_day_is_given_up_and_its_place_is_free(
    zone: Zone, officer: Officer, now: datetime
) -> None:
    before = coming(now)
    application = before.services.get().application
    assert before.slot.booked == 1
    visit = admit(zone, officer, now, application)
    before.refresh_from_db()
    application.refresh_from_db()
    assert (before.state, Slot.objects.get(pk=before.slot_id).booked) == ("cancelled", 0)
    assert (application.status, visit.number) == ("checked_in", "L1")
    assert not Notice.objects.filter(purpose="visit_recalled").exists()
    assert not Notice.objects.filter(visit=before, state__in=["queued", "published"]).exists()


def test_the_rest_of_the_family_keeps_its_day(zone: Zone, officer: Officer, now: datetime) -> None:
    before = invited(now)
    mine = before.services.get().application
    other = approve(asked(now, "legalisir", kk_number=mine.kk_number), now)
    assert before.services.count() == 2
    admit(zone, officer, now, mine)
    before.refresh_from_db()
    other.refresh_from_db()
    assert (before.state, other.status) == ("invited", "invited")
    assert before.persons.get().nik_hash == other.nik_hash


def test_a_household_comes_in_with_one_number(zone: Zone, officer: Officer, now: datetime) -> None:
    mine = approve(asked(now), now)
    other = approve(asked(now, "legalisir", kk_number=mine.kk_number), now)
    visit = admit(zone, officer, now, mine, other, people=3)
    assert (visit.services.count(), visit.persons.count(), visit.people) == (2, 2, 3)
    assert set(Application.objects.values_list("status", flat=True)) == {"checked_in"}
    assert {a.pk for a in lock_visit(visit.pk)[1]} == {mine.pk, other.pk}


def test_whose_family_is_here_already_is_added_to_its_number(zone: Zone, officer: Officer, now: datetime) -> None:
    new = register(zone, officer, now)
    approved = approve(asked(now, kk_number=new.application.kk_number), now)
    visit = admit(zone, officer, now, approved)
    assert visit == new.visit
    approved.refresh_from_db()
    assert approved.status == "checked_in"


def test_another_family_is_not_taken_along(zone: Zone, officer: Officer, now: datetime) -> None:
    with pytest.raises(NotNow, match="keluarga lain"):
        admit(zone, officer, now, approve(asked(now), now), approve(asked(now), now))
    assert not Visit.objects.filter(is_walk_in=True).exists()


@pytest.mark.parametrize("service", ["ktp_el", "kk", "legalisir"])
def test_what_is_still_to_be_decided_stays_where_it_is(
    zone: Zone, officer: Officer, now: datetime, service: str
) -> None:
    application = asked(now, service, **({"reason": "hilang"} if service == "ktp_el" else {}))
    visit = admit(zone, officer, now, application)
    application.refresh_from_db()
    assert (application.status, visit.number) == ("submitted", "L1")
    assert take_next(officer=on_duty(OfficerFactory(), now), now=now) == application
    assert Promise.objects.get(application=application).outcome == "open"


@pytest.mark.parametrize("with_slots", [True, False])
def test_somebody_is_recorded_without_an_appointment(
    zone: Zone, officer: Officer, now: datetime, with_slots: bool
) -> None:
    Slot.objects.update(is_open=with_slots)
    application = approve(asked(now, "ktp_el", reason="baru", recorded_before="no"), now, RECORD)
    visit = admit(zone, officer, now, application)
    application.refresh_from_db()
    assert (application.status, application.next_invite_at) == ("recording_needed", None)
    assert [service.application for service in visit.services.all()] == [application]
    assert not Visit.objects.filter(state__in=["invited", "confirmed"]).exists()


# --- not taken


def test_another_zones_application_is_not_taken(zone: Zone, officer: Officer, now: datetime) -> None:
    application = approve(asked(now, kelurahan=AWAY), now)
    with pytest.raises(NotNow, match=application.zone.name):
        admit(zone, officer, now, application)


def test_nobody_has_two_numbers_for_one_application(zone: Zone, officer: Officer, now: datetime) -> None:
    approved, waiting = approve(asked(now), now), asked(now)
    numbers = [admit(zone, officer, now, application).number for application in (approved, waiting)]
    for application, number in zip((approved, waiting), numbers, strict=True):
        with pytest.raises(NotNow, match=f"nomor antrean {number}"):
            admit(zone, officer, now, application)
    assert Visit.objects.filter(is_walk_in=True).count() == 2


def test_whoever_is_invited_for_today_is_checked_in_instead(zone: Zone, officer: Officer, now: datetime) -> None:
    before = coming(now)
    with pytest.raises(NotNow, match=f"hari ini, nomor {before.number}"):
        admit(zone, officer, before.starts_at, before.services.get().application)
    before.refresh_from_db()
    assert before.state == "confirmed"


def test_what_has_ended_or_waits_for_the_citizen_is_told_plainly(zone: Zone, officer: Officer, now: datetime) -> None:
    withdrawn = asked(now)
    withdraw(application_id=withdrawn.pk, now=now)
    cases = {
        "menunggu perbaikan": decided(now, CORRECTION, service="kk", reason="rusak", kk_number=new_nik()),
        "ditolak": decided(now, REJECTED, service="kk", reason="rusak", kk_number=new_nik()),
        "dibatalkan": withdrawn,
    }
    for words, application in cases.items():
        with pytest.raises(NotNow, match=words):
            admit(zone, officer, now, application)
    assert not Visit.objects.filter(is_walk_in=True).exists()


@pytest.mark.parametrize(("reason", "words"), [("", ""), ("friend", ""), ("other", " ")])
def test_no_reason_no_number(zone: Zone, officer: Officer, now: datetime, reason: str, words: str) -> None:
    before = coming(now)
    with pytest.raises(ValueError, match="alasan"):
        admit(zone, officer, now, before.services.get().application, reason=reason, words=words)
    before.refresh_from_db()
    assert before.state == "confirmed"


def test_every_preset_reason_is_kept_in_words() -> None:
    assert {in_words(code, "x") for code in WALK_IN_REASONS} == {
        "Lanjut usia: x", "Penyandang disabilitas: x", "Datang dari jauh: x", "Keadaan darurat: x",
        "Loket sedang kosong: x", "x",
    }  # fmt: skip


# --- what the database itself keeps


@pytest.mark.django_db(transaction=True)
def test_nobody_is_served_without_a_visit(zone: Zone, now: datetime) -> None:
    application = asked(now)
    with pytest.raises(IntegrityError, match="without a visit"):
        Application.objects.filter(pk=application.pk).update(status="checked_in")


def test_a_walk_in_says_who_allowed_it_and_why(zone: Zone, officer: Officer, now: datetime) -> None:
    visit = register(zone, officer, now).visit
    for missing in ({"allowed_by": None}, {"allow_reason": ""}):
        with pytest.raises(IntegrityError, match="visit_is_invited_or_allowed"), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(**missing)
