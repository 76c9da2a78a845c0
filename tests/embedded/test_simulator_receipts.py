"""The receipts that the simulator posts, and how faults bend them."""

# ruff: noqa: F811 (pytest's fixtures are imported and asked for by name)

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from requests_app.channels.whatsapp import Inbound, parse_webhook, verify_signature
from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook  # noqa: F401
from tests.channels.simulator_process import (
    APP_SECRET,
    SimulatorProcess,
    Webhook,
)
from tests.embedded.simulator_calls import PHONE, SENDER, outcome, receipts, send, wamid


def test_receipts_are_signed_and_carry_what_we_gave(simulator: SimulatorProcess, webhook: Webhook) -> None:
    sent = wamid(send(simulator))
    posts = webhook.wait_for_statuses("sent", "delivered")
    assert all(verify_signature(APP_SECRET, post.body, post.headers["x-hub-signature-256"]) for post in posts)
    found = receipts(posts)
    assert {(r.provider_id, r.opaque, r.phone_number_id) for r in found} == {(sent, "notice:1", SENDER)}
    assert [r.status for r in found] == ["sent", "delivered"]


def test_a_webhook_that_is_away_is_asked_again(simulator: SimulatorProcess, webhook: Webhook) -> None:
    webhook.answers += [500, 503, 404]
    send(simulator)
    assert {receipt.status for receipt in receipts(outcome(webhook, 5))} == {"sent", "delivered"}
    assert {row["state"] for row in simulator.ledger()["webhooks"]} == {"done"}


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [
        ({"action": "dup_webhook", "n": 3}, ["sent"] * 3 + ["delivered"] * 3),
        ({"action": "dup_webhook", "statuses": ["delivered"]}, ["sent", "delivered", "delivered"]),
        ({"action": "reorder"}, ["read", "delivered", "sent"]),
        ({"action": "skip_delivered"}, ["sent", "read"]),
        ({"action": "never_delivered"}, ["sent"]),
        ({"action": "lost_webhook", "statuses": ["delivered"]}, ["sent"]),
        ({"action": "lost_webhook"}, []),
        ({"action": "failed_async"}, ["failed"]),
        ({"action": "undeliverable_131026", "async": True}, ["failed"]),
        ({"action": "failed_after_delivered"}, ["sent", "delivered", "failed"]),
        ({"action": "late_webhook"}, []),
        ({"action": "unknown_wamid"}, ["sent", "delivered"]),
        ({"action": "unknown_field"}, ["sent", "delivered"]),
        ({"action": "replay_old"}, ["sent", "delivered"]),
        ({"action": "stale_receipt", "statuses": ["delivered"]}, ["sent", "delivered", "delivered"]),
        (
            {"action": "forged_signature", "extra": True, "says": "failed", "statuses": ["sent"]},
            ["sent", "failed", "delivered"],
        ),
        ({"action": "unknown_phone_number_id"}, ["sent", "delivered"]),
        ({"action": "bsuid_only"}, ["sent", "delivered"]),
    ],
)
def test_a_fault_bends_the_receipts(
    simulator: SimulatorProcess, webhook: Webhook, rule: dict[str, Any], statuses: list[str]
) -> None:
    simulator.faults(rule)
    sent = wamid(send(simulator))
    found = receipts(outcome(webhook, len(statuses)))
    assert sorted(r.status for r in found) == sorted(statuses)
    if rule["action"] == "reorder":
        assert [r.status for r in found] == statuses
    assert all((r.provider_id == sent) == (rule["action"] != "unknown_wamid") for r in found)


def test_a_late_receipt_comes_when_its_time_has_come(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "late_webhook", "seconds": 86400})
    sent_at = time.time()
    send(simulator)
    simulator.control("advance", {"seconds": 86401})
    found = receipts(webhook.wait_for_statuses("sent", "delivered"))
    # It tells when it happened, not when it was told. The leap may tell it a moment before it happens.
    assert all(abs(receipt.at.timestamp() - sent_at) < 3600 for receipt in found)


@pytest.mark.parametrize("action", ["forged_signature", "missing_signature", "sha1_only", "tampered_body"])
def test_a_wrong_signature_is_really_wrong(simulator: SimulatorProcess, webhook: Webhook, action: str) -> None:
    simulator.faults({"action": action})
    webhook.answers += [401, 401]
    send(simulator)
    posts = outcome(webhook, 2)
    assert not any(verify_signature(APP_SECRET, p.body, p.headers.get("x-hub-signature-256")) for p in posts)


def test_a_person_who_hides_the_number_is_nowhere_named(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "bsuid_only"})
    send(simulator)
    assert all(PHONE.encode() not in post.body for post in outcome(webhook, 2))


def test_receipts_of_many_come_in_one_post(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "batch", "size": 6})
    sent = {wamid(send(simulator, to=f"628000000010{n}")) for n in range(3)}
    found = receipts(outcome(webhook, 1))
    assert {receipt.provider_id for receipt in found} == sent
    assert len(found) == 6


def test_a_receipt_may_come_before_the_answer(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "webhook_before_response"})
    send(simulator)
    assert [receipt.status for receipt in receipts(webhook.posts)] == ["sent", "delivered"]


def test_an_old_receipt_comes_again_days_later_and_says_the_same(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "replay_old", "statuses": ["delivered"]})
    send(simulator)
    (_, first) = receipts(outcome(webhook, 2))
    simulator.control("advance", {"seconds": 8 * 86400})
    (*_, again) = receipts(outcome(webhook, 3))
    assert again == first


def test_a_stale_receipt_tells_of_days_ago_before_the_true_one(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "stale_receipt", "statuses": ["delivered"]})
    send(simulator)
    (_, stale, true) = receipts(outcome(webhook, 3))
    assert (true.at - stale.at).days == 8
    assert stale.provider_id == true.provider_id


def test_an_entry_may_be_empty_and_a_status_of_a_kind_to_come(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults(
        {"action": "empty_entry", "statuses": ["sent"]}, {"action": "unknown_type", "statuses": ["delivered"]}
    )
    send(simulator)
    changes = [json.loads(post.body)["entry"][0]["changes"] for post in outcome(webhook, 4)]
    told = [change[0]["value"]["statuses"][0]["status"] if change else "" for change in changes]
    assert sorted(told) == ["", "delivered", "sent", "teleported"]


def test_a_body_can_have_three_megabytes(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "big_body"})
    sent = wamid(send(simulator))
    posts = outcome(webhook, 2)
    assert all(3_000_000 < len(post.body) < 3 * 1024 * 1024 for post in posts)
    assert {receipt.provider_id for receipt in receipts(posts)} == {sent}


def test_a_thousand_receipts_come_in_one_post(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "dup_webhook", "n": 500}, {"action": "batch", "size": 1000})
    send(simulator)
    assert len(receipts(outcome(webhook, 1))) == 1000


def test_a_message_of_a_kind_to_come_is_told_too(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("inbound", {"from": PHONE, "phone_number_id": SENDER, "text": "", "type": "hologram"})
    (post,) = outcome(webhook, 1)
    assert post.value["messages"][0]["type"] == "hologram"


@pytest.mark.parametrize("kind", ["button", "interactive"])
def test_a_person_can_press_a_button(simulator: SimulatorProcess, webhook: Webhook, kind: str) -> None:
    content = {"from": PHONE, "phone_number_id": SENDER, "text": "Lihat status", "type": kind, "payload": "STATUS"}
    simulator.control("inbound", content)
    (post,) = outcome(webhook, 1)
    (pressed,) = [item for item in parse_webhook(json.loads(post.body)) if isinstance(item, Inbound)]
    assert (pressed.kind, pressed.text, pressed.payload) == (kind, "Lihat status", "STATUS")
