"""Queue numbers of walk-ins: in order, by zone and day, and never twice, however many clerks draw at once."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from requests_app.models import Officer, Visit, Zone
from requests_app.operations.walk_ins import Registered, next_walk_in_number, register_walk_in
from requests_app.rules.dates import local_date
from requests_app.rules.walk_ins import following_number
from tests.factories import OfficerFactory, make_draft, new_nik
from tests.operations.offices import AWAY, open_office
from tests.operations.walkers import all_kept, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone(now: datetime) -> Zone:
    return open_office(now)


@pytest.fixture
def officer(zone: Zone) -> Officer:
    return OfficerFactory(role="counter")


@given(st.lists(st.integers(1, 99_999), max_size=40))
def test_the_next_number_is_new_and_follows_the_highest(drawn: list[int]) -> None:
    numbers = [f"L{number}" for number in drawn]
    following = following_number(numbers)
    assert following not in numbers
    assert following == f"L{max(drawn, default=0) + 1}"


def test_a_number_of_a_visit_that_was_called_off_is_not_given_again(
    zone: Zone, officer: Officer, now: datetime
) -> None:
    Visit.objects.filter(pk=register(zone, officer, now).visit.pk).update(state="cancelled")
    with transaction.atomic():
        assert next_walk_in_number(zone_id=zone.pk, day=local_date(now)) == "L2"
        assert next_walk_in_number(zone_id=zone.pk, day=local_date(now) + timedelta(days=1)) == "L1"


@pytest.mark.django_db(transaction=True)
def test_two_desks_and_many_clerks_never_give_the_same_number_twice(
    zone: Zone, officer: Officer, now: datetime
) -> None:
    other = Zone.objects.get(zonecoverage__kelurahan_id=AWAY, zonecoverage__valid__upper_inf=True)
    drafts = {place.pk: [make_draft(now, kk_number=new_nik()).pk for _ in range(10)] for place in (zone, other)}
    failed: list[BaseException] = []

    def work(place: Zone, mine: list[Any]) -> None:
        try:
            for pk in mine:
                register_walk_in(
                    draft_id=pk, zone=place, officer=officer, now=now, protocol=all_kept(), people=1
                )  # fmt: skip
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    shares = [(place, drafts[place.pk][start::3]) for place in (zone, other) for start in range(3)]
    threads = [threading.Thread(target=work, args=share) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for place in (zone, other):
        numbers = Visit.objects.filter(zone=place).values_list("number", flat=True)
        assert sorted(numbers, key=lambda number: int(number[1:])) == [f"L{n}" for n in range(1, 11)]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_counter_gives_one_number(zone: Zone, officer: Officer, now: datetime) -> None:
    draft = make_draft(now)
    done: list[Registered] = []

    def press() -> None:
        try:
            done.append(
                register_walk_in(draft_id=draft.pk, zone=zone, officer=officer, now=now, protocol=all_kept(), people=1)
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.visit.pk for one in done}) == 1 == len({one.application.pk for one in done})
    assert sorted(one.repeated for one in done) == [False, True]
