"""What an SMS gateway reports of messages that it took: sent, delivered, failed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from requests_app.channels.posts import Receipt, dicts, string, unix_moment
from requests_app.channels.sms import sms_id
from requests_app.rules.routes import SMS
from requests_app.rules.sms import OF_SMS

_KNOWN_STATUSES = frozenset({"sent", "delivered", "failed"})
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,30}")
_DIGITS = re.compile(r"[0-9]{1,12}")
_MAX_MOMENT = 40
# RFC 3339: date and time with seconds, and a zone.
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def parse_reports(payload: object) -> list[Receipt]:
    """Return every report in the body of one POST (an object, or a list of objects), in its order.

    Never raises: what is unknown or incomplete is left out, and the rest counts. Call it only after the signature was
    looked at.
    """
    items = [payload] if isinstance(payload, dict) else payload
    return [receipt for receipt in map(_receipt, dicts(items)) if receipt is not None]


def _receipt(item: dict[str, object]) -> Receipt | None:
    provider_id, status, at = sms_id(item.get("id")), item.get("status"), _moment(item.get("at"))
    if provider_id is None or at is None or not isinstance(status, str) or status not in _KNOWN_STATUSES:
        return None
    return Receipt(
        provider_id=provider_id,
        status=status,
        at=at,
        opaque=string(item.get("reference")),
        error_code=_code(item.get("code")) if status == "failed" else None,
        phone_number_id=None,
        channel=SMS,
    )


def _code(value: object) -> str:
    """The gateway's own code, marked as one: the same number means something else at WhatsApp."""
    given = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return OF_SMS + (given if _CODE.fullmatch(given) else "failed")


def _moment(value: object) -> datetime | None:
    """Return a Unix time in seconds, or an RFC 3339 moment with its zone, as an aware UTC datetime."""
    if not isinstance(value, str) or _DIGITS.fullmatch(value):
        return unix_moment(value)
    if len(value) > _MAX_MOMENT or not _RFC_3339.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
