"""A card that cannot be found at the printer, in the print room or at an office: looked for, found or lost."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from requests_app.models import CardLoss
from requests_app.printing.card import card_page
from requests_app.printing.pages import card_or_404, printing_page
from requests_app.staff.request import StaffRequest
from requests_app.staff.searches import LookForForm, answer_search, begin_search


@require_POST
@printing_page
def look_for(request: StaffRequest, code: str) -> HttpResponse:
    """The card is not where it should be; twice changes nothing."""
    card = card_or_404(request, code)
    form = LookForForm(request.POST)
    scan = begin_search(request, card, form)
    if scan is None:
        return card_page(request, card, form)
    (messages.success if scan.changed else messages.info)(request, scan.text)
    return redirect("printing_card", card.code)


@require_POST
@printing_page
def end_search(request: StaffRequest, loss_id: int) -> HttpResponse:
    """It was found, or a second person gives it up."""
    loss = CardLoss.objects.select_related("card").filter(pk=loss_id).first()
    if loss is None:
        raise Http404
    card = card_or_404(request, loss.card.code)
    scan = answer_search(request, loss)
    (messages.success if scan.changed else messages.info)(request, scan.text)
    return redirect("printing_card", card.code)
