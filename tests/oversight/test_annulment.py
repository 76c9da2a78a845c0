"""A supervisor annuls a decision: a reason, a new round, and the citizen is told."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from requests_app.models import AccessLog, Application, Decision, Officer
from tests.factories import APPROVED, RECORDING, REJECTED, decided, submitted
from tests.operations.cards import give_card


@pytest.fixture
def rejected(now: datetime, officer: Officer) -> Application:
    return decided(now - timedelta(days=1), REJECTED, officer)


def address(application: Application) -> str:
    return f"/pengawas/permohonan/{application.number}/pembatalan/"


def test_the_page_names_the_decision_and_leaves_an_access_row(desk: Client, rejected: Application) -> None:
    page = desk.get(address(rejected)).text
    assert "Ditolak oleh" in page
    assert AccessLog.objects.filter(action="open", application=rejected).count() == 1


def test_annulled_with_a_reason_a_new_round_begins_and_the_citizen_is_told(
    desk: Client, rejected: Application, supervisor: Officer
) -> None:
    response = desk.post(address(rejected), {"reason": "Salah membaca KK."})
    assert response.headers["Location"] == f"/petugas/permohonan/{rejected.number}/"
    rejected.refresh_from_db()
    decision = Decision.objects.get(application=rejected)
    assert (rejected.status, rejected.round) == ("submitted", 2)
    assert (decision.annulled_by, decision.annul_reason) == (supervisor, "Salah membaca KK.")
    assert rejected.notices.filter(purpose="annulled").count() == 1
    assert "Salah membaca KK." not in str(rejected.notices.get(purpose="annulled").params)


def test_without_a_reason_nothing_is_annulled(desk: Client, rejected: Application) -> None:
    response = desk.post(address(rejected), {"reason": " "})
    assert response.status_code == 422
    assert "Isi alasan pembatalan keputusan." in response.text
    rejected.refresh_from_db()
    assert rejected.status == "rejected"


def test_a_second_press_finds_nothing_to_annul(desk: Client, rejected: Application) -> None:
    desk.post(address(rejected), {"reason": "Keliru."})
    assert desk.post(address(rejected), {"reason": "Keliru."}).status_code == 409
    assert rejected.notices.filter(purpose="annulled").count() == 1


def test_what_is_undecided_recorded_or_handed_over_cannot_be_annulled(
    desk: Client, now: datetime, officer: Officer
) -> None:
    collected = decided(now - timedelta(days=1), APPROVED, officer)
    give_card(application_id=collected.pk, officer=officer, now=now)
    to_record = decided(now - timedelta(days=1), RECORDING, officer)
    for application in (submitted(now), to_record, collected):
        assert desk.get(address(application)).status_code == 409


def test_an_unknown_number_is_not_found(desk: Client) -> None:
    assert desk.get("/pengawas/permohonan/PLG-0000-0000-1/pembatalan/").status_code == 404
