"""One card from box to owner, and what to do when it is spoiled or lost."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.files.inspect import UploadRefused
from requests_app.models import Card
from requests_app.operations.access import log_access
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import Scan, record_spoiled
from requests_app.operations.shipments import give_up
from requests_app.operations.stock_photos import check_photo
from requests_app.printing.forms import SpoilForm
from requests_app.printing.life import life_in_words
from requests_app.printing.pages import card_or_404, printing_page, remember_scans, render_printing
from requests_app.queries.officer import visible
from requests_app.queries.printing import note_on, other_attempts, place_of, whose
from requests_app.queries.searches import searches_of
from requests_app.rules.blanks import Outcome
from requests_app.rules.statuses import Status
from requests_app.staff.request import StaffRequest
from requests_app.staff.searches import LookForForm, search_rows

SPOILABLE = (Status.READY_TO_PRINT, Status.PRINTED, Status.READY_FOR_PICKUP)


@require_safe
@printing_page
def show_card(request: StaffRequest, code: str) -> HttpResponse:
    """Box and letter, batch, outcome, shipment, application, handover."""
    return card_page(request, card_or_404(request, code))


def card_page(request: StaffRequest, card: Card, form: LookForForm | None = None) -> HttpResponse:
    """The same, with what was typed about a search that cannot begin like that."""
    log_access(officer=request.user, action="open", now=request.now, application_id=card.application_id)
    searches = searches_of(card)
    going_on = [search for search in searches if search.ended_at is None]
    rows = search_rows(
        request, going_on, action=lambda loss: reverse("printing_search", args=[loss.pk]),
        card_at=lambda loss: reverse("printing_card", args=[card.code]),
    )  # fmt: skip
    context = {
        "card": card,
        "whose": whose(card),
        "place": place_of(card),
        "others": list(other_attempts(card)),
        "note": note_on(card) if card.outcome == Outcome.SPOILED else "",
        "life": life_in_words(card, searches),
        "may_spoil": is_in_our_hands(card),
        "is_missing": is_missing(card) and not rows,
        "searches": rows,
        "form": (form or LookForForm()) if is_in_our_hands(card) and not rows else None,
        "may_review": visible(request.user).filter(pk=card.application_id).exists(),
    }
    return render_printing(request, "printing/card.html", context, status=422 if form is not None else 200)


def is_in_our_hands(card: Card) -> bool:
    """It can be spoiled or missed: at the printer, in the post, at the desk.

    Of one that is not to be printed any more, the blank lies in the tray until its batch ends, or was printed.
    """
    if card.outcome == Outcome.DROPPED:
        return card.batch.state == "open"
    return card.outcome in (Outcome.PENDING, Outcome.PRINTED) and card.application.status in SPOILABLE


def is_missing(card: Card) -> bool:
    """It did not come with its shipment, and nobody has found it."""
    arrived = card.shipment is not None and card.shipment.received_at is not None
    return arrived and card.arrived_at is None and card.outcome == Outcome.PRINTED


@require_http_methods(["GET", "HEAD", "POST"])
@printing_page
def spoil(request: StaffRequest, code: str) -> HttpResponse:
    """GET: the form. POST: the card is spoiled, with a reason and a photo; twice changes nothing."""
    card = card_or_404(request, code)
    withdrawn = card.outcome == Outcome.DROPPED
    form = SpoilForm(request.POST or None, request.FILES or None, withdrawn=withdrawn)
    if request.method == "POST" and card.outcome == Outcome.SPOILED:
        return _back(request, card, Scan(card.code, f"Kartu {card.code} sudah dicatat rusak. Tidak ada yang berubah."))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            scan = record_spoiled(
                card=card, reason=given["reason"], upload=check_photo(given["photo"]), note=given["note"],
                officer=request.user, now=request.now,
            )  # fmt: skip
            return _back(request, card, scan)
        except UploadRefused as refusal:
            form.add_error("photo", str(refusal.message))
        except FieldRefused as problem:
            form.add_error(problem.field, str(problem))
    context = {"card": card, "whose": whose(card), "form": form, "may_spoil": is_in_our_hands(card)}
    return render_printing(request, "printing/spoil.html", context, status=422 if form.is_bound else 200)


def _back(request: StaffRequest, card: Card, scan: Scan) -> HttpResponse:
    """To the batch while it is at work, else to the card."""
    if card.batch.state == "open":
        remember_scans(request, [scan])
        return redirect("printing_batch", card.batch.number)
    (messages.success if scan.changed else messages.info)(request, scan.text)
    return redirect("printing_card", card.code)


@require_POST
@printing_page
def lost(request: StaffRequest, code: str) -> HttpResponse:
    """It did not arrive and is not looked for any more: it is printed again."""
    card = card_or_404(request, code)
    scan = give_up(card=card, officer=request.user, now=request.now)
    (messages.success if scan.changed else messages.info)(request, scan.text)
    return redirect("printing_card", card.code)
