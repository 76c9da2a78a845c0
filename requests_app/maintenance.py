"""Maintenance: while a file lies in its place, citizens get 503; staff, receipts and probes go on.

The file may hold the moment when the service is expected back (`2026-11-24T22:00`, WIB unless it names a zone).
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date

from requests_app import language
from requests_app.rules.dates import WIB

CITIZENS = "requests_app.citizen."
RETRY_SECONDS = 600  # when nobody said until when


class Maintenance:
    """Middleware. One look for a file on each page of the citizens; neither session nor database is touched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *arguments: Any) -> HttpResponse | None:
        """503 with Retry-After instead of a citizen's page, while the switch is on."""
        if not view.__module__.startswith(CITIZENS):
            return None
        try:
            said = Path(settings.MAINTENANCE_FILE).read_text()
        except FileNotFoundError:
            return None
        return _closed(_moment(said))


def _moment(said: str) -> datetime | None:
    try:
        until = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    return until if until.tzinfo else until.replace(tzinfo=WIB)


def _closed(until: datetime | None) -> HttpResponse:
    context = {"until": until and language.moment(until)}
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = http_date(until.timestamp()) if until else str(RETRY_SECONDS)
    add_never_cache_headers(response)
    return response
