"""Neither side may wait longer: the hours to the first decision, online and at the counter, week by week."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Application, Promise
from requests_app.queries.fairness import ENOUGH, Side, fairness, fairness_at
from tests.factories import submitted

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def decided_after(now: datetime, *hours: float, ago: timedelta = timedelta(0), channel: str = "online") -> None:
    """First decisions of a moment, each of an application that had waited so many hours."""
    at = now - ago
    for waited in hours:
        application = submitted(at - waited * HOUR)
        Application.objects.filter(pk=application.pk).update(channel=channel)
        Promise.objects.filter(application=application).update(answered_at=at)


def test_half_are_decided_within_so_many_hours_on_each_side(now: datetime) -> None:
    decided_after(now, 1, 2, 9)
    decided_after(now, 4, 6, channel="counter")
    found = fairness_at(now)
    assert (found.online, found.counter) == (Side(3, 2.0), Side(2, 5.0))


def test_eight_weeks_from_monday_to_monday_in_palembang(now: datetime) -> None:
    """`now` is a Monday; Sunday 23.59 WIB belongs to the week before."""
    midnight = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    decided_after(midnight, 3)
    decided_after(midnight - timedelta(minutes=1), 5)
    found = fairness_at(now)
    assert [week for week, _online, _counter in found.weeks] == [date(2026, 10, 5) + n * 7 * DAY for n in range(8)]
    assert [online for _week, online, _counter in found.weeks[-2:]] == [Side(1, 5.0), Side(1, 3.0)]
    assert all(side == Side() for _week, *sides in found.weeks[:-2] for side in sides)


def test_decisions_before_the_first_week_and_of_later_rounds_do_not_count(now: datetime) -> None:
    decided_after(now, 2)
    decided_after(now, 90, ago=50 * DAY)
    first = submitted(now - DAY)
    Promise.objects.create(
        application=first, round=2, policy="calendar", started_at=now - DAY, due_at=now + 4 * DAY, answered_at=now
    )
    submitted(now - 3 * DAY)  # nobody has decided it yet
    assert fairness_at(now).online == Side(1, 2.0)


def test_a_decision_of_the_first_week_about_something_older_counts(now: datetime) -> None:
    decided_after(now, 20 * 24, ago=48 * DAY)
    assert fairness_at(now).online == Side(1, 480.0)


@pytest.mark.parametrize(("counter", "slower"), [(5.5, "counter"), (5, ""), (4, ""), (3.2, ""), (3, "online")])
def test_a_side_that_waits_clearly_longer_is_named(now: datetime, counter: float, slower: str) -> None:
    decided_after(now, *[4] * ENOUGH)
    decided_after(now, *[counter] * ENOUGH, channel="counter")
    assert fairness_at(now).slower == slower


def test_of_a_few_decisions_nothing_is_said(now: datetime) -> None:
    decided_after(now, *[1] * ENOUGH)
    decided_after(now, *[50] * (ENOUGH - 1), channel="counter")
    assert fairness_at(now).slower == ""


def test_an_empty_office(now: datetime) -> None:
    found = fairness_at(now)
    assert (found.online, found.counter, found.slower, len(found.weeks)) == (Side(), Side(), "", 8)


def test_it_is_one_query_and_the_next_five_minutes_none(now: datetime, django_assert_num_queries: Any) -> None:
    decided_after(now, 1)
    with django_assert_num_queries(1):
        fairness(now)
    with django_assert_num_queries(0):
        fairness(now)
