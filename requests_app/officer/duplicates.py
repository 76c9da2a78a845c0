"""Held duplicates: both side by side, and which one goes on."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import Application
from requests_app.officer.answers import data_rows
from requests_app.officer.pages import application_or_404, explained, render_officer
from requests_app.officer.review import document_pages
from requests_app.operations.access import log_access
from requests_app.operations.decisions import Verdict
from requests_app.operations.duplicates import let_go_on, reject_double
from requests_app.operations.preview import preview_answer
from requests_app.operations.steps import NotNow
from requests_app.queries.officer import PAGE, held_duplicates, open_counterpart, visible
from requests_app.queries.review import documents_of
from requests_app.rules.statuses import Status
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest

DOUBLE = Verdict("rejected", reason_code="ganda")


@require_safe
@staff_page("compare_duplicates")
def list_duplicates(request: StaffRequest) -> HttpResponse:
    """All that are held, the first to fall due first."""
    return render_officer(request, "officer/duplicates.html", {"rows": held_duplicates(request.user)[:PAGE]})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("compare_duplicates")
@explained
def compare_duplicates(request: StaffRequest, number: str) -> HttpResponse:
    """GET: both side by side, with the messages that either choice would send. POST: the choice."""
    held = application_or_404(request, number)
    if held.status != Status.HELD_DUPLICATE:
        raise NotNow("Permohonan ini tidak lagi ditahan sebagai ganda.")
    other = open_counterpart(held)
    reachable = other is None or visible(request.user).filter(pk=other.pk).exists()
    if request.method == "POST":
        return _choose(request, held, reachable=reachable)
    sides = [_side(request, held)] + ([_side(request, other)] if other is not None and reachable else [])
    _mark_differences(sides)
    may_go_on = other is None or (reachable and other.status == Status.SUBMITTED)
    context = {"held": held, "other": other, "reachable": reachable, "may_go_on": may_go_on, "sides": sides}
    return render_officer(request, "officer/compare.html", context)


def _choose(request: StaffRequest, held: Application, *, reachable: bool) -> HttpResponse:
    choice = request.POST.get("choice")
    if choice == "let_go_on":
        if not reachable:
            raise NotNow("Permohonan satunya ada di zona lain. Minta pengawas memilih.")
        let_go_on(application_id=held.pk, officer=request.user, now=request.now)
        messages.success(request, f"{held.number} diteruskan ke antrean.")
    elif choice == "reject_double":
        reject_double(application_id=held.pk, officer=request.user, now=request.now)
        messages.success(request, f"{held.number} ditolak sebagai ganda. Warga diberi tahu.")
    else:
        raise Http404
    return redirect("officer_duplicates")


def _side(request: StaffRequest, application: Application) -> dict[str, Any]:
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    preview = preview_answer(application=application, officer=request.user, now=request.now, verdict=DOUBLE)
    return {
        "application": application,
        "rows": [{"row": row, "differs": False} for row in data_rows(application, ())],
        "pages": document_pages(documents_of(application)),
        "preview": preview,
    }


def _mark_differences(sides: list[dict[str, Any]]) -> None:
    values = [{line["row"].key: line["row"].value for line in side["rows"]} for side in sides]
    for side in sides:
        for line in side["rows"]:
            key = line["row"].key
            line["differs"] = len({found.get(key) for found in values}) > 1
