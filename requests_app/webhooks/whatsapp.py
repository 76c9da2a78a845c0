"""The WhatsApp webhook: is it Meta, and then store at once what it says. All further work happens elsewhere."""

import json
import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from requests_app.channels.whatsapp import verify_signature, verify_subscription
from requests_app.clock import database_now
from requests_app.operations.receipts import store_webhook

log = logging.getLogger(__name__)

# Meta posts up to 3 MB.
MAX_BODY = 4 * 1024 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def whatsapp(request: HttpRequest) -> HttpResponse:
    """GET: Meta checks that the address is ours. POST: receipts and messages, signed."""
    return _subscribe(request) if request.method == "GET" else _receive(request)


def _subscribe(request: HttpRequest) -> HttpResponse:
    given = request.GET
    if not verify_subscription(
        settings.WHATSAPP_VERIFY_TOKEN, mode=given.get("hub.mode", ""), token=given.get("hub.verify_token", "")
    ):
        return HttpResponse(status=403)
    return HttpResponse(given.get("hub.challenge", ""), content_type="text/plain")


def _receive(request: HttpRequest) -> HttpResponse:
    """200 means stored: anything else makes Meta post it again, so what we do not understand is 200 as well."""
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return HttpResponse(status=413)
    if not verify_signature(settings.WHATSAPP_APP_SECRET, body, request.headers.get("X-Hub-Signature-256")):
        return HttpResponse(status=403)
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        log.warning("webhook: signed, but not JSON")
        return HttpResponse()
    store_webhook(payload=payload, now=database_now())
    return HttpResponse()
