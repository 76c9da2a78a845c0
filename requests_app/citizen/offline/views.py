"""The offline page, and the service worker that shows it (docs/decisions/0013-offline.md)."""

import json
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from requests_app.citizen.language import OTHER_DOORS

PAGE = "citizen/offline/page.html"
FILES = ("adminduk.css", "adminduk.js", "offline.js", "luring.js", "receipt.css", "logo.svg")
"""What the start page and the offline page are drawn with."""
NEVER = (*OTHER_DOORS, settings.STATIC_URL)
"""Beginnings of addresses that the worker leaves alone: staff, machines, and files it was not told of."""

HOUR = 3600


@require_safe
@cache_control(no_cache=True)
def page(request: HttpRequest) -> HttpResponse:
    """What this device holds; the server knows nothing of it, a script fills it in."""
    return render(request, PAGE)


@require_safe
@cache_control(private=True, max_age=HOUR)
def worker(request: HttpRequest) -> HttpResponse:
    """The worker. Its version is made of what it keeps: whenever one of those changes, browsers fetch all of them.

    Browsers ask for it with every page; the hour keeps that from costing a slow line anything.
    """
    files = [static(name) for name in FILES]
    kept = render_to_string(PAGE) + "".join(files)
    context = {
        "version": sha256(kept.encode()).hexdigest()[:12],
        "files": json.dumps(files),
        "never": json.dumps(NEVER),
        "language": get_language(),
    }
    return render(request, "citizen/offline/sw.js", context, content_type="text/javascript")
