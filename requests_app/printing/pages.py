"""What the pages of production share: the officer's locations, rows that exist for them, and pages that say why not."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from requests_app.models import BlankStock, Card, CardShipment, PrintBatch
from requests_app.operations.prints import Scan
from requests_app.operations.steps import NotNow
from requests_app.queries.printing import life_of, sender_of
from requests_app.queries.stock import code_of, stocks_of
from requests_app.rules.blanks import Outcome
from requests_app.rules.numbers import normalise_card_code
from requests_app.rules.statuses import Status, StepNotAllowed
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
TABS = (("Cetak", "printing_home"), ("Kiriman kartu", "printing_shipments"))
LAST_SCAN = "last_scan"
"""In the session: what the last scan led to, shown once beside the box for the next one."""


def printing_page(view: View[P]) -> Page[P]:
    """Mark a view as a page of this door; what cannot be done any more becomes a page that says so (409)."""

    @staff_page("print_cards")
    @wraps(view)
    def page(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotNow as problem:
            return not_now(request, str(problem))
        except StepNotAllowed as step:
            return not_now(request, f"Permohonan ini sekarang berstatus “{Status(step.frm).officer_word}”.")

    return page


def render_printing(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of this door with its tabs."""
    tabs = [(label, reverse(name), request.path == reverse(name)) for label, name in TABS]
    return render_staff(request, template, {"tabs": tabs, **(context or {})}, status=status)


def pdf(content: bytes, name: str) -> HttpResponse:
    """A sheet to print, made when it is asked for and never stored."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def not_now(request: StaffRequest, reason: str) -> HttpResponse:
    """409: why it cannot be done, and that nothing was changed."""
    return render_printing(request, "printing/not_now.html", {"reason": reason}, status=409)


def chosen_location(request: StaffRequest, code: str) -> tuple[BlankStock, Sequence[BlankStock]]:
    """The location of this code, or the officer's first one; and all of theirs. 404 for one that is not theirs."""
    mine = list(stocks_of(request.user))
    found = next((stock for stock in mine if code.lower() in ("", code_of(stock).lower())), None)
    if found is None:
        raise Http404
    return found, mine


def batch_or_404(request: StaffRequest, number: str) -> PrintBatch:
    """A batch of one of the officer's locations; others do not exist for them."""
    batch = PrintBatch.objects.select_related("stock__zone", "zone", "created_by", "ended_by").filter(number=number)
    found = batch.first() if "\x00" not in number else None
    if found is None or found.stock not in list(stocks_of(request.user)):
        raise Http404
    return found


def shipment_or_404(request: StaffRequest, number: str) -> tuple[CardShipment, BlankStock | None]:
    """A shipment to or from one of the officer's locations, and where it comes from."""
    rows = CardShipment.objects.select_related("zone", "origin", "sent_by", "received_by").filter(number=number)
    shipment = rows.first() if "\x00" not in number else None
    mine = list(stocks_of(request.user))
    sender = sender_of(shipment) if shipment is not None else None
    if shipment is None or not (sender in mine or is_here(shipment, mine)):
        raise Http404
    return shipment, sender


def is_here(shipment: CardShipment, locations: Sequence[BlankStock]) -> bool:
    """Whether it goes to one of these locations."""
    return any(stock.zone_id == shipment.zone_id for stock in locations)


def card_or_404(request: StaffRequest, code: str) -> Card:
    """A card that was printed at, or lies at, or is sent to one of the officer's locations."""
    stored = normalise_card_code(code)
    card = life_of(stored) if stored else None
    mine = list(stocks_of(request.user))
    if card is None or not (card.batch.stock in mine or _lies_at(card, mine)):
        raise Http404
    return card


def _lies_at(card: Card, mine: Sequence[BlankStock]) -> bool:
    """Also one that was sent here and was lost or found spoiled, or that left from here because nobody fetched it."""
    zones = {stock.zone_id for stock in mine}
    is_somewhere = card.shipment_id is not None or card.outcome == Outcome.PRINTED
    left_here = card.shipment is not None and card.shipment.returned and card.shipment.origin_id in zones
    return left_here or (is_somewhere and card.zone_id in zones)


def remember_scans(request: StaffRequest, scans: Sequence[Scan]) -> None:
    """Kept for the page that follows: one result in its words, several as counts with what was wrong."""
    if not scans:
        return
    done = sum(scan.changed for scan in scans)
    wrong = [scan.text for scan in scans if scan.wrong]
    if len(scans) == 1:
        text = scans[0].text
    else:
        same = len(scans) - done - len(wrong)
        text = f"{done} tercatat." + (f" {same} sudah tercatat sebelumnya." if same else "")
    tone = "warn" if wrong else "good" if done else ""
    request.session[LAST_SCAN] = {"text": text, "tone": tone, "wrong": wrong if len(scans) > 1 else []}


def last_scan(request: StaffRequest) -> dict[str, Any] | None:
    """What the last scan led to; shown once."""
    found: dict[str, Any] | None = request.session.pop(LAST_SCAN, None)
    return found
