"""The WhatsApp webhook: Meta's question whether it is ours, its receipts, and what citizens write."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from requests_app.channels.whatsapp import verify_subscription
from requests_app.operations.receipts import store_webhook
from requests_app.rules.routes import WHATSAPP
from requests_app.webhooks.signed import take_post


@csrf_exempt
@require_http_methods(["GET", "POST"])
def whatsapp(request: HttpRequest) -> HttpResponse:
    """GET: Meta checks that the address is ours. POST: receipts and messages, signed."""
    if request.method == "GET":
        return _subscribe(request)
    secret = settings.WHATSAPP_APP_SECRET
    return take_post(request, door=WHATSAPP, secret=secret, header="X-Hub-Signature-256", store=store_webhook)


def _subscribe(request: HttpRequest) -> HttpResponse:
    given = request.GET
    if not verify_subscription(
        settings.WHATSAPP_VERIFY_TOKEN, mode=given.get("hub.mode", ""), token=given.get("hub.verify_token", "")
    ):
        return HttpResponse(status=403)
    return HttpResponse(given.get("hub.challenge", ""), content_type="text/plain")
