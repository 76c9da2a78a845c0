"""The handover of one card, and the proof of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.cards.find import BY_CODE, SLIPS, opened_by
from requests_app.cards.forms import HandOverForm
from requests_app.cards.pages import not_now, place_page, render_place
from requests_app.models import Application
from requests_app.operations import handovers
from requests_app.operations.access import log_access
from requests_app.operations.handovers import NotThem, why_not
from requests_app.queries.cards import Place, card_application, handover_of
from requests_app.rules.names import first_word
from requests_app.staff.request import StaffRequest


@place_page
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest, place: Place, number: str) -> HttpResponse:
    """GET: what to look at before the card is given. POST: it was given; a second press finds it done."""
    application = _application_or_404(number)
    given = handover_of(application)
    if given is not None and given.zone == place.zone:
        return redirect("cards_handed", place.code, application.number)
    reason = why_not(application, place.zone)
    if reason:
        return not_now(request, place, reason)
    if request.method != "POST":
        return _page(request, place, application, HandOverForm(application=application))
    form = HandOverForm(request.POST, request.FILES, application=application)
    if form.is_valid() and _give(request, place, application, form):
        messages.success(request, f"Kartu {application.number} sudah diserahkan.")
        return redirect("cards_handed", place.code, application.number)
    return _page(request, place, application, form, status=422)


def _give(request: StaffRequest, place: Place, application: Application, form: HandOverForm) -> bool:
    """False when it is another person; the form says so then. Raises NotNow, TooMany."""
    handing = form.handing(by_code=opened_by(request, BY_CODE, application))
    try:
        handovers.hand_over(
            application_id=application.pk, place=place.zone, officer=request.user, handing=handing, now=request.now
        )
    except NotThem as refused:
        form.add_error(refused.field, str(refused))
        return False
    return True


def _page(
    request: StaffRequest, place: Place, application: Application, form: HandOverForm, *, status: int = 200
) -> HttpResponse:
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    answers = application.answers
    context: dict[str, Any] = {
        "application": application,
        "pickup": application.pickup,
        "form": form,
        "by_code": opened_by(request, BY_CODE, application),
        "by_slip": opened_by(request, SLIPS, application),
        "collector": answers.get("applicant_name") if answers.get("applicant") not in (None, "self") else "",
    }
    return render_place(request, place, "cards/hand_over.html", context, status=status)


@place_page
@require_safe
def handed(request: StaffRequest, place: Place, number: str) -> HttpResponse:
    """The proof: who got it, when, from whom, against what. To be printed where it is signed on paper."""
    application = _application_or_404(number)
    given = handover_of(application)
    if given is None or given.zone != place.zone:
        raise Http404
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    context = {"application": application, "given": given, "first_name": first_word(application.name)}
    return render_place(request, place, "cards/handed.html", context)


def _application_or_404(number: str) -> Application:
    application = card_application(number)
    if application is None:
        raise Http404
    return application
