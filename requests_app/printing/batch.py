"""One batch: its cards, what was scanned, more blanks, the count at the end."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from requests_app.models import Card, PrintBatch
from requests_app.operations.batches import DoesNotAddUp, cancel_batch, close_batch, draw_more
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import Scan, card_of, record_many_printed, record_rest_printed
from requests_app.printing.forms import CloseForm, MoreForm
from requests_app.printing.pages import batch_or_404, last_scan, pdf, printing_page, remember_scans, render_printing
from requests_app.printing.sheet import sheet_pdf, slips_pdf
from requests_app.queries.printing import batch_boxes, batch_cards, boxes_here, place_of, whose
from requests_app.queries.stock import code_of
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import format_count
from requests_app.rules.printing import MOST_AT_ONCE, MOST_CODES, codes_in
from requests_app.staff.request import StaffRequest

SHOWN = 100
"""Of a larger batch at work the page shows the next so many that wait, as it is drawn again after every scan."""


@require_safe
@printing_page
def show_batch(request: StaffRequest, number: str) -> HttpResponse:
    """How far it is, card by card."""
    return _page(request, batch_or_404(request, number))


def _page(
    request: StaffRequest,
    batch: PrintBatch,
    *,
    close: CloseForm | None = None,
    more: MoreForm | None = None,
    scans: list[Scan] | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    cards = batch_cards(batch)
    boxes = batch_boxes(batch, cards)
    pending = [card for card in cards if card.outcome == Outcome.PENDING]
    counted = sum(card.outcome != Outcome.DROPPED for card in cards)
    every = len(cards) <= SHOWN or batch.state != "open" or request.GET.get("semua") == "1"
    if scans:
        remember_scans(request, scans)
    context: dict[str, Any] = {
        "batch": batch,
        "here": code_of(batch.stock),
        "cards": [(card, whose(card), place_of(card)) for card in (cards if every else pending[:SHOWN])],
        "shows_every": every,
        "boxes": boxes,
        "pending": len(pending),
        "rest": sum(not getattr(card, "is_looked_for", False) for card in pending),
        "counted": counted,
        "done": counted - len(pending),
        "scan": last_scan(request),
        "typed": typed,
        "may_cancel": batch.state == "open" and len(pending) == len(cards),
        "has_errors": status == 422,
    }
    if batch.state == "open":
        drawn = sum(box.tally.drawn for box in boxes)
        here = boxes_here(batch.stock)
        context["close"] = close or CloseForm(boxes=boxes, pending=len(pending))
        context["more"] = more or MoreForm(boxes=here, initial={"drawn_before": drawn}, prefix="tambah")
        context["boxes_left"] = bool(here)
    context["forms"] = [form for form in (close, more) if form is not None]
    return render_printing(request, "printing/batch.html", context, status=status)


@require_POST
@printing_page
def scan(request: StaffRequest, number: str) -> HttpResponse:
    """Printed: one code, a list of codes, or all the rest. Spoiled: to the form for this card."""
    batch = batch_or_404(request, number)
    typed = request.POST.get("code", "").strip()
    if "rusak" in request.POST:
        return _to_spoil(request, batch, typed)
    if "sisa" in request.POST:
        before = request.POST["sisa"]
        scans = record_rest_printed(
            batch_id=batch.pk, pending_before=int(before) if before.isdecimal() and len(before) < 6 else 0,
            officer=request.user, now=request.now,
        )  # fmt: skip
        if not scans:
            messages.info(request, "Semua kartu kelompok ini sudah tercatat. Tidak ada yang berubah.")
        elif len(scans) == MOST_AT_ONCE:
            messages.info(request, "Sebanyak ini sekaligus. Bila masih ada sisanya, tekan tombolnya sekali lagi.")
        return _after_scans(request, batch, scans)
    codes = codes_in(request.POST.get("codes", "")) if "codes" in request.POST else [typed] if typed else []
    if not codes or len(codes) > MOST_CODES:
        text = f"Paling banyak {MOST_CODES} kode sekaligus." if codes else "Pindai QR kartu, atau ketik kodenya."
        return _page(
            request, batch, scans=[Scan("", text, wrong=True)], typed=request.POST.get("codes", ""), status=422
        )
    scans = record_many_printed(codes=codes, batch_id=batch.pk, officer=request.user, now=request.now)
    return _after_scans(request, batch, scans, is_list="codes" in request.POST)


def _after_scans(request: StaffRequest, batch: PrintBatch, scans: list[Scan], *, is_list: bool = False) -> HttpResponse:
    """Back to the page. A code that is not on this sheet is told there (404, of a list 422 with what is left)."""
    wrong = [scan for scan in scans if scan.wrong]
    if not wrong:
        remember_scans(request, scans)
        return redirect("printing_batch", batch.number)
    unknown = any(scan.card is None for scan in wrong)
    left = "\n".join(scan.code for scan in wrong) if is_list else ""
    return _page(request, batch, scans=scans, typed=left, status=422 if is_list else 404 if unknown else 409)


def _to_spoil(request: StaffRequest, batch: PrintBatch, typed: str) -> HttpResponse:
    card = card_of(typed)
    if card is None or card.batch_id != batch.pk:
        said = f"Kode “{typed[:20]}” tidak ada di kelompok ini." if typed else "Pindai QR kartu, atau ketik kodenya."
        return _page(request, batch, scans=[Scan(typed, said, wrong=True)], status=404 if typed else 422)
    return redirect("printing_spoil", card.code)


@require_POST
@printing_page
def more(request: StaffRequest, number: str) -> HttpResponse:
    """Extra blanks for reprints."""
    batch = batch_or_404(request, number)
    form = MoreForm(request.POST, boxes=boxes_here(batch.stock), prefix="tambah")
    if form.is_valid():
        given = form.cleaned_data
        try:
            drawn, again = draw_more(
                batch_id=batch.pk, box_id=int(given["box"]), count=given["count"], drawn_before=given["drawn_before"],
                officer=request.user, now=request.now,
            )  # fmt: skip
        except FieldRefused as problem:
            form.add_error("count" if problem.field == "count" else "box", str(problem))
        else:
            text = f"{format_count(given['count'])} blangko diambil. {again} kartu yang rusak masuk lagi di bawah."
            messages.success(request, text if drawn else "Blangko itu sudah diambil. Tidak ada yang berubah.")
            return redirect("printing_batch", batch.number)
    return _page(request, batch, more=form, status=422)


@require_POST
@printing_page
def close(request: StaffRequest, number: str) -> HttpResponse:
    """Count in = count out, or it stays open and the page shows the figures."""
    batch = batch_or_404(request, number)
    cards = list(Card.objects.filter(batch=batch).only("outcome", "box"))
    pending = sum(card.outcome == Outcome.PENDING for card in cards)
    form = CloseForm(request.POST, boxes=batch_boxes(batch, cards), pending=pending)
    if form.is_valid():
        try:
            done = close_batch(
                batch_id=batch.pk, returned=form.returned(), officer=request.user, now=request.now,
                drop_pending=form.cleaned_data.get("drop_pending", False),
            )  # fmt: skip
        except DoesNotAddUp as problem:
            for field, text in problem.problems.items():
                form.add_error(field if field in form.fields else None, text)
        else:
            said = f"Kelompok {batch.number} selesai: semua blangko terhitung."
            messages.success(request, said if done else f"Kelompok {batch.number} memang sudah selesai.")
            return redirect("printing_batch", batch.number)
    return _page(request, batch, close=form, status=422)


@require_POST
@printing_page
def cancel(request: StaffRequest, number: str) -> HttpResponse:
    """Nothing was printed: everything goes back."""
    batch = batch_or_404(request, number)
    done = cancel_batch(batch_id=batch.pk, officer=request.user, now=request.now)
    said = "Semua blangko kembali ke kotaknya dan semua kartu ke antrean."
    text = (
        f"Kelompok {batch.number} dibatalkan. {said}" if done else f"Kelompok {batch.number} memang sudah dibatalkan."
    )
    messages.success(request, text)
    return redirect("printing_batch", batch.number)


@require_safe
@printing_page
def sheet(request: StaffRequest, number: str) -> HttpResponse:
    """The batch sheet, made when it is asked for and never stored."""
    batch = batch_or_404(request, number)
    cards = batch_cards(batch)
    return pdf(sheet_pdf(batch, cards, batch_boxes(batch, cards), now=request.now), f"lembar-{batch.number}.pdf")


@require_safe
@printing_page
def slips(request: StaffRequest, number: str) -> HttpResponse:
    """One slip to lay around each card."""
    batch = batch_or_404(request, number)
    return pdf(slips_pdf(f"Slip kartu {batch.number}", batch_cards(batch)), f"slip-{batch.number}.pdf")
