"""The webhooks, each with its own envelope, header and secret."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client


@dataclass(frozen=True)
class Door:
    """One webhook. `post_of` makes the body of some items, `item_of` the n-th item with some fields of its own."""

    path: str
    header: str
    secret_name: str
    post_of: Callable[..., bytes]
    item_of: Callable[..., dict[str, Any]]

    def post(self, body: bytes, secret: str, **extra: str) -> int:
        """Post as the provider would; `extra` headers replace its own. Returns the status."""
        signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {self.header: signature} | extra
        client = Client(enforce_csrf_checks=True)
        return client.post(self.path, data=body, content_type="application/json", headers=headers).status_code


def envelope(*statuses: dict[str, Any], **value: Any) -> bytes:
    """As Meta posts."""
    change = {"field": "messages", "value": {"metadata": {"phone_number_id": "1"}, "statuses": list(statuses), **value}}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def status(number: int = 1, **over: Any) -> dict[str, Any]:
    """One of Meta's receipts."""
    return {"id": f"wamid.{number}", "status": "sent", "timestamp": "1780000000", **over}


def reports(*items: dict[str, Any]) -> bytes:
    """As an SMS gateway posts."""
    return json.dumps(list(items)).encode()


def report(number: int = 1, **over: Any) -> dict[str, Any]:
    """One of its reports."""
    return {"id": number, "reference": "", "status": "sent", "at": 1780000000, **over}


WHATSAPP_DOOR = Door("/webhook/whatsapp/", "X-Hub-Signature-256", "WHATSAPP_APP_SECRET", envelope, status)
SMS_DOOR = Door("/webhook/sms/", "X-Signature-256", "SMS_REPORT_SECRET", reports, report)
DOORS = (WHATSAPP_DOOR, SMS_DOOR)
