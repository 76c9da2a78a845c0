"""Two hours before the due moment every other channel, one hour before a call; until then only after a failure."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from requests_app.models import Application, CallTask, Notice, Officer, Rung, VisitApplication
from requests_app.operations.calls import record_call
from requests_app.operations.circuits import OPENS_AFTER, note_outcomes
from requests_app.operations.clock import break_promises
from requests_app.operations.decisions import decide
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.promises import record_evidence
from requests_app.operations.review import claim_application
from requests_app.operations.saving import save_answers
from tests.factories import APPROVED, OfficerFactory, decided, on_duty, submitted
from tests.operations.offices import invited, open_office
from tests.operations.post_office import PostOffice, only

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MAIL = "siti@example.com"


def decide_as(officer: Officer, application: Application, now: datetime) -> None:
    claim_application(application_id=application.pk, officer=officer, now=now)
    decide(application_id=application.pk, officer=officer, now=now, verdict=APPROVED)


@pytest.fixture(autouse=True)
def no_sms(settings: Any) -> None:
    settings.SMS_API_URL = ""


def answered(now: datetime, **over: Any) -> tuple[Application, datetime]:
    """Decided at `now`, and when the answer is due."""
    application = decided(now, APPROVED, **over)
    return application, application.promises.get().due_at


def channels(application: Application) -> list[str]:
    return sorted(application.notices.filter(purpose="approved").values_list("channel", flat=True))


def on_the_call_list(application: Application) -> bool:
    return CallTask.objects.filter(application=application, closed_at=None).exists()


def test_until_two_hours_before_nothing_happens(now: datetime, db: None):
    application, due = answered(now, email=MAIL)
    assert save_answers(now=due - 2 * HOUR - MINUTE) == 0
    assert channels(application) == ["whatsapp"]


def test_two_hours_before_every_other_channel_carries_the_answer_once(now: datetime, db: None, settings: Any):
    settings.SMS_API_URL = "https://sms.example/send"
    application, due = answered(now, email=MAIL)
    assert save_answers(now=due - 2 * HOUR) == 1
    assert channels(application) == ["email", "sms", "whatsapp"]
    assert not on_the_call_list(application)
    first = only(application, "approved", channel="whatsapp")
    for further in application.notices.filter(purpose="approved").exclude(pk=first.pk):
        assert further.promise_id == first.promise_id
        assert further.fallback_of_id == first.pk
        assert further.params["tempat"] == first.params["tempat"]
    assert save_answers(now=due - HOUR - MINUTE) == 0
    assert len(channels(application)) == 3


def test_one_hour_before_somebody_calls_although_a_mail_has_left(now: datetime, db: None):
    application, due = answered(now, email=MAIL)
    save_answers(now=due - 2 * HOUR)
    assert save_answers(now=due - HOUR) == 1
    assert on_the_call_list(application)
    assert save_answers(now=due - MINUTE) == 0


def test_whom_only_a_call_can_reach_stands_on_the_list_two_hours_before(now: datetime, db: None):
    application, due = answered(now)
    save_answers(now=due - 2 * HOUR)
    task = CallTask.objects.get(application=application, closed_at=None)
    assert (task.reason, task.promise_id) == ("due_soon", application.promises.get().pk)


def test_a_mail_that_cannot_leave_is_no_reason_to_wait_with_the_call(now: datetime, db: None, settings: Any):
    note_outcomes([(("email", None), "retry", "ConnectionRefusedError")] * OPENS_AFTER, now=now)
    out_of_order, due = answered(now, email=MAIL)
    save_answers(now=due - 2 * HOUR)
    assert on_the_call_list(out_of_order)
    settings.EMAIL_HOST = ""
    not_connected, due = answered(now, email=MAIL)
    save_answers(now=due - 2 * HOUR)
    assert channels(not_connected) == ["whatsapp"]
    assert on_the_call_list(not_connected)


def test_a_mail_account_that_is_refused_is_no_reason_to_wait_with_the_call(now: datetime, db: None):
    """It opens no circuit: all that goes there is held until somebody mends it."""
    other = decided(now, APPROVED, email="budi@example.com")
    stuck = Notice.objects.filter(application=other, purpose="approved")
    stuck.update(channel="email", state="held", error_code="smtp_535", next_attempt_at=now + HOUR)
    application, due = answered(now, email=MAIL)
    save_answers(now=due - 2 * HOUR)
    assert on_the_call_list(application)


@pytest.mark.parametrize("missing", ["EMAIL_HOST", "DEFAULT_FROM_EMAIL"])
def test_mail_is_connected_when_it_has_a_server_and_comes_from_somebody(
    now: datetime, db: None, settings: Any, missing: str
):
    setattr(settings, missing, "")
    application, due = answered(now, email=MAIL)
    save_answers(now=due - 2 * HOUR)
    assert channels(application) == ["whatsapp"]
    assert on_the_call_list(application)


def test_a_channel_that_fails_afterwards_is_followed_by_none_that_carries_the_answer_already(
    office: PostOffice, now: datetime, settings: Any
):
    settings.SMS_API_URL = "https://sms.example/send"
    application, due = answered(now, email=MAIL)
    save_answers(now=due - 2 * HOUR)
    first = only(application, "approved", channel="whatsapp")
    with transaction.atomic():
        use_next_channel(application, first, now=due - HOUR)
    assert channels(application) == ["email", "sms", "whatsapp"]


def test_copies_that_have_not_left_are_not_sent_once_the_person_knows(now: datetime, db: None):
    application, due = answered(now, email=MAIL)
    save_answers(now=due - 2 * HOUR)
    record_evidence(application.promises.get(), at=due - HOUR, evidence="told", now=due - HOUR)
    assert only(application, "approved", channel="email").state == "superseded"


def test_what_was_stored_before_has_its_chance_from_when_it_was_written(now: datetime, db: None):
    application, due = answered(now)
    Notice.objects.update(leaves_at=None)
    assert save_answers(now=due - 2 * HOUR) == 1
    assert on_the_call_list(application)


def test_who_was_called_is_not_put_on_the_list_again(now: datetime, db: None):
    application, due = answered(now)
    save_answers(now=due - 2 * HOUR)
    task = CallTask.objects.get(application=application)
    record_call(task_id=task.pk, officer=OfficerFactory(), outcome="told", note="", now=due - HOUR - MINUTE)
    assert save_answers(now=due - HOUR) == 0
    assert application.promises.get().outcome == "kept"
    assert CallTask.objects.filter(application=application).count() == 1


def test_an_answer_that_arrived_needs_nothing(now: datetime, db: None):
    application, due = answered(now, email=MAIL)
    record_evidence(application.promises.get(), at=now + MINUTE, evidence="delivered", now=now + MINUTE)
    assert save_answers(now=due - HOUR) == 0
    assert channels(application) == ["whatsapp"]
    assert not on_the_call_list(application)


def test_who_was_not_answered_yet_has_nothing_to_be_told(now: datetime, db: None):
    application = submitted(now, email=MAIL)
    due = application.promises.get().due_at
    assert save_answers(now=due - HOUR) == 0
    assert not on_the_call_list(application)
    assert Rung.objects.count() == 0


def test_an_answer_of_the_last_hour_has_its_own_channel_for_ten_minutes(now: datetime, db: None):
    application, due = answered(now, email=MAIL)
    late = due - HOUR
    Notice.objects.filter(application=application, purpose="approved").update(leaves_at=late)
    assert save_answers(now=late + 9 * MINUTE) == 0
    assert save_answers(now=late + 10 * MINUTE) == 2
    assert channels(application) == ["email", "whatsapp"]
    assert on_the_call_list(application)


def test_what_leaves_from_its_zones_number_only_has_no_other_channel(now: datetime, db: None):
    open_office(now)
    application = VisitApplication.objects.get(visit=invited(now, email=MAIL)).application
    due = application.promises.get().due_at
    save_answers(now=due - 2 * HOUR)
    assert set(application.notices.filter(promise__isnull=False).values_list("channel", flat=True)) == {"whatsapp"}
    assert on_the_call_list(application)


def test_whoever_looks_it_up_themselves_is_not_called(now: datetime, db: None):
    application, due = answered(now, contact="none", phone="")
    assert save_answers(now=due - HOUR) == 0
    assert not on_the_call_list(application)


def test_a_six_hour_outage_breaks_no_promise_of_an_answer_given_seven_hours_before(office: PostOffice, now: datetime):
    """The provider is away from the decision on; one probe a minute finds its return."""
    application = submitted(now - timedelta(days=4, hours=17))
    decide_as(on_duty(OfficerFactory(), now), application, now)
    answer = only(application, "approved")
    office.simulator.faults({"action": "outage"})
    for minute in range(0, 6 * 60, 3):
        office.deliver(now + minute * MINUTE + timedelta(seconds=8))
    assert office.accepted(answer) == []
    tried = len(office.simulator.ledger()["calls"])
    assert 100 <= tried <= 130, "one probe each time, no more"
    office.simulator.control("faults", method="DELETE")
    back = now + 6 * HOUR + MINUTE
    office.deliver(back)
    answer.refresh_from_db()
    promise = application.promises.get()
    assert answer.state == "accepted"
    assert back < promise.due_at
    assert break_promises(now=back) == 0
