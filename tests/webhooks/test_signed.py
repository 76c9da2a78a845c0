"""Every webhook: who may speak, what is stored, and that it answers at once."""

from typing import Any

import pytest
from django.test import Client

from requests_app.models import WebhookEvent
from requests_app.operations import nudge
from tests.webhooks.doors import DOORS, Door

pytestmark = pytest.mark.django_db
SECRET = "rahasia-bersama"


@pytest.fixture(params=DOORS, ids=lambda door: door.path)
def door(request: Any, settings: Any) -> Door:
    found: Door = request.param
    setattr(settings, found.secret_name, SECRET)
    return found


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the doorbell was rung for."""
    rung: list[str] = []
    monkeypatch.setattr(nudge._doorbell, "ring", rung.append)
    return rung


@pytest.mark.django_db(transaction=True)
def test_a_signed_post_is_stored_answered_and_rung_for(door: Door, rings: list[str]):
    assert door.post(door.post_of(door.item_of(1), door.item_of(2)), SECRET) == 200
    assert WebhookEvent.objects.filter(processed_at=None).count() == 2
    assert rings == ["process_receipts"]


def test_the_same_post_again_is_stored_once(door: Door):
    body = door.post_of(door.item_of())
    assert [door.post(body, SECRET), door.post(body, SECRET)] == [200, 200]
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize(
    "signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=é", "SHA256=" + "0" * 64]
)
def test_a_wrong_signature_stores_nothing(door: Door, signature: str):
    assert door.post(door.post_of(door.item_of()), SECRET, **{door.header: signature}) == 403
    assert not WebhookEvent.objects.exists()


def test_the_signature_of_other_bytes_or_of_another_secret_stores_nothing(door: Door):
    body = door.post_of(door.item_of())
    assert door.post(body, "another secret") == 403
    assert not WebhookEvent.objects.exists()


def test_no_signature_stores_nothing(client: Client, door: Door):
    body = door.post_of(door.item_of())
    assert client.post(door.path, data=body, content_type="application/json").status_code == 403
    assert not WebhookEvent.objects.exists()


def test_without_a_secret_of_ours_nothing_is_believed(door: Door, settings: Any):
    setattr(settings, door.secret_name, "")
    assert door.post(door.post_of(door.item_of()), "") == 403
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"null", b"7", b"\xff\xfe", b"[" * 100_000, b"[[{}]]"])
def test_what_nobody_understands_is_answered_200_and_left_out(door: Door, body: bytes):
    assert door.post(body, SECRET) == 200
    assert not WebhookEvent.objects.exists()


def test_the_rest_of_a_batch_counts_beside_what_nobody_understands(door: Door):
    items = door.item_of(status="played"), door.item_of(2), door.item_of(3, mood={"emoji": "🙂"})
    assert door.post(door.post_of(*items), SECRET) == 200
    assert WebhookEvent.objects.count() == 2


def test_a_thousand_in_one_post_are_stored(door: Door):
    assert door.post(door.post_of(*(door.item_of(n, padding="x" * 2900) for n in range(1000))), SECRET) == 200
    assert WebhookEvent.objects.count() == 1000


def test_a_body_over_four_megabytes_is_not_read(door: Door):
    assert door.post(door.post_of(door.item_of(padding="x" * (4 * 1024 * 1024))), SECRET) == 413
    assert not WebhookEvent.objects.exists()


def test_other_methods_are_refused(client: Client, door: Door):
    assert client.put(door.path).status_code == 405
