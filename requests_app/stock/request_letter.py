"""The page on which the request letter is filled in, and the letter itself. Nothing that is typed is stored."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.queries.forecast import Situation, load_situation
from requests_app.rules.blanks import MOST_OF_A_LETTER
from requests_app.staff.request import StaffRequest
from requests_app.stock.forecast_forms import LetterForm
from requests_app.stock.letter import Request, letter_pdf
from requests_app.stock.pages import render_stock, stock_page

ADDRESSEE = "Direktur Jenderal Kependudukan dan Pencatatan Sipil, Kementerian Dalam Negeri"
POSITION = "Kepala Dinas Kependudukan dan Pencatatan Sipil Kota Palembang"
WANTED_DAYS = 90


@require_safe
@stock_page("see_forecast")
def stock_letter(request: StaffRequest) -> HttpResponse:
    """What the letter asks for, with a proposal to change."""
    situation = load_situation(request.now)
    proposal = {
        "addressee": ADDRESSEE, "position": POSITION, "wanted_days": WANTED_DAYS,
        "quantity": _proposed(situation.to_ask(WANTED_DAYS)) or None,
    }  # fmt: skip
    return _page(request, LetterForm(initial=proposal), situation)


@require_http_methods(["GET", "HEAD", "POST"])
@stock_page("see_forecast")
def stock_letter_pdf(request: StaffRequest) -> HttpResponse:
    """POST: the letter. What is typed is in no address, so opening it by its address leads to the page."""
    if request.method != "POST":
        return redirect("stock_letter")
    situation = load_situation(request.now)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _page(request, form, situation, status=422)
    pdf = letter_pdf(Request(**form.cleaned_data), situation, now=request.now)
    name = f"permohonan-blangko-{situation.today.isoformat()}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _proposed(needed: int) -> int:
    return min(needed, MOST_OF_A_LETTER)


def _page(request: StaffRequest, form: LetterForm, situation: Situation, *, status: int = 200) -> HttpResponse:
    needed = situation.to_ask(WANTED_DAYS)
    context: dict[str, Any] = {
        "form": form, "situation": situation, "line": situation.line(), "proposed": _proposed(needed),
        "needed": needed, "wanted": WANTED_DAYS, "back": reverse("stock_forecast"),
    }  # fmt: skip
    return render_stock(request, "stock/letter.html", context, status=status)
