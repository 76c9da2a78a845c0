"""Grades of evidence: what is known of a message's arrival is stored beside it, and only ever gets better."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Application, Notice
from requests_app.operations.calls import open_call, record_call
from requests_app.operations.followup import record_answer_shown
from requests_app.operations.proofs import use_link
from tests.factories import APPROVED, OfficerFactory, decided, submitted

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)


def grades(application: Application) -> dict[str, str]:
    return dict(application.notices.values_list("purpose", "evidence"))


def told_by_phone(application: Application, now: datetime, outcome: str = "told") -> None:
    task = open_call(application, reason="undelivered", now=now, notice=application.notices.get(purpose="approved"))
    record_call(task_id=task.pk, officer=OfficerFactory(), outcome=outcome, note="", now=now)


def test_whoever_opens_the_link_of_a_message_has_opened_that_message(now: datetime) -> None:
    application = decided(now, APPROVED)
    answer = application.notices.get(purpose="approved")
    assert use_link(token=answer.params["tautan"], now=now) == application.pk
    assert grades(application) == {"received": "", "approved": "opened"}


def test_an_answer_that_was_shown_is_opened_although_a_receipt_came_first(now: datetime) -> None:
    application = decided(now, APPROVED)
    application.notices.update(evidence="delivered")
    application.promises.update(told_at=now, evidence="delivered", outcome="kept")
    record_answer_shown(application_id=application.pk, now=now + LATER)
    assert grades(application) == {"received": "delivered", "approved": "opened"}
    assert application.promises.get().evidence == "delivered"  # the promise keeps its first evidence


def test_an_answer_that_does_not_stand_on_the_page_yet_is_not_opened(now: datetime) -> None:
    application = decided(now, APPROVED)
    record_answer_shown(application_id=application.pk, now=now)
    assert grades(application)["approved"] == ""


def test_whoever_was_told_by_phone_was_told_the_answer(now: datetime) -> None:
    application = decided(now, APPROVED)
    told_by_phone(application, now + LATER)
    assert grades(application) == {"received": "", "approved": "called"}


def test_a_call_that_nobody_took_is_no_evidence(now: datetime) -> None:
    application = decided(now, APPROVED)
    told_by_phone(application, now + LATER, outcome="no_answer")
    assert grades(application)["approved"] == ""


def test_a_call_about_a_message_that_is_no_answer_is_noted_beside_it(now: datetime) -> None:
    application = submitted(now)
    task = open_call(application, reason="undelivered", now=now, notice=application.notices.get())
    record_call(task_id=task.pk, officer=OfficerFactory(), outcome="told", note="", now=now)
    assert grades(application) == {"received": "called"}


def test_a_better_grade_stays(now: datetime) -> None:
    application = decided(now, APPROVED)
    told_by_phone(application, now + LATER)
    record_answer_shown(application_id=application.pk, now=now + LATER)
    use_link(token=Notice.objects.get(purpose="approved").params["tautan"], now=now + LATER)
    assert grades(application)["approved"] == "called"
