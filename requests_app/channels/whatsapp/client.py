"""Sends one message through the WhatsApp Business Cloud API. One attempt, no hidden retries."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from typing import Any

import httpx

from requests_app.channels.base import Channel, Message, Outcome, OutcomeKind, sanitise_parameter
from requests_app.channels.whatsapp.codes import outcome_for_code

DEFAULT_TIMEOUT = httpx.Timeout(connect=3.0, read=10.0, write=5.0, pool=2.0)

# httpx limits the wait for each piece, not for the whole answer: a trickling answer needs its own end.
_WHOLE_ANSWER_SECONDS = 15.0
_ANSWER_BYTES = 65_536

_RECIPIENT = re.compile(r"\+[1-9][0-9]{7,14}")
_SENDER = re.compile(r"[0-9]{1,32}")
_TRACE = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_MAX_OPAQUE = 512
_MAX_RETRY_AFTER = 3600


class _AnswerCutShortError(Exception):
    """The answer was too long or came too slowly to be read."""


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
        whole_answer_seconds: float = _WHOLE_ANSWER_SECONDS,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._access_token = access_token
        self._whole_answer_seconds = whole_answer_seconds
        # No kept connections: one that the other side has closed meanwhile looks exactly like
        # a message whose fate is unknown. No proxy of the environment: it would see every message.
        self._client = httpx.Client(
            timeout=timeout, limits=httpx.Limits(max_keepalive_connections=0), trust_env=False, follow_redirects=False
        )

    def send(self, message: Message) -> Outcome:
        """Send the message as a template. See :class:`Outcome` for what can come back."""
        return self._deliver(message, {"type": "template", "template": _template(message)})

    def send_text(self, message: Message) -> Outcome:
        """Send ``message.text`` freely. Meta allows this for 24 hours after the person's last message."""
        return self._deliver(message, {"type": "text", "text": {"preview_url": False, "body": message.text}})

    def close(self) -> None:
        """Give the sockets back."""
        self._client.close()

    def _is_configured(self, sender: str) -> bool:
        token = self._access_token
        return bool(self._api_url and token and token.isascii() and _SENDER.fullmatch(sender))

    def _deliver(self, message: Message, content: dict[str, Any]) -> Outcome:
        if not self._is_configured(message.sender):
            return Outcome(kind="account", code="not_configured", detail="code=not_configured")
        if not _RECIPIENT.fullmatch(message.to):
            return Outcome(kind="permanent", code="invalid_recipient", detail="code=invalid_recipient")
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to[1:],
            "biz_opaque_callback_data": message.opaque[:_MAX_OPAQUE],
            **content,
        }
        return self._post(f"{self._api_url}/{message.sender}/messages", body)

    def _post(self, url: str, body: dict[str, Any]) -> Outcome:
        headers = {"Authorization": f"Bearer {self._access_token}"}
        try:
            with self._client.stream("POST", url, json=body, headers=headers) as response:
                answer = self._read(response)
                return _outcome(response.status_code, response.headers, answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
            return _network(problem, "retry")
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as problem:
            return _network(problem, "account")
        except (httpx.TransportError, httpx.DecodingError, _AnswerCutShortError) as problem:
            # The request may have arrived whole: only a receipt can tell.
            return _network(problem, "unknown")

    def _read(self, response: httpx.Response) -> bytes:
        """Return the body. Raises :class:`_AnswerCutShortError` past the size or time allowed."""
        end = time.monotonic() + self._whole_answer_seconds
        answer = b""
        for piece in response.iter_bytes():
            answer += piece
            if len(answer) > _ANSWER_BYTES or time.monotonic() > end:
                raise _AnswerCutShortError
        return answer


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


def _network(problem: Exception, kind: OutcomeKind) -> Outcome:
    code = type(problem).__name__.lstrip("_")
    return Outcome(kind=kind, code=code, detail=f"code={code}")


def _outcome(status: int, headers: httpx.Headers, answer: bytes) -> Outcome:
    try:
        content = json.loads(answer)
    except (ValueError, RecursionError):
        content = None
    error = content.get("error") if isinstance(content, dict) else None
    if isinstance(error, dict) and _is_number(error.get("code")):
        trace = error.get("fbtrace_id")
        safe_trace = trace if isinstance(trace, str) and _TRACE.fullmatch(trace) else ""
        return outcome_for_code(error["code"], retry_after=_retry_after(headers), trace=safe_trace)
    if 200 <= status < 300:
        return _accepted(content)
    return _without_code(status, headers)


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


def _without_code(status: int, headers: httpx.Headers) -> Outcome:
    """Judge an answer that carries no code of Meta's: a gateway in between has spoken.

    502 and 504 are said by gateways that may have passed the request on.
    """
    code = f"http_{status}"
    if status in {502, 504}:
        return Outcome(kind="unknown", code=code, detail=f"code={code}")
    if status >= 500 or status in {408, 425, 429}:
        return Outcome(kind="retry", code=code, retry_after=_retry_after(headers), detail=f"code={code}")
    return Outcome(kind="account", code=code, detail=f"code={code}")


def _retry_after(headers: httpx.Headers) -> timedelta | None:
    value = headers.get("Retry-After", "")
    if not re.fullmatch(r"[0-9]{1,6}", value):
        return None
    return timedelta(seconds=min(int(value), _MAX_RETRY_AFTER))


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
