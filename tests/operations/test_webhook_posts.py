"""Posts at the webhooks are counted, cheaply; a webhook that believes nobody is told to supervisors."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import LimitCounter
from requests_app.operations import webhook_posts
from requests_app.operations.webhook_posts import PostCounter
from requests_app.queries.health import figures
from requests_app.queries.notice_situation import load_situation
from requests_app.queries.webhook_posts import load_posts
from requests_app.rules.notice_health import Condition
from requests_app.rules.webhook_posts import REFUSED, TAKEN, Posts
from tests.webhooks.doors import DOORS, Door

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The machine's steady clock, in seconds: the last one counts. A process that has counted nothing yet."""
    seconds = [1000.0]
    monkeypatch.setattr(webhook_posts.time, "monotonic", lambda: seconds[-1])
    monkeypatch.setattr(webhook_posts, "_posts", PostCounter())
    return seconds


def post(at: datetime, number: int = 1, *, door: str = "whatsapp", is_taken: bool = False) -> None:
    """Posts that some process has written down."""
    webhook_posts._write(Counter({(TAKEN if is_taken else REFUSED, door): number}), at)


def refused(now: datetime) -> list[Condition]:
    return [condition for condition in load_situation(now).conditions if condition.kind == "refused"]


def test_what_a_flood_of_forged_posts_writes_is_one_row_once_a_second(now: datetime, clock: list[float]) -> None:
    counter = PostCounter()
    with CaptureQueriesContext(connection) as asked:
        for _ in range(1000):
            counter.note("whatsapp", is_taken=False, clock=lambda: now)
    assert len(asked) == 1
    clock.append(1001.0)
    counter.note("whatsapp", is_taken=False, clock=lambda: now)
    assert LimitCounter.objects.get().count == 1001


def test_each_hour_and_each_webhook_counts_for_itself(now: datetime) -> None:
    post(now, 2)
    post(now, 3, is_taken=True)
    post(now - HOUR, 5)
    post(now - 2 * HOUR, 7)
    post(now - 24 * HOUR, 11)
    post(now, 13, door="sms")
    assert load_posts(now) == {
        "whatsapp": Posts(taken=3, refused=14, taken_lately=3, refused_lately=7),
        "sms": Posts(refused=13, refused_lately=13),
    }


@pytest.mark.parametrize("problem", [DatabaseError, InterfaceError])
def test_a_database_that_is_away_makes_no_error_of_a_refusal(
    now: datetime, monkeypatch: pytest.MonkeyPatch, problem: type[Exception]
) -> None:
    def away(*_: Any) -> None:
        raise problem

    monkeypatch.setattr(webhook_posts, "_write", away)
    PostCounter().note("whatsapp", is_taken=False, clock=lambda: now)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.path)
def test_the_webhooks_count_what_they_refuse_and_what_they_take(
    door: Door, settings: Any, clock: list[float], now: datetime
) -> None:
    setattr(settings, door.secret_name, "rahasia")
    body = door.post_of(door.item_of())
    for secret in ("rahasia", "salah", "salah"):
        assert door.post(body, secret) == (200 if secret == "rahasia" else 403)
        clock.append(clock[-1] + 1)
    counted = dict(LimitCounter.objects.values_list("scope", "count"))
    assert counted == {TAKEN: 1, REFUSED: 2}


def test_refused_only_for_an_hour_is_told(now: datetime) -> None:
    post(now, 2)
    assert refused(now) == [], "anybody may knock"
    post(now)
    (told,) = refused(now)
    assert told.title == "Semua kiriman WhatsApp ditolak"
    assert "3 kiriman" in told.text
    assert "WHATSAPP_APP_SECRET" in told.advice
    assert refused(now + 2 * HOUR) == []


def test_one_that_was_taken_says_that_our_secret_is_right(now: datetime) -> None:
    post(now, 100)
    post(now - HOUR, is_taken=True)
    assert refused(now) == []
    post(now + HOUR, 100)
    assert [told.subject for told in refused(now + HOUR)] == ["whatsapp"]


def test_each_webhook_has_its_own_secret(now: datetime, settings: Any) -> None:
    settings.SMS_REPORT_SECRET = "rahasia"
    post(now, 3, door="sms")
    post(now, is_taken=True)
    assert [(told.subject, told.title) for told in refused(now)] == [("sms", "Semua kiriman SMS ditolak")]
    settings.SMS_REPORT_SECRET = ""
    assert refused(now) == [], "without a secret no reports are wanted"


def test_monitoring_reads_both(now: datetime) -> None:
    post(now, 4)
    post(now, 2, is_taken=True)
    (figure,) = [figure for figure in figures(now=now) if figure.name == "webhook_posts_24h"]
    assert figure.values[("whatsapp", "refused")] == 4
    assert figure.values[("whatsapp", "taken")] == 2
