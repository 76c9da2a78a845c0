"""A form whose protection token is missing or old: nothing typed is lost."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache

from requests_app.citizen.apply.pages import TOO_LONG_OPEN, form_page
from requests_app.citizen.apply.steps import Step, step_of
from requests_app.citizen.apply.visit import open_visit

# Django's reasons for a request that came from another site: that one gets a plain refusal.
FROM_ELSEWHERE = ("Origin checking failed", "Referer checking failed")
TOKEN, PASSWORD = "csrfmiddlewaretoken", "password"


@never_cache
def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: nothing is saved, and what was typed comes again with a fresh token (422).

    A step of the form comes as itself; any other form as a page with one button that sends it once more. Requests
    from other sites get the page without the button (403).
    """
    if request.method != "POST" or reason.startswith(FROM_ELSEWHERE):
        return render(request, "422.html", status=403)
    step = _step(request)
    if step is None:
        return render(request, "422.html", {"again": _typed(request)}, status=422)
    return form_page(step, open_visit(request, step.service), typed=True, notice=TOO_LONG_OPEN, status=422)


def _typed(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """What the form held, without its secrets; nothing unless the browser says that it is our own form.

    Only a named origin, which Django has found to be ours, tells that no other site filled this in.
    """
    if "Origin" not in request.headers:
        return ()
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN and PASSWORD not in name
    ]


def _step(request: HttpRequest) -> Step | None:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    return step_of(**match.kwargs) if match.url_name == "apply_step" else None
