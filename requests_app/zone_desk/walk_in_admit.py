"""Somebody known came without an invitation to this hour: when they can come, or taken now with a reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.models import Application, Zone
from requests_app.operations.access import log_access
from requests_app.operations.actors import staff
from requests_app.operations.visits import SlotTaken, book_visit, move_visit
from requests_app.operations.walk_ins import admit_walk_in
from requests_app.queries.walk_ins import Standing, of_zone, standing_of
from requests_app.rules.dates import format_moment
from requests_app.rules.roles import may
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.pages import desk_page, render_desk
from requests_app.zone_desk.walk_in_forms import AdmitForm


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("register_walk_in")
def admit(request: StaffRequest, zone: Zone, number: str) -> HttpResponse:
    """GET: where it stands and when its owner can come. POST: they are taken now, by number.

    Of another zone's application the office is told and nothing else.
    """
    application = of_zone(number)
    if application is None:
        raise Http404
    if application.zone_id != zone.pk:
        status = 409 if request.method == "POST" else 200
        return render_desk(
            request, zone, "zone_desk/walk_in_elsewhere.html", {"office": application.zone}, status=status
        )
    if request.method == "POST":
        return _take(request, zone, application)
    return standing_page(request, zone, application)


def _take(request: StaffRequest, zone: Zone, application: Application) -> HttpResponse:
    standing = standing_of(application, now=request.now)
    form = _form(standing, request.POST)
    if not form.is_valid():
        return standing_page(request, zone, application, form=form, status=422)
    chosen = set(form.cleaned_data.get("family", []))
    along = [other.pk for other in standing.family if other.number in chosen]
    admit_walk_in(
        application_ids=[application.pk, *along], zone=zone, officer=request.user, now=request.now,
        reason=form.cleaned_data["reason"], words=form.cleaned_data["words"], protocol=form.protocol,
        people=form.cleaned_data["people"],
    )  # fmt: skip
    return redirect("walk_in_admit", zone.code, application.number)


@require_POST
@desk_page("register_walk_in")
def book(request: StaffRequest, zone: Zone, number: str) -> HttpResponse:
    """A free slot for somebody who stands at the counter: a new visit, or the coming one moved."""
    application = of_zone(number)
    if application is None or application.zone_id != zone.pk:
        raise Http404
    slot = request.POST.get("slot", "")
    slot_id = int(slot) if slot.isascii() and slot.isdigit() and len(slot) < 18 else 0
    coming = standing_of(application, now=request.now).coming
    how: dict[str, Any] = {"slot_id": slot_id, "now": request.now, "actor": staff(request.user)}
    try:
        if coming is not None:
            visit = move_visit(visit_id=coming.pk, **how)
        else:
            visit = book_visit(application_id=application.pk, **how)
    except SlotTaken as taken:
        return standing_page(request, zone, application, problem=str(taken), status=409)
    messages.success(request, f"Jadwal: {format_moment(visit.starts_at)}, nomor {visit.number}.")
    return redirect("walk_in_admit", zone.code, application.number)


def standing_page(
    request: StaffRequest,
    zone: Zone,
    application: Application,
    *,
    form: AdmitForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one application at the counter; each opening leaves an access row."""
    application.refresh_from_db(fields=["status", "next_invite_at"])
    standing = standing_of(application, now=request.now)
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    if form is None and standing.can_be_taken:
        form = _form(standing)
    context = {
        "standing": standing,
        "application": application,
        "form": form,
        "problem": problem,
        "may_review": may(request.user.role, "take_next") and standing.waits_for_review,
    }
    return render_desk(request, zone, "zone_desk/walk_in_admit.html", context, status=status)


def _form(standing: Standing, data: Any = None) -> AdmitForm:
    """The family that is on the same coming visit is taken along, unless the officer says otherwise."""
    family = {other.number: other for other in standing.family}
    visit = standing.coming
    on_it = set(visit.services.values_list("application__number", flat=True)) if visit and family else set()
    return AdmitForm(data, family=family, initial={"family": [number for number in family if number in on_it]})
