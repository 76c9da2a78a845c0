"""What can wait does not wake anybody; what was promised does not wait."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Notice
from requests_app.operations import sending
from requests_app.operations.delivery import claim_notices
from requests_app.operations.notices import owe_notice
from requests_app.rules.dates import WIB
from tests.factories import APPROVED, decided, submitted
from tests.operations.limits import set_limits
from tests.operations.post_office import only

pytestmark = pytest.mark.django_db
REMINDER = "correction_reminder"
EVENING, MORNING = datetime(2026, 11, 23, 22, 15, tzinfo=WIB), datetime(2026, 11, 24, 6, tzinfo=WIB)


def taken_up(now: datetime) -> list[Notice]:
    """What leaves at this moment, of all that is due."""
    this = sending.Sending(lambda: now)
    claimed = claim_notices(now=now, owner=this.owner, limit=9)
    return [prepared.notice for prepared in sending.prepare(claimed, this)]


def test_a_reminder_that_falls_into_the_night_leaves_in_the_morning():
    reminder = owe_notice(submitted(EVENING), REMINDER, now=EVENING, dedup="1", params={"batas": "besok"})
    assert reminder.leaves_at == reminder.next_attempt_at == MORNING


def test_what_is_tried_again_at_night_waits_for_the_morning():
    early = EVENING - timedelta(hours=2)
    reminder = owe_notice(submitted(early), REMINDER, now=early, dedup="1", params={"batas": "besok"})
    Notice.objects.filter(pk=reminder.pk).update(state="retry", next_attempt_at=EVENING)
    Notice.objects.exclude(pk=reminder.pk).update(state="accepted", next_attempt_at=None)
    assert taken_up(EVENING) == []
    reminder.refresh_from_db()
    assert (reminder.state, reminder.error_code, reminder.next_attempt_at) == ("queued", "quiet_hours", MORNING)
    assert taken_up(MORNING) == [reminder]


def test_an_answer_leaves_at_night():
    answer = only(decided(EVENING, APPROVED), "approved")
    Notice.objects.exclude(pk=answer.pk).update(state="accepted", next_attempt_at=None)
    at = EVENING + timedelta(seconds=8)
    assert answer.leaves_at == at
    assert taken_up(at) == [answer]


def test_the_office_may_have_no_quiet_hours():
    set_limits(EVENING, quiet_from=0, quiet_until=0)
    reminder = owe_notice(submitted(EVENING), REMINDER, now=EVENING, dedup="1", params={"batas": "besok"})
    assert reminder.leaves_at == EVENING
