"""Indonesian or English, as the citizen chose by the switch on every page; a browser's own wish is never asked."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes
from django.utils.translation import override

from requests_app.language import CHOICE
from requests_app.rules.dates import ENGLISH, INDONESIAN

YEAR = 365 * 24 * 3600
OTHER_DOORS = (
    "/petugas/", "/pengawas/", "/uptd/", "/kelola/", "/admin/", "/masuk/", "/keluar/", "/webhook/", "/healthz",
    "/readyz", "/metrics", "/simulator/", "/gaya/", "/stok/", "/cetak/", "/kartu/",
)  # fmt: skip
"""Beginnings of addresses that are not the citizens': staff and machines. There it is always Indonesian."""


class ChosenLanguage:
    """Middleware. One look at a cookie; no query, and nothing at all for those who chose nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(OTHER_DOORS):
            return self.get_response(request)
        if request.method in {"GET", "HEAD"} and request.GET.get(CHOICE) in {INDONESIAN, ENGLISH}:
            return _remember(request, request.GET[CHOICE])
        # The service worker asks without cookies for the pages that it keeps (citizen/offline).
        asked = request.COOKIES.get(CHOICE) or request.headers.get("X-Language")
        chosen = ENGLISH if asked == ENGLISH else INDONESIAN
        with override(chosen):
            response = self.get_response(request)
        if response.get("Content-Type", "").startswith(("text/html", "application/pdf")):
            response.headers.setdefault("Content-Language", chosen)
        patch_vary_headers(response, ("Cookie", "X-Language"))
        return response


def _remember(request: HttpRequest, chosen: str) -> HttpResponse:
    """Keep the choice for a year, and show the same page again without the parameter."""
    rest = request.GET.copy()
    del rest[CHOICE]
    response = HttpResponseRedirect(escape_leading_slashes(request.path) + (f"?{rest.urlencode()}" if rest else ""))
    if chosen == ENGLISH:
        response.set_cookie(
            CHOICE, ENGLISH, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(CHOICE, samesite="Lax")
    return response
