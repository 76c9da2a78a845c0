"""An office with desks and slots, and applications that ask people to come, for the tests of visits."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from requests_app.models import Application, Officer, Slot, Visit, Zone
from requests_app.operations.actors import CITIZEN, CLOCK, staff
from requests_app.operations.decisions import Verdict, decide
from requests_app.operations.review import claim_application
from requests_app.operations.slots import refresh_slots
from requests_app.operations.submission import submit_draft
from requests_app.operations.visits import confirm_visit, lock_visit, mark_missed, recall_visit
from tests.factories import OfficerFactory, make_draft, new_nik, on_duty

HOME = "16.71.01.1001"
AWAY = "16.71.10.1001"
YES = Verdict("approved")
RECORD = Verdict("recording_needed", details={"place": "UPTD Zona 7", "when": "hari kerja", "bring": "KK"})


def open_office(now: datetime, kelurahan: str = HOME, **over: Any) -> Zone:
    """The zone of a kelurahan with slots for the coming days; `over` are columns of the zone."""
    zone = Zone.objects.get(zonecoverage__kelurahan_id=kelurahan, zonecoverage__valid__upper_inf=True)
    for name, value in over.items():
        setattr(zone, name, value)
    zone.save()
    refresh_slots(zone=zone, now=now)
    return zone


def asked(now: datetime, service: str = "kk", **over: Any) -> Application:
    """An application for a service at the desk, just submitted."""
    given: dict[str, Any] = {"reason": "rusak" if service == "kk" else "akta_kelahiran", "kk_number": new_nik()}
    if service == "legalisir":
        given |= {"document": "akta_kelahiran", "copies": 2}
    return submit_draft(draft_id=make_draft(now, service, **(given | over)).pk, now=now).application


def approve(
    application: Application, now: datetime, verdict: Verdict = YES, officer: Officer | None = None
) -> Application:
    """Claimed and approved (or whatever `verdict` says) by an officer on duty."""
    officer = officer or on_duty(OfficerFactory(), now)
    claim_application(application_id=application.pk, officer=officer, now=now)
    decide(application_id=application.pk, officer=officer, now=now, verdict=verdict)
    application.refresh_from_db()
    return application


def invited(now: datetime, service: str = "kk", **over: Any) -> Visit:
    """The visit of an application that was approved while its zone had a free slot."""
    return visit_of(approve(asked(now, service, **over), now))


def coming(now: datetime, **over: Any) -> Visit:
    """The same, confirmed by the citizen, who has the invitation."""
    visit = has_left(invited(now, **over))
    return confirm_visit(visit_id=visit.pk, now=now + timedelta(minutes=5), actor=CITIZEN)


def has_left(visit: Visit) -> Visit:
    """What was to be said of the visit so far has arrived."""
    visit.notices.filter(state="queued").update(state="delivered", next_attempt_at=None)
    return visit


def visit_of(application: Application) -> Visit:
    """The latest visit of an application."""
    return Visit.objects.filter(services__application=application).select_related("zone", "slot").latest("pk")


def free_slot(visit: Visit, now: datetime) -> Slot:
    """A free slot of the same zone, another one than the visit's."""
    slot = Slot.offered(visit.zone, now=now).exclude(pk=visit.slot_id).first()
    assert slot is not None
    return slot


def notices(application: Application, purpose: str) -> list[Any]:
    """The notices of one purpose, oldest first."""
    return list(application.notices.filter(purpose=purpose).order_by("created_at"))


def missed(visit: Visit, now: datetime) -> None:
    """Nobody came."""
    with transaction.atomic():
        mark_missed(lock_visit(visit.pk)[0], now=now, actor=CLOCK)


def recalled(visit: Visit, now: datetime, sebab: str = "kantor pindah") -> None:
    """The office called it off."""
    with transaction.atomic():
        recall_visit(lock_visit(visit.pk)[0], now=now, actor=staff(OfficerFactory(role="supervisor")), sebab=sebab)
