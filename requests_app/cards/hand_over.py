"""The handover of one card, and the proof of it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.cards.forms import HandOverForm
from requests_app.cards.marks import BY_CODE, BY_SLIP, handover_address, mark_of, opened_by
from requests_app.cards.pages import not_now, place_page, render_place
from requests_app.models import Application, CardLoss
from requests_app.operations import handovers
from requests_app.operations.access import log_access
from requests_app.operations.handovers import NotThem, why_not
from requests_app.queries.cards import Place, card_application, handover_of
from requests_app.queries.searches import search_for
from requests_app.rules.names import first_word
from requests_app.staff.request import StaffRequest
from requests_app.staff.searches import LookForForm, SearchRow, search_rows


@place_page
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest, place: Place, number: str) -> HttpResponse:
    """GET: what to look at before the card is given. POST: it was given; a second press finds it done."""
    application = application_or_404(number)
    given = handover_of(application)
    if given is not None and given.zone == place.zone:
        return redirect("cards_handed", place.code, application.number)
    reason = why_not(application, place.zone)
    if reason:
        return not_now(request, place, reason)
    if request.method != "POST":
        return hand_over_page(request, place, application, HandOverForm(application=application))
    form = HandOverForm(request.POST, request.FILES, application=application)
    if form.is_valid() and _give(request, place, application, form):
        messages.success(request, f"Kartu {application.number} sudah diserahkan.")
        return redirect("cards_handed", place.code, application.number)
    return hand_over_page(request, place, application, form, status=422)


def _give(request: StaffRequest, place: Place, application: Application, form: HandOverForm) -> bool:
    """False when it is another person; the form says so then. Raises NotNow, TooMany."""
    handing = form.handing(by_code=opened_by(request, application) == BY_CODE)
    try:
        handovers.hand_over(
            application_id=application.pk, place=place.zone, officer=request.user, handing=handing, now=request.now
        )
    except NotThem as refused:
        form.add_error(refused.field, str(refused))
        return False
    return True


def hand_over_page(
    request: StaffRequest,
    place: Place,
    application: Application,
    form: HandOverForm,
    *,
    missing: LookForForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """What to look at before a card is given; or that it is looked for. `missing`: a search that cannot begin so."""
    search = search_for(application)
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    answers, opened, mark = application.answers, opened_by(request, application), mark_of(request, application)
    context: dict[str, Any] = {
        "application": application,
        "pickup": application.pickup,
        "form": form,
        "by_code": opened == BY_CODE,
        "by_slip": opened == BY_SLIP,
        "hand_over_at": handover_address("cards_hand_over", place, application, mark),
        "look_for_at": handover_address("cards_look_for", place, application, mark),
        "searches": search_rows_at(request, place, [search] if search is not None else []),
        "missing": missing or LookForForm(),
        "has_errors": status == 422,
        "collector": answers.get("applicant_name") if answers.get("applicant") not in (None, "self") else "",
    }
    return render_place(request, place, "cards/hand_over.html", context, status=status)


def search_rows_at(request: StaffRequest, place: Place, losses: Iterable[CardLoss]) -> list[SearchRow]:
    """Searches for cards of this office, with the way to their handover."""
    return search_rows(
        request, losses, action=lambda loss: reverse("cards_search", args=[place.code, loss.pk]),
        card_at=lambda loss: reverse("cards_hand_over", args=[place.code, loss.card.application.number]),
    )  # fmt: skip


@place_page
@require_safe
def handed(request: StaffRequest, place: Place, number: str) -> HttpResponse:
    """The proof: who got it, when, from whom, against what. To be printed where it is signed on paper."""
    application = application_or_404(number)
    given = handover_of(application)
    if given is None or given.zone != place.zone:
        raise Http404
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    pages = range(1, given.letter.pages + 1) if given.letter else []
    context = {
        "application": application, "given": given, "letter_pages": pages, "first_name": first_word(application.name)
    }  # fmt: skip
    return render_place(request, place, "cards/handed.html", context)


def application_or_404(number: str) -> Application:
    """The card application with this number."""
    application = card_application(number)
    if application is None:
        raise Http404
    return application
