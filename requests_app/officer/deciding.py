"""Deciding: form, the exact message, confirmation; and taking back within eight seconds."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import Application, Decision
from requests_app.officer.forms import FORMS, VerdictForm, verdict_form
from requests_app.officer.home import STREAM
from requests_app.officer.pages import UNDO, explained, render_officer, to_application
from requests_app.officer.review import desk_context, open_desk
from requests_app.operations.decisions import decide, take_back
from requests_app.operations.preview import Preview, preview_answer
from requests_app.operations.review import NotOnDuty, renew_lease, take_next
from requests_app.queries.officer import reach_of
from requests_app.queries.review import Desk
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest

NOT_KEPT = {"csrfmiddlewaretoken", "seen", "action"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("decide")
@explained
def decide_application(request: StaffRequest, number: str, kind: str) -> HttpResponse:
    """GET: the form. POST: nothing is decided until exactly this message was shown (`seen`); otherwise it is shown."""
    if kind not in FORMS:
        raise Http404
    desk = open_desk(request, number)
    sent_before = _sent_before(request, desk, kind)
    if sent_before is not None:
        return redirect("decision_recorded", sent_before.pk)
    renew_lease(application_id=desk.application.pk, officer=request.user, now=request.now)
    data = request.POST if request.method == "POST" else None
    form = verdict_form(kind, application=desk.application, documents=desk.documents, now=request.now, data=data)
    if data is None or request.POST.get("action") == "edit":
        return _form_page(request, desk, form, 200)
    if not form.is_valid():
        return _form_page(request, desk, form, 422)
    verdict = form.verdict()
    preview = preview_answer(application=desk.application, officer=request.user, now=request.now, verdict=verdict)
    if request.POST.get("seen") != preview.seal:
        return _preview_page(request, desk, form, preview)
    decision = decide(application_id=desk.application.pk, officer=request.user, now=request.now, verdict=verdict)
    return _go_on(request, decision)


def _sent_before(request: StaffRequest, desk: Desk, kind: str) -> Decision | None:
    """The same confirmation a second time (a double press, a retry) gives the decision that was recorded."""
    if request.method != "POST" or "seen" not in request.POST or desk.held:
        return None
    application, last = desk.application, next(iter(desk.decisions), None)
    if last is None or last.taken_back_at or (last.officer, last.round) != (request.user, application.round):
        return None
    return last if last.kind == kind else None


def _form_page(request: StaffRequest, desk: Desk, form: VerdictForm, status: int) -> HttpResponse:
    if status == 200 and form.is_bound:
        form.full_clean()
    context = desk_context(request, desk) | {"form": form}
    return render_officer(request, f"officer/decide_{form.kind}.html", context, status=status)


def _preview_page(request: StaffRequest, desk: Desk, form: VerdictForm, preview: Preview) -> HttpResponse:
    kept = [(name, value) for name, value in request.POST.items() if name not in NOT_KEPT]
    context = {"application": desk.application, "decision_form": form, "preview": preview, "kept": kept}
    return render_officer(request, "officer/preview.html", context)


def _go_on(request: StaffRequest, decision: Decision) -> HttpResponse:
    """Straight to the next application for whoever takes one after the other, with the way back on top of it."""
    request.session[UNDO] = decision.pk
    if request.session.get(STREAM):
        next_one = _next(request)
        if next_one is not None:
            return to_application(next_one)
    return redirect("decision_recorded", decision.pk)


def _next(request: StaffRequest) -> Application | None:
    try:
        return take_next(officer=request.user, now=request.now)
    except NotOnDuty:  # midnight passed while this one was judged: the officer is asked again
        return None


@require_safe
@staff_page("decide")
def decision_recorded(request: StaffRequest, pk: int) -> HttpResponse:
    """What was decided, the way back while it lasts, and the next application."""
    decision = _own_decision(request, pk)
    return render_officer(request, "officer/recorded.html", {"decision": decision})


@require_POST
@staff_page("decide")
@explained
def take_back_decision(request: StaffRequest, pk: int) -> HttpResponse:
    """The officer's own decision of the last eight seconds; afterwards a page says who can still help."""
    decision = _own_decision(request, pk)
    application = take_back(decision_id=decision.pk, officer=request.user, now=request.now)
    request.session.pop(UNDO, None)
    messages.success(request, f"{application.number}: keputusan diurungkan. Pesannya tidak jadi dikirim.")
    return to_application(application)


def _own_decision(request: StaffRequest, pk: int) -> Decision:
    own: Any = Decision.objects.filter(
        reach_of(request.user).condition_on("application__"), officer=request.user
    ).select_related("application")
    return get_object_or_404(own.defer("note", "details", "annul_reason", "objection"), pk=pk)
