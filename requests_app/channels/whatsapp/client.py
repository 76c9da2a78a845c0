"""Sends one message through the WhatsApp Business Cloud API. One attempt, no hidden retries."""

from __future__ import annotations

import re
from typing import Any

import httpx

from requests_app.channels.base import Channel, Message, Outcome, sanitise_parameter
from requests_app.channels.http import (
    DEFAULT_TIMEOUT,
    INVALID_RECIPIENT,
    NOT_CONFIGURED,
    RECIPIENT,
    WHOLE_CALL_SECONDS,
    Answer,
    judge_status,
    new_client,
    post_json,
)
from requests_app.channels.whatsapp.codes import outcome_for_code

_SENDER = re.compile(r"[0-9]{1,32}")
_TRACE = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_MAX_OPAQUE = 512
_MOST_BODY_WITH_BUTTONS = 1024


class WhatsAppChannel(Channel):
    """The Cloud API of one account; the sending number is named in each message.

    ``api_url`` is the base address with its version, such as
    ``https://graph.facebook.com/v23.0``. Without address or token nothing is sent, and the
    outcome is ``account`` with code ``not_configured``.
    """

    def __init__(
        self,
        *,
        api_url: str,
        access_token: str,
        timeout: httpx.Timeout = DEFAULT_TIMEOUT,
        whole_call_seconds: float = WHOLE_CALL_SECONDS,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._access_token = access_token
        self._whole_call_seconds = whole_call_seconds
        self._client = new_client(timeout)

    def send(self, message: Message) -> Outcome:
        """Send the message as a template; a reply as it is, which Meta takes for 24 hours after the person wrote.

        See :class:`Outcome` for what can come back.
        """
        if message.is_reply:
            return self._deliver(message, _free_form(message))
        return self._deliver(message, {"type": "template", "template": _template(message)})

    def close(self) -> None:
        """Give the sockets back."""
        self._client.close()

    def _is_configured(self, sender: str) -> bool:
        token = self._access_token
        return bool(self._api_url and token and token.isascii() and _SENDER.fullmatch(sender))

    def _deliver(self, message: Message, content: dict[str, Any]) -> Outcome:
        if not self._is_configured(message.sender):
            return NOT_CONFIGURED
        if not RECIPIENT.fullmatch(message.to):
            return INVALID_RECIPIENT
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to[1:],
            "biz_opaque_callback_data": message.opaque[:_MAX_OPAQUE],
            **content,
        }
        url = f"{self._api_url}/{message.sender}/messages"
        answer = post_json(self._client, url, body, token=self._access_token, seconds=self._whole_call_seconds)
        return answer if isinstance(answer, Outcome) else _outcome(answer)


def _free_form(message: Message) -> dict[str, Any]:
    """The words with their buttons; words that are too long for a message with buttons go without."""
    if not message.reply_buttons or len(message.text) > _MOST_BODY_WITH_BUTTONS:
        return {"type": "text", "text": {"preview_url": False, "body": message.text}}
    buttons = [{"type": "reply", "reply": {"id": each.id, "title": each.title}} for each in message.reply_buttons]
    content = {"type": "button", "body": {"text": message.text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": content}


def _template(message: Message) -> dict[str, Any]:
    components: list[dict[str, Any]] = []
    if message.parameters:
        components.append({"type": "body", "parameters": [_text(value) for value in message.parameters]})
    if message.button_url_suffix is not None:
        components.append(
            {
                "type": "button",
                "sub_type": "url",
                "index": "0",
                "parameters": [_text(message.button_url_suffix)],
            }
        )
    return {"name": message.template, "language": {"code": message.language}, "components": components}


def _text(value: str) -> dict[str, str]:
    return {"type": "text", "text": sanitise_parameter(value)}


def _outcome(answer: Answer) -> Outcome:
    content = answer.content
    error = content.get("error") if isinstance(content, dict) else None
    if isinstance(error, dict) and _is_number(error.get("code")):
        trace = error.get("fbtrace_id")
        safe_trace = trace if isinstance(trace, str) and _TRACE.fullmatch(trace) else ""
        return outcome_for_code(error["code"], retry_after=answer.retry_after, trace=safe_trace)
    if 200 <= answer.status < 300:
        return _accepted(content)
    # An answer without a code of Meta's: a gateway in between has spoken.
    return judge_status(answer)


def _accepted(content: object) -> Outcome:
    """Read a 2xx answer; without a message id nobody knows whether the message was taken."""
    messages = content.get("messages") if isinstance(content, dict) else None
    first = messages[0] if isinstance(messages, list) and messages else None
    provider_id = first.get("id") if isinstance(first, dict) else None
    if not isinstance(first, dict) or not isinstance(provider_id, str) or not 0 < len(provider_id) <= 255:
        return Outcome(kind="unknown", code="unreadable_answer", detail="code=unreadable_answer")
    status = first.get("message_status")
    held = status in {"held_for_quality_assessment", "paused"}
    code = str(status) if held else "accepted"
    return Outcome(kind="accepted", provider_id=provider_id, code=code, detail=f"code={code}")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
