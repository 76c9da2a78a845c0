"""Cards on their way, and their arrival at the office where they are collected."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import BlankStock, CardShipment
from requests_app.operations.prints import Scan
from requests_app.operations.shipments import confirm_all, confirm_codes, finish_arrival
from requests_app.operations.steps import NotNow
from requests_app.printing.pages import (
    is_here,
    last_scan,
    printing_page,
    remember_scans,
    render_printing,
    shipment_or_404,
)
from requests_app.queries.packing import old_slips_of
from requests_app.queries.printing import shipment_cards, shipments_at, whose
from requests_app.queries.stock import stocks_of
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import format_count
from requests_app.rules.printing import MOST_CODES, codes_in
from requests_app.staff.request import StaffRequest


@require_safe
@printing_page
def list_shipments(request: StaffRequest) -> HttpResponse:
    """What is on its way to or from the officer's locations."""
    return render_printing(request, "printing/shipments.html", {"rows": shipments_at(list(stocks_of(request.user)))})


@require_http_methods(["GET", "HEAD", "POST"])
@printing_page
def show_shipment(request: StaffRequest, number: str) -> HttpResponse:
    """GET: its cards. POST: what arrived: scanned ones, all of them, or no more."""
    shipment, sender = shipment_or_404(request, number)
    if request.method == "POST":
        if not is_here(shipment, list(stocks_of(request.user))):
            raise NotNow("Kedatangan kiriman ini dicatat oleh kantor yang menerimanya.")
        return _arrive(request, shipment, sender)
    return _page(request, shipment, sender)


def _arrive(request: StaffRequest, shipment: CardShipment, sender: BlankStock | None) -> HttpResponse:
    who: dict[str, Any] = {"officer": request.user, "now": request.now}
    if "semua" in request.POST:
        done, left = confirm_all(shipment=shipment, **who)
        more = f" {format_count(left)} lagi: tekan sekali lagi." if left else ""
        said = f"{format_count(done)} kartu tiba dan siap diambil.{more}"
        same = "Semua kartu kiriman ini sudah tercatat tiba. Tidak ada yang berubah."
        messages.success(request, said if done else same)
        return redirect("printing_shipment", shipment.number)
    if "selesai" in request.POST:
        missing = finish_arrival(shipment_id=shipment.pk, **who)
        if missing:
            messages.warning(
                request, f"{format_count(missing)} kartu tidak ada. Kedua kantor melihatnya di halaman Cetak."
            )
        return redirect("printing_shipment", shipment.number)
    typed = request.POST.get("codes", request.POST.get("code", ""))
    codes = codes_in(typed)
    if not codes or len(codes) > MOST_CODES:
        text = f"Paling banyak {MOST_CODES} kode sekaligus." if codes else "Pindai QR kartu, atau ketik kodenya."
        return _page(request, shipment, sender, scans=[Scan("", text, wrong=True)], typed=typed, status=422)
    scans = confirm_codes(shipment=shipment, codes=codes, **who)
    wrong = [scan for scan in scans if scan.wrong]
    if not wrong:
        remember_scans(request, scans)
        return redirect("printing_shipment", shipment.number)
    status = 422 if "codes" in request.POST else 404 if wrong[0].card is None else 409
    return _page(request, shipment, sender, scans=scans, typed="\n".join(scan.code for scan in wrong), status=status)


def _page(
    request: StaffRequest,
    shipment: CardShipment,
    sender: BlankStock | None,
    *,
    scans: list[Scan] | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    if scans:
        remember_scans(request, scans)
    cards = [(card, whose(card)) for card in shipment_cards(shipment)]
    here = [card for card, _whose in cards if card.shipment_id == shipment.pk]  # the others went back since
    coming = [card for card in here if card.arrived_at is None and card.outcome == Outcome.PRINTED]
    context = {
        "shipment": shipment,
        "sender": sender,
        "cards": cards,
        "coming": len(coming),
        "old_slips": old_slips_of(shipment),
        "there": len(cards) - sum(card.arrived_at is None for card in here),
        "is_here": is_here(shipment, list(stocks_of(request.user))),
        "scan": last_scan(request),
        "typed": typed if "codes" in request.POST else "",
        "has_errors": status == 422,
    }
    return render_printing(request, "printing/shipment.html", context, status=status)
