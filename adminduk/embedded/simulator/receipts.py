"""Which receipts a message earns, when, and how a fault bends them."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

Rule = dict[str, Any]

UNKNOWN_FIELD, UNKNOWN_TYPE, EMPTY_ENTRY = "unknown_field", "unknown_type", "empty_entry"
_EIGHT_DAYS = 8 * 24 * 3600.0
# Meta's titles of what is told later only, by code.
_TITLES = {
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131062: "Business-scoped user ID recipients are not supported for this message",
}
_INSTEAD = {"image": "[foto]", "audio": "[pesan suara]"}
_HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


@dataclass(frozen=True)
class Receipt:
    """One receipt to be posted: what happened at ``at``, told from ``due_at`` on."""

    wamid: str
    status: str
    at: float
    due_at: float
    recipient: str
    phone_number_id: str
    opaque: str
    error_code: int | None = None
    signature: str = "good"
    batch: int = 0
    lost: bool = False
    hide_number: bool = False
    strange: str = ""
    padding: int = 0


Bend = Callable[[Receipt, Rule], list[Receipt]]

# Faults of single receipts; a rule's "statuses" says which ones it concerns (all when missing). With "extra" the true
# receipt comes too, and "says" is what the bent one tells instead.
_BENDS: dict[str, Bend] = {
    "dup_webhook": lambda receipt, rule: [receipt] * int(rule.get("n", 2)),
    "late_webhook": lambda receipt, rule: [
        replace(receipt, due_at=receipt.due_at + float(rule.get("seconds", 6 * 3600)))
    ],
    "lost_webhook": lambda receipt, rule: [replace(receipt, lost=True)],
    "forged_signature": lambda receipt, rule: [replace(receipt, signature="forged")],
    "missing_signature": lambda receipt, rule: [replace(receipt, signature="missing")],
    "sha1_only": lambda receipt, rule: [replace(receipt, signature="sha1")],
    "tampered_body": lambda receipt, rule: [replace(receipt, signature="tampered")],
    "unknown_wamid": lambda receipt, rule: [replace(receipt, wamid=new_wamid(), opaque="")],
    "unknown_phone_number_id": lambda receipt, rule: [replace(receipt, phone_number_id="999999999999999")],
    "unknown_field": lambda receipt, rule: [replace(receipt, strange=UNKNOWN_FIELD)],
    "unknown_type": lambda receipt, rule: [receipt, replace(receipt, strange=UNKNOWN_TYPE)],
    "empty_entry": lambda receipt, rule: [receipt, replace(receipt, strange=EMPTY_ENTRY)],
    "big_body": lambda receipt, rule: [replace(receipt, padding=int(rule.get("bytes", 3_000_000)))],
    # The same receipt once more, days later; and one that tells of days ago, before the true one.
    "replay_old": lambda receipt, rule: [
        receipt,
        replace(receipt, due_at=receipt.due_at + float(rule.get("seconds", _EIGHT_DAYS))),
    ],
    "stale_receipt": lambda receipt, rule: [
        replace(receipt, at=receipt.at - float(rule.get("seconds", _EIGHT_DAYS))),
        receipt,
    ],
    "batch": lambda receipt, rule: [replace(receipt, batch=int(rule.get("size", 10)))],
    "bsuid_only": lambda receipt, rule: [replace(receipt, hide_number=True)],
}


def new_wamid() -> str:
    """Return an id of the form that Meta uses."""
    return "wamid." + secrets.token_urlsafe(36)


def plan(first: Receipt, settings: dict[str, float], rules: list[Rule]) -> list[Receipt]:
    """Return the receipts of a message accepted at ``first.at``, bent by the rules set off."""
    planned = [
        _at(first, "sent", settings["sent_after"]),
        _at(first, "delivered", settings["delivered_after"]),
    ]
    if settings["read_after"] >= 0:
        planned.append(_at(first, "read", settings["delivered_after"] + settings["read_after"]))
    for rule in rules:
        reshape = _RESHAPES.get(rule["action"])
        planned = reshape(planned, first, settings, rule) if reshape else planned
    return bend(planned, rules)


def bend(receipts: list[Receipt], rules: list[Rule]) -> list[Receipt]:
    """Apply the faults that concern single receipts."""
    for rule in rules:
        action = _BENDS.get(rule["action"])
        if action is None:
            continue
        concerned = rule.get("statuses")
        receipts = [
            bent
            for receipt in receipts
            for bent in (_bent(action, receipt, rule) if not concerned or receipt.status in concerned else [receipt])
        ]
    return receipts


def _bent(action: Bend, receipt: Receipt, rule: Rule) -> list[Receipt]:
    said = replace(receipt, status=rule.get("says", receipt.status))
    return [*([receipt] if rule.get("extra") else []), *action(said, rule)]


def _at(first: Receipt, status: str, seconds: float, error_code: int | None = None) -> Receipt:
    moment = first.at + seconds
    return replace(first, status=status, at=moment, due_at=moment, error_code=error_code)


Reshape = Callable[[list[Receipt], Receipt, dict[str, float], Rule], list[Receipt]]


def _failed(planned: list[Receipt], first: Receipt, settings: dict[str, float], rule: Rule) -> list[Receipt]:
    return [_at(first, "failed", settings["sent_after"], int(rule.get("code", 131026)))]


def _failed_after_delivered(
    planned: list[Receipt], first: Receipt, settings: dict[str, float], rule: Rule
) -> list[Receipt]:
    failed = _at(first, "failed", settings["delivered_after"] + 0.5, int(rule.get("code", 131026)))
    return [*planned[:2], failed]


def _read_at_once(planned: list[Receipt], first: Receipt, settings: dict[str, float], rule: Rule) -> list[Receipt]:
    return [*planned[:1], _at(first, "read", settings["delivered_after"])]


def _backwards(planned: list[Receipt], first: Receipt, settings: dict[str, float], rule: Rule) -> list[Receipt]:
    every = [*planned[:2], _at(first, "read", settings["delivered_after"] + 0.5)]
    moments = [receipt.due_at for receipt in reversed(every)]
    return [replace(receipt, due_at=moment) for receipt, moment in zip(every, moments, strict=True)]


def _at_once(planned: list[Receipt], first: Receipt, settings: dict[str, float], rule: Rule) -> list[Receipt]:
    return [replace(receipt, at=first.at, due_at=first.at) for receipt in planned[:2]]


# Faults that change which receipts there are, or their order.
_RESHAPES: dict[str, Reshape] = {
    "failed_async": _failed,
    "undeliverable_131026": _failed,
    "never_delivered": lambda planned, first, settings, rule: planned[:1],
    "skip_delivered": _read_at_once,
    "failed_after_delivered": _failed_after_delivered,
    "reorder": _backwards,
    "webhook_before_response": _at_once,
}


def value(receipt: Receipt, display_phone_number: str) -> dict[str, Any]:
    """Return the ``value`` of the webhook's change, as Meta writes it; empty for an entry without changes."""
    if receipt.strange == EMPTY_ENTRY:
        return {}
    status: dict[str, Any] = {
        "id": receipt.wamid,
        "status": receipt.status,
        "timestamp": str(int(receipt.at)),
        "recipient_user_id": user_id(receipt.recipient),
    }
    if not receipt.hide_number:
        status["recipient_id"] = receipt.recipient
    if receipt.opaque:
        status["biz_opaque_callback_data"] = receipt.opaque
    if receipt.status in {"sent", "delivered"}:
        status["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "utility"}
    if receipt.error_code is not None:
        status["errors"] = [_error(receipt.error_code)]
    if receipt.strange == UNKNOWN_FIELD:
        status["mood"] = {"emoji": "🙂", "list": [None, 1]}
    if receipt.strange == UNKNOWN_TYPE:
        status["status"] = "teleported"
    if receipt.padding:
        status["padding"] = "x" * receipt.padding
    found = {**_head(receipt.phone_number_id, display_phone_number), "statuses": [status]}
    if receipt.status != "failed":
        found["contacts"] = [_contact(receipt.recipient, receipt.hide_number)]
    return found


def inbound_value(
    *,
    wamid: str,
    sender: str,
    at: float,
    text: str,
    context: str | None,
    hide_number: bool,
    phone_number_id: str,
    display_phone_number: str,
    kind: str = "text",
    payload: str = "",
) -> dict[str, Any]:
    """Return the ``value`` for a message that a person wrote.

    ``kind`` is Meta's type of it; ``payload`` is what a pressed button carries (types button and interactive).
    """
    content: dict[str, dict[str, Any]] = {
        "button": {"payload": payload, "text": text},
        "interactive": {"type": "button_reply", "button_reply": {"id": payload, "title": text}},
        "image": {"id": "100000000000002", "mime_type": "image/jpeg"} | ({"caption": text} if text else {}),
        "audio": {"id": "100000000000003", "mime_type": "audio/ogg; codecs=opus", "voice": True},
    }
    message: dict[str, Any] = {
        "id": wamid,
        "timestamp": str(int(at)),
        "type": kind,
        kind: content.get(kind, {"body": text}),
        "from": "" if hide_number else sender,
    }
    if hide_number:
        message["from_user_id"] = user_id(sender)
    if context:
        message["context"] = {"from": display_phone_number, "id": context}
    return {
        **_head(phone_number_id, display_phone_number),
        "contacts": [_contact(sender, hide_number)],
        "messages": [message],
    }


def shown(kind: str, text: str) -> str:
    """Return what the sender's own phone shows of a message."""
    return " ".join(filter(None, [_INSTEAD.get(kind, ""), text if kind != "audio" else ""]))


def envelope(values: list[dict[str, Any]]) -> bytes:
    """Return the body of one POST, escaped as Meta escapes it."""
    payload = {
        "object": "whatsapp_business_account",
        "entry": [
            {"id": "100000000000001", "changes": [{"field": "messages", "value": value}] if value else []}
            for value in values
        ],
    }
    return json.dumps(payload).replace("/", "\\/").encode()


def user_id(phone: str) -> str:
    """Return the name under which WhatsApp knows a person who hides the number."""
    return "ID." + str(int(hashlib.sha256(phone.encode()).hexdigest()[:15], 16))


def _head(phone_number_id: str, display_phone_number: str) -> dict[str, Any]:
    metadata = {"display_phone_number": display_phone_number, "phone_number_id": phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata}


def _contact(phone: str, hide_number: bool) -> dict[str, str]:
    return {"wa_id": "" if hide_number else phone, "user_id": user_id(phone)}


def _error(code: int) -> dict[str, Any]:
    title = _TITLES.get(code, "Message undeliverable")
    return {"code": code, "title": title, "message": title, "error_data": {"details": title}, "href": _HREF}
