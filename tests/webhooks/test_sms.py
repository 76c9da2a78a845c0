"""The SMS gateway's webhook: only what is its own."""

from typing import Any

import pytest
from django.test import Client

from requests_app.models import WebhookEvent
from tests.webhooks.doors import SMS_DOOR, WHATSAPP_DOOR, report, reports

pytestmark = pytest.mark.django_db


def test_nothing_is_read_here(client: Client):
    assert client.get(SMS_DOOR.path).status_code == 405


def test_who_signs_for_whatsapp_does_not_speak_for_the_gateway(settings: Any):
    settings.SMS_REPORT_SECRET, settings.WHATSAPP_APP_SECRET = "of the gateway", "of Meta"
    body = reports(report())
    assert SMS_DOOR.post(body, "of Meta") == 403
    assert WHATSAPP_DOOR.post(body, "of the gateway") == 403
    assert not WebhookEvent.objects.exists()
