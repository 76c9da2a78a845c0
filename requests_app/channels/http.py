"""What the channels that speak JSON over HTTP share: one request, a bounded answer, and what silence means."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from requests_app.channels.base import Outcome, OutcomeKind
from requests_app.channels.deadline import bounded_transport, whole_call

DEFAULT_TIMEOUT = httpx.Timeout(connect=3.0, read=10.0, write=5.0, pool=2.0)
RECIPIENT = re.compile(r"\+[1-9][0-9]{7,14}")
NOT_CONFIGURED = Outcome(kind="account", code="not_configured", detail="code=not_configured")
INVALID_RECIPIENT = Outcome(kind="permanent", code="invalid_recipient", detail="code=invalid_recipient")

WHOLE_CALL_SECONDS = 15.0
_ANSWER_BYTES = 65_536
_CONNECTIONS = 32
_KEPT_SECONDS = 2.0
_MAX_RETRY_AFTER = 3600


class _AnswerCutShortError(Exception):
    """The answer was too long to be read."""


@dataclass(frozen=True)
class Answer:
    """What the other side said: `content` is its JSON, None when it is none."""

    status: int
    content: Any
    retry_after: timedelta | None


def new_client(timeout: httpx.Timeout) -> httpx.Client:
    """A client that keeps connections for a burst only, and goes nowhere but where it is sent.

    A connection that the other side has closed meanwhile looks exactly like a message whose fate is unknown. No proxy
    of the environment: it would see every message.
    """
    limits = httpx.Limits(max_keepalive_connections=_CONNECTIONS, keepalive_expiry=_KEPT_SECONDS)
    transport = bounded_transport(limits)
    return httpx.Client(timeout=timeout, transport=transport, trust_env=False, follow_redirects=False)


def post_json(client: httpx.Client, url: str, body: Any, *, token: str, seconds: float) -> Answer | Outcome:
    """Post once, within so many seconds. The answer (at most 64 KB), or what becomes of a message without one."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with whole_call(seconds), client.stream("POST", url, json=body, headers=headers) as response:
            return Answer(response.status_code, _json(_read(response)), _retry_after(response.headers))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
        return _network(problem, "retry")
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as problem:
        return _network(problem, "account")
    except (httpx.TransportError, httpx.DecodingError, _AnswerCutShortError) as problem:
        # The request may have arrived whole: only a receipt can tell.
        return _network(problem, "unknown")


def judge_status(answer: Answer) -> Outcome:
    """Judge an answer by its status alone. 502 and 504 are said by gateways that may have passed the request on."""
    code, status = f"http_{answer.status}", answer.status
    if status in {502, 504}:
        return Outcome(kind="unknown", code=code, detail=f"code={code}")
    if status >= 500 or status in {408, 425, 429}:
        return Outcome(kind="retry", code=code, retry_after=answer.retry_after, detail=f"code={code}")
    return Outcome(kind="account", code=code, detail=f"code={code}")


def _read(response: httpx.Response) -> bytes:
    answer = b""
    for piece in response.iter_bytes():
        answer += piece
        if len(answer) > _ANSWER_BYTES:
            raise _AnswerCutShortError
    return answer


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return None


def _network(problem: Exception, kind: OutcomeKind) -> Outcome:
    code = type(problem).__name__.lstrip("_")
    return Outcome(kind=kind, code=code, detail=f"code={code}")


def _retry_after(headers: httpx.Headers) -> timedelta | None:
    value = headers.get("Retry-After", "")
    if not re.fullmatch(r"[0-9]{1,6}", value):
        return None
    return timedelta(seconds=min(int(value), _MAX_RETRY_AFTER))
