"""Taking a place: the next free slot of a zone, a seat in it, and the visit of a household.

The database bounds every slot by its capacity and every person by one coming visit (migration 0004); what is done here
makes waiting short and refusals clear. The caller holds the application's lock.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from requests_app.models import Application, Slot, Visit, VisitApplication, VisitPerson
from requests_app.operations.keys import lock_key
from requests_app.rules.dates import local_date
from requests_app.rules.numbers import new_secret
from requests_app.rules.visits import COMING, HOLDS_PLACE, RECORDING, Trouble, VisitState, remind_at, respond_by
from requests_app.vault.keyring import keyed_hash

TRIES = 3


@dataclass(frozen=True)
class Found:
    """A visit that now serves the application, or why there is none. `joined`: it was the household's already."""

    visit: Visit | None = None
    trouble: Trouble | None = None
    joined: bool = False


def find_place(application: Application, *, now: datetime) -> Found:
    """Put the application on its household's coming visit, or on a new one in the next free slot of its zone."""
    lock_household(application)
    visit = coming_visit(application)
    if visit is not None and visit.zone_id != application.zone_id:
        return Found(trouble=Trouble.OTHER_VISIT)
    if visit is not None:
        serve_too(visit, application)
        return Found(visit, joined=True)
    if not application.zone.number_works:
        return Found(trouble=Trouble.NO_NUMBER)
    slot = _next_slot(application, now) if what_for(application) in application.zone.services else None
    return Found(new_visit(application, slot, now=now)) if slot is not None else Found(trouble=Trouble.NO_SLOT)


def would_be_visit(application: Application, *, now: datetime) -> Visit | None:
    """The visit that an invitation made now would propose, not stored and nothing locked; None when there is none."""
    persons = VisitPerson.objects.filter(nik_hash=application.nik_hash, coming=True)
    mine = Visit.objects.filter(Q(persons__in=persons) | Q(household_hash=application.kk_hash, state__in=COMING))
    visit = mine.filter(zone=application.zone_id).select_related("zone").order_by("starts_at").first()
    if visit is not None or not application.zone.number_works or what_for(application) not in application.zone.services:
        return visit
    slot = Slot.offered(application.zone, now=now).first()
    return Visit(zone=application.zone, **taking(slot, now=now, confirmed=False)) if slot is not None else None


def lock_household(application: Application) -> None:
    """Until the end of the transaction nobody else finds a place for this family or this person."""
    lock_key("household", application.kk_hash)
    lock_key("person", application.nik_hash)


def coming_visit(application: Application) -> Visit | None:
    """The coming visit of the person, or of the household in this zone, locked."""
    persons = VisitPerson.objects.filter(nik_hash=application.nik_hash, coming=True)
    mine = persons.values_list("visit_id", flat=True).first()
    visits = Visit.objects.select_for_update(of=("self",)).select_related("zone", "slot")
    if mine is not None:
        return visits.get(pk=mine)
    household = visits.filter(household_hash=application.kk_hash, state__in=COMING, zone=application.zone_id)
    return household.order_by("starts_at").first()


def visit_at_desk(application: Application, *, now: datetime) -> Visit | None:
    """The visit with which the person is at the desk today, if any."""
    here = Visit.objects.filter(state=VisitState.CHECKED_IN, day=local_date(now))
    return here.filter(services__application=application, services__outcome="").select_related("zone").first()


def serve_too(visit: Visit, application: Application) -> None:
    """One more application, and its person, on a visit."""
    VisitPerson.objects.get_or_create(visit=visit, nik_hash=application.nik_hash)
    VisitApplication.objects.update_or_create(
        visit=visit, application=application, defaults={"outcome": "", "coming": visit.state in COMING}
    )


def new_visit(application: Application, slot: Slot, *, now: datetime, confirmed: bool = False) -> Visit:
    """An invitation to a slot whose row is locked and has a free place; `confirmed` when the person chose it."""
    code = new_secret()
    visit = Visit.objects.create(
        zone=application.zone, household_hash=application.kk_hash, code=code, code_hash=keyed_hash("visit", code),
        turn=application.missed_visits + 1, invited_at=now, **taking(slot, now=now, confirmed=confirmed),
    )  # fmt: skip
    serve_too(visit, application)
    return visit


def taking(slot: Slot, *, now: datetime, confirmed: bool) -> dict[str, object]:
    """The columns of a visit that takes a place in a locked slot."""
    seat = free_seat(slot)
    return {
        "slot": slot, "seat": seat, "day": slot.day, "starts_at": slot.starts_at, "number": f"{slot.label}{seat}",
        "state": VisitState.CONFIRMED.value if confirmed else VisitState.INVITED.value,
        "respond_by": respond_by(now, slot.starts_at), "confirmed_at": now if confirmed else None,
        "remind_at": remind_at(slot.starts_at, now),
    }  # fmt: skip


def free_seat(slot: Slot) -> int:
    """The lowest seat that nobody holds."""
    taken = set(Visit.objects.filter(slot=slot, state__in=HOLDS_PLACE).values_list("seat", flat=True))
    return next(seat for seat in range(1, len(taken) + 2) if seat not in taken)


def what_for(application: Application) -> str:
    """What a desk does for it (rules/visits.VISIT_SERVICES)."""
    return RECORDING if application.service == "ktp_el" else application.service


def _next_slot(application: Application, now: datetime) -> Slot | None:
    """The earliest free slot, locked. Slots that others are taking places in are passed over, unless all are."""
    offered = Slot.offered(application.zone, now=now)
    for _ in range(TRIES):
        slot = offered.select_for_update(skip_locked=True).first() or offered.select_for_update().first()
        if slot is not None:
            return slot
    return None
