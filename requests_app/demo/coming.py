"""What households do with their invitations: most come, some choose another day, some do not answer or do not come."""

from datetime import datetime, timedelta
from itertools import islice

from requests_app.demo.counter import admit, clerk_of, serve
from requests_app.demo.life import Life
from requests_app.demo.trip import Trip, book
from requests_app.models import Slot
from requests_app.operations.visit_clock import MISSED_AFTER
from requests_app.rules.walk_ins import OTHER, WALK_IN_REASONS

NO_ANSWER, CANCELS, COMES_ANYWAY, NOT_THERE, OTHER_TIME = 0.06, 0.03, 0.02, 0.07, 0.4
MORE_INVITATIONS = 6
SLOTS_SEEN = 120
SOON = timedelta(minutes=1)


def come(life: Life) -> None:
    """One invitation after the other, until the visit has happened or nothing more is known by now."""
    for _ in range(MORE_INVITATIONS):
        trip = life.trip
        if trip is None or not trip.is_coming:
            return
        if trip.visit.confirmed_at is None:
            _answer(life, trip)
        if life.trip is trip and trip.visit.confirmed_at is not None:
            _visit_day(life, trip)
        if life.trip is trip:
            return


def _answer(life: Life, trip: Trip) -> None:
    rng, office = life.office.rng, life.office
    at = _reads_it(trip)
    chance = rng.random()
    if life.call is not None and life.call.closed_at is None:
        _called(life, trip)
    elif chance < NO_ANSWER or at is None or at >= _until(trip):
        _no_answer(life, trip)
    elif at > office.now:
        return
    elif chance < NO_ANSWER + CANCELS:
        _cancel(life, trip, at)
    elif chance < NO_ANSWER + CANCELS + COMES_ANYWAY:
        _come_anyway(life, at)
    elif rng.random() < OTHER_TIME and (slot := other_slot(life, at)) is not None:
        trip.move(at, slot)
    else:
        trip.confirm(at)


def _reads_it(trip: Trip) -> datetime | None:
    """When they answer: some hours after the message had left."""
    left = trip.left_at
    return left + timedelta(hours=trip.office.rng.triangular(0.1, 30, 3)) if left else None


def _until(trip: Trip) -> datetime:
    return min(trip.visit.respond_by or trip.visit.starts_at, trip.visit.starts_at)


def _called(life: Life, trip: Trip) -> None:
    """No channel reached them: an officer calls, tells them, and confirms for them."""
    office, rng = life.office, life.office.rng
    at = office.calendar.office_moment(life.last_at + timedelta(hours=rng.uniform(0.5, 4)))
    if at + SOON >= min(_until(trip), office.now):
        return
    told = rng.random() < 0.8
    life.call_person(at, rng.choice(office.officers), "told" if told else "no_answer")
    if told:
        trip.confirm(at + SOON, clerk_of(life))


def _no_answer(life: Life, trip: Trip) -> None:
    """The invitation lapses; somebody calls, and most take another day on the phone."""
    office, rng = life.office, life.office.rng
    life.catch_up(min(_until(trip) + SOON, office.now))
    if life.trip is not None or life.call is None:
        return
    at = office.calendar.office_moment(life.last_at + timedelta(hours=rng.uniform(1, 20)))
    if at > office.now - SOON:
        return
    told = rng.random() < 0.65
    life.call_person(at, rng.choice(office.officers), "told" if told else "no_answer")
    booked = at + SOON
    if told and rng.random() < 0.75 and (slot := other_slot(life, booked)) is not None:
        book(life, slot, booked, clerk_of(life))


def _cancel(life: Life, trip: Trip, at: datetime) -> None:
    """Half of those who cancel take another day later."""
    office, rng = life.office, life.office.rng
    trip.cancel(at)
    again = at + timedelta(hours=rng.uniform(10, 70))
    if rng.random() < 0.5 and again < office.now and (slot := other_slot(life, again)) is not None:
        book(life, slot, again)


def _come_anyway(life: Life, read: datetime) -> None:
    """Not on their day, but now; the desk has a reason to take them."""
    office, rng = life.office, life.office.rng
    at = office.calendar.office_moment(read)
    in_time = life.trip is not None and at < min(_until(life.trip), office.now)
    if not in_time or not office.agenda.is_open(life.application.zone, at):
        return
    reason = rng.choice([reason for reason in WALK_IN_REASONS if reason != OTHER])
    serve(admit(life, at, clerk_of(life), reason), at)


def other_slot(life: Life, at: datetime) -> Slot | None:
    """Any of the free slots of the coming days."""
    free = list(islice(life.office.agenda.free(life.application.zone, at), SLOTS_SEEN))
    return life.office.rng.choice(free) if free else None


def _visit_day(life: Life, trip: Trip) -> None:
    """The day has come, or not yet; they are there, or not."""
    office, rng, begin = life.office, life.office.rng, trip.visit.starts_at
    if rng.random() < NOT_THERE:
        _do_not_come(life, trip)
        return
    there = begin + timedelta(minutes=rng.uniform(-20, 8))
    if there <= office.now and trip.visit.confirmed_at is not None and there > trip.visit.confirmed_at:
        trip.check_in(there, clerk_of(life), people=min(len(trip.lives) + rng.choice([0, 0, 0, 1, 2]), 5))
        serve(trip, max(there + SOON, begin))


def _do_not_come(life: Life, trip: Trip) -> None:
    """The desk says so soon, or the clock two hours after the slot."""
    office, rng = life.office, life.office.rng
    noted = trip.visit.starts_at + timedelta(minutes=rng.uniform(35, 80))
    if noted <= office.now and rng.random() < 0.6:
        trip.no_show(noted, clerk_of(life))
    else:
        assert trip.slot is not None
        life.catch_up(min(trip.slot.ends_at + MISSED_AFTER + SOON, office.now))
