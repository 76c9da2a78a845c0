"""What an officer decides, sees and says of visits."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import Application, CallTask, Slot, Visit
from requests_app.operations.actors import CITIZEN
from requests_app.operations.review import claim_application
from requests_app.operations.visit_clock import lapse_invitations
from requests_app.operations.visits import move_visit
from requests_app.rules.visits import VisitState
from tests.officer.conftest import fields_of
from tests.operations.offices import approve, asked, free_slot, invited, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def lapsed(now: Any) -> CallTask:
    """An invitation that nobody answered; somebody calls now."""
    then = now - timedelta(days=8)
    open_office(then)
    visit = invited(then)
    lapse_invitations(now=visit.respond_by)
    open_office(now)
    return CallTask.objects.get(application__visits__visit=visit)


def _held(now: Any, officer: Any, **over: Any) -> Application:
    return claim_application(application_id=asked(now, **over).pk, officer=officer, now=now)


def test_one_key_approves_and_invites_and_the_officer_reads_the_slot_before(
    desk: Client, now: Any, officer: Any
) -> None:
    zone = open_office(now)
    application = _held(now, officer)
    page = desk.get(reverse("review_application", args=[application.number]))
    slot = Slot.offered(zone, now=now).first()
    assert f"nomor antrean {slot.label}1" in page.text
    assert "Tempat pengambilan" not in page.text
    address = reverse("decide_application", args=[application.number, "approved"])
    done = desk.post(address, fields_of(page, "approve"), follow=True)
    assert done.status_code == 200
    application.refresh_from_db()
    assert application.status == "invited"
    after = desk.get(reverse("review_application", args=[application.number])).text
    assert "Kunjungan" in after
    assert f"{slot.label}1" in after


def test_without_a_slot_the_desk_says_why_the_invitation_waits(desk: Client, now: Any) -> None:
    application = approve(asked(now), now)
    page = desk.get(reverse("review_application", args=[application.number])).text
    assert "tidak ada slot kosong" in page


def test_whoever_calls_about_a_lapsed_invitation_says_so_and_books_a_slot(
    desk: Client, lapsed: CallTask, now: Any
) -> None:
    address = reverse("officer_call", args=[lapsed.pk])
    page = desk.get(address)
    assert "belum dijawab" in page.text
    slot = Slot.offered(lapsed.application.zone, now=now).first()
    done = desk.post(address, {"outcome": "told", "slot": slot.pk, "note": ""}, follow=True)
    assert "nomor antrean" in done.text
    visit = Visit.objects.get(slot=slot)
    assert visit.state == VisitState.CONFIRMED
    lapsed.refresh_from_db()
    assert lapsed.closed_at is not None


def test_a_slot_that_was_taken_meanwhile_is_said_and_nothing_is_recorded(
    desk: Client, lapsed: CallTask, now: Any
) -> None:
    zone = open_office(now, slot_capacity=1)
    other = invited(now)
    slot = free_slot(other, now)
    address = reverse("officer_call", args=[lapsed.pk])
    desk.get(address)
    move_visit(visit_id=other.pk, slot_id=slot.pk, now=now, actor=CITIZEN)
    refused = desk.post(address, {"outcome": "told", "slot": slot.pk, "note": "Ibunya yang mengangkat."})
    assert refused.status_code == 422
    assert "sudah terisi" in refused.text
    assert "Ibunya yang mengangkat." in refused.text
    lapsed.refresh_from_db()
    assert lapsed.closed_at is None
    assert zone.visits.filter(state=VisitState.CONFIRMED).count() == 1


def test_nobody_chooses_a_slot_for_whoever_did_not_answer(desk: Client, lapsed: CallTask, now: Any) -> None:
    slot = Slot.offered(lapsed.application.zone, now=now).first()
    address = reverse("officer_call", args=[lapsed.pk])
    refused = desk.post(address, {"outcome": "no_answer", "slot": slot.pk, "note": ""})
    assert refused.status_code == 422
    assert "dipilih oleh warga" in refused.text
