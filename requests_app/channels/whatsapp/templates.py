"""Our texts as templates: the JSON that Meta approves, what it would refuse, what the local simulator knows of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

BUTTON = "Buka permohonan"
COPY = "Salin kode"
EXAMPLE_TOKEN = "K7M2QXcontohTautanSekaliPakai0"  # noqa: S105  (as long as a real one)

NOT_HTTPS = "buttons open addresses with https only"

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_MOST_BUTTON, _MOST_URL, _MOST_BODY = 25, 2000, 1024
_MINUTES = range(1, 91)


def submission(name: str, body: str, examples: list[str], *, link: str | None) -> dict[str, Any]:
    """Return the body of ``POST /{account}/message_templates`` for a text of ours (category UTILITY).

    ``body`` has {{1}}, {{2}} …; ``link`` is the address that the button's token completes.
    """
    text: dict[str, Any] = {"type": "BODY", "text": body}
    components = [text | ({"example": {"body_text": [examples]}} if examples else {})]
    if link is not None:
        button = {"type": "URL", "text": BUTTON, "url": link + "{{1}}", "example": [f"{link}{EXAMPLE_TOKEN}/"]}
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


def code_words(code: str) -> str:
    """Roughly what Meta writes around a one-time code, for a preview."""
    return f"{code} adalah kode verifikasi Anda. Demi keamanan Anda, jangan bagikan kode ini."


def code_footer(minutes: int) -> str:
    """Roughly what Meta writes below it."""
    return f"Kode ini kedaluwarsa dalam {minutes} menit."


def refusals(template: Mapping[str, Any]) -> list[str]:
    """What Meta would refuse in the frame of a submission: name, button, address, examples. Empty when nothing.

    Source: Meta, message template reference: names of lower-case letters, digits and underscores (512), buttons of 25
    characters, addresses of 2,000 with the parameter at their end, an example for every parameter.
    """
    found = [] if _NAME.fullmatch(template["name"]) else ["the name is not made of a-z, 0-9 and _"]
    for part in template["components"]:
        text = part.get("text", "")
        examples = part.get("example", {}).get("body_text", [[]])[0]
        if len(text) > _MOST_BODY:
            found.append(f"the body has {len(text)} characters")
        if len(examples) != len(set(re.findall(r"\{\{\d+\}\}", text))) or not all(examples):
            found.append("not every parameter has an example")
        if part.get("code_expiration_minutes", 1) not in _MINUTES:
            found.append("the code does not end within 90 minutes")
        for button in part.get("buttons", []):
            found += _button_refusals(button)
    return found


def _button_refusals(button: Mapping[str, Any]) -> list[str]:
    found = [] if len(button["text"]) <= _MOST_BUTTON else [f"the button has {len(button['text'])} characters"]
    url = button.get("url")
    if url is not None and not url.startswith("https://"):
        found.append(NOT_HTTPS)
    if url is not None and not (url.endswith("{{1}}") and len(url) <= _MOST_URL):
        found.append("the button's address does not end with its parameter {{1}}, or is too long")
    return found


def simulated(body: str, *, link: str | None, is_code: bool) -> Mapping[str, Any]:
    """Return the entry of the simulator's registry for one template."""
    if is_code:
        return {"language": "id", "category": "AUTHENTICATION", "status": "APPROVED", "body": body}
    entry: dict[str, Any] = {"language": "id", "category": "UTILITY", "status": "APPROVED", "body": body}
    return entry | ({"button": {"text": BUTTON, "url": link + "{{1}}"}} if link is not None else {})
