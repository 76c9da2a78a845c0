"""The clock of visits: invitations lapse, visits are missed, reminded, and moved out of slots that have closed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from requests_app.models import Slot, Visit
from requests_app.operations.actors import CLOCK
from requests_app.operations.calls import open_call
from requests_app.operations.closures import why_closed
from requests_app.operations.invitations import owe_visit_notice, wake_waiting
from requests_app.operations.notices import supersede_visit_notices
from requests_app.operations.rewording import reword_unsent
from requests_app.operations.visits import (
    back_to_approved,
    change_slot,
    end_visit,
    lock_visit,
    mark_missed,
    note_visit,
    recall_visit,
)
from requests_app.rules.dates import format_moment
from requests_app.rules.visits import COMING, VisitState

BATCH = 2000
MISSED_AFTER = timedelta(hours=2)
"""How long after a slot has ended the clock takes it that nobody came; until then the desk decides."""


def lapse_invitations(*, now: datetime) -> int:
    """Nobody answered in time: the place is free again, the office takes over and calls."""
    due = Visit.objects.filter(state=VisitState.INVITED, respond_by__lte=now).order_by("respond_by")
    return _each(due, lambda pk: _lapse(pk, now))


@transaction.atomic
def _lapse(visit_id: int, now: datetime) -> bool:
    visit, applications = lock_visit(visit_id)
    if visit.state != VisitState.INVITED or visit.respond_by is None or visit.respond_by > now:
        return False
    end_visit(visit, VisitState.LAPSED, now=now)
    for application in applications:
        back_to_approved(application, "invitation_lapsed", visit, now=now, actor=CLOCK)
        open_call(application, reason="invitation_lapsed", now=now)
    wake_waiting(visit.zone, now=now)
    return True


def miss_visits(*, now: datetime) -> int:
    """A slot has long ended and the desk has seen nobody."""
    due = Visit.objects.filter(
        state__in=COMING, starts_at__lte=now - MISSED_AFTER, slot__ends_at__lte=now - MISSED_AFTER
    )
    return _each(due.order_by("starts_at"), lambda pk: _miss(pk, now))


@transaction.atomic
def _miss(visit_id: int, now: datetime) -> bool:
    visit, _ = lock_visit(visit_id)
    if visit.state not in COMING or visit.slot is None or visit.slot.ends_at > now - MISSED_AFTER:
        return False
    mark_missed(visit, now=now, actor=CLOCK)
    return True


def remind_visits(*, now: datetime) -> int:
    """The day before: who comes is reminded once for each slot. An unanswered invitation has lapsed by then."""
    due = Visit.objects.filter(remind_at__lte=now).order_by("remind_at")
    return _each(due, lambda pk: _remind(pk, now))


@transaction.atomic
def _remind(visit_id: int, now: datetime) -> bool:
    visit, applications = lock_visit(visit_id)
    if visit.remind_at is None or visit.remind_at > now:
        return False
    visit.remind_at = None
    visit.save(update_fields=["remind_at"])
    if visit.state == VisitState.CONFIRMED and visit.starts_at > now:
        for application in applications:
            owe_visit_notice(visit, application, "visit_reminder", now=now, dedup=f"{visit.pk}:{visit.slot_id}")
    return True


def move_displaced(*, now: datetime) -> int:
    """Slots that are not open any more are emptied: each visit moves to the next free slot, each person is told once.

    A visit for which there is no slot is called off; its applications wait for a new one, in plain sight.
    """
    due = Visit.objects.filter(state__in=COMING, slot__is_open=False, slot__booked__gt=0, slot__starts_at__gt=now)
    return _each(due.order_by("starts_at", "pk"), lambda pk: _displace(pk, now))


@transaction.atomic
def _displace(visit_id: int, now: datetime) -> bool:
    visit, applications = lock_visit(visit_id)
    if visit.state not in COMING or visit.slot is None or visit.slot.is_open or visit.starts_at <= now:
        return False
    before = visit.starts_at
    why = why_closed(visit.slot.zone_id, starts_at=visit.slot.starts_at, ends_at=visit.slot.ends_at)
    offered = Slot.offered(visit.zone, now=now)
    slot = offered.filter(starts_at__gte=before).select_for_update().first() or offered.select_for_update().first()
    if slot is None:
        recall_visit(visit, now=now, actor=CLOCK, sebab=why)
        return True
    change_slot(visit, slot, now=now, confirmed=visit.state == VisitState.CONFIRMED)
    supersede_visit_notices(visit, ("visit_reminder",))
    note_visit(applications, "visit_displaced", visit, now=now, actor=CLOCK)
    told = reword_unsent(visit, now=now)
    for application in (one for one in applications if one.pk not in told):
        owe_visit_notice(
            visit, application, "visit_moved", now=now, dedup=f"{visit.pk}:{slot.pk}",
            params={"jadwal_lama": format_moment(before), "sebab": why},
        )  # fmt: skip
    return True


def _each(due: QuerySet[Visit], work: Callable[[int], bool]) -> int:
    """Work on what was due when it was asked, each in its own transaction; how many were changed."""
    return sum(work(pk) for pk in list(due.values_list("pk", flat=True)[:BATCH]))
