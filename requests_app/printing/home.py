"""The start of production at one location: what can be printed, what is at work, what is to be sent."""

import uuid
from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from requests_app.models import BlankStock, CardShipment, Zone
from requests_app.models.blanks import place_name
from requests_app.operations.batches import Wanted, make_batch
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import card_of
from requests_app.operations.shipments import send_cards
from requests_app.printing.forms import USUAL_SIZE, BatchForm
from requests_app.printing.pages import chosen_location, printing_page, render_printing
from requests_app.queries.packing import old_slips_to_send
from requests_app.queries.printing import (
    boxes_here,
    last_batches,
    open_batches,
    queue_piles,
    send_piles,
    shipments_at,
    unsettled,
    waiting_here,
)
from requests_app.queries.searches import searches_of_stock
from requests_app.queries.stock import code_of, stocks_of
from requests_app.rules.dates import format_count
from requests_app.staff.pages import shown_at
from requests_app.staff.request import StaffRequest
from requests_app.staff.searches import SearchRow, search_rows


@require_safe
@printing_page
def printing_home(request: StaffRequest) -> HttpResponse:
    """One location's production; the officer's other locations are a choice away."""
    if not list(stocks_of(request.user)):
        return render_printing(request, "printing/nowhere.html")
    stock, _mine = chosen_location(request, request.GET.get("lokasi", ""))
    return _home(request, stock)


def _home(
    request: StaffRequest, stock: BlankStock, form: BatchForm | None = None, *, unknown: str = "", status: int = 200
) -> HttpResponse:
    piles = queue_piles(stock, request.now)
    ready = sum(pile.count for pile in piles)
    boxes, to_send = boxes_here(stock), send_piles(stock)
    old_slips = old_slips_to_send(stock) if to_send else Counter[str]()
    initial = {"size": min(ready, USUAL_SIZE, sum(left for _pk, _number, left in boxes)), "request_key": uuid.uuid4()}
    context = {
        "stock": stock,
        "here": code_of(stock),
        "own": stock.zone.code if stock.zone is not None else "",
        "locations": [(code_of(other), str(other)) for other in list(stocks_of(request.user))],
        "piles": piles,
        "ready": ready,
        "unsettled": unsettled(stock, request.now),
        "waiting": waiting_here(stock),
        "boxes": boxes,
        "batches": open_batches(stock),
        "last": last_batches(stock),
        "to_send": [(pile, old_slips[pile.code]) for pile in to_send],
        "old_slips": sum(old_slips.values()),
        "shipments": shipments_at([stock]),
        "searches": _searches(request, stock),
        "form": form or BatchForm(initial=initial, piles=piles, boxes=boxes),
        "unknown": unknown,
        "has_errors": bool(unknown),
    }
    return render_printing(request, "printing/home.html", context, status=status)


def _searches(request: StaffRequest, stock: BlankStock) -> list[SearchRow]:
    return search_rows(
        request, searches_of_stock(stock), action=lambda loss: reverse("printing_search", args=[loss.pk]),
        card_at=lambda loss: reverse("printing_card", args=[loss.card.code]),
    )  # fmt: skip


@require_POST
@printing_page
def make(request: StaffRequest) -> HttpResponse:
    """A new batch; the same form twice leads to the first one."""
    stock, _mine = chosen_location(request, request.POST.get("lokasi", ""))
    form = BatchForm(request.POST, piles=queue_piles(stock, request.now), boxes=boxes_here(stock))
    if form.is_valid():
        given = form.cleaned_data
        wanted = Wanted(given["size"], given["request_key"], form.chosen_zone, form.chosen_boxes)
        try:
            batch = make_batch(stock=stock, wanted=wanted, officer=request.user, now=request.now)
        except FieldRefused as problem:
            form.add_error(problem.field, str(problem))
        else:
            count = batch.cards.count()
            if count < wanted.size:
                messages.info(request, f"Hanya {format_count(count)} kartu yang siap dicetak dengan pilihan ini.")
            return redirect("printing_batch", batch.number)
    return _home(request, stock, form, status=422)


@require_POST
@printing_page
def send(request: StaffRequest) -> HttpResponse:
    """The printed cards that the page showed, to the offices that were ticked."""
    stock, _mine = chosen_location(request, request.POST.get("lokasi", ""))
    until = shown_at(request)
    zones = _zones(request.POST.getlist("kantor"))
    shipments = send_cards(stock=stock, zones=zones, until=until, officer=request.user, now=request.now)
    for shipment in shipments:
        count = format_count(shipment.cards.count())
        if shipment.received_at is not None:
            messages.success(request, f"{count} kartu siap diambil di {stock}; pemiliknya dikabari.")
        else:
            messages.success(request, _sent_in_words(shipment, count))
    if not shipments:
        messages.info(request, "Tidak ada kartu yang dikirim. Pilih tempatnya, atau muat ulang daftar ini.")
    return redirect(f"{reverse('printing_home')}?lokasi={code_of(stock)}")


def _sent_in_words(shipment: CardShipment, count: str) -> str:
    packing = "Buka kiriman itu, cetak daftarnya, dan isi tasnya menurut daftar, bukan menurut slip."
    return f"Kiriman {shipment.number}: {count} kartu ke {place_name(shipment.zone)}. {packing}"


def _zones(codes: list[str]) -> list[Zone | None]:
    """Offices by their codes, the head office (empty) first; unknown ones are left out."""
    zones: list[Zone | None] = list(Zone.objects.filter(code__in=[code for code in codes if "\x00" not in code]))
    return [None, *zones] if "" in codes else zones


@require_POST
@printing_page
def find(request: StaffRequest) -> HttpResponse:
    """A scanned or typed code: the life of its card."""
    typed = request.POST.get("code", "").strip()
    card = card_of(typed)
    if card is not None:
        return redirect("printing_card", card.code)
    stock, _mine = chosen_location(request, request.POST.get("lokasi", ""))
    said = f"Kode “{typed[:20]}” tidak dikenal." if typed else "Pindai QR kartu, atau ketik kodenya."
    return _home(request, stock, unknown=said, status=404 if typed else 422)
