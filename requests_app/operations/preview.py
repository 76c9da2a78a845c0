"""The message that a decision would send, before anybody decides."""

import copy
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from requests_app.models import Application, MessageText, Officer
from requests_app.operations.decisions import Verdict, answer_texts, terms, unsaved_decision
from requests_app.operations.notices import common_params
from requests_app.rules.messages import render

UNKNOWN_CODE = "······"


@dataclass(frozen=True)
class Preview:
    """`text`: what the citizen will read (the message's own code is drawn on sending). `seal`: names exactly this
    verdict and wording, so that whoever confirms has seen them."""

    text: str
    seal: str


def preview_answer(*, application: Application, officer: Officer, now: datetime, verdict: Verdict) -> Preview:
    """Render the answer's text through the same functions as the notice itself. Nothing is saved."""
    would_be = copy.copy(application)
    would_be.waiting_until = terms(verdict.kind, now)["waiting_until"]
    decision = unsaved_decision(would_be, officer=officer, now=now, verdict=verdict)
    text = MessageText.objects.get(purpose=verdict.kind, is_current=True)
    params = common_params(application, UNKNOWN_CODE) | answer_texts(would_be, decision)
    return Preview(text=render(text.body, params), seal=_seal(application, verdict, text, params))


def _seal(application: Application, verdict: Verdict, text: MessageText, params: dict[str, str]) -> str:
    """Without the term's moment, which moves on with the clock while the officer reads."""
    shown = {name: value for name, value in params.items() if name != "batas"}
    content = [application.pk, application.round, verdict.kind, list(verdict.items), text.pk, shown]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
