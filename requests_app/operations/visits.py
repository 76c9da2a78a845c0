"""Coming visits: confirmed, moved, called off by their household; recalled by the office; missed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from requests_app.models import Application, Slot, Visit, VisitApplication, VisitPerson
from requests_app.operations.actors import Actor
from requests_app.operations.endings import let_held_go_on
from requests_app.operations.invitations import owe_visit_notice, put_on_visit, wake_waiting
from requests_app.operations.keys import lock_key
from requests_app.operations.notices import owe_notice, supersede_visit_notices
from requests_app.operations.places import Found, coming_visit, lock_household, new_visit, serve_too, taking
from requests_app.operations.promises import current_promise, record_evidence
from requests_app.operations.rewording import reword_unsent
from requests_app.operations.steps import NotNow, lock, record_event, save_changes, take_step
from requests_app.rules.dates import format_moment
from requests_app.rules.numbers import normalise_secret
from requests_app.rules.statuses import Status
from requests_app.rules.texts import N_
from requests_app.rules.visits import (
    COMING,
    MOST_INVITATIONS,
    SCHEDULE_WITHIN,
    VisitState,
)
from requests_app.vault.keyring import keyed_hash

FREE_SHOWN = 12
WAITING = (Status.APPROVED, Status.RECORDING_NEEDED)
OVER = N_("Undangan ini sudah tidak berlaku.")


class SlotTaken(NotNow):
    """The slot cannot be had any more; `free` are the next ones that can."""

    def __init__(self, free: Sequence[Slot]) -> None:
        super().__init__(N_("Jadwal itu baru saja terisi atau tidak tersedia. Pilih jadwal lain."))
        self.free = free


def find_visit(code: str) -> Visit | None:
    """The visit of an invitation code as it is typed or scanned; None when there is none."""
    stored = normalise_secret(code)
    if stored is None:
        return None
    return Visit.objects.select_related("zone", "slot").filter(code_hash=keyed_hash("visit", stored)).first()


def lock_visit(visit_id: int) -> tuple[Visit, list[Application]]:
    """A visit and the applications that it still serves, locked: applications in the order of their ids, then it."""
    ids = Application.objects.filter(visits__visit_id=visit_id, visits__outcome="").order_by("pk")
    applications = [lock(pk) for pk in ids.values_list("pk", flat=True)]
    visit = Visit.objects.select_for_update(of=("self",)).select_related("zone", "slot").get(pk=visit_id)
    return visit, applications


@transaction.atomic
def confirm_visit(*, visit_id: int, now: datetime, actor: Actor) -> Visit:
    """The household says that it comes; that is evidence that the answer arrived. A second time changes nothing."""
    visit, applications = _coming(visit_id, now)
    if visit.state == VisitState.INVITED:
        visit.state, visit.confirmed_at = VisitState.CONFIRMED.value, now
        visit.save(update_fields=["state", "confirmed_at"])
        note_visit(applications, "visit_confirmed", visit, now=now, actor=actor)
    record_reached(applications, now=now, actor=actor)
    return visit


@transaction.atomic
def move_visit(*, visit_id: int, slot_id: int, now: datetime, actor: Actor) -> Visit:
    """Another free slot of the same zone, chosen by the household or an officer who speaks with it: confirmed with it.

    Raises SlotTaken, with the next free slots, when it is full, closed, past, too soon, or another zone's.
    """
    visit, applications = _coming(visit_id, now)
    if visit.slot_id == slot_id:
        return confirm_visit(visit_id=visit_id, now=now, actor=actor)
    slot = _take_slot(visit, slot_id, now)
    change_slot(visit, slot, now=now, confirmed=True)
    supersede_visit_notices(visit, ("visit_reminder",))
    reword_unsent(visit, now=now)
    note_visit(applications, "visit_moved", visit, now=now, actor=actor)
    record_reached(applications, now=now, actor=actor)
    wake_waiting(visit.zone, now=now)
    return visit


@transaction.atomic
def cancel_visit(*, visit_id: int, now: datetime, actor: Actor) -> Visit:
    """The household does not come: the place is free, the applications stay approved and can take another slot."""
    visit, applications = _coming(visit_id, now)
    record_reached(applications, now=now, actor=actor)
    end_visit(visit, VisitState.CANCELLED, now=now)
    for application in applications:
        back_to_approved(application, "cancel_visit", visit, now=now, actor=actor)
    return visit


@transaction.atomic
def book_visit(*, application_id: int, slot_id: int, now: datetime, actor: Actor) -> Visit:
    """An approved application (or one to be recorded) without a coming visit takes a free slot: chosen, so confirmed.

    After a lapse, a cancellation, or while it waits for an invitation. What was on a visit with it and waits too comes
    along. Raises SlotTaken, NotNow.
    """
    application, *others = _waiting_together(application_id)
    if application.status not in WAITING:
        raise NotNow(N_("Permohonan ini tidak sedang menunggu jadwal."))
    if coming_visit(application) is not None:
        raise NotNow(N_("Keluarga ini sudah punya jadwal. Pindahkan jadwal itu bila perlu."))
    slot = _locked_slots([slot_id]).get(slot_id)
    if slot is None or not _may_take(slot, application.zone_id, now):
        raise SlotTaken(list(Slot.offered(application.zone, now=now)[:FREE_SHOWN]))
    visit = new_visit(application, slot, now=now, confirmed=True)
    put_on_visit(application, Found(visit), now=now, actor=actor)
    together = [other for other in others if coming_visit(other) == visit]
    for other in together:
        serve_too(visit, other)
        put_on_visit(other, Found(visit, joined=True), now=now, actor=actor)
    record_reached([application, *together], now=now, actor=actor)
    return visit


def _waiting_together(application_id: int) -> list[Application]:
    """An application, and those that were on a visit with it and wait like it; rows and families locked."""
    shared = VisitApplication.objects.filter(visit__services__application=application_id)
    ids = {application_id, *shared.values_list("application_id", flat=True)}
    locked = {pk: lock(pk) for pk in sorted(ids)}
    first = locked.pop(application_id)
    others = [other for other in locked.values() if other.zone_id == first.zone_id and other.status in WAITING]
    for application in (first, *others):
        lock_household(application)
    return [first, *others]


def recall_visit(visit: Visit, *, now: datetime, actor: Actor, sebab: str) -> None:
    """The office calls a coming visit off, inside a transaction; `visit` and its applications are locked (lock_visit).

    Each person is told once, why (`sebab`) and that a new schedule follows; the clock looks for it at once.
    """
    end_visit(visit, VisitState.CANCELLED, now=now)
    for application in applications_of(visit):
        back_to_approved(application, "recall_invitation", visit, now=now, actor=actor, invite_at=now)
        owe_visit_notice(
            visit, application, "visit_recalled", now=now, dedup=str(visit.pk),
            params={
                "jadwal_lama": format_moment(visit.starts_at), "sebab": sebab,
                "batas": format_moment(now + SCHEDULE_WITHIN),
            },
        )  # fmt: skip


def drop_from_visit(application: Application, *, now: datetime, actor: Actor) -> Visit | None:
    """A locked application leaves its coming visit (withdrawn, annulled, taken back); the visit ends with its last one.

    An invited application is approved again, and not looked for by the clock. Nobody is told: whoever ends an
    application tells why. Returns the visit that it was on, if any.
    """
    visit = Visit.objects.filter(services__application=application, services__coming=True).first()
    if visit is None:
        return None
    visit = Visit.objects.select_for_update(of=("self",)).select_related("zone").get(pk=visit.pk)
    visit.services.filter(application=application).update(outcome="dropped", coming=False, ended_at=now)
    if application.status == Status.INVITED:
        take_step(application, "recall_invitation", now=now, actor=actor, data={"visit": visit.pk})
    others = [a for a in applications_of(visit) if a.pk != application.pk]
    if not any(other.nik_hash == application.nik_hash for other in others):
        VisitPerson.objects.filter(visit=visit, nik_hash=application.nik_hash).delete()
    if not others:
        end_visit(visit, VisitState.CANCELLED, now=now)
        wake_waiting(visit.zone, now=now)
    return visit


def mark_missed(visit: Visit, *, now: datetime, actor: Actor) -> None:
    """Nobody came, inside a transaction; `visit` and its applications are locked (lock_visit).

    Each application is invited again, at most twice; a third visit that was missed closes it, with a message.
    """
    applications = applications_of(visit)
    visit.services.filter(outcome="").update(outcome="missed", ended_at=now)
    end_visit(visit, VisitState.MISSED, now=now)
    for application in applications:
        missed = application.missed_visits + 1
        if missed >= MOST_INVITATIONS and application.status == Status.INVITED:
            _close(application, visit, now=now, actor=actor, missed=missed)
        else:
            again = now if missed < MOST_INVITATIONS else None
            back_to_approved(
                application, "visit_missed", visit, now=now, actor=actor, invite_at=again, missed_visits=missed
            )


def _close(application: Application, visit: Visit, *, now: datetime, actor: Actor, missed: int) -> None:
    lock_key(application.service, application.key_hash)
    take_step(application, "third_visit_missed", now=now, actor=actor, data={"visit": visit.pk}, missed_visits=missed)
    owe_notice(application, "visits_missed", now=now, dedup=str(application.round))
    let_held_go_on(application.service, application.key_hash, now=now)


def _coming(visit_id: int, now: datetime) -> tuple[Visit, list[Application]]:
    """A visit that can still be changed, with its applications; both locked. Raises NotNow."""
    visit, applications = lock_visit(visit_id)
    if visit.state not in COMING:
        raise NotNow(OVER)
    if visit.starts_at <= now:
        raise NotNow(N_("Waktu kunjungan ini sudah mulai. Datanglah, atau hubungi kantor."))
    return visit, applications


def _take_slot(visit: Visit, slot_id: int, now: datetime) -> Slot:
    """The wanted slot, locked together with the present one in the order of their ids. Raises SlotTaken."""
    slot = _locked_slots([visit.slot_id or 0, slot_id]).get(slot_id)
    if slot is None or not _may_take(slot, visit.zone_id, now):
        raise SlotTaken(list(Slot.offered(visit.zone, now=now)[:FREE_SHOWN]))
    return slot


def _locked_slots(ids: Iterable[int]) -> dict[int, Slot]:
    rows = Slot.objects.select_for_update(of=("self",)).select_related("zone").filter(pk__in=ids).order_by("pk")
    return {slot.pk: slot for slot in rows}


def _may_take(slot: Slot, zone_id: int, now: datetime) -> bool:
    return slot.zone_id == zone_id and Slot.offered(slot.zone, now=now).filter(pk=slot.pk).exists()


def change_slot(visit: Visit, slot: Slot, *, now: datetime, confirmed: bool) -> None:
    """A locked visit takes a place in a locked slot, with another queue number; its old place is free."""
    for name, value in taking(slot, now=now, confirmed=confirmed).items():
        setattr(visit, name, value)
    visit.save()


def end_visit(visit: Visit, state: VisitState, *, now: datetime) -> None:
    """A locked visit is over, however; what was not sent about it yet is not sent any more."""
    visit.state, visit.ended_at, visit.remind_at = state.value, now, None
    visit.save(update_fields=["state", "ended_at", "remind_at"])
    supersede_visit_notices(visit)


def applications_of(visit: Visit) -> list[Application]:
    """What the visit still has to serve, in the order of locks."""
    rows = Application.objects.filter(visits__visit=visit, visits__outcome="").select_related("zone")
    return list(rows.order_by("pk"))


def back_to_approved(
    application: Application, step: str, visit: Visit, *, now: datetime, actor: Actor,
    invite_at: datetime | None = None, **changes: object,
) -> None:  # fmt: skip
    """Out of the visit; a recording keeps its status. `invite_at`: when the clock looks for a new place."""
    changes |= {"next_invite_at": invite_at, "invite_trouble": ""}
    if application.status == Status.INVITED:
        take_step(application, step, now=now, actor=actor, data={"visit": visit.pk}, **changes)
        return
    save_changes(application, **changes)
    record_event(application, step, now=now, actor=actor, data={"visit": visit.pk})


def note_visit(applications: Iterable[Application], step: str, visit: Visit, *, now: datetime, actor: Actor) -> None:
    """A history row for each application, where no status changes."""
    for application in applications:
        record_event(application, step, now=now, actor=actor, data={"visit": visit.pk, "slot": visit.slot_id})


def record_reached(applications: Iterable[Application], *, now: datetime, actor: Actor) -> None:
    """Whoever answers an invitation has read it; whoever is spoken to by an officer was told."""
    for application in applications:
        promise = current_promise(application)
        if promise.answered_at is not None and promise.told_at is None:
            promise.application = application
            record_evidence(promise, at=now, evidence="told" if actor.officer else "shown", now=now)
