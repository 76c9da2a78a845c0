"""What the admin's pages share: tabs, the zone in the address, and pages that say "not now"."""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from requests_app.models import Zone
from requests_app.operations.office import FieldRefused
from requests_app.operations.steps import NotNow
from requests_app.queries.zone_admin import zone_by_code
from requests_app.rules.roles import may
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]
ZoneView = Callable[Concatenate[StaffRequest, Zone, P], HttpResponse]
Page = Callable[..., HttpResponse]
ACTION = "manage_zones"
TABS = (
    ("Zona", "zone_admin_home"),
    ("Cakupan", "zone_admin_coverage"),
    ("Hari libur", "zone_admin_holidays"),
    ("Protokol kesehatan", "zone_admin_protocol"),
    ("Batas pengiriman", "zone_admin_sending"),
    ("Kesehatan pesan", "oversight_notices"),
)
OF_A_ZONE = (
    ("Data zona", "zone_admin_zone"),
    ("Hari tutup", "zone_admin_closures"),
    ("Uji nomor", "zone_admin_test"),
)
CONFIRMED = "setuju"
"""Name of the button that says yes to what a change would move."""
MOST_DIGITS = 9


def admin_page(view: View[P]) -> Page:
    """Mark a view as a page of this door; what cannot be done any more becomes a page that says so (409)."""

    @staff_page(ACTION)
    @wraps(view)
    def page(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotNow as problem:
            return render_admin(request, "zone_admin/not_now.html", {"reason": str(problem)}, status=409)

    return page


def zone_page(view: ZoneView[P]) -> Page:
    """The same for one zone: the view gets it in place of the address's `code`; 404 for a code that none has."""

    @admin_page
    @wraps(view)
    def page(request: StaffRequest, /, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        zone = zone_by_code(code)
        if zone is None:
            raise Http404
        return view(request, zone, *args, **kwargs)

    return page


def render_admin(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of this door with its tabs; with a `zone` in the context also those of the zone."""
    given = dict(context or {})
    if not may(request.user.role, ACTION):  # a supervisor reads the limits
        return render_staff(request, template, {"home": reverse("oversight_home")} | given, status=status)
    tabs = [(label, reverse(name), request.path == reverse(name)) for label, name in TABS]
    around: dict[str, Any] = {"tabs": tabs, "confirm_name": CONFIRMED}
    zone = given.get("zone")
    if isinstance(zone, Zone) and zone.pk:
        places = [(label, reverse(name, args=[zone.code])) for label, name in OF_A_ZONE]
        around["zone_tabs"] = [(label, address, request.path == address) for label, address in places]
    return render_staff(request, template, around | given, status=status)


def refuse(form: forms.BaseForm, problem: FieldRefused) -> None:
    """A refusal of an operation, told beside its field."""
    form.add_error(problem.field if problem.field in form.fields else None, str(problem))


def agreement(form: forms.BaseForm, to_move: int) -> str:
    """Value of the button that says yes: to these very data, and to so many visits being moved."""
    given = repr(sorted(form.cleaned_data.items()))
    return f"{to_move}-{hashlib.sha256(given.encode()).hexdigest()[:16]}"


def is_agreed(request: HttpRequest, form: forms.BaseForm, to_move: int) -> bool:
    """Whether the admin has said yes to these data, and saw at least as many visits as they would move now."""
    value = request.POST.get(CONFIRMED, "")
    told = value.partition("-")[0]
    seen = int(told) if told.isascii() and told.isdigit() and len(told) < MOST_DIGITS else -1
    return seen >= to_move and value == agreement(form, seen)
