"""The list to pack by, before anything is sent; and new slips for cards whose owner chose another office since."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from requests_app.printing.pages import chosen_location, pdf, printing_page, render_printing
from requests_app.printing.sheet import slips_pdf
from requests_app.queries.packing import cards_with_old_slips, pack_lists
from requests_app.queries.stock import code_of
from requests_app.staff.request import StaffRequest


@require_safe
@printing_page
def show_pack_list(request: StaffRequest) -> HttpResponse:
    """Every card that is to be sent from here, by the office where it is collected now."""
    stock, _mine = chosen_location(request, request.GET.get("lokasi", ""))
    lists = pack_lists(stock)
    context = {
        "stock": stock,
        "here": code_of(stock),
        "own": stock.zone.code if stock.zone is not None else "",
        "lists": lists,
        "old_slips": sum(packed.old_slips for packed in lists),
    }
    return render_printing(request, "printing/packing.html", context)


@require_safe
@printing_page
def new_slips(request: StaffRequest) -> HttpResponse:
    """Slips with the office of now, for the cards whose slip may name another one."""
    stock, _mine = chosen_location(request, request.GET.get("lokasi", ""))
    return pdf(slips_pdf("Slip kartu baru", cards_with_old_slips(stock)), "slip-baru.pdf")
