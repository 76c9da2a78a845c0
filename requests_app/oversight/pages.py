"""What the supervisor's pages share."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.urls import reverse

from requests_app.operations.steps import NotNow
from requests_app.rules.roles import may
from requests_app.rules.statuses import StepNotAllowed
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]
TABS = (
    ("Ringkasan", "oversight_home"),
    ("Lewat janji", "oversight_broken"),
    ("Segera jatuh tempo", "oversight_soon"),
    ("Laporan", "oversight_reports"),
    ("Undangan", "oversight_invitations"),
    ("Pesan", "oversight_notices"),
    ("Survei", "oversight_survey"),
)
ALREADY = "Langkah ini tidak berlaku lagi: status permohonan sudah berubah."


def render_oversight(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A supervisor's page with its tabs; an admin reads that of the messages only, from among the admin's pages."""
    if not may(request.user.role, "oversee"):
        return render_staff(request, template, {"home": reverse("zone_admin_home"), **(context or {})}, status=status)
    tabs = [(label, reverse(name), request.path == reverse(name)) for label, name in TABS]
    return render_staff(request, template, {"tabs": tabs, **(context or {})}, status=status)


def explained(view: View[P]) -> View[P]:
    """Turn "this cannot be done any more" into a page (409) that says so, with what was typed."""

    @wraps(view)
    def explaining(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotNow as problem:
            return _not_now(request, str(problem))
        except StepNotAllowed:
            return _not_now(request, ALREADY)

    return explaining


def _not_now(request: StaffRequest, reason: str) -> HttpResponse:
    typed = request.POST.get("answer") or request.POST.get("reason") or ""
    return render_oversight(request, "oversight/not_now.html", {"reason": reason, "typed": typed}, status=409)
