"""The officer's desk: one application, its documents, data and findings side by side."""

import string
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from requests_app.models import Application
from requests_app.officer.answers import data_rows
from requests_app.officer.forms import FORMS, default_approval, verdict_form
from requests_app.officer.home import STREAM
from requests_app.officer.pages import application_or_404, explained, render_officer, to_application
from requests_app.operations.access import log_access
from requests_app.operations.preview import preview_answer
from requests_app.operations.review import LEASE, claim_application, release_application, renew_lease
from requests_app.queries.officer import quota_today
from requests_app.queries.review import Desk, last_visit, load_desk, load_history
from requests_app.rules.catalogue import Service
from requests_app.rules.labels import target_label
from requests_app.rules.statuses import steps_from
from requests_app.rules.sukets import CARD_NOT_THERE
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest

STEP_KINDS = {
    "approve": "approved",
    "reject": "rejected",
    "ask_correction": "needs_correction",
    "need_recording": "recording_needed",
}
KEYS = {"needs_correction": "k", "recording_needed": "p", "rejected": "t"}


@require_safe
@staff_page("open_application")
def review_application(request: StaffRequest, number: str) -> HttpResponse:
    """Two panes, the decision bar for whoever holds the lease, the history. Each opening leaves an access row."""
    desk = open_desk(request, number)
    context = desk_context(request, desk) | {
        "history": load_history(desk.application),
        "quota": quota_today(request.user, request.now),
        "visit": last_visit(desk.application),
        "kinds": decision_kinds(desk.application),
        "offers_suket": desk.application.service == Service.KTP_EL and desk.application.status in CARD_NOT_THERE,
    }
    if desk.held:
        _keep(request, desk)
        context |= _approval(request, desk)
    return render_officer(request, "officer/review.html", context)


def _keep(request: StaffRequest, desk: Desk) -> None:
    """Looking at another document is use of the page too; without scripts it is the only sign of it."""
    until = desk.application.lease_until
    if until is not None and until - request.now < LEASE / 2:
        renew_lease(application_id=desk.application.pk, officer=request.user, now=request.now)


def open_desk(request: StaffRequest, number: str) -> Desk:
    """Load one application for an officer, and write down that it was opened."""
    application = application_or_404(request, number)
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    return load_desk(application, request.user, request.now)


def desk_context(request: StaffRequest, desk: Desk) -> dict[str, Any]:
    """What both panes need."""
    pages = document_pages(desk.documents)
    return {
        "application": desk.application,
        "desk": desk,
        "pages": pages,
        "page": _chosen(pages, request.GET.get("lihat", "")),
        "zoom": request.GET.get("besar") == "1",
        "rows": data_rows(desk.application, desk.findings),
        "whole": [finding for finding in desk.findings if finding.target == ""],
        "document_findings": [finding for finding in desk.findings if finding.target.isupper()],
    }


def document_pages(documents: Any) -> list[dict[str, Any]]:
    """Every page of every document as one tab, with the letter that shows it."""
    tabs = []
    for document in documents:
        for number in range(1, document.pages + 1):
            label = target_label(document.document_code) + (f" {number}/{document.pages}" if document.pages > 1 else "")
            tabs.append({"document": document, "number": number, "label": label, "hints": document.hints})
    for key, tab in zip(string.digits[1:], tabs, strict=False):
        tab["key"] = key
    for position, tab in enumerate(tabs):
        tab["position"] = str(position)
    return tabs


def decision_kinds(application: Application) -> list[dict[str, str]]:
    """The decisions besides approval that the table of steps allows now: kind, title and key of each button."""
    allowed = {STEP_KINDS.get(step.name) for step in steps_from(application.status, application.service)}
    return [{"kind": kind, "title": FORMS[kind].title, "key": key} for kind, key in KEYS.items() if kind in allowed]


def _approval(request: StaffRequest, desk: Desk) -> dict[str, Any]:
    """The approval as it would leave now, with its exact message: one key decides a clean case."""
    form = verdict_form("approved", application=desk.application, documents=(), now=request.now)
    verdict = default_approval(form)
    if verdict is None:
        return {"approval": form}
    preview = preview_answer(application=desk.application, officer=request.user, now=request.now, verdict=verdict)
    return {"approval": form, "preview": preview}


def _chosen(pages: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    found = [tab for tab in pages if tab["position"] == wanted] or pages
    return found[0] if found else None


@require_POST
@staff_page("take_next")
@explained
def claim(request: StaffRequest, number: str) -> HttpResponse:
    """Take this particular application, out of the queue's order."""
    application = application_or_404(request, number)
    confirmed = request.POST.get("confirmed") == "1"
    claim_application(application_id=application.pk, officer=request.user, now=request.now, confirmed=confirmed)
    request.session[STREAM] = False
    return to_application(application)


@require_POST
@staff_page("decide")
@explained
def release(request: StaffRequest, number: str) -> HttpResponse:
    """Put it back; somebody else is given it next."""
    application = application_or_404(request, number)
    release_application(application_id=application.pk, officer=request.user, now=request.now)
    messages.info(request, f"{application.number} kembali ke antrean.")
    return redirect("officer_home")


@require_POST
@staff_page("decide")
@explained
def renew(request: StaffRequest, number: str) -> HttpResponse:
    """The page is still in use: 15 more minutes. 204, or 409 when the lease is gone."""
    application = application_or_404(request, number)
    renew_lease(application_id=application.pk, officer=request.user, now=request.now)
    return HttpResponse(status=204)
