"""Our texts as templates: the JSON that Meta approves, and what the local simulator knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BUTTON = "Buka permohonan"
COPY = "Salin kode"


def submission(name: str, body: str, examples: list[str], *, link: str | None) -> dict[str, Any]:
    """Return the body of ``POST /{account}/message_templates`` for a text of ours (category UTILITY).

    ``body`` has {{1}}, {{2}} …; ``link`` is the address that the button's token completes.
    """
    components: list[dict[str, Any]] = [{"type": "BODY", "text": body, "example": {"body_text": [examples]}}]
    if link is not None:
        button = {"type": "URL", "text": BUTTON, "url": link + "{{1}}", "example": [link + "contoh/"]}
        components.append({"type": "BUTTONS", "buttons": [button]})
    return {"name": name, "language": "id", "category": "UTILITY", "components": components}


def code_submission(name: str, *, minutes: int) -> dict[str, Any]:
    """Return the same for one-time codes of so many minutes (category AUTHENTICATION), whose words Meta fixes."""
    return {
        "name": name,
        "language": "id",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": minutes},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": COPY}]},
        ],
    }


def simulated(body: str, *, link: str | None, is_code: bool) -> Mapping[str, Any]:
    """Return the entry of the simulator's registry for one template."""
    if is_code:
        return {"language": "id", "category": "AUTHENTICATION", "status": "APPROVED", "body": body}
    entry: dict[str, Any] = {"language": "id", "category": "UTILITY", "status": "APPROVED", "body": body}
    return entry | ({"button": {"text": BUTTON, "url": link + "{{1}}"}} if link is not None else {})
