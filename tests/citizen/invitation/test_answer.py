"""The answer of a household: coming or not, once however often it is pressed, and told on the page."""

from datetime import timedelta

import pytest

from requests_app.citizen.invitation.opening import ANSWERS_A_DAY
from requests_app.models import Application, Event, Promise, Visit
from requests_app.operations.visit_clock import lapse_invitations
from requests_app.rules.dates import format_moment
from requests_app.rules.visits import VisitState
from tests.citizen.invitation.conftest import address, shown

pytestmark = pytest.mark.django_db


def state_of(visit: Visit) -> str:
    return Visit.objects.values_list("state", flat=True).get(pk=visit.pk)


def test_coming_is_confirmed_once_and_keeps_the_promise(client, visit):
    for _ in range(2):
        answer = client.post(address(visit, "datang/"), follow=True)
        assert f"Terima kasih. Kami menunggu Anda {format_moment(visit.starts_at)}" in shown(answer)
    assert state_of(visit) == VisitState.CONFIRMED
    assert Event.objects.filter(step="visit_confirmed").count() == 1
    assert Promise.objects.get().evidence == "shown"


def test_calling_off_asks_first_then_frees_the_place_once(client, visit):
    asked = client.get(address(visit, "batal/"))
    assert "Batalkan kunjungan ini?" in shown(asked)
    assert "Permohonan Anda tetap disetujui" in shown(asked)
    assert state_of(visit) == VisitState.INVITED
    for _ in range(2):
        answer = client.post(address(visit, "batal/"), follow=True)
        assert "Kunjungan sudah dibatalkan." in shown(answer)
    assert state_of(visit) == VisitState.CANCELLED
    assert Event.objects.filter(step="cancel_visit").count() == 1
    assert Application.objects.get().status == "approved"


@pytest.mark.parametrize("page", ["datang/", "batal/"])
def test_an_answer_that_comes_too_late_is_told_what_has_become_of_the_visit(client, visit, page):
    lapse_invitations(now=visit.respond_by)
    answer = client.post(address(visit, page))
    assert answer.status_code == 409
    assert "Ini tidak dapat dilakukan lagi." in shown(answer)
    assert "Undangan ini sudah lewat" in shown(answer)
    assert state_of(visit) == VisitState.LAPSED


def test_once_the_slot_has_begun_nothing_is_changed(client, visit, monkeypatch):
    monkeypatch.setattr("requests_app.citizen.invitation.opening.database_now", lambda: visit.starts_at)
    for page in ("datang/", "batal/", "jadwal/"):
        answer = client.post(address(visit, page))
        assert answer.status_code == 409
        assert "Jadwal Anda sudah mulai" in shown(answer)
    assert client.get(address(visit, "batal/")).url == address(visit)
    assert state_of(visit) == VisitState.INVITED


def test_a_change_of_mind_every_minute_is_stopped(client, visit, now, monkeypatch):
    for _ in range(ANSWERS_A_DAY):
        assert client.post(address(visit, "datang/")).status_code == 302
    answer = client.post(address(visit, "batal/"))
    assert answer.status_code == 429
    assert "Retry-After" in answer
    assert state_of(visit) == VisitState.CONFIRMED
    monkeypatch.setattr(
        "requests_app.citizen.invitation.opening.database_now", lambda: now + timedelta(days=1)
    )  # fmt: skip
    assert client.post(address(visit, "datang/")).status_code in (302, 409)


def test_without_a_token_of_the_page_nothing_is_done(visit):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(address(visit, "batal/")).status_code in (403, 422)
    assert state_of(visit) == VisitState.INVITED
