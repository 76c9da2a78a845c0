"""What the webhooks share: a signed POST is stored at once and answered; all further work happens elsewhere."""

import json
import logging
from datetime import datetime
from typing import Protocol

from django.http import HttpRequest, HttpResponse

from requests_app.channels.posts import verify_signature
from requests_app.clock import database_now
from requests_app.operations.webhook_posts import note_post

log = logging.getLogger(__name__)

# Meta posts up to 3 MB.
MAX_BODY = 4 * 1024 * 1024


class Store(Protocol):
    """An operation that stores what one POST says."""

    def __call__(self, *, payload: object, now: datetime) -> int: ...


def take_post(request: HttpRequest, *, door: str, secret: str, header: str, store: Store) -> HttpResponse:
    """200 means stored: anything else makes a provider post it again, so what we do not understand is 200 as well.

    403 for whoever does not know the secret, 413 for more than four megabytes. How many are taken and refused is
    counted (operations/webhook_posts.py).
    """
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return HttpResponse(status=413)
    if not verify_signature(secret, body, request.headers.get(header)):
        note_post(door, is_taken=False, clock=database_now)
        return HttpResponse(status=403)
    note_post(door, is_taken=True, clock=database_now)
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        log.warning("webhook: signed, but not JSON")
        return HttpResponse()
    store(payload=payload, now=database_now())
    return HttpResponse()
