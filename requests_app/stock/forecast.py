"""How long the blanks last: the forecast with what-if, promised deliveries, and the letter that asks for more."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from requests_app.models import PlannedDelivery
from requests_app.operations.office import FieldRefused
from requests_app.operations.planned_deliveries import cancel_delivery, plan_delivery
from requests_app.operations.steps import NotNow
from requests_app.queries.forecast import Situation, cover_alert, load_situation
from requests_app.rules.blank_use import WhatIf
from requests_app.rules.forecast import Runway
from requests_app.staff.request import StaffRequest
from requests_app.stock.forecast_forms import DeliveryForm, WhatIfForm
from requests_app.stock.pages import refuse, render_stock, stock_page
from requests_app.stock_chart import Past, StockChart, stock_chart

LATE, SHARE = 14, 50


@dataclass(frozen=True)
class Case:
    """A line of the table: an assumption by name, its dates, and the address that shows it."""

    name: str
    line: Runway
    query: str = ""
    is_asked: bool = False


@require_safe
@stock_page("see_forecast")
def stock_forecast(request: StaffRequest) -> HttpResponse:
    """The forecast; with an assumption in the address also what follows from that (422 when it cannot be read)."""
    return _page(request, DeliveryForm())


@require_POST
@stock_page("see_forecast")
def add_delivery(request: StaffRequest) -> HttpResponse:
    """The centre has promised a delivery."""
    form = DeliveryForm(request.POST)
    if form.is_valid():
        try:
            plan_delivery(**form.cleaned_data, officer=request.user, now=request.now)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Kiriman yang dijanjikan tercatat. Perkiraan sudah memperhitungkannya.")
            return redirect("stock_forecast")
    return _page(request, form, status=422)


@require_POST
@stock_page("see_forecast")
def cancel_planned(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The promise holds no longer."""
    if not PlannedDelivery.objects.filter(pk=delivery_id).exists():
        raise Http404
    try:
        cancel_delivery(delivery_id=delivery_id, officer=request.user, now=request.now)
    except NotNow as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, "Kiriman dibatalkan. Perkiraan tidak memperhitungkannya lagi.")
    return redirect("stock_forecast")


def _page(request: StaffRequest, form: DeliveryForm, *, status: int = 200) -> HttpResponse:
    situation = load_situation(request.now)
    what_if = WhatIfForm(request.GET, today=situation.today)
    assumed = what_if.assumed()
    line = situation.line()
    other = situation.line(assumed) if assumed.is_otherwise else None
    if what_if.errors:
        status = 422
    context = {
        "situation": situation, "line": line, "alone": situation.alone, "other": other, "form": form,
        "what_if": what_if, "cases": _cases(situation, line, other), "chart": _chart(situation, line, other),
        "covers": {cover.name: cover for cover in situation.covers}, "alert": cover_alert(),
        "used_from": situation.now.owned + situation.now.used,
        "errors": _errors(situation), "has_errors": bool(what_if.errors),
        "late_by": {d.pk: (situation.today - d.expected_on).days for d in situation.deliveries},
    }  # fmt: skip
    return render_stock(request, "stock/forecast.html", context, status=status)


def _cases(situation: Situation, line: Runway, other: Runway | None) -> list[Case]:
    """What is expected, the usual assumptions, and the one that was typed."""
    usual = [("Permintaan naik 20 %", WhatIf(demand=20), "permintaan=20")]
    if situation.deliveries:
        usual += [
            (f"Kiriman terlambat {LATE} hari", WhatIf(late=LATE), f"terlambat={LATE}"),
            ("Hanya separuh kiriman yang datang", WhatIf(share=SHARE), f"bagian={SHARE}"),
        ]
    found = [Case("Seperti diperkirakan", line)]
    found += [Case(name, situation.line(assumed), query) for name, assumed, query in usual]
    return [*found, *([Case("Pengandaian Anda", other, is_asked=True)] if other else [])]


def _chart(situation: Situation, line: Runway, other: Runway | None) -> StockChart:
    return stock_chart(
        [Past(day.day, day.on_hand, day.reserved) for day in situation.past], line, today=situation.today,
        free=situation.now.this_morning, reorder_level=situation.terms.reorder_level,
        deliveries=[day for day, _quantity in situation.arrivals], otherwise=other,
    )  # fmt: skip


def _errors(situation: Situation) -> list[tuple[str, float, bool]]:
    """Errors on the weeks held back: of what, in blanks a day, and whether it is the one in use."""
    outlook = situation.outlook
    found = (
        ("Perkiraan menurut pola hari, hari libur, dan kecenderungan", outlook.error_model, outlook.method == "model"),
        ("Sama dengan hari yang sama minggu lalu", outlook.error_last_week, outlook.method == "last_week"),
        ("Rata-rata semua hari, sebagai pembanding", outlook.error_mean, False),
    )
    return [(name, error, used) for name, error, used in found if error is not None]
