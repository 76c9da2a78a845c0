"""Offices and invitations on the tour through every citizen page."""

from collections.abc import Callable
from datetime import datetime, timedelta

from requests_app.clock import database_now
from requests_app.models import Application, Closure, Slot, Visit, Zone
from requests_app.operations.visit_clock import lapse_invitations, move_displaced
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState
from tests.factories import OfficerFactory
from tests.language.seen import Tour, proven
from tests.operations import offices


def inviting(seen: Tour) -> None:
    """An office, and invitations in every state: answered, moved by both sides, called off, lapsed, missed, wrong."""
    now, told = database_now(), database_now() - timedelta(hours=1)
    zone = offices.open_office(now)
    closed_for_a_while(zone, now)
    browser = seen.browser()
    for code in ("Z7", "Z1", "?"):
        browser.get(f"/zona/{code}/")
    for code in ("", "x", "x" * 41):
        browser.post("/undangan/", {"code": code})
    browser.get("/undangan/")
    for visit in [offices.invited(told) for _ in range(4)]:
        _answering(seen, visit, now)
    for _try in range(6):
        seen.browser().post("/undangan/0000-0000-0000/datang/")
    _after_invitations(seen, told, now)


def _answering(seen: Tour, visit: Visit, now: datetime) -> None:
    """All that can be pressed on the page of one invitation, the wrong things first."""
    address, browser = f"/undangan/{visit.code}/", seen.browser()
    for page in ("", "jadwal/", "batal/", "undangan.pdf", "undangan.ics"):
        browser.get(f"{address}{page}")
    browser.post(f"{address}jadwal/", {"slot": "0"})
    browser.post(f"{address}jadwal/", {"slot": str(offices.free_slot(visit, now).pk)}, follow=True)
    browser.post(f"{address}datang/", follow=True)
    for state in (VisitState.CHECKED_IN, VisitState.SERVED, VisitState.CONFIRMED):
        for called_at, desk in ((None, None), (now, 2)):
            Visit.objects.filter(pk=visit.pk).update(state=state, called_at=called_at, desk=desk)
            browser.get(address)
    browser.post(f"{address}batal/", follow=True)
    browser.post(f"{address}datang/")
    browser.post(f"{address}jadwal/", {"slot": str(visit.slot_id)}, follow=True)
    browser.get(address)


def _after_invitations(seen: Tour, told: datetime, now: datetime) -> None:
    """What became of a visit, as the invitation and the tracking page tell it."""
    endings: tuple[Callable[[Visit], object], ...] = (
        lambda visit: None,
        lambda visit: lapse_invitations(now=visit.respond_by or now),
        lambda visit: offices.missed(visit, now),
        lambda visit: offices.recalled(visit, now),
        lambda visit: Slot.objects.filter(pk=visit.slot_id).update(is_open=False) and move_displaced(now=now),
        lambda visit: _stands(visit, VisitState.CHECKED_IN, Status.CHECKED_IN),
        lambda visit: _stands(visit, VisitState.SERVED, Status.COMPLETED),
        lambda visit: _stands(visit, VisitState.MISSED, Status.CLOSED),
    )
    for end in endings:
        application = offices.approve(offices.asked(told), told)
        visit = offices.visit_of(application)
        end(visit)
        seen.browser().get(f"/undangan/{visit.code}/")
        owner = proven(seen, application)
        for page in ("", "jadwal/"):
            owner.get(f"/lacak/{application.number}/{page}")
    Slot.objects.update(is_open=False)
    waiting = offices.approve(offices.asked(told), told)
    owner = proven(seen, waiting)
    for page in ("", "jadwal/"):
        owner.get(f"/lacak/{waiting.number}/{page}")


def _stands(visit: Visit, state: VisitState, status: Status) -> None:
    """The visit and its application as the desk leaves them."""
    Visit.objects.filter(pk=visit.pk).update(state=state)
    Application.objects.filter(visits__visit=visit).update(status=status)


def closed_for_a_while(zone: Zone, now: datetime) -> None:
    """A closure that the office's page tells."""
    begin = start_of_day(local_date(now) + timedelta(days=3))
    Closure.objects.create(
        zone=zone, starts_at=begin, ends_at=begin + timedelta(days=2), reason="Listrik padam", declared_at=now,
        declared_by=OfficerFactory(),
    )  # fmt: skip
