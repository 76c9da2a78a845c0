"""One visit: its page, whatever its state; and what is done with somebody who is there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import Visit, Zone
from requests_app.operations import desk as at_desk
from requests_app.rules.visits import VisitState
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.arrival import arrival_page, visit_or_404
from requests_app.zone_desk.pages import desk_page, remember_desk
from requests_app.zone_desk.serving import serve_form, service_or_404, serving_page


@desk_page("desk")
@require_safe
def show_visit(request: StaffRequest, zone: Zone, visit_id: int) -> HttpResponse:
    """To be checked in, to be served, or why neither."""
    visit = visit_or_404(zone, visit_id)
    if visit.state == VisitState.CHECKED_IN:
        return serving_page(request, zone, visit)
    return arrival_page(request, zone, visit)


@desk_page("desk")
@require_POST
def call(request: StaffRequest, zone: Zone, visit_id: int) -> HttpResponse:
    """Out of turn to this desk, or once more to where they were called."""
    visit = visit_or_404(zone, visit_id)
    if visit.called_at is not None:
        at_desk.call_again(visit_id=visit.pk, zone=zone, now=request.now)
        messages.info(request, f"{visit.number} dipanggil lagi.")
    else:
        number = remember_desk(request, zone, request.POST.get("desk", ""))
        at_desk.call_out_of_turn(visit_id=visit.pk, zone=zone, desk=number, now=request.now)
    return _to_visit(zone, visit)


@desk_page("desk")
@require_POST
def put_back(request: StaffRequest, zone: Zone, visit_id: int) -> HttpResponse:
    """Nobody came when called."""
    visit = at_desk.put_back(visit_id=visit_or_404(zone, visit_id).pk, zone=zone, now=request.now)
    messages.info(request, f"{visit.number} menunggu lagi, di belakang yang sudah menunggu.")
    return redirect("desk_today", zone.code)


@desk_page("desk")
@require_POST
def send_home(request: StaffRequest, zone: Zone, visit_id: int) -> HttpResponse:
    """They leave before everything was served."""
    visit = visit_or_404(zone, visit_id)
    at_desk.send_home(visit_id=visit.pk, zone=zone, officer=request.user, now=request.now)
    messages.success(request, f"{visit.number} dicatat pulang. Yang belum selesai mendapat jadwal baru.")
    return redirect("desk_today", zone.code)


@desk_page("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: StaffRequest, zone: Zone, visit_id: int, number: str) -> HttpResponse:
    """GET: this application of the visit. POST: it is done; with the last one the visit is."""
    visit = visit_or_404(zone, visit_id)
    service = service_or_404(visit, number)
    if request.method != "POST":
        return redirect(_address(zone, visit, number))
    if service.outcome:
        return _go_on(request, zone, visit_or_404(zone, visit_id))
    form = serve_form(visit, service, request.POST)
    if not form.is_valid():
        return serving_page(request, zone, visit, number=number, form=form)
    visit = at_desk.finish(
        visit_id=visit.pk, application_id=service.application_id, zone=zone, outcome=form.outcome, seen=form.seen(),
        officer=request.user, now=request.now,
    )  # fmt: skip
    return _go_on(request, zone, visit)


def _go_on(request: StaffRequest, zone: Zone, visit: Visit) -> HttpResponse:
    if visit.state == VisitState.CHECKED_IN:
        return _to_visit(zone, visit)
    messages.success(request, f"{visit.number} selesai.")
    return redirect("desk_today", zone.code)


def _to_visit(zone: Zone, visit: Visit) -> HttpResponse:
    return redirect("desk_visit", zone.code, visit.pk)


def _address(zone: Zone, visit: Visit, number: str) -> str:
    return f"{reverse('desk_visit', args=[zone.code, visit.pk])}?layanan={number}"
