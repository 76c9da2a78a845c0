"""The WhatsApp webhook: Meta's question, and what it posts."""

from typing import Any

import pytest
from django.test import Client

from requests_app.models import WebhookEvent
from tests.webhooks.doors import WHATSAPP_DOOR, envelope, status

DOOR = WHATSAPP_DOOR.path


@pytest.fixture
def secret(settings: Any) -> str:
    return str(settings.WHATSAPP_APP_SECRET)


def test_meta_is_told_its_challenge_when_it_knows_our_word(client: Client, settings: Any):
    given = {"hub.mode": "subscribe", "hub.verify_token": settings.WHATSAPP_VERIFY_TOKEN, "hub.challenge": "<b>42"}
    answer = client.get(DOOR, given)
    assert (answer.status_code, answer.content) == (200, b"<b>42")
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "change", [{"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}]
)
def test_nobody_else_is(client: Client, settings: Any, change: dict[str, str]):
    given = {"hub.mode": "subscribe", "hub.verify_token": settings.WHATSAPP_VERIFY_TOKEN, "hub.challenge": "42"}
    assert client.get(DOOR, given | change).status_code == 403


def test_without_a_word_of_ours_nobody_subscribes(client: Client, settings: Any):
    settings.WHATSAPP_VERIFY_TOKEN = ""
    assert client.get(DOOR, {"hub.mode": "subscribe", "hub.verify_token": ""}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b'{"object":"page","entry":[{"changes":[{"field":"feed"}]}]}',
        envelope(status(status="played"), errors=[{"code": 1}]),
        envelope(status(timestamp="soon")),
    ],
)
def test_what_nobody_understands_is_answered_200_and_left_out(secret: str, body: bytes):
    assert WHATSAPP_DOOR.post(body, secret) == 200
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_what_was_posted_is_sealed_in_the_database(secret: str, as_owner: Any, django_db_blocker: Any):
    message = {"id": "wamid.I", "from": "6280000000777", "timestamp": "1780000000", "type": "text"}
    assert WHATSAPP_DOOR.post(envelope(messages=[{**message, "text": {"body": "Rahasia"}}]), secret) == 200
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM requests_app_webhookevent")
        (sealed,) = cursor.fetchone()
    assert b"Rahasia" not in bytes(sealed)
    assert b"6280000000777" not in bytes(sealed)
