"""The officer's page of a suket: issue one while a card waits for its blank, print it, renew it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import Application
from requests_app.officer.pages import application_or_404, explained, render_officer
from requests_app.operations.access import log_access
from requests_app.operations.actors import staff
from requests_app.operations.sukets import issue_suket, renew_suket, why_no_suket
from requests_app.picture_response import sheet_response
from requests_app.queries.sukets import own_suket, suket_facts
from requests_app.receipts.suket import suket_pdf
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("issue_suket")
@explained
def suket(request: StaffRequest, number: str) -> HttpResponse:
    """GET: the one that there is, or what issuing one means. POST: issue it, or renew it."""
    application = application_or_404(request, number)
    if request.method == "POST":
        return _act(request, application)
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    own = own_suket(application, now=request.now)
    why_not = "" if own else why_no_suket(application, now=request.now)
    context = {"application": application, "suket": own, "why_not": why_not}
    return render_officer(request, "officer/suket.html", context)


def _act(request: StaffRequest, application: Application) -> HttpResponse:
    if request.POST.get("act") == "renew":
        done = renew_suket(application_id=application.pk, actor=staff(request.user), now=request.now)
    else:
        done = issue_suket(application_id=application.pk, officer=request.user, now=request.now)
    messages.success(request, f"Suket {done.number} terbit. Warga diberi tahu.")
    return redirect("officer_suket", number=application.number)


@require_safe
@staff_page("issue_suket")
def paper(request: StaffRequest, number: str) -> HttpResponse:
    """The suket to print, sign and stamp; leaves an access row, as a document does."""
    application = application_or_404(request, number)
    facts = suket_facts(application.pk)
    if facts is None:
        raise Http404
    log_access(officer=request.user, action="suket", now=request.now, application_id=application.pk)
    return sheet_response(suket_pdf(facts), f"suket-{application.number}.pdf")
