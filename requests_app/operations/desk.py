"""At the zone's desk: somebody is checked in, called, served, sent home, or did not come.

Whoever is called is chosen by rules/visits.in_order; a call changes the visit only, so it is no step of an application.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from requests_app.models import Application, Officer, Visit, Zone
from requests_app.operations.actors import Actor, staff
from requests_app.operations.calls import close_call_if_reached
from requests_app.operations.endings import let_held_go_on
from requests_app.operations.keys import lock_key
from requests_app.operations.notices import owe_notice, supersede_visit_notices
from requests_app.operations.recording import record_recording_done
from requests_app.operations.steps import NotNow, lock, record_event, save_changes, take_step
from requests_app.operations.visits import drop_from_visit, end_visit, lock_visit, mark_missed, record_reached
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import format_time, local_date
from requests_app.rules.desk import Arrival, Outcome, arrival, outcome_now
from requests_app.rules.statuses import Status
from requests_app.rules.visits import COMING, VisitState, Waiting, in_order

NOT_HERE = "Kunjungan ini tidak sedang di kantor. Muat lagi daftar hari ini."


@dataclass(frozen=True)
class Seen:
    """What the desk saw: codes of the originals, of those that were missing, who signed, and what they drew."""

    originals: Sequence[str] = ()
    missing: Sequence[str] = ()
    signed_by: str = ""
    signature: str = ""


@transaction.atomic
def check_in(
    *, visit_id: int, zone: Zone, officer: Officer, now: datetime, people: int, protocol: Sequence[int] = ()
) -> Visit:
    """A household with an invitation for today is there: evidence that the answer arrived. Twice changes nothing.

    Raises NotNow for another zone, another day, or an invitation that is over.
    """
    visit, applications = lock_visit(visit_id)
    welcome = arrival(visit.state, visit.day, local_date(now)) if visit.zone_id == zone.pk else None
    if welcome is Arrival.INSIDE:
        return visit
    if welcome is not Arrival.WELCOME:
        raise NotNow("Undangan ini tidak berlaku hari ini di kantor ini. Cari lagi kodenya.")
    actor = staff(officer)
    for application in applications:
        _take_in(application, visit, now=now, actor=actor)
    record_reached(applications, now=now, actor=actor)
    visit.state, visit.checked_in_at, visit.remind_at = VisitState.CHECKED_IN.value, now, None
    visit.people, visit.protocol = people, list(protocol)
    visit.save(update_fields=["state", "checked_in_at", "remind_at", "people", "protocol"])
    supersede_visit_notices(visit)
    return visit


def _take_in(application: Application, visit: Visit, *, now: datetime, actor: Actor) -> None:
    """A recording keeps its status: the application waits for it."""
    data = {"visit": visit.pk}
    if application.service == Service.KTP_EL:
        record_event(application, "check_in", now=now, actor=actor, data=data)
    else:
        take_step(application, "check_in", now=now, actor=actor, data=data)
    close_call_if_reached(application, now=now)


@transaction.atomic
def call_next(*, zone: Zone, desk: int, now: datetime) -> Visit | None:
    """Whoever's turn it is goes to this desk; None when nobody waits. Two desks never get the same visit.

    A desk that is still serving keeps whom it serves, so a second press calls nobody.
    """
    _hold_desk(zone, desk)
    serving = _at_desk(zone, desk, now)
    if serving is not None:
        return serving
    free = Visit.objects.select_for_update(of=("self",), skip_locked=True)
    for waiting in in_order(_waiting(zone, now)):
        visit = free.filter(pk=waiting.key, state=VisitState.CHECKED_IN, called_at=None).first()
        if visit is not None:
            return _send_to(visit, desk, now)
    return None


@transaction.atomic
def call_out_of_turn(*, visit_id: int, zone: Zone, desk: int, now: datetime) -> Visit:
    """Somebody who should not wait (old, pregnant, with a disability) goes to this desk now.

    Raises NotNow when the desk still serves somebody else, or another desk has called them.
    """
    _hold_desk(zone, desk)
    serving = _at_desk(zone, desk, now)
    visit = _inside(visit_id, zone)
    if serving is not None and serving.pk != visit.pk:
        raise NotNow(f"Loket {desk} masih melayani {serving.number}. Selesaikan dulu, lalu panggil lagi.")
    if visit.called_at is not None and visit.desk != desk:
        raise NotNow(f"{visit.number} sudah dipanggil ke loket {visit.desk}.")
    return visit if visit.called_at is not None else _send_to(visit, desk, now)


@transaction.atomic
def call_again(*, visit_id: int, zone: Zone, now: datetime) -> Visit:
    """The display says the number once more. Raises NotNow when it was not called."""
    visit = _inside(visit_id, zone)
    if visit.desk is None:
        raise NotNow(f"{visit.number} belum dipanggil.")
    return _send_to(visit, visit.desk, now)


@transaction.atomic
def put_back(*, visit_id: int, zone: Zone, now: datetime) -> Visit:
    """Nobody came when called: they wait again, as if they had come now. The history keeps when they really came."""
    visit = _inside(visit_id, zone)
    if visit.called_at is not None:
        visit.called_at, visit.desk, visit.checked_in_at = None, None, now
        visit.save(update_fields=["called_at", "desk", "checked_in_at"])
    return visit


@transaction.atomic
def finish(
    *, visit_id: int, application_id: int, zone: Zone, outcome: Outcome, seen: Seen, officer: Officer, now: datetime
) -> Visit:
    """One application of somebody who is there has its outcome; with the last one the visit is served.

    The same outcome twice changes nothing. Raises NotNow when something else became of it meanwhile.
    """
    application = lock(application_id)
    lock_key(application.service, application.key_hash)
    visit = Visit.objects.select_for_update(of=("self",)).select_related("zone").get(pk=visit_id, zone=zone)
    service = visit.services.get(application=application)
    if service.outcome == outcome:
        return visit
    if service.outcome or visit.state != VisitState.CHECKED_IN:
        raise NotNow(NOT_HERE)
    if outcome is not outcome_now(application.status, application.service, is_walk_in=visit.is_walk_in):
        raise NotNow(f"Keadaan {application.number} sudah berubah. Buka lagi halamannya.")
    _END[outcome](application, visit, seen, officer=officer, now=now)
    service.outcome, service.served_by, service.ended_at = outcome.value, officer, now
    service.originals, service.signed_by, service.signature = list(seen.originals), seen.signed_by, seen.signature
    service.save()
    if not visit.services.filter(outcome="").exists():
        end_visit(visit, VisitState.SERVED, now=now)
    return visit


def _complete(application: Application, visit: Visit, seen: Seen, *, officer: Officer, now: datetime) -> None:
    """Handed over; only now is the key free again."""
    actor, data = staff(officer), _data(visit, seen)
    if application.status == Status.INVITED:
        drop_from_visit(application, now=now, actor=actor)
    if application.status == Status.APPROVED:
        take_step(application, "walk_in", now=now, actor=actor, data=data, next_invite_at=None, invite_trouble="")
        record_reached([application], now=now, actor=actor)
    take_step(application, "complete", now=now, actor=actor, data=data)
    owe_notice(application, "completed", now=now, dedup=str(visit.pk))
    let_held_go_on(application.service, application.key_hash, now=now)


def _record(application: Application, visit: Visit, seen: Seen, *, officer: Officer, now: datetime) -> None:
    record_recording_done(application_id=application.pk, officer=officer, now=now)


def _note(application: Application, visit: Visit, seen: Seen, *, officer: Officer, now: datetime) -> None:
    """The review goes on, or the application ended by itself: the desk's part is over."""
    record_event(application, "seen_at_desk", now=now, actor=staff(officer), data=_data(visit, seen))


_END = {Outcome.COMPLETED: _complete, Outcome.RECORDED: _record, Outcome.KEPT: _note, Outcome.DROPPED: _note}


def _data(visit: Visit, seen: Seen) -> dict[str, object]:
    return {"visit": visit.pk, "originals": list(seen.originals), "missing": list(seen.missing)}


@transaction.atomic
def send_home(*, visit_id: int, zone: Zone, officer: Officer, now: datetime) -> Visit:
    """They leave before everything was served: what is left is approved again, and the clock looks for a new place.

    Twice changes nothing. Raises NotNow when they are not there.
    """
    visit, applications = lock_visit(visit_id)
    if visit.zone_id != zone.pk or visit.checked_in_at is None:
        raise NotNow(NOT_HERE)
    if visit.state != VisitState.CHECKED_IN:
        return visit
    for application in applications:
        _leave(application, visit, now=now, actor=staff(officer))
    something = visit.services.exclude(outcome__in=["", Outcome.DROPPED]).exists()
    visit.services.filter(outcome="").update(outcome=Outcome.DROPPED, served_by=officer, ended_at=now)
    end_visit(visit, VisitState.SERVED if something else VisitState.CANCELLED, now=now)
    return visit


def _leave(application: Application, visit: Visit, *, now: datetime, actor: Actor) -> None:
    data, again = {"visit": visit.pk}, {"next_invite_at": now, "invite_trouble": ""}
    if application.status == Status.CHECKED_IN:
        take_step(application, "left_unserved", now=now, actor=actor, data=data, **again)
        return
    if application.status == Status.RECORDING_NEEDED:
        save_changes(application, **again)
    record_event(application, "left_unserved", now=now, actor=actor, data=data)


@transaction.atomic
def mark_no_show(*, visit_id: int, zone: Zone, officer: Officer, now: datetime) -> Visit:
    """Nobody came to a slot that has begun: invited again, or closed after the third. Twice changes nothing.

    Raises NotNow before the slot begins, and for a visit that is not expected any more.
    """
    visit, _ = lock_visit(visit_id)
    if visit.zone_id != zone.pk or (visit.state not in COMING and visit.state != VisitState.MISSED):
        raise NotNow("Kunjungan ini tidak sedang ditunggu. Muat lagi daftar hari ini.")
    if visit.starts_at > now:
        raise NotNow(f"Waktunya belum tiba: {format_time(visit.starts_at)}. Tunggu sampai jadwalnya mulai.")
    if visit.state != VisitState.MISSED:
        mark_missed(visit, now=now, actor=staff(officer))
    return visit


def _hold_desk(zone: Zone, desk: int) -> None:
    """Until the end of the transaction nobody else calls to this desk. Raises NotNow when there is no such desk."""
    if not 1 <= desk <= zone.desks:
        raise NotNow(f"Pilih loket 1 sampai {zone.desks}.")
    lock_key("desk", f"{zone.pk}:{desk}".encode())


def _inside(visit_id: int, zone: Zone) -> Visit:
    """A visit of this zone that is there, locked. Raises NotNow."""
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit_id, zone=zone)
    if visit.state != VisitState.CHECKED_IN:
        raise NotNow(NOT_HERE)
    return visit


def _at_desk(zone: Zone, desk: int, now: datetime) -> Visit | None:
    here = Visit.objects.filter(zone=zone, day=local_date(now), state=VisitState.CHECKED_IN)
    return here.filter(desk=desk, called_at__isnull=False).order_by("called_at").first()


def _waiting(zone: Zone, now: datetime) -> list[Waiting]:
    here = Visit.objects.filter(zone=zone, day=local_date(now), state=VisitState.CHECKED_IN, called_at=None)
    rows = here.values_list("pk", "checked_in_at", "starts_at", "is_walk_in")
    return [Waiting(pk, came, None if walked_in else starts_at) for pk, came, starts_at, walked_in in rows if came]


def _send_to(visit: Visit, desk: int, now: datetime) -> Visit:
    visit.called_at, visit.desk = now, desk
    visit.save(update_fields=["called_at", "desk"])
    return visit
