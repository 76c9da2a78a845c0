"""What every channel takes and gives back."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from requests_app.rules.reply_buttons import ReplyButton

OutcomeKind = Literal["accepted", "retry", "unknown", "permanent", "template", "account"]

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u200b\u2028\u2029\ufeff]")
_WHITESPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Message:
    """One message to one person, ready to leave; nothing in it needs a look-up.

    ``to`` is E.164 (``+6281…``) or an e-mail address; ``sender`` is the phone number id of
    the zone or the from-address; ``text`` is the whole rendered text; ``opaque`` comes back
    in every receipt (our notice id and attempt). ``is_reply``: to somebody who has just written, so no template is
    needed. ``reply_buttons``: what stands below a reply to be pressed.
    """

    to: str
    template: str
    language: str
    parameters: tuple[str, ...]
    text: str
    button_url_suffix: str | None
    opaque: str
    sender: str
    subject: str
    is_reply: bool = False
    reply_buttons: tuple[ReplyButton, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one attempt to send came to.

    ``kind``:
      * ``accepted``: the provider took it (``provider_id`` names it); not yet delivered;
      * ``retry``: certainly not taken; try again, not before ``retry_after`` when given;
      * ``unknown``: may have been taken; wait for a receipt before another attempt;
      * ``permanent``: this recipient can't be reached on this channel;
      * ``template``: this text or template is refused for everyone; keep queued, tell an admin;
      * ``account``: sender or account is refused, or not configured; keep queued, tell an admin.

    ``detail`` may be logged: codes and trace ids only, never anything about the person.
    """

    kind: OutcomeKind
    provider_id: str | None = None
    code: str = ""
    retry_after: timedelta | None = None
    detail: str = ""


class Channel(ABC):
    """One way out of the building."""

    @abstractmethod
    def send(self, message: Message) -> Outcome:
        """Make one attempt. Never retries by itself and never raises for what the network does."""


def sanitise_parameter(text: str) -> str:
    """Return ``text`` on one line: no newline, tab, control character or run of spaces.

    WhatsApp refuses template parameters with newlines, tabs or more than four spaces in a
    row, and empty ones; an empty text becomes a dash. Also what keeps e-mail subjects safe.
    """
    spaced = _WHITESPACE.sub(" ", text)
    return _WHITESPACE.sub(" ", _UNPRINTABLE.sub("", spaced)).strip() or "-"
