"""What the tracking page says of our messages: by which channel, and how far they came."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

from requests_app.models import Application, Notice
from requests_app.operations.fallback import owe_again
from tests.factories import submitted

pytestmark = pytest.mark.django_db


def said(client: Client, application: Application) -> str:
    page = html.fromstring(client.get(f"/lacak/{application.number}/").text)
    (section,) = page.xpath('//section[@aria-labelledby="messages"]')
    return " ".join(section.text_content().split())


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "accepted", "evidence": "accepted"}, "WhatsApp: terkirim"),
        ({"state": "delivered", "evidence": "delivered"}, "WhatsApp: sampai"),
        ({"state": "delivered", "evidence": "opened"}, "WhatsApp: sudah Anda buka"),
        ({"state": "failed", "evidence": "called"}, "WhatsApp: sudah kami sampaikan langsung"),
        ({"state": "held", "error_code": "not_configured"}, "WhatsApp: tertunda"),
    ],
)
def test_a_message_says_how_far_it_came(
    prove: Callable[[Application], Client], now: datetime, columns: dict[str, Any], words: str
) -> None:
    application = submitted(now - timedelta(hours=1))
    client = prove(application)
    goes_on = now if columns["state"] == "held" else None
    Notice.objects.filter(application=application, purpose="received").update(next_attempt_at=goes_on, **columns)
    assert said(client, application).endswith(words)


def test_a_message_that_took_a_second_channel_stands_there_once(
    prove: Callable[[Application], Client], now: datetime
) -> None:
    application = submitted(now - timedelta(hours=1))
    client = prove(application)
    first = application.notices.get(purpose="received")
    second = owe_again(application, first, to=("sms", application.phone), now=now, dedup="x")
    Notice.objects.filter(pk=first.pk).update(state="failed", next_attempt_at=None)
    Notice.objects.filter(pk=second.pk).update(state="held", next_attempt_at=now)
    words = said(client, application)
    assert words.count("Kode pesan") == 1
    assert words.endswith("WhatsApp: tidak sampai; SMS: tertunda")
