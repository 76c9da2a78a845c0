"""All locations on one page, and the rules: which policy is in force, and which location prints for which zone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import BlankStock, CardPolicy, Zone
from requests_app.operations.card_policy import set_card_policy, set_printing_location
from requests_app.operations.office import FieldRefused
from requests_app.queries.forecast import cover_alert
from requests_app.queries.stock import code_of, load_home
from requests_app.rules.roles import may
from requests_app.staff.request import StaffRequest
from requests_app.stock.forms import PolicyForm, PrintingForm
from requests_app.stock.pages import refuse, render_stock, stock_page


@require_safe
@stock_page("see_stock")
def stock_home(request: StaffRequest) -> HttpResponse:
    """Where the blanks are, whether the ledger proves it, and what somebody has to look after."""
    home = load_home(request.user)
    context = {
        "home": home,
        "alert": cover_alert(),
        "may_see_forecast": may(request.user.role, "see_forecast"),
        "receive_at": code_of(home.locations[0].stock) if home.locations else "",
        "may_receive": may(request.user.role, "receive_blanks"),
        "may_move": may(request.user.role, "move_blanks"),
    }
    return render_stock(request, "stock/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@stock_page("set_card_policy")
def stock_rules(request: StaffRequest) -> HttpResponse:
    """GET: the rules in force. POST: new ones from now on."""
    form = PolicyForm(request.POST or None, instance=CardPolicy.current())
    if request.method == "POST" and form.is_valid():
        try:
            set_card_policy(values=form.cleaned_data, officer=request.user, now=request.now)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Aturan tersimpan dan berlaku mulai sekarang.")
            return redirect("stock_rules")
    return _rules_page(request, form, _printing_form(), status=422 if form.is_bound else 200)


@require_POST
@stock_page("set_card_policy")
def stock_printing(request: StaffRequest) -> HttpResponse:
    """Cards of a zone are printed elsewhere from now on."""
    form = _printing_form(request.POST)
    if not form.is_valid():
        return _rules_page(request, PolicyForm(instance=CardPolicy.current()), form, status=422)
    stocks = {stock.pk: stock for stock in _places()}
    changed = [
        zone.name
        for zone in Zone.objects.filter(is_active=True)
        if set_printing_location(
            zone=zone, stock=stocks[form.cleaned_data[f"zone_{zone.code}"]], officer=request.user, now=request.now
        )
    ]
    told = f"Tempat cetak diubah untuk {', '.join(changed)}. Cadangan yang sudah ada tetap di tempatnya."
    messages.success(request, told if changed else "Tidak ada tempat cetak yang berubah.")
    return redirect("stock_rules")


def _printing_form(data: object = None) -> PrintingForm:
    return PrintingForm(data, zones=Zone.objects.filter(is_active=True), stocks=_places())


def _places() -> list[BlankStock]:
    """The head office first, then the active zones."""
    found = BlankStock.objects.select_related("zone")
    return [stock for stock in found if stock.zone is None or stock.zone.is_active]


def _rules_page(request: StaffRequest, form: PolicyForm, printing: PrintingForm, *, status: int) -> HttpResponse:
    history = CardPolicy.objects.select_related("changed_by")[:5]
    context = {"form": form, "printing": printing, "history": history}
    return render_stock(request, "stock/rules.html", context, status=status)
