"""Choosing a slot: another one for a visit that is coming, or a new one for an application that waits for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.citizen.invitation.answer import moved_on
from requests_app.citizen.invitation.opening import with_invitation
from requests_app.models import Slot, Visit, Zone
from requests_app.operations.actors import CITIZEN
from requests_app.operations.steps import NotNow
from requests_app.operations.visits import SlotTaken, book_visit, move_visit
from requests_app.queries.invitations import Invitation, coming_visit_of, zone_of
from requests_app.queries.visits import free_slots
from requests_app.rules.dates import to_wib

OPEN_AT_FIRST = 3
"""So many days show their times at once; the others unfold."""


@dataclass(frozen=True)
class FreeDay:
    """A day with its free slots: pairs of id and time of day."""

    label: str
    times: list[tuple[int, str]]
    unfolded: bool


@with_invitation
def choose(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """The free slots of the coming days; a press takes one."""
    if invitation.coming and invitation.visit.starts_at > now:
        return _move(request, invitation, now)
    if invitation.to_book or (invitation.newer and request.method == "POST"):
        application = (invitation.to_book or invitation.served)[0]
        return book(request, application.application_id, now, back=("invitation", invitation.code))
    return moved_on(request, invitation, now) if request.method == "POST" else redirect("invitation", invitation.code)


def _move(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    visit, back = invitation.visit, ("invitation", invitation.code)
    if request.method != "POST":
        return slots_page(request, visit.zone, now=now, back=back, visit=visit)
    before = language.moment(visit.starts_at)
    try:
        moved = move_visit(visit_id=visit.pk, slot_id=slot_asked(request), now=now, actor=CITIZEN)
    except SlotTaken:
        return slots_page(request, visit.zone, now=now, back=back, visit=visit, status=409)
    except NotNow:
        return moved_on(request, invitation, now)
    say_booked(request, moved, before)
    return redirect("invitation", code=invitation.code)


def book(request: HttpRequest, application_id: int, now: datetime, *, back: tuple[str, str]) -> HttpResponse:
    """Choose a slot for an application without one; leads to its invitation."""
    zone = zone_of(application_id)
    if request.method != "POST":
        return slots_page(request, zone, now=now, back=back)
    slot_id = slot_asked(request)
    try:
        visit = book_visit(application_id=application_id, slot_id=slot_id, now=now, actor=CITIZEN)
    except SlotTaken:
        return slots_page(request, zone, now=now, back=back, status=409)
    except NotNow as problem:
        coming = coming_visit_of(application_id)
        if coming is None or coming.slot_id != slot_id:
            messages.warning(request, _(str(problem)))
            return redirect(*back)
        visit = coming  # the button was pressed twice
    say_booked(request, visit)
    return redirect("invitation", code=visit.code)


def slots_page(
    request: HttpRequest,
    zone: Zone,
    *,
    now: datetime,
    back: tuple[str, str],
    visit: Visit | None = None,
    status: int = 200,
) -> HttpResponse:
    """The free slots by day; with status 409 when the one that was asked for cannot be had (any more)."""
    present = visit.slot_id if visit is not None else None
    slots = [slot for slot in free_slots(zone, now=now) if slot.pk != present]
    context: dict[str, Any] = {"days": by_day(slots), "zone": zone, "visit": visit, "taken": status == 409}
    context |= {"back_name": back[0], "back_to": back[1]}
    return render(request, "citizen/invitation/slots.html", context, status=status)


def by_day(slots: Sequence[Slot]) -> list[FreeDay]:
    """Slots in order of time, those of each day together."""
    days = [(day, list(of_day)) for day, of_day in groupby(slots, key=lambda slot: slot.day)]
    return [
        FreeDay(language.long_day(day), [(slot.pk, _time(slot)) for slot in of_day], position < OPEN_AT_FIRST)
        for position, (day, of_day) in enumerate(days)
    ]


def slot_asked(request: HttpRequest) -> int:
    """The slot of the button that was pressed; none at all is one that nobody can have."""
    typed = request.POST.get("slot", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def say_booked(request: HttpRequest, visit: Visit, before: str = "") -> None:
    """The new date and number, and the old date."""
    now = _("Jadwal Anda sekarang {moment}, nomor antrean {number}.")
    said = [now.format(moment=language.moment(visit.starts_at), number=visit.number)]
    if before:
        said.append(_("Semula {before}.").format(before=before))
    messages.success(request, " ".join(said))


def _time(slot: Slot) -> str:
    return language.clock(f"{to_wib(slot.starts_at):%H:%M}")
