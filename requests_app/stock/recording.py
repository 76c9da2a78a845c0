"""What one person records at a location: deliveries from the centre, spoiled blanks, use outside the system."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from requests_app.models import BlankMovement, BlankStock
from requests_app.models.counted import last_counted
from requests_app.operations.office import FieldRefused
from requests_app.operations.stock import Delivery, Spoiled, receive_blanks, record_outside_use, spoil_blanks
from requests_app.queries.stock import code_of
from requests_app.rules.dates import format_count, format_day
from requests_app.staff.request import StaffRequest
from requests_app.stock.forms import OutsideForm, ReceiptForm, SpoilForm
from requests_app.stock.pages import location_page, refuse, render_stock


@require_http_methods(["GET", "HEAD", "POST"])
@location_page("receive_blanks")
def stock_receive(request: StaffRequest, stock: BlankStock) -> HttpResponse:
    """A delivery with its letter; its blanks go at once to who waits."""
    begun = BlankMovement.objects.filter(stock=stock).exists()
    form = ReceiptForm(request.POST or None, request.FILES or None, may_open=not begun)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        delivery = Delivery(
            letter_number=given["letter_number"], letter_date=given["letter_date"], quantity=given["quantity"],
            boxes=given["boxes"], opening=given.get("opening", False), planned=given["planned"], photo=form.checked,
        )  # fmt: skip
        try:
            receipt = receive_blanks(stock=stock, delivery=delivery, officer=request.user, now=request.now)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"{format_count(receipt.quantity)} blangko tercatat di {stock}.")
            return redirect("stock_receipt", receipt.pk)
    return _form_page(request, stock, "receive", form)


@require_http_methods(["GET", "HEAD", "POST"])
@location_page("move_blanks")
def stock_spoil(request: StaffRequest, stock: BlankStock) -> HttpResponse:
    """Unprinted blanks that are of no use."""
    form = SpoilForm(request.POST or None, request.FILES or None, stock=stock)
    if request.method == "POST" and form.is_valid():
        given, checked = form.cleaned_data, form.checked
        assert checked is not None
        spoiled = Spoiled(
            box=given["box"], quantity=given["quantity"], reason=given["reason"], words=given["words"], photo=checked,
            key=given["key"],
        )  # fmt: skip
        try:
            new = spoil_blanks(stock=stock, spoiled=spoiled, officer=request.user, now=request.now)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            told = f"{format_count(spoiled.quantity)} blangko rusak tercatat."
            messages.success(request, told if new else "Catatan ini sudah ada. Tidak ada yang berubah.")
            return redirect("stock_ledger", code_of(stock))
    return _form_page(request, stock, "spoil", form)


@require_http_methods(["GET", "HEAD", "POST"])
@location_page("receive_blanks")
def stock_outside(request: StaffRequest, stock: BlankStock) -> HttpResponse:
    """A day's cards that were printed outside the system."""
    form = OutsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_outside_use(stock=stock, **form.cleaned_data, officer=request.user, now=request.now)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            given = form.cleaned_data
            used = format_count(given["quantity"])
            messages.success(request, f"Pemakaian {format_day(given['day'])} tercatat: {used} blangko.")
            return redirect("stock_ledger", code_of(stock))
    return _form_page(request, stock, "outside", form, counted=last_counted(stock))


def _form_page(
    request: StaffRequest, stock: BlankStock, name: str, form: ReceiptForm | SpoilForm | OutsideForm, **more: object
) -> HttpResponse:
    context = {"stock": stock, "form": form, **more}
    return render_stock(request, f"stock/{name}.html", context, status=422 if form.is_bound else 200)
