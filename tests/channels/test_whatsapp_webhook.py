"""Signed receipts: who may speak, and what is understood."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.channels.whatsapp import (
    Inbound,
    Receipt,
    parse_webhook,
    verify_signature,
    verify_subscription,
)

SECRET = "app-secret"


def envelope(**value: Any) -> dict[str, Any]:
    full = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1671"}, **value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": full}]}]}


def status(**fields: Any) -> dict[str, Any]:
    return {"id": "wamid.A", "status": "delivered", "timestamp": "1780000000", **fields}


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_the_right_signature_over_the_raw_bytes_counts() -> None:
    body = b'{"text":"\\u00e9 \\/"}'
    assert verify_signature(SECRET, body, signed(body))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha1=abc",
        signed(b"x", "other"),
        signed(b"y"),
        signed(b"x")[7:],
        "sha256=é",
        "\udcff",
    ],
)
def test_any_other_signature_does_not(header: str | None) -> None:
    assert not verify_signature(SECRET, b"x", header)


def test_without_a_secret_nobody_is_believed() -> None:
    assert not verify_signature("", b"x", signed(b"x", ""))


@pytest.mark.parametrize(
    ("mode", "token", "known"),
    [
        ("subscribe", "t", True),
        ("subscribe", "T", False),
        ("unsubscribe", "t", False),
        ("subscribe", "", False),
    ],
)
def test_the_subscription_knows_our_token(mode: str, token: str, known: bool) -> None:
    assert verify_subscription("t", mode=mode, token=token) is known
    assert not verify_subscription("", mode=mode, token="")


def test_a_receipt_is_read_whole() -> None:
    item = status(biz_opaque_callback_data="n:1", recipient_id="628", pricing={"billable": True})
    assert parse_webhook(envelope(statuses=[item])) == [
        Receipt(
            provider_id="wamid.A",
            status="delivered",
            at=datetime.fromtimestamp(1780000000, tz=UTC),
            opaque="n:1",
            error_code=None,
            phone_number_id="1671",
        )
    ]


def test_a_failure_names_its_code() -> None:
    (receipt,) = parse_webhook(envelope(statuses=[status(status="failed", errors=[{"code": 131026}])]))
    assert isinstance(receipt, Receipt)
    assert receipt.error_code == "131026"


def test_what_somebody_wrote_or_pressed_is_read() -> None:
    head = {"id": "wamid.B", "timestamp": "1780000000", "from": "6280000000001", "context": {"id": "wamid.A"}}
    messages = [
        {**head, "type": "text", "text": {"body": "Terima kasih\x00"}},
        {**head, "type": "button", "button": {"text": "Ya", "payload": "y"}},
        {**head, "type": "interactive", "interactive": {"button_reply": {"id": "1", "title": "Tidak"}}},
        {**head, "type": "image", "image": {"id": "9"}, "from": ""},
    ]
    found = parse_webhook(envelope(messages=messages))
    assert [item.text for item in found if isinstance(item, Inbound)] == ["Terima kasih", "Ya", "Tidak", ""]
    assert [item.from_ for item in found if isinstance(item, Inbound)] == ["+6280000000001"] * 3 + [None]
    assert isinstance(found[0], Inbound)
    assert found[0].context_id == "wamid.A"
    assert [item.payload for item in found if isinstance(item, Inbound)] == ["", "y", "1", ""]
    assert [item.kind for item in found if isinstance(item, Inbound)] == ["text", "button", "interactive", "image"]


def test_what_stands_below_a_picture_is_read_and_a_picture_alone_has_no_words() -> None:
    head = {"id": "wamid.B", "timestamp": "1780000000", "from": "6280000000001"}
    messages = [
        {**head, "type": "image", "image": {"id": "9", "caption": "KK saya"}},
        {**head, "type": "document", "document": {"id": "9", "filename": "kk.pdf"}},
        {**head, "type": "hologram", "hologram": {"body": 7}},
        {**head, "type": ["text"], "text": "STATUS"},
    ]
    found = [item for item in parse_webhook(envelope(messages=messages)) if isinstance(item, Inbound)]
    assert [item.text for item in found] == ["KK saya", "", "", ""]
    assert [item.kind for item in found] == ["image", "document", "hologram", "unknown"]


def test_whoever_hides_the_number_is_known_by_metas_own_name() -> None:
    head = {"id": "wamid.B", "timestamp": "1780000000", "type": "text", "text": {"body": "Halo"}}
    hidden, shown = {"profile": {}, "user_id": "ID.1"}, {"wa_id": "6280000000001", "user_id": "ID.2"}
    messages = [{**head, "from": ""}, head, {**head, "from": "6280000000001"}, {**head, "from_user_id": "ID.3"}]
    found = parse_webhook(envelope(contacts=[hidden, shown], messages=messages))
    assert [item.user_id for item in found if isinstance(item, Inbound)] == ["ID.1", "ID.1", "ID.2", "ID.3"]


def test_two_who_both_hide_their_numbers_are_not_taken_for_each_other() -> None:
    message = {"id": "wamid.B", "timestamp": "1780000000", "type": "text", "text": {"body": "Halo"}, "from": ""}
    (found,) = parse_webhook(envelope(contacts=[{"user_id": "ID.1"}, {"user_id": "ID.2"}], messages=[message]))
    assert isinstance(found, Inbound)
    assert found.user_id is None


def test_one_post_may_carry_many_of_both_kinds() -> None:
    payload = envelope(statuses=[status(id=f"wamid.{n}") for n in range(1000)])
    payload["entry"].append(envelope(statuses=[status(id="wamid.last")])["entry"][0])
    assert len(parse_webhook(payload)) == 1001


@pytest.mark.parametrize(
    "broken",
    [
        status(timestamp=None), status(timestamp="soon"), status(timestamp="-1"), status(timestamp=True),
        status(timestamp="999999999999"), status(timestamp="１７８０"), status(status="warned"),
        status(status=["sent"]),
        status(id=""), status(id=7), "text", None, 4,
    ],
)  # fmt: skip
def test_what_is_not_understood_is_left_out_and_the_rest_counts(broken: object) -> None:
    found = parse_webhook(envelope(statuses=[broken, status()]))
    assert [item.phone_number_id for item in found] == ["1671"]


def test_what_the_database_cannot_hold_is_removed() -> None:
    payload = json.loads('{"entry":[{"changes":[{"value":{"statuses":[{"id":"a\\u0000\\ud800b","status":"sent",'
                         '"timestamp":"1","biz_opaque_callback_data":"' + "x" * 9000 + '"}]}}]}]}')  # fmt: skip
    (receipt,) = parse_webhook(payload)
    assert isinstance(receipt, Receipt)
    assert receipt.provider_id == "ab"
    assert len(receipt.opaque or "") == 512


KEYS = st.sampled_from(
    ["entry", "changes", "value", "statuses", "messages", "metadata", "id", "status", "timestamp", "errors", "code",
     "from", "text", "body", "context", "phone_number_id", "interactive", "button_reply", "contacts", "user_id",
     "wa_id", "type", "image", "caption", "button", "payload", "from_user_id"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["sent", "failed", "1"])
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=6)
)


@given(ANYTHING)
def test_nothing_that_arrives_makes_it_raise(payload: object) -> None:
    parse_webhook(payload)


@given(st.lists(ANYTHING, max_size=3), st.dictionaries(KEYS, ANYTHING, max_size=5))
def test_not_even_inside_a_receipt(items: list[object], fields: dict[str, Any]) -> None:
    found = parse_webhook(envelope(statuses=[*items, {**status(), **fields}], messages=[*items, fields]))
    assert all(item.at.tzinfo is UTC for item in found)
