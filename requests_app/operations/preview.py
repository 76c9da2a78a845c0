"""The message that a decision would send, before anybody decides."""

import copy
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from requests_app.models import Application, Decision, MessageText, Officer
from requests_app.operations.decisions import Verdict, answer_texts, terms, unsaved_decision
from requests_app.operations.invitations import FACE_TO_FACE, invitation_purpose, is_by_visit
from requests_app.operations.notices import common_params
from requests_app.operations.places import visit_at_desk, would_be_visit
from requests_app.operations.visit_words import is_served_now, schedule_follows, visit_params
from requests_app.rules.messages import render
from requests_app.rules.sent_words import without_any_id_number
from requests_app.rules.visits import SCHEDULE_WITHIN

UNKNOWN_CODE = "······"
MOVES_ON = {"batas", "waktu", "antrean", "jadwal", "kartu"}


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
    purpose, params = _words(would_be, decision, now)
    text = MessageText.objects.get(purpose=purpose, is_current=True)
    params = without_any_id_number(common_params(application, UNKNOWN_CODE) | params)
    return Preview(text=render(text.body, params), seal=_seal(application, verdict, text, params))


def _words(application: Application, decision: Decision, now: datetime) -> tuple[str, dict[str, str]]:
    """Which text, and its placeholders; of an invitation the slot that would be proposed now."""
    texts = answer_texts(application, decision)
    if not is_by_visit(application, decision.kind):
        return decision.kind, texts
    here = visit_at_desk(application, now=now)
    visit = None if here else would_be_visit(application, now=now)
    if visit is not None:
        return invitation_purpose(application), texts | visit_params(visit, application) | {"catatan": texts["catatan"]}
    if application.service not in FACE_TO_FACE:
        return decision.kind, texts
    schedule = is_served_now(here) if here else schedule_follows(application, now + SCHEDULE_WITHIN)
    return "approved_visit", texts | {"jadwal": schedule}


def _seal(application: Application, verdict: Verdict, text: MessageText, params: dict[str, str]) -> str:
    """Without moments and places, which move on while the officer reads: the slot may be somebody else's by then."""
    shown = {name: value for name, value in params.items() if name not in MOVES_ON}
    content = [application.pk, application.round, verdict.kind, list(verdict.items), text.pk, shown]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
