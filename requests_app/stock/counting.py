"""Physical counts (opname): one person counts, a second one confirms."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import BlankStock, StockCount
from requests_app.models.box_names import names_among
from requests_app.models.counted import may_turn_up
from requests_app.operations.counts import cancel_count, confirm_count, record_count
from requests_app.operations.office import FieldRefused
from requests_app.queries.stock import boxes_at, count_of
from requests_app.rules.roles import may
from requests_app.staff.request import StaffRequest
from requests_app.stock.forms import CountForm, typed_boxes
from requests_app.stock.pages import location_page, refuse, render_stock, stock_page


@require_http_methods(["GET", "HEAD", "POST"])
@location_page("move_blanks")
def stock_count(request: StaffRequest, stock: BlankStock) -> HttpResponse:
    """GET: the boxes to count. POST: the count waits for a second person."""
    boxes, closed = [row.box for row in boxes_at(stock, also=typed_boxes(request.POST))], may_turn_up(stock)
    form = CountForm(request.POST or None, boxes=boxes, closed=closed)
    if request.method == "POST" and form.is_valid():
        try:
            count = record_count(
                stock=stock, counted=form.numbers(), explanation=form.cleaned_data["explanation"],
                officer=request.user, now=request.now, again=form.turned_up(),
            )  # fmt: skip
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Opname tercatat. Orang kedua memeriksa dan menyetujuinya.")
            return redirect("stock_show_count", count.pk)
    waiting = StockCount.objects.filter(stock=stock, state="open").first()
    context = {"stock": stock, "form": form, "waiting": waiting, "may_turn_up": closed.exists()}
    return render_stock(request, "stock/count.html", context, status=422 if form.is_bound else 200)


@require_safe
@stock_page("see_stock")
def stock_show_count(request: StaffRequest, count_id: int) -> HttpResponse:
    """One count: what was found, what the ledger said, and who confirmed it."""
    count = _count_or_404(request, count_id)
    lines = list(count.lines.select_related("box__receipt"))
    names = names_among(line.box for line in lines)
    is_open = count.state == "open"
    context = {
        "count": count,
        "lines": [(line, names[line.box_id]) for line in lines],
        "difference": sum(line.difference for line in lines),
        "may_confirm": is_open and may(request.user.role, "confirm_count") and count.counted_by_id != request.user.pk,
        "may_cancel": is_open and may(request.user.role, "move_blanks"),
    }
    return render_stock(request, "stock/show_count.html", context)


@require_POST
@stock_page("confirm_count")
def stock_confirm_count(request: StaffRequest, count_id: int) -> HttpResponse:
    """The second person agrees."""
    count = _count_or_404(request, count_id)
    confirm_count(count_id=count.pk, officer=request.user, now=request.now)
    messages.success(request, "Opname disetujui. Buku sekarang sama dengan hitungan.")
    return redirect("stock_show_count", count.pk)


@require_POST
@stock_page("move_blanks")
def stock_cancel_count(request: StaffRequest, count_id: int) -> HttpResponse:
    """The count is dropped."""
    count = _count_or_404(request, count_id)
    cancel_count(count_id=count.pk, officer=request.user, now=request.now)
    messages.success(request, "Opname dibatalkan. Buku tidak berubah.")
    return redirect("stock_show_count", count.pk)


def _count_or_404(request: StaffRequest, count_id: int) -> StockCount:
    count = count_of(request.user, count_id)
    if count is None:
        raise Http404
    return count
