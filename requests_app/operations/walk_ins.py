"""The walk-in counter: whoever comes is served. Somebody new is registered, somebody known is taken now."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from requests_app.models import Application, Officer, ProtocolItem, Visit, VisitPerson, Zone
from requests_app.operations.actors import Actor, staff
from requests_app.operations.keys import lock_key
from requests_app.operations.notices import supersede_unsent
from requests_app.operations.places import lock_household, serve_too
from requests_app.operations.steps import NotNow, lock, record_event, save_changes, take_step
from requests_app.operations.submission import submit_draft
from requests_app.operations.visits import drop_from_visit, record_reached
from requests_app.rules.dates import local_date
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState
from requests_app.rules.walk_ins import (
    COUNTER,
    MOST_PEOPLE,
    REGISTERED,
    can_be_served,
    following_number,
    in_words,
    is_waiting,
    why_not,
)


@dataclass(frozen=True)
class Protocol:
    """The health-protocol checklist as it was gone through: ids of the lines that were ticked, and for each of the
    others its id and why not."""

    kept: tuple[int, ...] = ()
    not_kept: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Registered:
    """The stored application and the visit whose number its owner has; `repeated`: it was registered before."""

    application: Application
    visit: Visit
    secret: str = ""
    repeated: bool = False


@transaction.atomic
def register_walk_in(
    *, draft_id: uuid.UUID, zone: Zone, officer: Officer, now: datetime, protocol: Protocol, people: int
) -> Registered:
    """Send a complete, checked draft of the counter, and give its owner a number at this zone's desk.

    Promise, receipt and place in the queue are those of any other application, and so is its zone: the number is
    this desk's all the same. Who has a number at this desk today, or whose family has, keeps it. The same draft again
    gives the first application and number. Raises DraftGone, DraftChanged, ValueError (checklist not complete).
    """
    _check(protocol, people)
    sent = submit_draft(draft_id=draft_id, now=now, channel=COUNTER, registered_by=officer)
    application = sent.application
    if sent.repeated:
        return Registered(application, _first_visit(application), sent.secret, repeated=True)
    lock_household(application)
    reason = _with_notes(REGISTERED, protocol)
    visit = _at_the_desk([application], zone, officer=officer, now=now, reason=reason, protocol=protocol, people=people)
    record_event(application, "came", now=now, actor=staff(officer), data={"visit": visit.pk})
    return Registered(application, visit, sent.secret)


@transaction.atomic
def admit_walk_in(
    *,
    application_ids: Iterable[int],
    zone: Zone,
    officer: Officer,
    reason: str,
    now: datetime,
    protocol: Protocol,
    people: int,
    words: str = "",
) -> Visit:
    """Take a household now, at the officer's discretion: `reason` is one of WALK_IN_REASONS, `words` the officer's own.

    What was approved is served from here on (an invitation to another time is given up, its place is free again, and
    nobody is told of it: the person is here). What is still to be decided, and a recording, keep their status.
    Raises NotNow when one of the applications is another zone's or family's, has come to an end, is at the desk
    already, or is invited for today; and ValueError when reason or checklist are not complete.
    """
    _check(protocol, people)
    because = _with_notes(in_words(reason, words), protocol)
    applications = [lock(pk) for pk in sorted(set(application_ids))]
    _check_household(applications)
    for application in applications:
        _check_application(application, zone, local_date(now))
    actor = staff(officer)
    for application in applications:
        lock_household(application)
    for application in applications:
        drop_from_visit(application, now=now, actor=actor)
    visit = _at_the_desk(applications, zone, officer=officer, now=now, reason=because, protocol=protocol, people=people)
    for application in applications:
        _come(application, visit, now=now, actor=actor, reason=reason)
    return visit


def next_walk_in_number(*, zone_id: int, day: date) -> str:
    """The next number of a zone's walk-ins of a day (WIB), inside a transaction: nobody else draws one until it ends.

    Numbers of visits that were called off are not given again: somebody may still hold them.
    """
    lock_key("walk_in_number", f"{zone_id}:{day}".encode())
    drawn = Visit.objects.filter(zone=zone_id, day=day, is_walk_in=True)
    return following_number(drawn.values_list("number", flat=True))


def _at_the_desk(
    applications: list[Application],
    zone: Zone,
    *,
    officer: Officer,
    now: datetime,
    reason: str,
    protocol: Protocol,
    people: int,
) -> Visit:
    """The household's visit at this desk today, or a new one with the next number; it serves these applications."""
    today = local_date(now)
    visit = _here_already(applications, zone, today)
    if visit is None:
        visit = Visit.objects.create(
            zone=zone, household_hash=applications[0].kk_hash, state=VisitState.CHECKED_IN.value, day=today,
            starts_at=now, number=next_walk_in_number(zone_id=zone.pk, day=today), people=people,
            checked_in_at=now, is_walk_in=True, allowed_by=officer, allow_reason=reason, protocol=list(protocol.kept),
        )  # fmt: skip
    for application in applications:
        serve_too(visit, application)
    return visit


def _here_already(applications: list[Application], zone: Zone, day: date) -> Visit | None:
    """The visit with which one of these persons, or their family, is at this desk today, locked."""
    persons = VisitPerson.objects.filter(visit=OuterRef("pk"), nik_hash__in=[a.nik_hash for a in applications])
    inside = Visit.objects.filter(zone=zone, state=VisitState.CHECKED_IN, day=day)
    mine = inside.filter(Q(household_hash=applications[0].kk_hash) | Exists(persons))
    return mine.select_for_update(of=("self",)).order_by("pk").first()


def _check_household(applications: list[Application]) -> None:
    if not applications:
        raise ValueError("Pilih paling sedikit satu permohonan.")
    first = applications[0]
    for application in applications:
        if application.kk_hash != first.kk_hash and application.nik_hash != first.nik_hash:
            raise NotNow(f"Permohonan {application.number} milik keluarga lain. Beri nomor antrean sendiri.")


def _check_application(application: Application, zone: Zone, today: date) -> None:
    if application.zone_id != zone.pk:
        raise NotNow(f"Permohonan {application.number} dilayani di {application.zone.name}.")
    refusal = why_not(application.service, application.status)
    if refusal:
        raise NotNow(f"{application.number}: {refusal}")
    number = _number_of(application)
    if number:
        raise NotNow(f"Permohonan {application.number} sudah hadir{number}.")
    invited = Visit.objects.filter(services__application=application, services__coming=True, day=today).first()
    if invited is not None:
        raise NotNow(f"Jadwal {application.number} hari ini, nomor {invited.number}. Catat hadir di daftar hari ini.")


def _number_of(application: Application) -> str:
    """The queue number under which an application is at a desk; empty when it is at none."""
    inside = Visit.objects.filter(services__application=application, services__outcome="", state=VisitState.CHECKED_IN)
    number = inside.values_list("number", flat=True).first()
    return f" dengan nomor antrean {number}" if number else ""


def _come(application: Application, visit: Visit, *, now: datetime, actor: Actor, reason: str) -> None:
    data = {"visit": visit.pk, "reason": reason}
    if is_waiting(application.status):
        record_event(application, "came", now=now, actor=actor, data=data)
        return
    # Whoever stands at the desk was told there; what would only say that a schedule follows is not sent any more.
    record_reached([application], now=now, actor=actor)
    supersede_unsent(application, ("approved_visit",))
    if can_be_served(application.service, application.status) and application.status == Status.APPROVED:
        take_step(application, "walk_in", now=now, actor=actor, data=data, next_invite_at=None, invite_trouble="")
        return
    save_changes(application, next_invite_at=None, invite_trouble="")
    record_event(application, "came", now=now, actor=actor, data=data)


def _check(protocol: Protocol, people: int) -> None:
    asked = set(ProtocolItem.objects.filter(in_force=True).values_list("pk", flat=True))
    explained = {item for item, note in protocol.not_kept if note.strip()}
    if asked - set(protocol.kept) - explained:
        raise ValueError("Centang tiap aturan protokol kesehatan, atau tulis mengapa tidak.")
    if not 1 <= people <= MOST_PEOPLE:
        raise ValueError(f"Isi jumlah orang, 1 sampai {MOST_PEOPLE}.")


def _with_notes(reason: str, protocol: Protocol) -> str:
    """Why somebody was taken, and which lines of the protocol were not kept; sealed, since it may speak of health."""
    texts = dict(ProtocolItem.objects.filter(pk__in=[item for item, _ in protocol.not_kept]).values_list("pk", "text"))
    notes = [f"{texts[item]}: {note.strip()}" for item, note in protocol.not_kept if item in texts and note.strip()]
    return ". ".join([reason, *notes])


def _first_visit(application: Application) -> Visit:
    return Visit.objects.filter(services__application=application).order_by("pk")[:1].get()
