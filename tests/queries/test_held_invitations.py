"""Whoever was told to come and has no schedule stands in a list, with why, since when, and whether it is too long."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Application, Zone
from requests_app.operations.actors import CITIZEN
from requests_app.operations.calls import record_call
from requests_app.operations.visit_clock import lapse_invitations
from requests_app.operations.visits import cancel_visit
from requests_app.queries import paging
from requests_app.queries.held_invitations import held_invitations, waiting, waiting_page, waits_by_zone
from requests_app.rules.visits import SCHEDULE_WITHIN
from tests.factories import APPROVED, OfficerFactory, decided
from tests.operations.offices import AWAY, RECORD, approve, asked, invited, open_office, visit_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def numbers() -> list[str]:
    return [row.number for row in waiting_page("").rows]


def of(zone: Zone, now: datetime) -> Any:
    return next(row for row in waits_by_zone(now) if row.zone == zone)


def test_an_approval_without_a_slot_waits_and_says_why(now: datetime) -> None:
    application = approve(asked(now), now)
    (row,) = waiting_page("").rows
    assert (row.number, row.invite_trouble, row.since, row.call) == (application.number, "no_slot", now, None)
    assert of(application.zone, now).no_slot == 1


def test_an_approval_of_a_zone_without_a_number_waits_and_says_why(now: datetime) -> None:
    zone = open_office(now, whatsapp_number="", whatsapp_phone_id="")
    approve(asked(now), now)
    found = of(zone, now)
    assert (found.total, found.no_number, found.zone.number_works) == (1, 1, False)


def test_whoever_was_invited_or_asks_for_a_card_does_not_wait(now: datetime) -> None:
    zone = open_office(now)
    invited(now)
    decided(now, APPROVED)
    assert numbers() == []
    assert of(zone, now).is_quiet


def test_a_recording_waits_too_but_not_one_that_was_arranged_in_words(now: datetime) -> None:
    waits = approve(asked(now, "ktp_el", reason="baru"), now, RECORD)
    Zone.objects.update(services=["kk", "legalisir"])
    approve(asked(now, "ktp_el", reason="baru"), now, RECORD)
    assert numbers() == [waits.number]


def test_an_invitation_that_lapsed_is_to_be_called_and_waits_since_then(now: datetime) -> None:
    open_office(now)
    visit = invited(now)
    later = now + 6 * DAY
    lapse_invitations(now=later)
    (row,) = waiting_page("").rows
    assert row.call is not None
    assert row.since == later, "not since the decision: the office was in time then"
    found = of(visit.zone, later)
    assert (found.total, found.to_call, found.late) == (1, 1, 0)
    record_call(task_id=row.call, officer=OfficerFactory(), outcome="told", note="", now=later)
    assert of(visit.zone, later).theirs == 1


def test_whoever_called_the_visit_off_chooses_another_one(now: datetime) -> None:
    open_office(now)
    visit = invited(now)
    cancel_visit(visit_id=visit.pk, now=now + DAY, actor=CITIZEN)
    found = of(visit.zone, now + DAY)
    assert (found.total, found.theirs, found.to_call) == (1, 1, 0)
    assert held_invitations().waiting == 0, "it is not the office's turn"


def test_beyond_seven_days_it_is_late(now: datetime) -> None:
    application = approve(asked(now), now)
    assert of(application.zone, now + SCHEDULE_WITHIN).late == 0
    assert of(application.zone, now + SCHEDULE_WITHIN + timedelta(seconds=1)).late == 1


def test_the_longest_waiting_first_page_by_page(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    expected = [approve(asked(at := now - days * DAY), at).number for days in range(5)][::-1]
    seen, cursor = [], ""
    for _ in range(3):
        page = waiting_page(cursor)
        seen += [row.number for row in page.rows]
        cursor = page.older
    assert (seen, cursor) == (expected, "")


def test_one_zone_alone(now: datetime) -> None:
    here, there = approve(asked(now), now), approve(asked(now, kelurahan=AWAY), now)
    assert [row.number for row in waiting_page("", zone=there.zone.code.lower()).rows] == [there.number]
    assert here.number in numbers()


def test_an_invitation_that_has_not_left_after_a_while_is_counted_with_its_zone(now: datetime) -> None:
    zone = open_office(now)
    invited(now)
    assert of(zone, now + timedelta(minutes=14)).unsent == 0
    assert of(zone, now + timedelta(minutes=16)).unsent == 1


def test_every_active_zone_has_a_line(now: datetime) -> None:
    assert {row.zone for row in waits_by_zone(now)} == set(Zone.objects.filter(is_active=True))


def test_the_first_page_counts_what_the_office_owes(now: datetime, django_assert_num_queries: Any) -> None:
    zone = open_office(now, whatsapp_number="", whatsapp_phone_id="")
    approve(asked(now), now)
    with django_assert_num_queries(3):
        held = held_invitations()
    assert (held.waiting, held.to_call, [silent.pk for silent in held.silent]) == (1, 0, [zone.pk])


def test_it_costs_the_same_for_one_and_for_many(now: datetime, django_assert_num_queries: Any) -> None:
    for _ in range(4):
        approve(asked(now), now)
    with django_assert_num_queries(3):
        waits_by_zone(now)
    with django_assert_num_queries(1):
        assert len([row.zone.name for row in waiting_page("").rows]) == 4
    assert Application.objects.count() == waiting().count()


def test_a_visit_of_another_household_member_is_no_visit_of_this_one(now: datetime) -> None:
    open_office(now)
    visit = invited(now)
    application = visit.services.get().application
    assert visit_of(application) == visit
    other = approve(asked(now, kelurahan=AWAY), now)
    assert numbers() == [other.number]
