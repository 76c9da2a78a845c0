"""What a first look should find at the zones: a desk at work, messages to be sent by hand, a zone without a free place.

Each scene is a few lives that belong together; it is played before the ordinary ones, and only in a set that is large
enough for it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from requests_app.demo.counter import admit, register, serve
from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.demo.scenarios import approval
from requests_app.demo.trip import AS_PROMISED, Trip, invite_again
from requests_app.demo.zones import DESK_ZONE, FULL_ZONE, HAND_ZONE
from requests_app.models import Slot, Zone
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FROM = 100
"""The smallest set that has scenes."""
Named = tuple[str, str, list[Life]]
QUEUE, MOST_FILLERS, WAITING = 6, 40, 3
SERVED, PRESENT, EXPECTED = 5, 3, 5


def play_scenes(office: Office) -> list[Named]:
    """All scenes whose zone is there: name, what it shows, its lives."""
    played = [(name, shows, scene(office, zone)) for code, name, shows, scene in SCENES if (zone := office.zone(code))]
    for _, _, lives in played:
        for life in lives:
            life.settle()
    return played


def approved(
    office: Office, zone: Zone, decided: datetime, *, service: Service = Service.KK, waits: bool = False, **over: Any
) -> Life:
    """Somebody of this zone who applied the day before and was approved then; `waits`: for a clerk to send it."""
    where = {"kelurahan": office.rng.choice(office.kelurahan_of(zone)), "contact": "whatsapp"}
    submitted = decided - office.rng.uniform(20, 30) * HOUR
    life = Life(office, office.people.draw(service, at=submitted, **where | over), submitted, service=service)
    life.letters.waits = waits
    life.decide(decided, office.rng.choice(office.officers), approval(life))
    return life


def _either(office: Office) -> Service:
    return office.rng.choice([Service.KK, Service.KK, Service.LEGALISIR])


# The desk zone, today: some were served, somebody is at a desk, others wait or are still expected.


def _desk_at_work(office: Office, zone: Zone) -> list[Life]:
    now = office.now
    slots = office.agenda.of_day(zone, local_date(now))
    begun = [slot for slot in slots if slot.starts_at <= now + 15 * MINUTE]
    over = [slot for slot in begun[:-1] if slot.starts_at <= now - 40 * MINUTE]
    here, later = begun[len(over) :], slots[len(begun) :]
    if not slots:
        return []  # a holiday
    lives = [_served(office, zone, slot) for slot in _spread(office, over[:-1], SERVED)]
    lives += [_not_there(office, zone, slot) for slot in over[-1:]]
    lives += [_present(office, zone, slot, turn) for turn, slot in enumerate(_spread(office, here, PRESENT))]
    lives += [_expected(office, zone, slot).lives[0] for slot in _spread(office, later, EXPECTED)]
    return [*lives, *_walk_ins(office, zone)]


def _spread(office: Office, slots: list[Slot], count: int) -> list[Slot]:
    """So many free places in them, from the first slot to the last."""
    places = [slot for slot in slots for _ in range(office.agenda.room(slot))]
    step = max(len(places) / count, 1)
    return [places[int(position * step)] for position in range(min(count, len(places)))]


def _expected(office: Office, zone: Zone, slot: Slot) -> Trip:
    """Invited last week, and chose this slot."""
    decided = office.calendar.office_moment_before(office.now - 6 * 24 * HOUR)
    life = approved(office, zone, decided, service=_either(office))
    assert life.trip is not None
    life.trip.move(decided + office.rng.uniform(0.2, 1) * HOUR, slot)
    return life.trip


def _served(office: Office, zone: Zone, slot: Slot) -> Life:
    trip = _expected(office, zone, slot)
    there = slot.starts_at - office.rng.uniform(1, 12) * MINUTE
    trip.check_in(there, office.clerks[zone.pk], people=office.rng.choice([1, 1, 2]))
    serve(trip, slot.starts_at)
    return trip.lives[0]


def _not_there(office: Office, zone: Zone, slot: Slot) -> Life:
    trip = _expected(office, zone, slot)
    trip.no_show(office.now - 4 * MINUTE, office.clerks[zone.pk])
    return trip.lives[0]


def _present(office: Office, zone: Zone, slot: Slot, turn: int) -> Life:
    """The first is at a desk, the others wait."""
    trip, now = _expected(office, zone, slot), office.now
    trip.check_in(now - (16 - 5 * turn) * MINUTE, office.clerks[zone.pk], people=1 + turn % 2)
    if turn == 0:
        desk, called = office.agenda.at_desk(zone, now - 4 * MINUTE, 15 * MINUTE)
        trip.call(min(called, now), desk)
    return trip.lives[0]


def _walk_ins(office: Office, zone: Zone) -> Iterable[Life]:
    """One was registered and has gone, one waits, one was taken in spite of another day."""
    now, clerk = office.now, office.clerks[zone.pk]
    if not office.agenda.is_open(zone, now - HOUR):
        return
    for came in (now - 55 * MINUTE, now - 6 * MINUTE):
        answers = office.people.draw(Service.KK, kelurahan=office.rng.choice(office.kelurahan_of(zone)))
        life = Life(office, answers, came, service=Service.KK, registered_by=clerk)
        trip = register(life, came, clerk)
        if came < now - 30 * MINUTE:
            serve(trip, came)
        yield life
    early = approved(office, zone, office.calendar.office_moment_before(now - 26 * HOUR), service=Service.LEGALISIR)
    serve(admit(early, now - 45 * MINUTE, clerk, "far"), now - 44 * MINUTE)
    yield early


# The zone with a phone and no API: the clerk's queue.


def _to_send_by_hand(office: Office, zone: Zone) -> list[Life]:
    """Decided lately, not sent yet."""
    lives = []
    for position in range(QUEUE):
        latest = office.now - (QUEUE - position) * 4 * MINUTE
        decided = office.calendar.office_moment_before(latest)
        lives.append(approved(office, zone, decided, service=_either(office), waits=True))
    return lives


# The zone with few places: all are taken, and some wait for one in plain sight.


def _full(office: Office, zone: Zone) -> list[Life]:
    before = [office.calendar.office_moment_before(office.now - step * 2 * HOUR) for step in range(72, 0, -1)]
    last, lives = before[-1], list[Life]()
    for decided in [*sorted(before), *[last] * MOST_FILLERS]:
        if office.agenda.next_free(zone, decided) is not None and len(lives) < MOST_FILLERS:
            lives.append(_filler(office, zone, decided))
    # A day that has come into sight since belongs to whoever waits longest.
    while office.agenda.next_free(zone, office.now) is not None and len(lives) < MOST_FILLERS:
        lives.append(approved(office, zone, last))
        invite_again(lives[-1], office.now - 10 * MINUTE, AS_PROMISED)
    return lives + [approved(office, zone, last, service=_either(office)) for _ in range(WAITING)]


def _filler(office: Office, zone: Zone, decided: datetime) -> Life:
    life = approved(office, zone, decided, service=_either(office))
    if life.trip is not None:
        life.trip.confirm(min(decided + office.rng.uniform(0.5, 8) * HOUR, office.now - MINUTE))
    return life


SCENES: tuple[tuple[str, str, str, Callable[[Office, Zone], list[Life]]], ...] = (
    (DESK_ZONE, "at the desk of Zona 7 today", "served, at a desk, waiting, expected (loket1)", _desk_at_work),
    (HAND_ZONE, "the queue of Zona 3", "messages that wait for loket2", _to_send_by_hand),
    (FULL_ZONE, "the full zone", "Zona 5 has no free place; the last ones wait for one in plain sight", _full),
)
