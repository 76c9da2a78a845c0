"""The order of being called, whatever the day brings; and desks that call in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from requests_app.models import Visit
from requests_app.operations.desk import call_next, check_in
from requests_app.rules.visits import WALK_IN_WAITS, Waiting, in_order, turn_moment
from tests.zone_desk.house import invited, walked_in

EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OPEN_MINUTES = 240
minutes = st.integers(0, OPEN_MINUTES)


@dataclass(frozen=True)
class Guest:
    """Somebody of the day: arrives at a minute, with an appointment at another or without one."""

    arrives: int
    slot: int | None

    def waiting(self, key: int) -> Waiting:
        slot = None if self.slot is None else EIGHT + timedelta(minutes=self.slot)
        return Waiting(key, EIGHT + timedelta(minutes=self.arrives), slot)


guests = st.lists(st.builds(Guest, minutes, st.none() | st.integers(0, 7).map(lambda n: n * 30)), max_size=25)
calls = st.lists(minutes, max_size=40)


def the_day(people: list[Guest], times: list[int]) -> list[tuple[Waiting, datetime, list[Waiting]]]:
    """Who was called when, and who was waiting then; afterwards the room empties."""
    coming = {key: guest.waiting(key) for key, guest in enumerate(people)}
    called = []
    for minute in [*sorted(times), *[OPEN_MINUTES] * len(people)]:
        at = EIGHT + timedelta(minutes=minute)
        room = [one for one in coming.values() if one.arrived_at <= at]
        if room:
            first = in_order(room)[0]
            del coming[first.key]
            called.append((first, at, [one for one in room if one is not first]))
    return called


@given(guests, calls)
def test_nobody_starves(people, times):
    """Once it is somebody's turn, whoever comes later is called later; and everybody is called in the end."""
    called = the_day(people, times)
    assert {one.key for one, _, _ in called} == set(range(len(people)))
    for one, _, left in called:
        assert not [other for other in left if turn_moment(other) < one.arrived_at]


@given(guests, calls)
def test_an_appointment_is_kept(people, times):
    """Who is on time for an appointment waits for earlier turns only; no walk-in of the last quarter of an hour."""
    for one, _, left in the_day(people, times):
        for other in left:
            if other.slot_start is None or other.arrived_at > other.slot_start:
                continue
            assert one.slot_start is None or one.slot_start <= other.slot_start
            assert one.slot_start is not None or one.arrived_at + WALK_IN_WAITS <= other.slot_start


@given(guests, calls)
def test_coming_early_takes_nobodys_place(people, times):
    """Of two with appointments who are both on time, the earlier appointment goes first."""
    for one, _, left in the_day(people, times):
        for other in left:
            if one.slot_start and other.slot_start and other.arrived_at <= other.slot_start < one.slot_start:
                raise AssertionError((one, other))


@pytest.mark.django_db(transaction=True)
def test_desks_that_call_in_the_same_moment_never_get_the_same_visit(zone, slot, clerk, now):
    zone.desks = 6
    zone.save()
    for number in range(2):
        walked_in(zone, now, clerk, f"L{number + 1}")
    for _ in range(2):
        visit = invited(slot, now)
        check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=1)
    # Six desks, each with a double press, for four who wait.
    together = Barrier(12)

    def press(desk: int) -> int | None:
        try:
            together.wait(timeout=10)
            called = call_next(zone=zone, desk=desk, now=now)
            return called.pk if called else None
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        got = list(pool.map(press, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]))
    by_desk = dict(Visit.objects.filter(desk__isnull=False).values_list("pk", "desk"))
    assert len(by_desk) == len(set(by_desk.values())) == 4
    for desk, pk in zip([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6], got, strict=True):
        assert pk is None or by_desk[pk] == desk
    assert set(got) - {None} == set(by_desk)


@pytest.mark.django_db(transaction=True)
def test_a_double_press_of_hadir_in_the_same_moment_is_one_arrival(zone, visit, clerk, now):
    together = Barrier(4)

    def press(people: int) -> int:
        try:
            together.wait(timeout=10)
            return check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=people).people
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(press, [1, 2, 3, 4]))
    assert len(set(counted)) == 1
    assert visit.services.get().application.events.filter(step="check_in").count() == 1
