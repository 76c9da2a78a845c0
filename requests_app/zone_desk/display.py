"""The waiting room's display: numbers and desks for a television, nothing else; it needs no sign-in."""

from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.clock import database_now
from requests_app.models import Zone
from requests_app.queries.desk import display_of
from requests_app.rules.dates import local_date

KEPT_S = 1
"""Everybody may ask, so the database is asked once a second at most by each process."""


@never_cache
@require_safe
def display(request: HttpRequest, code: str) -> HttpResponse:
    """The whole page; a script asks for `board` alone, without one the page loads itself again."""
    zone = _zone_or_404(code)
    html, tag = _board(zone)
    context = {"zone": zone, "board": mark_safe(html), "tag": tag, "now": database_now()}  # noqa: S308 (our own)
    return render(request, "zone_desk/display.html", context)


@never_cache
@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """What changes; 304 while nothing does."""
    html, tag = _board(_zone_or_404(code))
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(html, headers={"ETag": tag})


def _zone_or_404(code: str) -> Zone:
    return get_object_or_404(Zone, code__iexact=code, is_active=True)


def _board(zone: Zone) -> tuple[str, str]:
    kept: Any = cache.get_or_set(f"display:{zone.pk}", lambda: _draw(zone), KEPT_S)
    return kept


def _draw(zone: Zone) -> tuple[str, str]:
    shown = display_of(zone, local_date(database_now()))
    html = render_to_string("zone_desk/_board.html", {"shown": shown, "zone": zone})
    return html, f'"{sha256(html.encode()).hexdigest()[:24]}"'
