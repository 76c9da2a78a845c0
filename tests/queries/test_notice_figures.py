"""What is counted of a period: what was owed, sent and delivered and how fast, by zone, channel and time of day."""

from datetime import datetime
from typing import Any

import pytest

from requests_app.models import Notice, Zone
from requests_app.queries.notice_figures import DAY, Failure, Line, load_failures, load_period
from tests.factories import APPROVED, decided
from tests.queries.test_notice_health import HOUR, SECOND, delivered, notice

pytestmark = pytest.mark.django_db


def test_a_period_counts_what_was_owed_sent_and_delivered_and_how_fast(now: datetime) -> None:
    at = now - HOUR
    for seconds in (2, 4, 40, 100):
        delivered(at, seconds * SECOND)
    zone = notice(at, state="failed", error_code="131026", failed_at=at).zone
    notice(at, state="accepted", accepted_at=at)
    notice(at, state="superseded")
    assert load_period(now, DAY).total == Line(
        owed=6, sent=5, arrived=4, failed=1, judged=6, in_10s=2, in_60s=3, judged_arrived=4, median_s=22.0,
        p95_s=pytest.approx(91.0),
    )  # fmt: skip
    assert load_failures(now, DAY) == [Failure(zone.pk, "whatsapp", "131026", 1)]


def test_of_answers_the_time_from_the_decision_is_counted_too(now: datetime) -> None:
    """The eight seconds in which the officer can take it back are the citizen's waiting, too."""
    at = now - HOUR
    for seconds in (9, 12, 61):
        answer = decided(at, APPROVED).notices.get(purpose="approved")
        arrived = {"state": "delivered", "delivered_at": at + seconds * SECOND, "next_attempt_at": None}
        Notice.objects.filter(pk=answer.pk).update(**arrived)
    delivered(at, SECOND)  # no answer
    decided(now - 59 * SECOND, APPROVED)  # had no sixty seconds yet
    Notice.objects.filter(purpose="received", state="queued").update(state="superseded")
    line = load_period(now, DAY).total
    assert (line.answers, line.answers_in_10s, line.answers_in_60s) == (3, 1, 2)
    assert (line.share_60_decided, line.share_60) == (pytest.approx(2 / 3), 1.0)


def test_a_message_is_judged_once_it_had_its_sixty_seconds_and_only_where_receipts_come(now: datetime) -> None:
    delivered(now - 59 * SECOND, 2 * SECOND)
    notice(now - HOUR, channel="email", state="accepted", accepted_at=now - HOUR)
    line = load_period(now, DAY).total
    assert (line.owed, line.sent, line.judged, line.share_60) == (2, 2, 0, None)


def test_sms_is_judged_where_the_gateway_reports_what_arrived(now: datetime, settings: Any) -> None:
    at = now - HOUR
    arrived = {"accepted_at": at, "sent_at": at, "delivered_at": at + 5 * SECOND}
    notice(at, channel="sms", state="delivered", **arrived)
    notice(at, channel="sms", state="accepted", accepted_at=at)
    settings.SMS_REPORT_SECRET = ""
    assert (load_period(now, DAY).channels["sms"].arrived, load_period(now, DAY).total.judged) == (1, 0)
    settings.SMS_REPORT_SECRET = "rahasia"
    line = load_period(now, DAY).channels["sms"]
    assert (line.arrived, line.judged, line.share_60, line.median_s) == (1, 2, 0.5, 5.0)


def test_each_zone_channel_and_time_of_day_has_figures_of_its_own(now: datetime) -> None:
    first, second = (delivered(now - HOUR, SECOND), delivered(now - 5 * HOUR, SECOND))
    other = Zone.objects.exclude(pk=first.zone_id).order_by("pk")[0]
    Notice.objects.filter(pk=second.pk).update(zone=other, channel="sms")
    found = load_period(now, DAY)
    assert {zone: line.owed for zone, line in found.zones.items()} == {first.zone_id: 1, other.pk: 1}
    assert {channel: line.owed for channel, line in found.channels.items()} == {"whatsapp": 1, "sms": 1}
    assert set(found.ways) == {(first.zone_id, "whatsapp"), (other.pk, "sms")}
    assert {age: line.owed for age, line in found.ages.items()} == {0: 1, 1: 1}


def test_a_day_is_24_hours(now: datetime) -> None:
    delivered(now - 25 * HOUR, SECOND)
    assert load_period(now, DAY).total.owed == 0
