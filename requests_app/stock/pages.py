"""What the pages of the stock share: the location in the address, tabs, and pages that say "not now"."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from requests_app.models import BlankStock
from requests_app.operations.office import FieldRefused
from requests_app.operations.steps import NotNow
from requests_app.queries.stock import code_of, stock_by_code
from requests_app.rules.roles import may
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]
LocationView = Callable[Concatenate[StaffRequest, BlankStock, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
AnyPage = Callable[..., HttpResponse]
# Label, the URL's name, the action that it needs.
TABS = (
    ("Lokasi", "stock_home", "see_stock"),
    ("Prakiraan", "stock_forecast", "see_forecast"),
    ("Aturan", "stock_rules", "set_card_policy"),
)
# What can be done at one location: label, the URL's name, the action.
DOINGS = (
    ("Terima dari pusat", "stock_receive", "receive_blanks"),
    ("Kirim ke lokasi lain", "stock_send", "move_blanks"),
    ("Opname", "stock_count", "move_blanks"),
    ("Catat rusak", "stock_spoil", "move_blanks"),
    ("Dicetak di luar sistem", "stock_outside", "receive_blanks"),
)


def stock_page(action: str) -> Callable[[View[P]], Page[P]]:
    """Mark a view as a page of the stock; what cannot be done any more becomes a page that says so (409)."""

    def decorate(view: View[P]) -> Page[P]:
        @staff_page(action)
        @wraps(view)
        def page(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except NotNow as problem:
                return render_stock(request, "stock/not_now.html", {"reason": str(problem)}, status=409)

        return page

    return decorate


def location_page(action: str) -> Callable[[LocationView[P]], AnyPage]:
    """The same for one location: the view gets it in place of the address's `code`; 404 outside the officer's zones."""

    def decorate(view: LocationView[P]) -> AnyPage:
        @stock_page(action)
        @wraps(view)
        def page(request: StaffRequest, /, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            stock = stock_by_code(request.user, code)
            if stock is None:
                raise Http404
            return view(request, stock, *args, **kwargs)

        return page

    return decorate


def render_stock(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the stock with its tabs; with a `stock` in the context also what can be done there."""
    given = dict(context or {})
    role = request.user.role
    tabs = [(label, reverse(name)) for label, name, action in TABS if may(role, action)]
    around: dict[str, Any] = {"tabs": [(label, address, request.path == address) for label, address in tabs]}
    stock = given.get("stock")
    if isinstance(stock, BlankStock):
        code = code_of(stock)
        around["code"] = code
        around["doings"] = [(label, reverse(name, args=[code])) for label, name, action in DOINGS if may(role, action)]
    return render_staff(request, template, around | given, status=status)


def refuse(form: forms.BaseForm, problem: FieldRefused) -> None:
    """A refusal of an operation, told beside its field."""
    form.add_error(problem.field if problem.field in form.fields else None, str(problem))
