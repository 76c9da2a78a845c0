"""Whether an open tracking page has something new to say: asked by a script now and then, answered in a few bytes."""

from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app import language
from requests_app.citizen.track.access import seen
from requests_app.clock import database_now
from requests_app.queries.stage import live
from requests_app.rules.numbers import normalise_number
from requests_app.vault.keyring import keyed_hash

PER_MINUTE = 20


@never_cache
@require_safe
def news(request: HttpRequest, number: str) -> HttpResponse:
    """304 while nothing changed; else 200 with the status in words. 403 once this session may not see it any more.

    Asking is no use of the page: it does not prolong the access, and is no evidence that an answer was seen.
    """
    now = database_now()
    among = seen(request, now)
    found = live(normalise_number(number) or "", among, now=now) if among else None
    if found is None:
        return HttpResponse(status=403)
    if too_often(request, now):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    tag = f'"{found.state}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return JsonResponse({"status": language.say(found.status.label)}, headers={"ETag": tag})


def too_often(request: HttpRequest, now: datetime) -> bool:
    """Counted for one session and minute, in this process's memory: our scripts ask fewer times. Whoever is refused
    can still open the page itself."""
    key = f"news:{keyed_hash('visitor', str(request.session.session_key)).hex()}:{int(now.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:
        # Thrown out of a full memory in this very moment.
        return False
