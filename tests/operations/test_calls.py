"""The call list: one entry for a person, about what presses most, until nothing is left to tell."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Application, CallTask, Notice
from requests_app.operations.calls import others_to_tell, record_call
from requests_app.operations.fallback import owe_again, use_next_channel
from requests_app.operations.notices import owe_notice
from requests_app.operations.saving import save_answers
from tests.factories import APPROVED, OfficerFactory, decided
from tests.operations.post_office import only
from tests.operations.test_receipts import item, take

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_sms(settings: Any) -> None:
    settings.SMS_API_URL = ""


def taken_answer(now: datetime) -> tuple[Application, datetime]:
    """An answer that the provider has taken and that did not arrive, and when it is due."""
    application = decided(now, APPROVED)
    application.notices.update(state="accepted", next_attempt_at=None, attempt=1)
    return application, application.promises.get().due_at


def fail_another(application: Application, at: datetime) -> Notice:
    """Another message fails for good: news that no promise hangs on."""
    notice = owe_notice(application, "objection_received", now=at, dedup="x")
    Notice.objects.filter(pk=notice.pk).update(state="failed", failed_at=at, attempt=1, next_attempt_at=None)
    use_next_channel(application, only(application, "objection_received"), now=at)
    return only(application, "objection_received")


def open_entry(application: Application) -> tuple[str, int | None] | None:
    """Reason and promise of the open entry."""
    return CallTask.objects.filter(application=application, closed_at=None).values_list("reason", "promise").first()


def test_an_answer_that_is_due_soon_is_what_an_entry_about_something_else_is_about(now: datetime):
    application, due = taken_answer(now)
    other = fail_another(application, due - 5 * HOUR)
    assert open_entry(application) == ("undelivered", None)
    save_answers(now=due - 2 * HOUR)
    assert open_entry(application) == ("due_soon", application.promises.get().pk)
    take(due - 50 * MINUTE, item("delivered", due - 50 * MINUTE, other))
    assert open_entry(application) == ("due_soon", application.promises.get().pk)


def test_another_failure_does_not_take_the_place_of_an_answer_that_is_due_soon(now: datetime):
    application, due = taken_answer(now)
    save_answers(now=due - 2 * HOUR)
    fail_another(application, due - HOUR)
    assert open_entry(application) == ("due_soon", application.promises.get().pk)


def test_once_the_answer_arrived_the_entry_is_about_what_failed_meanwhile(now: datetime):
    application, due = taken_answer(now)
    save_answers(now=due - 2 * HOUR)
    other = fail_another(application, due - HOUR)
    take(due - 50 * MINUTE, item("delivered", due - 50 * MINUTE, only(application, "approved")))
    task = CallTask.objects.get(application=application)
    assert (task.reason, task.notice, task.promise, task.closed_at) == ("undelivered", other, None, None)


def test_whoever_is_called_is_told_what_failed_meanwhile_too(now: datetime):
    application, due = taken_answer(now)
    save_answers(now=due - 2 * HOUR)
    other = fail_another(application, due - HOUR)
    task = CallTask.objects.get(application=application)
    assert others_to_tell(task) == [other]
    record_call(task_id=task.pk, officer=OfficerFactory(), outcome="told", note="", now=due - 50 * MINUTE)
    other.refresh_from_db()
    assert other.evidence == "called"


def test_an_answer_that_failed_on_several_channels_is_told_once(now: datetime):
    application, due = taken_answer(now)
    save_answers(now=due - 2 * HOUR)
    Notice.objects.filter(purpose="approved").update(state="failed", failed_at=due - HOUR)
    owe_again(application, only(application, "approved"), to=("email", "siti@example.com"), now=due - HOUR, dedup="x")
    Notice.objects.filter(purpose="approved", channel="email").update(state="failed", failed_at=due - HOUR)
    assert others_to_tell(CallTask.objects.get(application=application)) == []


def test_an_entry_does_not_end_while_an_answer_that_was_due_is_untold(now: datetime):
    application, due = taken_answer(now)
    late = due + HOUR
    application.promises.update(outcome="broken", broken_at=due, detected_at=late)
    other = fail_another(application, late)
    take(late + MINUTE, item("delivered", late + MINUTE, other))
    assert open_entry(application) == ("undelivered", application.promises.get().pk)


def test_an_answer_that_has_days_left_keeps_no_entry_open(now: datetime):
    application, _ = taken_answer(now)
    other = fail_another(application, now + HOUR)
    take(now + 2 * HOUR, item("delivered", now + 2 * HOUR, other))
    assert open_entry(application) is None
