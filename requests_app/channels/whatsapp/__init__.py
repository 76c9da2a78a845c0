"""WhatsApp Business Cloud API: sending, error codes, and the webhook's signed receipts."""

from requests_app.channels.base import sanitise_parameter
from requests_app.channels.posts import Receipt, verify_signature
from requests_app.channels.whatsapp.client import WhatsAppChannel
from requests_app.channels.whatsapp.codes import kind_of_code, outcome_for_code
from requests_app.channels.whatsapp.webhook import (
    Inbound,
    parse_webhook,
    verify_subscription,
)

__all__ = [
    "Inbound",
    "Receipt",
    "WhatsAppChannel",
    "kind_of_code",
    "outcome_for_code",
    "parse_webhook",
    "sanitise_parameter",
    "verify_signature",
    "verify_subscription",
]
