"""Pages that show all components, for citizens and for staff, a form sent back with errors, and the error pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests_app.gaya.examples import PROBLEMS, examples
from requests_app.gaya.forms import SampleForm, wrong_form


def debug_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 unless DEBUG is on."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@debug_only
def citizen(request: HttpRequest) -> HttpResponse:
    """The components as citizens see them."""
    return render(request, "gaya/citizen.html", {**examples(), "sample": SampleForm()})


@require_safe
@debug_only
def staff(request: HttpRequest) -> HttpResponse:
    """The same, denser, and what only staff see."""
    return render(request, "gaya/staff.html", {**examples(), "sample": SampleForm(), "staff_role": "Petugas"})


@require_safe
@debug_only
def wrong(request: HttpRequest) -> HttpResponse:
    """A form as it comes back, with its summary of errors."""
    return render(request, "gaya/wrong.html", {"form": wrong_form()}, status=422)


@require_safe
@debug_only
def problem(request: HttpRequest, name: str) -> HttpResponse:
    """One of the error pages, with the status that it stands for."""
    if name not in PROBLEMS:
        raise Http404
    return render(request, f"{name}.html", {"until": "Senin, 29 Juni 2026 pukul 14.30 WIB"}, status=int(name))
