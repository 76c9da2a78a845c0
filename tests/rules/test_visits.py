"""Terms of invitations, and who is called next."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.visits import (
    RESPONSE_BEFORE_SLOT,
    RESPONSE_TIME,
    WALK_IN_WAITS,
    Waiting,
    in_order,
    remind_at,
    respond_by,
    turn_moment,
)  # fmt: skip

MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
MINUTES = st.integers(0, 8 * 60).map(lambda minutes: MORNING + timedelta(minutes=minutes))
SLOTS = st.integers(0, 15).map(lambda n: MORNING + timedelta(minutes=30 * n))
ROOM = st.lists(st.tuples(MINUTES, st.none() | SLOTS), max_size=30).map(
    lambda people: [Waiting(key, arrived, slot) for key, (arrived, slot) in enumerate(people)]
)


@given(st.timedeltas(timedelta(minutes=1), timedelta(days=40)))
def test_an_invitation_waits_five_days_or_until_a_day_before_its_slot_whichever_is_first(ahead):
    slot = MORNING + ahead
    until = respond_by(MORNING, slot)
    assert MORNING < until <= slot
    if ahead > RESPONSE_BEFORE_SLOT:
        assert until == min(MORNING + RESPONSE_TIME, slot - RESPONSE_BEFORE_SLOT)


def test_the_reminder_is_due_a_day_before_and_never_in_the_past():
    slot = MORNING + timedelta(days=3)
    assert remind_at(slot, MORNING) == slot - timedelta(hours=24)
    assert remind_at(slot, slot - timedelta(hours=23)) is None


@given(ROOM)
def test_everybody_in_the_room_is_called_once(room):
    assert sorted(one.key for one in in_order(room)) == [one.key for one in room]


@given(ROOM)
def test_who_came_in_time_for_an_earlier_slot_goes_first(room):
    order = [one.key for one in in_order(room)]
    punctual = [one for one in room if one.slot_start is not None and one.arrived_at <= one.slot_start]
    for one in punctual:
        for other in punctual:
            if one.slot_start < other.slot_start:
                assert order.index(one.key) < order.index(other.key)


@given(ROOM, MINUTES)
def test_coming_early_takes_nobodys_place_and_a_walk_in_is_not_overtaken_for_ever(room, arrived):
    walk_in = Waiting(len(room), arrived, None)
    ahead = in_order([*room, walk_in])
    before = ahead[: ahead.index(walk_in)]
    assert all(turn_moment(one) <= arrived + WALK_IN_WAITS for one in before)
    assert all(one.slot_start is None or turn_moment(one) >= one.slot_start for one in room)


def test_an_appointment_is_kept_before_a_walk_in_who_came_a_little_earlier():
    booked = Waiting(1, MORNING + timedelta(minutes=28), MORNING + timedelta(minutes=30))
    walk_in = Waiting(2, MORNING + timedelta(minutes=20), None)
    assert in_order([walk_in, booked]) == [booked, walk_in]
