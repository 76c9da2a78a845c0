"""Applications and visits as the desk meets them: invited to a slot of today, waiting, called."""

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from requests_app.models import Application, Officer, Promise, Slot, Visit, VisitApplication, VisitPerson, Zone
from requests_app.models.keys import application_key
from requests_app.operations.submission import contact_fields, person_fields
from requests_app.rules.dates import local_date
from requests_app.rules.numbers import new_application_number, new_secret
from requests_app.rules.visits import COMING
from requests_app.vault.keyring import keyed_hash
from tests.factories import answers

STATUS = {"confirmed": "invited", "missed": "approved", "cancelled": "approved", "lapsed": "approved"}
STATUS |= {"invited": "invited", "checked_in": "checked_in", "served": "completed"}
REASONS = {"kk": "hilang", "legalisir": "kk", "ktp_el": "baru"}
_families = itertools.count(1)
APPLIED_BEFORE = timedelta(days=3)


def decided_application(zone: Zone, now: datetime, *, service: str = "kk", status: str = "approved", **over: Any):
    """An application that was approved (or asked to be recorded) yesterday, and not told yet."""
    usual = {"reason": REASONS[service], "kk_number": f"167104170895{next(_families):04d}"}
    given = answers(**usual | over)
    at, due = now - APPLIED_BEFORE, now + timedelta(days=2)
    application = Application.objects.create(
        number=new_application_number(), service=service, reason=given["reason"], status=status, answers=given,
        key_hash=application_key(service, given), zone=zone, draft_id=uuid.uuid4(), privacy_version="1",
        statement_version="1", submitted_at=at, first_due_at=due, due_at=due, decided_at=now - timedelta(days=1),
        **person_fields(given), **contact_fields(given),
    )  # fmt: skip
    Promise.objects.create(
        application=application, round=1, policy="calendar", started_at=at, due_at=due,
        answered_at=now - timedelta(days=1),
    )  # fmt: skip
    return application


def slot_at(zone: Zone, starts_at: datetime, label: str = "A", **over: Any) -> Slot:
    """A slot that begins at this moment, or the one that is there already."""
    found = Slot.objects.filter(zone=zone, starts_at=starts_at).first()
    return found or Slot.objects.create(
        zone=zone, day=local_date(starts_at), label=label, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30), **{"capacity": 6} | over,
    )  # fmt: skip


def put_on(visit: Visit, *applications: Application) -> None:
    """The visit serves these applications, and their persons come."""
    for application in applications:
        VisitPerson.objects.get_or_create(visit=visit, nik_hash=application.nik_hash)
        VisitApplication.objects.create(visit=visit, application=application)


def visit_in(slot: Slot, *applications: Application, state: str = "confirmed", **over: Any) -> Visit:
    """A household with an invitation to a slot. Its code is `visit.code`."""
    code = new_secret()
    seat = Visit.objects.filter(slot=slot).count() + 1
    coming = state in COMING
    visit = Visit.objects.create(
        zone=slot.zone, slot=slot, seat=seat, number=f"{slot.label}{seat}", state=state, code=code,
        code_hash=keyed_hash("visit", code), household_hash=applications[0].kk_hash, day=slot.day,
        starts_at=slot.starts_at, invited_at=slot.starts_at - timedelta(days=3),
        respond_by=slot.starts_at - timedelta(days=1) if coming else None,
        checked_in_at=slot.starts_at if state in {"checked_in", "served"} else None, **over,
    )  # fmt: skip
    put_on(visit, *applications)
    return visit


@transaction.atomic
def invited(slot: Slot, now: datetime, *, service: str = "kk", state: str = "confirmed", people: int = 1, **over: Any):
    """A visit for one new application of one new person; a recording's application waits for recording."""
    status = "recording_needed" if service == "ktp_el" else STATUS[state]
    application = decided_application(slot.zone, now, service=service, status=status, **over)
    return visit_in(slot, application, state=state, people=people)


@transaction.atomic
def walked_in(zone: Zone, now: datetime, allowed_by: Officer, number: str = "L1", *, service: str = "kk") -> Visit:
    """Somebody without an invitation whom an officer let in; an approved application is at the desk then."""
    application = decided_application(zone, now, service=service, status="checked_in")
    visit = Visit.objects.create(
        zone=zone, state="checked_in", household_hash=application.kk_hash, day=local_date(now), starts_at=now,
        number=number, checked_in_at=now, is_walk_in=True, allowed_by=allowed_by, allow_reason="Datang dari jauh.",
    )  # fmt: skip
    put_on(visit, application)
    return visit
