"""Who may open a staff page: signed in, with the second factor where it is due, and in a role that the action names."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from requests_app.clock import database_now
from requests_app.models import Officer
from requests_app.rules.roles import may
from requests_app.staff.request import StaffRequest
from requests_app.staff.second_factor import owes_second_factor

P = ParamSpec("P")
StaffView = Callable[Concatenate[StaffRequest, P], HttpResponse]


def staff_page(action: str) -> Callable[[StaffView[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Mark a view as a staff page of one action of rules/roles.py; nobody else's request reaches it.

    The view gets a request with `user` (an Officer) and `now` (the database's clock, asked once). Answers are
    never cached. The action stays readable as the view's `staff_action`.
    """

    def decorate(view: StaffView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            refused = refusal(request, action)
            if refused is not None:
                return refused
            staff_request: Any = request
            staff_request.now = database_now()
            return view(staff_request, *args, **kwargs)

        guarded.staff_action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def refusal(request: HttpRequest, action: str) -> HttpResponse | None:
    """The page for whoever may not do this action (sign in, second factor, 403), or None for who may."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("officer_home"))
    if not isinstance(request.user, Officer) or not may(request.user.role, action):
        return render(request, "403.html", status=403)
    if owes_second_factor(request):
        return redirect("staff_second_factor")
    return None
