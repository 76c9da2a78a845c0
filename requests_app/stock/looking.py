"""What is only looked at: a location's ledger, a box's life, a receipt, and photos that prove something."""

import logging
import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from requests_app.files.store import FileMissing
from requests_app.models import BlankStock
from requests_app.operations.access import log_access
from requests_app.operations.documents import document_store
from requests_app.picture_response import picture_response
from requests_app.queries.stock import box_of, boxes_of, load_box, load_ledger, photo_of, receipt_of
from requests_app.rules.blanks import Move, Outcome
from requests_app.staff.request import StaffRequest
from requests_app.stock.pages import location_page, render_stock, stock_page
from requests_app.vault.keyring import SealError

log = logging.getLogger(__name__)


@require_safe
@location_page("see_stock")
def stock_ledger(request: StaffRequest, stock: BlankStock) -> HttpResponse:
    """Its boxes, and every movement, the latest first; of one kind when the address says so."""
    kind = request.GET.get("jenis", "")
    ledger = load_ledger(stock, kind=kind, cursor=request.GET.get("dari", ""))
    context = {"stock": stock, "ledger": ledger, "page": ledger.lines, "kinds": list(Move), "kind": kind}
    return render_stock(request, "stock/ledger.html", context)


@require_safe
@stock_page("see_stock")
def stock_box(request: StaffRequest, box_id: int) -> HttpResponse:
    """A box from its letter to the owners of its cards."""
    box = box_of(request.user, box_id)
    if box is None:
        raise Http404
    life = load_box(box, request.user, lines=request.GET.get("dari", ""), cards=request.GET.get("kartu", ""))
    outcomes = [(outcome.label, life.outcomes[outcome]) for outcome in Outcome if outcome in life.outcomes]
    sees_receipt = receipt_of(request.user, box.receipt_id) is not None
    context = {"life": life, "box": box, "outcomes": outcomes, "sees_receipt": sees_receipt}
    return render_stock(request, "stock/box.html", context)


@require_safe
@stock_page("see_stock")
def stock_receipt(request: StaffRequest, receipt_id: int) -> HttpResponse:
    """One delivery with its letter and boxes."""
    receipt = receipt_of(request.user, receipt_id)
    if receipt is None:
        raise Http404
    pages = range(1, receipt.photo.pages + 1) if receipt.photo else []
    context = {"receipt": receipt, "boxes": boxes_of(receipt), "pages": pages, "stock": receipt.stock}
    return render_stock(request, "stock/receipt.html", context)


@require_safe
@stock_page("see_stock")
def stock_photo(request: StaffRequest, photo_id: uuid.UUID, page: int) -> HttpResponse:
    """One page (from 1) of a photo as JPEG; one that shows somebody's card or mandate leaves an access row."""
    seen = photo_of(request.user, photo_id)
    if seen is None or not 1 <= page <= seen.photo.pages:
        raise Http404
    if seen.application_id is not None:
        log_access(
            officer=request.user, action="document", now=request.now, application_id=seen.application_id,
            document_id=seen.photo.pk,
        )  # fmt: skip
    try:
        picture = document_store().read(seen.photo.pk, page - 1)
    except (FileMissing, SealError, OSError) as trouble:
        log.error("photo %s page %s cannot be opened: %s", seen.photo.pk, page, type(trouble).__name__)
        return render_stock(request, "stock/photo_unreadable.html", status=500)
    return picture_response(picture, f"foto-{page}.jpg")
