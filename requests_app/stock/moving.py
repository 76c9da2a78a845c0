"""Blanks that go from one location to another."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import BlankBox, BlankStock, BlankTransfer
from requests_app.models.box_names import names_among
from requests_app.operations.office import FieldRefused
from requests_app.operations.transfers import confirm_transfer, explain_difference, send_blanks
from requests_app.queries.stock import boxes_at, latest_transfer, stocks_of, transfer_of
from requests_app.rules.quantities import QuantityError, read_quantity
from requests_app.rules.roles import may
from requests_app.staff.request import StaffRequest
from requests_app.stock.forms import ArrivedForm, ExplainForm, SendForm, typed_boxes
from requests_app.stock.pages import location_page, refuse, render_stock, stock_page


@require_http_methods(["GET", "HEAD", "POST"])
@location_page("move_blanks")
def stock_send(request: StaffRequest, stock: BlankStock) -> HttpResponse:
    """Free blanks leave for another location. `ke` and `jumlah` in the address fill the form in."""
    holdings = boxes_at(stock, also=typed_boxes(request.POST))
    form = SendForm(request.POST or None, stock=stock, holdings=holdings, last_seen=latest_transfer())
    if request.GET.get("ke"):
        form.propose(code=request.GET["ke"], number=_number(request.GET.get("jumlah", "")))
    if request.method == "POST" and form.is_valid():
        boxes = {row.box_id: row.box for row in holdings}
        try:
            transfer, new = send_blanks(
                from_stock=stock, to_stock=form.cleaned_data["to_stock"], officer=request.user, now=request.now,
                lines=[(boxes[box_id], number) for box_id, number in form.numbers().items()],
                last_seen=form.cleaned_data["last_seen"] or 0,
            )  # fmt: skip
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            told = "Kiriman tercatat. Minta penerima menghitung dan mengonfirmasinya."
            messages.success(request, told if new else "Kiriman ini sudah tercatat. Tidak ada yang berubah.")
            return redirect("stock_transfer", transfer.pk)
    context = {"stock": stock, "form": form}
    return render_stock(request, "stock/send.html", context, status=422 if form.is_bound else 200)


def _number(typed: str) -> int:
    """What the address says; 0 for what is no number of blanks."""
    try:
        return max(read_quantity(typed), 0)
    except QuantityError:
        return 0


@require_safe
@stock_page("see_stock")
def stock_transfer(request: StaffRequest, transfer_id: int) -> HttpResponse:
    """One transfer: what was sent, what arrived, and how a difference was explained."""
    transfer = _transfer_or_404(request, transfer_id)
    return _page(request, transfer, ArrivedForm(boxes=_boxes(transfer)), ExplainForm())


@require_POST
@stock_page("move_blanks")
def stock_confirm_transfer(request: StaffRequest, transfer_id: int) -> HttpResponse:
    """The other side has counted."""
    transfer = _transfer_or_404(request, transfer_id)
    if not _is_receiver(request, transfer):
        raise Http404
    form = ArrivedForm(request.POST, boxes=_boxes(transfer))
    if form.is_valid():
        try:
            done = confirm_transfer(
                transfer_id=transfer.pk, counted=form.numbers(), officer=request.user, now=request.now
            )
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            if any(line.arrived != line.sent for line in done.lines.all()):
                told = "Kiriman diterima dengan selisih. Kedua lokasi dan pengawas melihatnya sampai dijelaskan."
                messages.warning(request, told)
            else:
                messages.success(request, "Kiriman diterima lengkap.")
            return redirect("stock_transfer", transfer.pk)
    return _page(request, transfer, form, ExplainForm(), status=422)


@require_POST
@stock_page("oversee")
def stock_explain(request: StaffRequest, transfer_id: int) -> HttpResponse:
    """A supervisor explains a difference."""
    transfer, form = _transfer_or_404(request, transfer_id), ExplainForm(request.POST)
    if form.is_valid():
        try:
            explain_difference(
                transfer_id=transfer.pk, explanation=form.cleaned_data["explanation"], officer=request.user,
                now=request.now,
            )  # fmt: skip
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Penjelasan tersimpan. Selisih ini selesai.")
            return redirect("stock_transfer", transfer.pk)
    return _page(request, transfer, ArrivedForm(boxes=_boxes(transfer)), form, status=422)


def _transfer_or_404(request: StaffRequest, transfer_id: int) -> BlankTransfer:
    transfer = transfer_of(request.user, transfer_id)
    if transfer is None:
        raise Http404
    return transfer


def _boxes(transfer: BlankTransfer) -> list[BlankBox]:
    return [line.box for line in transfer.lines.select_related("box__receipt")]


def _is_receiver(request: StaffRequest, transfer: BlankTransfer) -> bool:
    return stocks_of(request.user).filter(pk=transfer.to_stock_id).exists()


def _page(
    request: StaffRequest, transfer: BlankTransfer, arrived: ArrivedForm, explain: ExplainForm, *, status: int = 200
) -> HttpResponse:
    lines = list(transfer.lines.select_related("box__receipt"))
    names = names_among(line.box for line in lines)
    differs = transfer.received_at is not None and any(line.arrived != line.sent for line in lines)
    is_open = transfer.received_at is None
    context = {
        "transfer": transfer,
        "lines": [(line, names[line.box_id]) for line in lines],
        "differs": differs,
        "short": any(line.arrived is not None and line.arrived < line.sent for line in lines),
        "form": explain if explain.is_bound else arrived,
        "arrived": arrived if is_open and _is_receiver(request, transfer) else None,
        "explain": explain if differs and not transfer.explained_at and may(request.user.role, "oversee") else None,
    }
    return render_stock(request, "stock/transfer.html", context, status=status)
