"""What providers post to us, whoever they are: is it really the provider, and what became of a message?"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from requests_app.rules.routes import SMS, WHATSAPP

_DIGITS = re.compile(r"[0-9]{1,12}")
# What PostgreSQL text and UTF-8 can't hold: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
MAX_ID = 512


def receipted() -> tuple[str, ...]:
    """Channels whose provider tells when a message arrived; of the others nobody knows."""
    return (WHATSAPP, SMS) if settings.SMS_REPORT_SECRET else (WHATSAPP,)


@dataclass(frozen=True)
class Receipt:
    """What the provider says happened to one message, at its own time ``at`` (UTC).

    ``status`` is sent, delivered, read or failed. ``delivered`` may be missing before ``read``
    (which implies it), and the order of arrival means nothing. ``opaque`` is what we gave when
    sending; ``error_code`` only comes with ``failed``. ``channel`` is whose provider said it.
    """

    provider_id: str
    status: str
    at: datetime
    opaque: str | None
    error_code: str | None
    phone_number_id: str | None
    channel: str = WHATSAPP


def verify_signature(secret: str, raw_body: bytes, header: str | None) -> bool:
    """Tell whether a header ``sha256=<hex>`` is the HMAC-SHA256 of exactly these bytes.

    Compares in constant time. False without a secret or header, whatever they contain.
    """
    if not secret or not header:
        return False
    expected = "sha256=" + hmac.new(secret.encode(), raw_body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))


def unix_moment(value: object) -> datetime | None:
    """Return a Unix time in seconds, given as text or number, as an aware UTC datetime."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            return None
        value = int(value)
    return datetime.fromtimestamp(value, tz=UTC) if 0 < value <= _LAST_SECOND else None


def storable(text: str, length: int) -> str:
    """Return the text without what the database can't hold, and not longer."""
    return _UNSTORABLE.sub("", text)[:length]


def string(value: object) -> str | None:
    """Return an id as text; None for what is none, or empty."""
    return storable(value, MAX_ID) or None if isinstance(value, str) else None


def dicts(value: object) -> Iterator[dict[str, object]]:
    """The objects in a list; none in what is no list."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
