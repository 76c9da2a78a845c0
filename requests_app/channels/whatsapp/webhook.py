"""The Cloud API's webhook: is it really Meta, and what does it say?"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_KNOWN_STATUSES = frozenset({"sent", "delivered", "read", "failed"})
_DIGITS = re.compile(r"[0-9]{1,12}")
_PHONE = re.compile(r"\+?([1-9][0-9]{7,14})")
# What PostgreSQL text and UTF-8 can't hold: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
_MAX_ID = 512
_MAX_TEXT = 4096


@dataclass(frozen=True)
class Receipt:
    """What the provider says happened to one message, at its own time ``at`` (UTC).

    ``status`` is sent, delivered, read or failed. ``delivered`` may be missing before ``read``
    (which implies it), and the order of arrival means nothing. ``opaque`` is what we gave when
    sending; ``error_code`` only comes with ``failed``.
    """

    provider_id: str
    status: str
    at: datetime
    opaque: str | None
    error_code: str | None
    phone_number_id: str | None


@dataclass(frozen=True)
class Inbound:
    """What a person wrote. ``from_`` is E.164, or None when the person hides the number."""

    id: str
    from_: str | None
    at: datetime
    text: str
    context_id: str | None
    phone_number_id: str | None


def verify_signature(app_secret: str, raw_body: bytes, header: str | None) -> bool:
    """Tell whether ``X-Hub-Signature-256`` is the HMAC-SHA256 of exactly these bytes.

    Compares in constant time. False without a secret or header, whatever they contain.
    """
    if not app_secret or not header:
        return False
    expected = "sha256=" + hmac.new(app_secret.encode(), raw_body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))


def verify_subscription(verify_token: str, *, mode: str, token: str) -> bool:
    """Tell whether Meta's GET (``hub.mode``, ``hub.verify_token``) knows our verify token."""
    if not verify_token or mode != "subscribe":
        return False
    return hmac.compare_digest(verify_token.encode(), token.encode("utf-8", "replace"))


def parse_webhook(payload: object) -> list[Receipt | Inbound]:
    """Return every receipt and message in the body of one POST, in its order.

    Never raises: what is unknown, incomplete or of another type is left out, and the rest of
    the batch still counts. Call it only after :func:`verify_signature` and ``json.loads``.
    """
    found: list[Receipt | Inbound] = []
    for value in _values(payload):
        metadata = _dict(value.get("metadata"))
        phone_number_id = _string(metadata.get("phone_number_id"))
        for status in _dicts(value.get("statuses")):
            receipt = _receipt(status, phone_number_id)
            if receipt is not None:
                found.append(receipt)
        for message in _dicts(value.get("messages")):
            inbound = _inbound(message, phone_number_id)
            if inbound is not None:
                found.append(inbound)
    return found


def _values(payload: object) -> Iterator[dict[str, object]]:
    for entry in _dicts(_dict(payload).get("entry")):
        for change in _dicts(entry.get("changes")):
            yield _dict(change.get("value"))


def _receipt(item: dict[str, object], phone_number_id: str | None) -> Receipt | None:
    provider_id, status, at = _string(item.get("id")), item.get("status"), _moment(item.get("timestamp"))
    if provider_id is None or at is None or not isinstance(status, str) or status not in _KNOWN_STATUSES:
        return None
    return Receipt(
        provider_id=provider_id,
        status=status,
        at=at,
        opaque=_string(item.get("biz_opaque_callback_data")),
        error_code=_error_code(item) if status == "failed" else None,
        phone_number_id=phone_number_id,
    )


def _inbound(item: dict[str, object], phone_number_id: str | None) -> Inbound | None:
    message_id, at = _string(item.get("id")), _moment(item.get("timestamp"))
    if message_id is None or at is None:
        return None
    sender = _PHONE.fullmatch(_string(item.get("from")) or "")
    return Inbound(
        id=message_id,
        from_="+" + sender.group(1) if sender else None,
        at=at,
        text=_words(item),
        context_id=_string(_dict(item.get("context")).get("id")),
        phone_number_id=phone_number_id,
    )


def _words(item: dict[str, object]) -> str:
    """Return what was typed or pressed; empty for pictures, voice and kinds not yet invented."""
    interactive = _dict(item.get("interactive"))
    candidates = (
        _dict(item.get("text")).get("body"),
        _dict(item.get("button")).get("text"),
        _dict(interactive.get("button_reply")).get("title"),
        _dict(interactive.get("list_reply")).get("title"),
    )
    return next((_clean(text, _MAX_TEXT) for text in candidates if isinstance(text, str)), "")


def _error_code(item: dict[str, object]) -> str | None:
    for error in _dicts(item.get("errors")):
        code = error.get("code")
        if isinstance(code, int | str) and not isinstance(code, bool) and _DIGITS.fullmatch(str(code)[:13]):
            return str(code)
    return None


def _moment(value: object) -> datetime | None:
    """Return a Unix time in seconds, given as text or number, as an aware UTC datetime."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            return None
        value = int(value)
    return datetime.fromtimestamp(value, tz=UTC) if 0 < value <= _LAST_SECOND else None


def _string(value: object) -> str | None:
    return _clean(value, _MAX_ID) or None if isinstance(value, str) else None


def _clean(text: str, length: int) -> str:
    return _UNSTORABLE.sub("", text)[:length]


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[dict[str, object]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
