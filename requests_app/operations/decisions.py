"""Deciding: approve, reject, ask for correction, ask for recording; take back within 8 seconds; annul later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from requests_app.models import Application, Decision, DecisionReason, Officer, Promise
from requests_app.operations.actors import staff
from requests_app.operations.blanks import give_back, promise_blank
from requests_app.operations.card_words import card_words
from requests_app.operations.endings import let_held_go_on
from requests_app.operations.invitations import FACE_TO_FACE, answer_by_visit, is_by_visit
from requests_app.operations.keys import key_is_taken, lock_key
from requests_app.operations.notices import has_left, owe_notice, supersede_unsent
from requests_app.operations.promises import current_promise, start_round
from requests_app.operations.review import LEASE, held_by
from requests_app.operations.steps import NotNow, lock, take_step
from requests_app.operations.sukets import end_suket
from requests_app.operations.visits import drop_from_visit
from requests_app.rules.catalogue import Service
from requests_app.rules.messages import ANSWER_PURPOSES, decision_params
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.sent_words import check_sent_words

CORRECTION_TIME = timedelta(days=14)
CORRECTION_REMINDER = timedelta(days=10)
RECORDING_TIME = timedelta(days=90)
RECORDING_REMINDERS = (timedelta(days=30), timedelta(days=60))
OBJECTION_TIME = timedelta(days=30)


@dataclass(frozen=True)
class Verdict:
    """What the officer fills in. `items`: [{"target": document code or answer key, "reason": code, "note": text}];
    `details`: {"place", "when", "bring", "next"} as far as the kind needs them; `note`: the officer's own words."""

    kind: str
    reason_code: str = ""
    items: Sequence[dict[str, str]] = ()
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)


BY_VISIT = ("approved_visit", "invitation", "invitation_recording")
STEP_OF = {
    "approved": "approve",
    "rejected": "reject",
    "needs_correction": "ask_correction",
    "recording_needed": "need_recording",
}


@transaction.atomic
def decide(*, application_id: int, officer: Officer, now: datetime, verdict: Verdict) -> Decision:
    """Record a decision by the officer who holds the lease; its notice leaves after 8 seconds.

    Raises NotNow (lease gone) or ValueError (a rejection without reason, a correction without items, an approval
    or recording without place, words with a NIK or a number of a family).
    """
    application = held_by(application_id, officer)
    _check_verdict(verdict, application.service)
    changes = terms(verdict.kind, now)
    if verdict.kind == "rejected":
        lock_key(application.service, application.key_hash)
    take_step(application, STEP_OF[verdict.kind], now=now, actor=staff(officer), decided_at=now, not_by=None, **changes)
    if is_card(application, verdict.kind):
        promise_blank(application, now=now, officer=officer)
    decision = answer_decision(application, officer=officer, now=now, verdict=verdict)
    if verdict.kind == "rejected":
        let_held_go_on(application.service, application.key_hash, now=now)
    return decision


def is_card(application: Application, kind: str) -> bool:
    """Whether such a decision means that a card is to be printed."""
    return application.service == Service.KTP_EL and kind == "approved"


def answer_decision(application: Application, *, officer: Officer, now: datetime, verdict: Verdict) -> Decision:
    """Write the decision of a locked application whose status was just moved, and owe its notice."""
    decision = _write_decision(application, officer=officer, now=now, verdict=verdict)
    _answer(application, decision, now=now)
    return decision


def end_as_double(application: Application, *, officer: Officer, now: datetime) -> Decision:
    """A waiting application gives way to another of its key: claimed and rejected as double in one go."""
    actor = staff(officer)
    take_step(application, "claim", now=now, actor=actor, lease_officer=officer, lease_until=now + LEASE)
    take_step(application, "reject", now=now, actor=actor, decided_at=now)
    return answer_decision(application, officer=officer, now=now, verdict=Verdict("rejected", reason_code="ganda"))


def answer_texts(application: Application, decision: Decision) -> dict[str, str]:
    """The placeholders of an answer's text; the officer's preview and the notice use the same ones."""
    codes = {decision.reason_code, *(item["reason"] for item in decision.items)} - {""}
    reasons = {r.code: r for r in DecisionReason.objects.filter(code__in=codes)}
    reason = reasons.get(decision.reason_code)
    card = card_words(application, now=decision.decided_at) if is_card(application, decision.kind) else ""
    return decision_params(
        kind=decision.kind,
        card=card,
        items=decision.items,
        sentences={code: r.sentence for code, r in reasons.items()},
        reason=reason.sentence if reason else "",
        legal_ground=reason.legal_ground if reason else "",
        next_step=decision.details.get("next") or (reason.next_step if reason else ""),
        note=decision.note,
        details=decision.details,
        until=application.waiting_until,
    )


def _answer(application: Application, decision: Decision, *, now: datetime) -> None:
    promise = current_promise(application)
    promise.answered_at = now
    promise.publish_at = decision.release_at if application.contact == "none" else None
    promise.save(update_fields=["answered_at", "publish_at"])
    texts = answer_texts(application, decision)
    if is_by_visit(application, decision.kind):
        actor = staff(decision.officer)
        answer_by_visit(application, decision, promise, now=now, texts=texts, actor=actor)
        return
    owe_notice(
        application,
        decision.kind,
        now=now,
        dedup=f"{promise.round}:{decision.pk}",
        params=texts,
        promise=promise,
        not_before=decision.release_at,
    )


def _write_decision(application: Application, *, officer: Officer, now: datetime, verdict: Verdict) -> Decision:
    decision = unsaved_decision(application, officer=officer, now=now, verdict=verdict)
    decision.save(force_insert=True)
    return decision


def unsaved_decision(application: Application, *, officer: Officer, now: datetime, verdict: Verdict) -> Decision:
    """The decision as it would be written; previews are made from it."""
    return Decision(
        application=application,
        round=application.round,
        kind=verdict.kind,
        officer=officer,
        decided_at=now,
        release_at=now + TAKE_BACK,
        reason_code=verdict.reason_code,
        items=[{"target": i["target"], "reason": i["reason"]} for i in verdict.items],
        note="\n".join(filter(None, [verdict.note, *(i.get("note", "") for i in verdict.items)])),
        details=verdict.details,
    )


def terms(kind: str, now: datetime) -> dict[str, Any]:
    """The citizen's own term that begins with this kind of decision, and its first reminder."""
    if kind == "needs_correction":
        return {"waiting_until": now + CORRECTION_TIME, "next_reminder_at": now + CORRECTION_REMINDER}
    if kind == "recording_needed":
        return {"waiting_until": now + RECORDING_TIME, "next_reminder_at": now + RECORDING_REMINDERS[0]}
    return {"waiting_until": None, "next_reminder_at": None}


def _check_verdict(verdict: Verdict, service: str) -> None:
    missing = {
        "rejected": "" if verdict.reason_code else "Pilih alasan penolakan.",
        "needs_correction": "" if verdict.items else "Pilih berkas atau data yang perlu diperbaiki.",
        "approved": "" if verdict.details.get("place") or service in FACE_TO_FACE else "Isi tempat pengambilan kartu.",
        "recording_needed": "" if verdict.details.get("place") else "Isi tempat perekaman.",
    }[verdict.kind]
    if missing:
        raise ValueError(missing)
    # Where an approved card is collected is the zone's address, not the officer's words.
    details = [words for name, words in verdict.details.items() if (verdict.kind, name) != ("approved", "place")]
    check_sent_words(verdict.note, *(item.get("note", "") for item in verdict.items), *details)


@transaction.atomic
def take_back(*, decision_id: int, officer: Officer, now: datetime) -> Application:
    """Within 8 seconds, the officer who decided gets the application back; its notice never leaves.

    Raises NotNow once the time is over or the message is on its way.
    """
    application = lock(Decision.objects.values_list("application_id", flat=True).get(pk=decision_id))
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    late = now >= decision.release_at or decision.taken_back_at is not None
    if late or decision.officer_id != officer.pk or decision.round != application.round:
        raise NotNow("Waktu 8 detik sudah lewat. Pengawas dapat membatalkan keputusan.")
    lock_key(application.service, application.key_hash)
    if key_is_taken(application.service, application.key_hash, besides=application.pk):
        raise NotNow("Permohonan lain dengan data yang sama sudah berjalan. Hubungi pengawas.")
    if has_left(application, ANSWER_PURPOSES, f"{decision.round}:{decision.pk}"):
        raise NotNow("Pesannya sudah dikirim. Pengawas dapat membatalkan keputusan.")
    decision.taken_back_at = now
    decision.save(update_fields=["taken_back_at"])
    supersede_unsent(application, (decision.kind, *BY_VISIT))
    drop_from_visit(application, now=now, actor=staff(officer))
    give_back(application, now=now, officer=officer)
    Promise.objects.filter(application=application, round=application.round).update(answered_at=None, publish_at=None)
    take_step(
        application, "take_back", now=now, actor=staff(officer), lease_officer=officer, lease_until=now + LEASE,
        decided_at=None, waiting_until=None, next_reminder_at=None, next_invite_at=None, invite_trouble="",
        data={"decision": decision.pk},
    )  # fmt: skip
    return application


@transaction.atomic
def annul_decision(*, decision_id: int, supervisor: Officer, reason: str, now: datetime) -> Application:
    """A supervisor annuls a wrong decision: a new round with a new promise; the citizen is told plainly.

    The notice of it answers the old round when that was still open. With another application of the key open by
    then, this one is held beside it. Raises NotNow, StepNotAllowed, ValueError (no reason given).
    """
    if not reason.strip():
        raise ValueError("Isi alasan pembatalan keputusan.")
    application = lock(Decision.objects.values_list("application_id", flat=True).get(pk=decision_id))
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    if decision.round != application.round or decision.taken_back_at or decision.annulled_at:
        raise NotNow("Keputusan ini bukan keputusan terakhir permohonan.")
    decision.annulled_at, decision.annulled_by, decision.annul_reason = now, supervisor, reason.strip()
    decision.save(update_fields=["annulled_at", "annulled_by", "annul_reason"])
    old_promise = current_promise(application)
    supersede_unsent(application, ANSWER_PURPOSES)
    drop_from_visit(application, now=now, actor=staff(supervisor))
    give_back(application, now=now, officer=supervisor)
    end_suket(application, reason="ended", now=now)
    reopen(application, "annul", now=now, actor=staff(supervisor), data={"decision": decision.pk})
    owe_notice(application, "annulled", now=now, dedup=str(decision.pk), promise=old_promise)
    return application


def reopen(
    application: Application, step: str, *, now: datetime, actor: Any, data: dict[str, Any], **changes: Any
) -> None:
    """Start a new round of a decided application, beside another of its key if one is open by then."""
    lock_key(application.service, application.key_hash)
    taken = key_is_taken(application.service, application.key_hash, besides=application.pk)
    start_round(application, now=now)
    take_step(
        application, f"{step}_held" if taken else step, now=now, actor=actor, data=data,
        decided_at=None, waiting_until=None, next_reminder_at=None, next_invite_at=None, invite_trouble="",
        skipped_by=None, **changes,
    )  # fmt: skip
