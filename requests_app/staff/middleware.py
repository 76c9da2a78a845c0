"""The same guard for pages that are not ours: everything of Django's admin."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from requests_app.staff.guard import refusal


class AdminGuard:
    """Admin pages answer admins only, after the same sign-in and second factor as all staff pages.

    Its own sign-in page is never reached: whoever is not signed in goes to ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Refuse before the admin's view runs."""
        match = request.resolver_match
        return refusal(request, "administer") if match is not None and "admin" in match.app_names else None
