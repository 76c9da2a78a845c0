"""The Cloud API's webhook: does it know our word, and what does it say?"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from requests_app.channels.posts import MAX_ID, Receipt, dicts, storable, string, unix_moment

_KNOWN_STATUSES = frozenset({"sent", "delivered", "read", "failed"})
_CODE = re.compile(r"[0-9]{1,12}")
_PHONE = re.compile(r"\+?([1-9][0-9]{7,14})")
_MAX_TEXT = 4096
_MAX_KIND = 20
_WITH_CAPTION = ("image", "video", "document")


@dataclass(frozen=True)
class Inbound:
    """What a person wrote. ``from_`` is E.164, or None when the person hides the number.

    ``user_id`` is Meta's own name for the person, which comes with a hidden number and may come with any. ``kind`` is
    Meta's word for what was sent (text, button, interactive, image, …; "unknown" without one); ``text`` what was typed
    or pressed, or stands below a picture; ``payload`` what a pressed button carries.
    """

    id: str
    from_: str | None
    at: datetime
    text: str
    context_id: str | None
    phone_number_id: str | None
    user_id: str | None = None
    kind: str = "text"
    payload: str = ""


def verify_subscription(verify_token: str, *, mode: str, token: str) -> bool:
    """Tell whether Meta's GET (``hub.mode``, ``hub.verify_token``) knows our verify token."""
    if not verify_token or mode != "subscribe":
        return False
    return hmac.compare_digest(verify_token.encode(), token.encode("utf-8", "replace"))


def parse_webhook(payload: object) -> list[Receipt | Inbound]:
    """Return every receipt and message in the body of one POST, in its order.

    Never raises: what is unknown, incomplete or of another type is left out, and the rest of
    the batch still counts. Call it only after the signature's check and ``json.loads``.
    """
    found: list[Receipt | Inbound] = []
    for value in _values(payload):
        metadata = _dict(value.get("metadata"))
        phone_number_id = string(metadata.get("phone_number_id"))
        for status in dicts(value.get("statuses")):
            receipt = _receipt(status, phone_number_id)
            if receipt is not None:
                found.append(receipt)
        people = _people(value)
        for message in dicts(value.get("messages")):
            inbound = _inbound(message, phone_number_id, people)
            if inbound is not None:
                found.append(inbound)
    return found


def _values(payload: object) -> Iterator[dict[str, object]]:
    for entry in dicts(_dict(payload).get("entry")):
        for change in dicts(entry.get("changes")):
            yield _dict(change.get("value"))


def _receipt(item: dict[str, object], phone_number_id: str | None) -> Receipt | None:
    provider_id, status, at = string(item.get("id")), item.get("status"), unix_moment(item.get("timestamp"))
    if provider_id is None or at is None or not isinstance(status, str) or status not in _KNOWN_STATUSES:
        return None
    return Receipt(
        provider_id=provider_id,
        status=status,
        at=at,
        opaque=string(item.get("biz_opaque_callback_data")),
        error_code=_error_code(item) if status == "failed" else None,
        phone_number_id=phone_number_id,
    )


def _people(value: dict[str, object]) -> dict[str, str]:
    """Meta's names of the persons of one post, by the number that stands beside them (empty when it is hidden).

    Two persons who both hide their numbers cannot be told apart by this, so neither is named.
    """
    people: dict[str, str] = {}
    for contact in dicts(value.get("contacts")):
        user_id, number = string(contact.get("user_id")), string(contact.get("wa_id")) or ""
        if user_id is not None:
            people[number] = user_id if people.get(number, user_id) == user_id else ""
    return people


def _inbound(item: dict[str, object], phone_number_id: str | None, people: dict[str, str]) -> Inbound | None:
    message_id, at = string(item.get("id")), unix_moment(item.get("timestamp"))
    if message_id is None or at is None:
        return None
    number = string(item.get("from")) or ""
    sender = _PHONE.fullmatch(number)
    return Inbound(
        id=message_id,
        from_="+" + sender.group(1) if sender else None,
        at=at,
        text=_words(item),
        context_id=string(_dict(item.get("context")).get("id")),
        phone_number_id=phone_number_id,
        user_id=string(item.get("from_user_id")) or people.get(number) or None,
        kind=(string(item.get("type")) or "unknown")[:_MAX_KIND],
        payload=_payload(item),
    )


def _words(item: dict[str, object]) -> str:
    """Return what was typed, pressed or written below a picture; empty for voice and kinds not yet invented."""
    interactive = _dict(item.get("interactive"))
    candidates = (
        _dict(item.get("text")).get("body"),
        _dict(item.get("button")).get("text"),
        _dict(interactive.get("button_reply")).get("title"),
        _dict(interactive.get("list_reply")).get("title"),
        *(_dict(item.get(kind)).get("caption") for kind in _WITH_CAPTION),
    )
    return next((storable(text, _MAX_TEXT) for text in candidates if isinstance(text, str)), "")


def _payload(item: dict[str, object]) -> str:
    """Return what the pressed button carries, empty when none was pressed."""
    interactive = _dict(item.get("interactive"))
    candidates = (
        _dict(item.get("button")).get("payload"),
        _dict(interactive.get("button_reply")).get("id"),
        _dict(interactive.get("list_reply")).get("id"),
    )
    return next((storable(text, MAX_ID) for text in candidates if isinstance(text, str)), "")


def _error_code(item: dict[str, object]) -> str | None:
    for error in dicts(item.get("errors")):
        code = error.get("code")
        if isinstance(code, int | str) and not isinstance(code, bool) and _CODE.fullmatch(str(code)[:13]):
            return str(code)
    return None


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
