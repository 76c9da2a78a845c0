"""Named examples of visits: invitations, walk-ins, and what becomes of them."""

from datetime import datetime
from typing import Any

from requests_app.demo.counter import admit, register, serve
from requests_app.demo.example import DAY, HOUR, MINUTE, Example
from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.demo.scenarios import recording
from requests_app.demo.scenes import approved
from requests_app.demo.trip import TICK, Trip
from requests_app.demo.zones import CLOSED_BECAUSE, CLOSING_ZONE, DECLARED_BEFORE, DESK_ZONE, HAND_ZONE, closed_day
from requests_app.models import Slot, Zone
from requests_app.operations.visit_clock import MISSED_AFTER
from requests_app.rules.catalogue import Service
from requests_app.rules.linked import card_answers

Who = dict[str, Any]
ONE_OF_THE_USUAL, ANOTHER = "Z1", "Z8"
SOON = 30 * HOUR
"""Visits that are to stay to come are further away than this."""


def _zone(office: Office, code: str) -> Zone:
    """The example zone, or any other where somebody has made zones of their own."""
    return office.zone(code) or next(iter(office.zones.values()))


def _office_day(office: Office, ago: Any) -> datetime:
    return office.calendar.office_moment_before(office.now - ago)


def _invited(office: Office) -> list[Life]:
    decided = _office_day(office, 20 * MINUTE)
    who: Who = {"reason": "tambah_anggota", "name": "Dewi Percontohan", "sex": "P"}
    return [approved(office, _zone(office, ONE_OF_THE_USUAL), decided, **who)]


def _household(office: Office) -> list[Life]:
    zone, decided = _zone(office, DESK_ZONE), _office_day(office, 3 * DAY)
    first = approved(office, zone, decided, reason="perubahan_elemen_data", name="Rahmat Ilustrasi", sex="L")
    family = ("kk_number", "kelurahan", "address", "rt", "rw", "phone")
    shared: Who = {key: first.answers[key] for key in family}
    again: Who = {"service": Service.LEGALISIR, "reason": "akta_kelahiran", "name": "Wulan Ilustrasi", "sex": "P"}
    second = approved(office, zone, decided + 2 * MINUTE, **again, **shared)
    _choose_later(first, decided + HOUR)
    return [first, second]


def _to_be_recorded(office: Office) -> list[Life]:
    kelurahan = office.kelurahan_of(_zone(office, DESK_ZONE))[0]
    who: Who = {"reason": "baru", "recorded_before": "no", "name": "Fitri Simulasi", "sex": "P", "kelurahan": kelurahan}
    decided = _office_day(office, 2 * DAY)
    at = decided - 1.5 * DAY
    life = Life(office, office.people.draw(at=at, contact="whatsapp", **who), at)
    life.decide(decided, office.officers[0], recording(life))
    _choose_later(life, decided + 3 * HOUR)
    return [life]


def _choose_later(life: Life, at: datetime) -> None:
    """The first slot that is still some days away at `now`; where all are taken the invitation stays as it is."""
    office = life.office
    coming = (slot for slot in office.agenda.free(life.application.zone, at) if slot.starts_at > office.now + SOON)
    slot = next(iter(coming), None)
    if life.trip is not None and slot is not None:
        life.trip.move(at, slot)


def _lapsed(office: Office) -> list[Life]:
    who: Who = {"reason": "rusak", "name": "Amir Seumpama", "sex": "L"}
    return [approved(office, _zone(office, ANOTHER), _office_day(office, 7 * DAY), **who)]


def _moved_by_closure(office: Office) -> list[Life]:
    zone, decided = _zone(office, CLOSING_ZONE), _office_day(office, 4 * DAY)
    life = approved(office, zone, decided, reason="baru_keluarga", name="Indah Umpama", sex="P")
    day = closed_day(office.now, office.calendar.holidays)
    closed = Slot.objects.filter(zone=zone, day=day, is_open=False).order_by("starts_at").first()
    moved = office.now - DECLARED_BEFORE + TICK
    if life.trip is None or closed is None:
        return [life]
    life.trip.move(decided + 2 * HOUR, closed)
    free = (slot for slot in office.agenda.free(zone, moved) if slot.starts_at >= closed.starts_at)
    slot = next(iter(free), None)
    if slot is not None:
        life.trip.displace(moved, slot, CLOSED_BECAUSE)
    return [life]


def _not_there(trip: Trip) -> None:
    """They say that they come, and do not."""
    assert trip.slot is not None
    assert trip.visit.invited_at is not None
    trip.confirm(trip.visit.invited_at + 2 * HOUR)
    trip.lives[0].catch_up(min(trip.slot.ends_at + MISSED_AFTER + MINUTE, trip.office.now))


def _missed_twice(office: Office) -> list[Life]:
    who: Who = {"reason": "kurang_anggota", "name": "Iskandar Sampel", "sex": "L"}
    life = approved(office, _zone(office, ONE_OF_THE_USUAL), _office_day(office, 16 * DAY), **who)
    for _ in range(2):
        if life.trip is not None:
            _not_there(life.trip)
    if life.trip is not None and life.trip.visit.invited_at is not None:
        _choose_later(life, life.trip.visit.invited_at + HOUR)
    return [life]


def _missed_for_good(office: Office) -> list[Life]:
    who: Who = {"reason": "hilang", "name": "Nurlela Andaikan", "sex": "P"}
    life = approved(office, _zone(office, ANOTHER), _office_day(office, 26 * DAY), **who)
    while life.trip is not None:
        _not_there(life.trip)
    return [life]


def _walk_in(office: Office) -> list[Life]:
    came = _office_day(office, DAY)
    zone, clerk = _zone(office, DESK_ZONE), office.clerks[_zone(office, DESK_ZONE).pk]
    who: Who = {"reason": "akta_kelahiran", "copies": 5, "name": "Zubaidah Contoh", "sex": "P"}
    life = approved(office, zone, came - 20 * HOUR, service=Service.LEGALISIR, **who)
    serve(admit(life, came, clerk, "elderly"), came + 2 * MINUTE)
    return [life]


def _at_the_counter(office: Office) -> list[Life]:
    came, zone = _office_day(office, DAY + HOUR), _zone(office, DESK_ZONE)
    kelurahan, clerk = office.kelurahan_of(zone)[-1], office.clerks[zone.pk]
    who: Who = {"reason": "hilang", "contact": "none", "name": "Kemas Umar Misalnya", "sex": "L"}
    answers = office.people.draw(Service.KK, at=came, kelurahan=kelurahan, **who)
    life = Life(office, answers, came, service=Service.KK, registered_by=clerk)
    serve(register(life, came, clerk), came + 3 * MINUTE)
    return [life]


def _to_send_by_hand(office: Office) -> list[Life]:
    decided = _office_day(office, 25 * MINUTE)
    who: Who = {"reason": "baru_pisah_kk", "name": "Faisal Rekaan", "sex": "L"}
    return [approved(office, _zone(office, HAND_ZONE), decided, waits=True, **who)]


def _linked(office: Office) -> list[Life]:
    zone, decided = _zone(office, DESK_ZONE), _office_day(office, DAY)
    changed = {"element": "pekerjaan", "old": "Pelajar/Mahasiswa", "new": "Karyawan swasta"}
    who: Who = {"reason": "perubahan_elemen_data", "whose": "self", "name": "Sari Percontohan", "sex": "P"}
    family = approved(office, zone, decided, elements=[changed], **who)
    own = office.people.draw(**card_answers(family.answers))
    card = Life(office, own, family.application.submitted_at + 10 * MINUTE)
    card.application.depends_on = family.application
    return [family, card]


VISIT_EXAMPLES = (
    Example("invited", "KK approved, not answered yet: open the link, confirm or take another day", _invited),
    Example("one visit for a household", "KK and legalisir of one family, one slot", _household),
    Example("to be recorded", "first KTP-el: comes for photo, fingerprints and iris", _to_be_recorded),
    Example("lapsed", "the invitation was not answered: to be called (loket3, Hubungi warga)", _lapsed),
    Example("moved by a closure", "the office closes for a day: moved, told once", _moved_by_closure),
    Example("missed twice", "invited for the third time", _missed_twice),
    Example("missed three times", "closed, with a message", _missed_for_good),
    Example("walk-in", "legalisir, five copies; came without waiting for the day, served, old age", _walk_in),
    Example("from the counter", "registered by loket1 for somebody without a phone", _at_the_counter),
    Example("to be sent by hand", "Zona 3 has a phone and no API: loket2, Kirim pesan", _to_send_by_hand),
    Example("linked", "a KTP-el change that waits for the family card", _linked),
)
