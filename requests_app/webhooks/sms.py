"""The SMS gateway's webhook: what became of the messages that it took."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from requests_app.operations.receipts import store_reports
from requests_app.rules.routes import SMS
from requests_app.webhooks.signed import take_post


@csrf_exempt
@require_POST
def sms(request: HttpRequest) -> HttpResponse:
    """Reports, signed. Without a secret of ours the gateway reports nothing, and nobody is believed."""
    secret = settings.SMS_REPORT_SECRET
    return take_post(request, door=SMS, secret=secret, header="X-Signature-256", store=store_reports)
