"""Texts of notices: which there are, what they may say, and how placeholders become words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from requests_app.rules.dates import format_moment
from requests_app.rules.labels import target_label

ANSWER_PURPOSES = (
    "approved", "approved_visit", "invitation", "invitation_recording", "schedule_news",
    "rejected", "needs_correction", "recording_needed", "annulled", "late_answer",
)  # fmt: skip
CARD_NOTICES = (
    "card_waiting", "blank_arrived", "card_again", "pickup_ask", "ready_for_pickup", "pickup_reminder", "card_moved",
    "suket_issued", "suket_expiring",
)  # fmt: skip
"""News on the way of a card, from the approval to the handover; they mean nothing once the approval is gone."""
INVITATIONS = ("invitation", "invitation_recording", "invitation_again", "visit_moved", "visit_reminder")
"""Their link opens the invitation itself; they leave from the number of the visit's own zone, or not at all."""
WITHOUT_LINK = (
    "code", "draft_code", "number_test", "alert",
    "reply_status", "reply_report", "reply_help", "reply_talk", "reply_file", "reply_proof", "reply_officer",
)  # fmt: skip
REPLY = "reply"
"""How the purposes of replies begin: to whoever has just written to a zone's number."""
CODE_MINUTES = {"code": 5, "draft_code": 15}
"""The one-time codes, which are templates of a kind of their own, and how long each can be used."""
MOST_LETTERS = 1024
"""Meta takes so many in a template's body, its parameters filled in."""
NO_NOTE = "Simpan pesan ini."  # WhatsApp takes no empty parameter
FRAME = re.compile(r"^Halo \S+ |\s*Gratis\. Kode pesan: \w{6}\.$")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def placeholders(body: str) -> tuple[str, ...]:
    """The placeholders of a text in the order of their first appearance: the parameters of its WhatsApp template."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(body)))


def link_path(purpose: str) -> str:
    """Where the link of such a notice begins: the invitation, or a one-time link to the tracking page."""
    return "/undangan/" if purpose in INVITATIONS else "/buka/"


def render(body: str, params: Mapping[str, str]) -> str:
    """The text with its placeholders filled; one that has no value becomes a dash, so a message never stops."""
    return PLACEHOLDER.sub(lambda match: params.get(match[1]) or "-", body)


def template_body(body: str) -> str:
    """The text as WhatsApp wants it: {{1}}, {{2}} … in place of names."""
    order = {name: number for number, name in enumerate(placeholders(body), start=1)}
    return PLACEHOLDER.sub(lambda match: f"{{{{{order[match[1]]}}}}}", body)


def fitting(body: str, values: Sequence[str]) -> tuple[str, ...]:
    """The parameters of a text (one for each placeholder, in order), the longest cut until Meta takes the whole.

    What is cut ends with `…`; the whole of it stands on the page that the message's button opens.
    """
    fitted, names = list(values), placeholders(body)
    while (over := len(render(body, dict(zip(names, fitted, strict=True)))) - MOST_LETTERS) > 0:
        longest = max(range(len(fitted)), key=lambda place: len(fitted[place]), default=None)
        if longest is None or len(fitted[longest]) <= 1:
            break
        fitted[longest] = fitted[longest][: max(len(fitted[longest]) - over - 1, 0)].rstrip() + "…"
    return tuple(fitted)


def decision_params(
    *,
    kind: str,
    card: str,
    items: Sequence[Mapping[str, str]],
    sentences: Mapping[str, str],
    reason: str,
    legal_ground: str,
    next_step: str,
    note: str,
    details: Mapping[str, Any],
    until: datetime | None,
) -> dict[str, str]:
    """Placeholders of an answer: `butir` the faulty items, `alasan`, `dasar`, `langkah`, `tempat`, `waktu`, `bawa`,
    `batas` (the citizen's own term, WIB), `kartu` (what becomes of the card), `catatan`. Line breaks become spaces
    (WhatsApp refuses them)."""
    targets = [item["target"] for item in items]
    words, rest = own_words(note, targets)
    told = [f"{target_label(i['target'])}: {_told(sentences.get(i['reason'], ''), words[i['target']])}" for i in items]
    params = {
        "butir": told[0] if len(told) == 1 else " ".join(f"({n}) {line}" for n, line in enumerate(told, start=1)),
        "alasan": reason,
        "dasar": legal_ground,
        "langkah": next_step,
        "tempat": str(details.get("place", "")),
        "waktu": str(details.get("when", "")),
        "bawa": str(details.get("bring", "")),
        "batas": format_moment(until) if until else "",
        "kartu": card,
        "catatan": f"Catatan petugas: {_sentence(rest)}" if rest else NO_NOTE,
    }
    return {name: " ".join(value.split()) for name, value in params.items()}


def without_frame(body: str) -> str:
    """A text that becomes part of another one: its greeting and its last line (free of charge, check code) go."""
    return FRAME.sub("", " ".join(body.split()))


def own_words(note: str, targets: Iterable[str]) -> tuple[dict[str, str], str]:
    """The officer's own words for each faulty item (empty where there are none), and the rest of the note.

    Own words stand in the note as lines that begin with the label of what they speak of.
    """
    lines, words = note.splitlines(), {}
    for target in targets:
        start = f"{target_label(target)}: "
        line = next((line for line in lines if line.startswith(start)), "")
        words[target] = line.removeprefix(start)
        if line:
            lines.remove(line)
    return words, "\n".join(lines).strip()


def _told(sentence: str, words: str) -> str:
    return " ".join(filter(None, [sentence, _sentence(words)])) or "Periksa lagi."


def _sentence(text: str) -> str:
    """With a full stop, so that the next sentence of a message stands apart."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
