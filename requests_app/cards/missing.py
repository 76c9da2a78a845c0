"""A card that should lie at this office and cannot be found: looked for, found or lost."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from requests_app.cards.forms import HandOverForm
from requests_app.cards.hand_over import application_or_404, hand_over_page
from requests_app.cards.pages import not_now, place_page
from requests_app.operations.handovers import why_not
from requests_app.operations.prints import Scan
from requests_app.queries.cards import Place, printed_card
from requests_app.queries.searches import search_at
from requests_app.staff.request import StaffRequest
from requests_app.staff.searches import LookForForm, answer_search, begin_search


@place_page
@require_POST
def look_for(request: StaffRequest, place: Place, number: str) -> HttpResponse:
    """The card of this application is not where it should be; twice changes nothing."""
    application = application_or_404(number)
    reason = why_not(application, place.zone)
    if reason:
        return not_now(request, place, reason)
    form = LookForForm(request.POST)
    scan = begin_search(request, printed_card(application), form)
    if scan is None:
        plain = HandOverForm(application=application)
        return hand_over_page(request, place, application, plain, missing=form, status=422)
    return _to_the_list(request, place, scan)


@place_page
@require_POST
def end_search(request: StaffRequest, place: Place, loss_id: int) -> HttpResponse:
    """It was found, or a second person gives it up."""
    loss = search_at(place.zone, loss_id)
    if loss is None:
        raise Http404
    return _to_the_list(request, place, answer_search(request, loss))


def _to_the_list(request: StaffRequest, place: Place, scan: Scan) -> HttpResponse:
    (messages.success if scan.changed else messages.info)(request, scan.text)
    return redirect("cards_place", place.code)
