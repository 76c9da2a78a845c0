"""The webhook's door: who may speak, what is stored, and that it answers at once."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from requests_app.models import WebhookEvent
from requests_app.operations import nudge

DOOR = "/webhook/whatsapp/"


def envelope(*statuses: dict[str, Any], **value: Any) -> bytes:
    change = {"field": "messages", "value": {"metadata": {"phone_number_id": "1"}, "statuses": list(statuses), **value}}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def status(number: int = 1, **over: Any) -> dict[str, Any]:
    return {"id": f"wamid.{number}", "status": "sent", "timestamp": "1780000000", **over}


def post(body: bytes, secret: str, **extra: Any) -> int:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature} | extra
    client = Client(enforce_csrf_checks=True)
    return client.post(DOOR, data=body, content_type="application/json", headers=headers).status_code


@pytest.fixture
def secret(settings: Any) -> str:
    return str(settings.WHATSAPP_APP_SECRET)


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the doorbell was rung for."""
    rung: list[str] = []
    monkeypatch.setattr(nudge._doorbell, "ring", rung.append)
    return rung


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


@pytest.mark.django_db(transaction=True)
def test_a_signed_post_is_stored_answered_and_rung_for(secret: str, rings: list[str]):
    assert post(envelope(status(1), status(2)), secret) == 200
    assert WebhookEvent.objects.filter(processed_at=None).count() == 2
    assert rings == ["process_receipts"]


@pytest.mark.django_db
def test_the_same_post_again_is_stored_once(secret: str):
    body = envelope(status())
    assert [post(body, secret), post(body, secret)] == [200, 200]
    assert WebhookEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=é", "SHA256=" + "0" * 64]
)
def test_a_wrong_signature_stores_nothing(secret: str, signature: str):
    assert post(envelope(status()), secret, **{"X-Hub-Signature-256": signature}) == 403
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_no_signature_stores_nothing(client: Client):
    assert client.post(DOOR, data=envelope(status()), content_type="application/json").status_code == 403
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_without_a_secret_of_ours_nothing_is_believed(settings: Any):
    settings.WHATSAPP_APP_SECRET = ""
    assert post(envelope(status()), "") == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"object":"page","entry":[{"changes":[{"field":"feed"}]}]}',
        envelope(status(status="played"), errors=[{"code": 1}]),
        envelope(status(timestamp="soon")),
    ],
)
def test_what_nobody_understands_is_answered_200_and_left_out(secret: str, body: bytes):
    assert post(body, secret) == 200
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_the_rest_of_a_batch_counts_beside_what_nobody_understands(secret: str):
    assert post(envelope(status(status="played"), status(2), status(3, mood={"emoji": "🙂"})), secret) == 200
    assert WebhookEvent.objects.count() == 2


@pytest.mark.django_db
def test_a_body_over_four_megabytes_is_not_read(secret: str):
    assert post(envelope(status(padding="x" * (4 * 1024 * 1024))), secret) == 413
    assert not WebhookEvent.objects.exists()


def test_other_methods_are_refused(client: Client):
    assert client.put(DOOR).status_code == 405


@pytest.mark.django_db
def test_what_was_posted_is_sealed_in_the_database(secret: str, as_owner: Any, django_db_blocker: Any):
    message = {"id": "wamid.I", "from": "6280000000777", "timestamp": "1780000000", "type": "text"}
    assert post(envelope(messages=[{**message, "text": {"body": "Rahasia"}}]), secret) == 200
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM requests_app_webhookevent")
        (sealed,) = cursor.fetchone()
    assert b"Rahasia" not in bytes(sealed)
    assert b"6280000000777" not in bytes(sealed)
