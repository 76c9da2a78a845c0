"""Limits and ways of notices: checked, logged, and in force at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, transaction

from requests_app.models import NoticeRoute, SendingPolicy
from requests_app.operations.office import FieldRefused
from requests_app.operations.routes import forget_routes, route_of, sending_policy
from requests_app.operations.sending import OVER_LIMIT
from requests_app.operations.sending_policy import FLAGS, RANGES, change_route, set_sending_policy
from tests.factories import OfficerFactory, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_routes()
    yield
    forget_routes()


def limits(now: datetime, **over: int) -> SendingPolicy:
    values = {name: getattr(SendingPolicy.current(), name) for name in RANGES} | over
    return set_sending_policy(values=values, officer=OfficerFactory(role="admin"), now=now)  # type: ignore[arg-type]


def routed(purpose: str, now: datetime, **over: Any) -> bool:
    route = NoticeRoute.objects.get(purpose=purpose)
    given: dict[str, Any] = {
        "channels": route.channels, "priority": route.priority, "flags": {name: getattr(route, name) for name in FLAGS},
    } | over  # fmt: skip
    return change_route(route=route, officer=OfficerFactory(role="admin"), now=now, **given)  # type: ignore[arg-type]


def test_new_limits_are_in_force_at_once(now: datetime, django_capture_on_commit_callbacks: Any) -> None:
    assert sending_policy().portfolio_limit == 250
    with django_capture_on_commit_callbacks(execute=True):
        limits(now, portfolio_limit=2000)
    assert sending_policy().portfolio_limit == 2000


def test_what_is_no_change_is_no_row(now: datetime) -> None:
    limits(now)
    assert not SendingPolicy.objects.exists()


def test_limits_are_never_rewritten(now: datetime) -> None:
    policy = limits(now, portfolio_limit=2000)
    with pytest.raises(DatabaseError), transaction.atomic():
        SendingPolicy.objects.filter(pk=policy.pk).update(portfolio_limit=1)


@pytest.mark.parametrize("name", RANGES)
def test_a_number_out_of_its_range_is_refused(now: datetime, name: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        limits(now, **{name: RANGES[name][1] + 1})
    assert refused.value.field == name


def test_who_waited_for_a_place_is_looked_at_again_when_there_are_more(now: datetime) -> None:
    waiting, retrying = (submitted(now).notices.get() for _ in range(2))
    later = now + timedelta(minutes=15)
    type(waiting).objects.filter(pk=waiting.pk).update(error_code=OVER_LIMIT, next_attempt_at=later)
    type(waiting).objects.filter(pk=retrying.pk).update(next_attempt_at=later)
    limits(now, portfolio_limit=2000)
    waiting.refresh_from_db()
    retrying.refresh_from_db()
    assert (waiting.next_attempt_at, retrying.next_attempt_at) == (now, later)


def test_a_way_is_changed_with_a_line_that_says_what_it_was(
    now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    assert route_of("received").channels == ("whatsapp", "sms", "email")
    with django_capture_on_commit_callbacks(execute=True):
        assert routed("received", now, channels=["email", "whatsapp"], priority=7)
    assert (route_of("received").channels, route_of("received").priority) == (("email", "whatsapp"), 7)
    line = LogEntry.objects.get()
    assert line.change_message == "channels whatsapp sms email → email whatsapp; priority 5 → 7"
    assert line.object_repr == "received"
    assert not routed("received", now)
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("purpose", "channels", "words"),
    [
        ("received", [], "paling sedikit satu"),
        ("received", ["fax"], "fax tidak dikenal"),
        ("received", ["sms", "sms"], "hanya sekali"),
        ("invitation", ["whatsapp", "sms"], "WhatsApp saja"),
        ("visit_recalled", ["email"], "WhatsApp saja"),
    ],
)
def test_a_way_that_leads_nowhere_is_refused(now: datetime, purpose: str, channels: list[str], words: str) -> None:
    with pytest.raises(FieldRefused, match=words):
        routed(purpose, now, channels=channels)
    assert not LogEntry.objects.exists()
