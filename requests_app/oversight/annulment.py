"""Annulling a wrong decision: a new round, and the citizen is told plainly."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from requests_app.models import Application
from requests_app.operations.access import log_access
from requests_app.operations.decisions import annul_decision
from requests_app.operations.steps import NotNow
from requests_app.oversight.forms import AnnulForm
from requests_app.oversight.pages import explained, render_oversight
from requests_app.queries.oversight import last_decision
from requests_app.rules.numbers import normalise_number
from requests_app.rules.statuses import steps_from
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("annul")
@explained
def annul(request: StaffRequest, number: str) -> HttpResponse:
    """GET: the decision and the form; opening it leaves an access row. POST: the decision is annulled."""
    application = _application_or_404(number)
    decision = last_decision(application.pk)
    if decision is None or not _may_be_annulled(application):
        raise NotNow("Tidak ada keputusan pada permohonan ini yang dapat dibatalkan.")
    form = AnnulForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        annul_decision(decision_id=decision.pk, supervisor=request.user, reason=reason, now=request.now)
        messages.success(request, f"Keputusan {application.number} dibatalkan. Permohonan kembali ke antrean.")
        return redirect("review_application", number=application.number)
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    context = {"application": application, "decision": decision, "form": form}
    return render_oversight(request, "oversight/annul.html", context, status=422 if form.is_bound else 200)


def _application_or_404(number: str) -> Application:
    stored = normalise_number(number)
    rows = Application.objects.select_related("zone").only("number", "name", "status", "service", "zone__name")
    application = rows.filter(number=stored).first() if stored else None
    if application is None:
        raise Http404
    return application


def _may_be_annulled(application: Application) -> bool:
    return any(step.name == "annul" for step in steps_from(application.status, application.service))
