"""SMS: what every gateway shares, and one implementation for gateways that take a JSON POST."""

from __future__ import annotations

from abc import abstractmethod

import httpx

from requests_app.channels.base import Channel, Message, Outcome
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
from requests_app.channels.posts import storable
from requests_app.rules.sms import OF_SMS, plain_sms

_MAX_ID = 100


class SmsChannel(Channel):
    """A gateway of some make. A subclass says whether it is configured, and hands one message over."""

    def send(self, message: Message) -> Outcome:
        """Make one attempt with plain characters; nothing leaves without configuration, or to what is no number."""
        if not self.is_configured():
            return NOT_CONFIGURED
        if not RECIPIENT.fullmatch(message.to):
            return INVALID_RECIPIENT
        return self.hand_over(
            to=message.to, sender=message.sender, text=plain_sms(message.text), reference=message.opaque
        )

    @abstractmethod
    def is_configured(self) -> bool:
        """Whether the gateway's address and credentials are known."""

    @abstractmethod
    def hand_over(self, *, to: str, sender: str, text: str, reference: str) -> Outcome:
        """Give the gateway one message, once. `to` is E.164; `reference` comes back in the gateway's reports."""


class HttpSmsChannel(SmsChannel):
    """A gateway that takes ``{"to", "from", "text", "reference"}`` with a bearer token and answers 2xx with an ``id``.

    ``accepted`` means that the gateway took the message: never evidence that it arrived.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str,
        timeout: httpx.Timeout = DEFAULT_TIMEOUT,
        whole_call_seconds: float = WHOLE_CALL_SECONDS,
    ) -> None:
        self._url, self._token = url, token
        self._whole_call_seconds = whole_call_seconds
        self._client = new_client(timeout)

    def is_configured(self) -> bool:
        """Whether there is an address, and a token that a header can carry."""
        return bool(self._url and self._token and self._token.isascii())

    def hand_over(self, *, to: str, sender: str, text: str, reference: str) -> Outcome:
        """Post the message; see :class:`Outcome` for what can come back."""
        body = {"to": to, "from": sender, "text": text, "reference": reference}
        answer = post_json(self._client, self._url, body, token=self._token, seconds=self._whole_call_seconds)
        return answer if isinstance(answer, Outcome) else _outcome(answer)

    def close(self) -> None:
        """Give the sockets back."""
        self._client.close()


def _outcome(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return _accepted(answer.content)
    if _refuses_number(answer):
        code = f"http_{answer.status}"
        return Outcome(kind="permanent", code=code, detail=f"code={code}")
    return judge_status(answer)


def _accepted(content: object) -> Outcome:
    """Read a 2xx answer; without an id nobody knows whether the message was taken."""
    provider_id = sms_id(content.get("id")) if isinstance(content, dict) else None
    if provider_id is None:
        return Outcome(kind="unknown", code="unreadable_answer", detail="code=unreadable_answer")
    return Outcome(kind="accepted", provider_id=provider_id, code="accepted", detail="code=accepted")


def sms_id(given: object) -> str | None:
    """Return a gateway's id of a message as we keep it; None for what is none, or is too long to be kept.

    It is kept as one of SMS: no receipt of WhatsApp's may name it.
    """
    text = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    provider_id = storable(text, _MAX_ID + 1)
    return OF_SMS + provider_id if 0 < len(provider_id) <= _MAX_ID else None


def _refuses_number(answer: Answer) -> bool:
    """A gateway that does not want this number says 400, 404 or 422.

    A 404 that is no JSON was said by some other server: our address of the gateway is wrong, not the person's number.
    """
    return answer.status in {400, 422} or (answer.status == 404 and isinstance(answer.content, dict))
