"""Channels in order, grades of evidence, quiet hours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.dates import WIB
from requests_app.rules.messages import INVITATIONS
from requests_app.rules.reference import read_reference
from requests_app.rules.routes import CHANNELS, after_quiet_hours, better_grade, channel_order

NAMES = [name for name, _ in CHANNELS]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
hours = st.integers(0, 23)


def test_a_persons_own_choice_leads_and_the_offices_order_follows():
    order = ["whatsapp", "sms", "email"]
    assert channel_order("email", order, {"whatsapp", "sms", "email"}) == ["email", "whatsapp", "sms"]
    assert channel_order("whatsapp", order, {"email", "sms"}) == ["sms", "email"]
    assert channel_order("none", order, {"sms"}) == ["sms"]
    assert channel_order("whatsapp", order, set()) == []


def test_evidence_only_grows():
    assert better_grade("", "accepted") == "accepted"
    assert better_grade("opened", "delivered") == "opened"
    assert better_grade("delivered", "called") == "called"


def wib(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (wib(20, 59), wib(20, 59)),
        (wib(21), wib(6, day=24)),
        (wib(23, 59), wib(6, day=24)),
        (wib(0), wib(6)),
        (wib(5, 59), wib(6)),
        (wib(6), wib(6)),
    ],
)
def test_what_can_wait_waits_from_nine_in_the_evening_until_six_in_palembang(moment: datetime, leaves: datetime):
    assert after_quiet_hours(moment, quiet_from=21, quiet_until=6) == leaves


def test_quiet_hours_may_lie_within_one_day():
    assert after_quiet_hours(wib(12, 30), quiet_from=12, quiet_until=13) == wib(13)
    assert after_quiet_hours(wib(13), quiet_from=12, quiet_until=13) == wib(13)


@given(moment=moments, hour=hours)
def test_the_same_hour_twice_means_no_quiet_hours(moment: datetime, hour: int):
    assert after_quiet_hours(moment, quiet_from=hour, quiet_until=hour) == moment


@given(moment=moments, quiet_from=hours, quiet_until=hours)
def test_nothing_waits_for_a_day_or_leaves_in_the_quiet_hours(moment: datetime, quiet_from: int, quiet_until: int):
    leaves = after_quiet_hours(moment, quiet_from=quiet_from, quiet_until=quiet_until)
    assert timedelta() <= leaves - moment < timedelta(days=1)
    assert after_quiet_hours(leaves, quiet_from=quiet_from, quiet_until=quiet_until) == leaves


def test_every_text_has_a_way_and_every_way_a_text():
    texts = {row["purpose"] for row in read_reference("messages")}
    assert {row["purpose"] for row in read_reference("routes")} == texts


def test_ways_that_ship_with_the_product_make_sense():
    for row in read_reference("routes"):
        channels = row["channels"].split()
        assert channels and set(channels) <= set(NAMES), row
        assert len(set(channels)) == len(channels), row
        assert 0 <= int(row["priority"]) <= 9
        assert {row[name] for name in ("is_critical", "waits_for_day", "next_after_failure", "calls")} <= {"yes", "no"}
        assert not (row["is_critical"] == "yes" and row["waits_for_day"] == "yes"), "a promise does not sleep"


def test_an_invitation_is_part_of_the_promise_but_for_its_reminder():
    critical = {row["purpose"] for row in read_reference("routes") if row["is_critical"] == "yes"}
    assert set(INVITATIONS) - critical == {"visit_reminder"}
