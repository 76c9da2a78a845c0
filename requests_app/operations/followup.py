"""What a citizen does after sending: correct, withdraw, object, change the contact, report. Each needs the proof."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from requests_app.models import Application, Decision, Document, Notice
from requests_app.models.keys import application_key
from requests_app.operations.actors import CITIZEN, Actor
from requests_app.operations.blanks import give_back
from requests_app.operations.decisions import OBJECTION_TIME, reopen
from requests_app.operations.endings import let_held_go_on
from requests_app.operations.keys import lock_key
from requests_app.operations.notices import UNSENT, owe_notice, phone_hash, supersede_unsent, way_out
from requests_app.operations.nudge import nudge_notices
from requests_app.operations.pickups import renew_code
from requests_app.operations.promises import current_promise, raise_grade, record_evidence, void_if_early
from requests_app.operations.sent_proofs import void_sent_proofs
from requests_app.operations.steps import NotNow, lock, record_event, save_changes, take_step
from requests_app.operations.submission import contact_fields, person_fields, zone_id_on
from requests_app.operations.sukets import end_suket
from requests_app.operations.visits import drop_from_visit
from requests_app.rules.messages import ANSWER_PURPOSES, CARD_NOTICES
from requests_app.rules.numbers import new_secret
from requests_app.rules.statuses import Status
from requests_app.rules.texts import N_
from requests_app.rules.visits import COMING
from requests_app.vault.keyring import keyed_hash

CONTACT_ANSWERS = ("contact", "phone", "phone_owner", "phone_owner_name", "email")


@transaction.atomic
def record_answer_shown(*, application_id: int, now: datetime) -> None:
    """The tracking page showed the answer's text after the proof: that is evidence that it arrived.

    Counts for each round whose answer (or the notice that annulled it) stands on the page at `now`; one that can
    still be taken back does not stand there yet.
    """
    application = lock(application_id)
    shown = (
        application.notices.filter(purpose__in=ANSWER_PURPOSES, promise__isnull=False)
        .exclude(state__in=["superseded", "expired"])
        .filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now) | Q(attempt__gt=0))
    )
    promises = application.promises.select_for_update().filter(pk__in=shown.values("promise"), told_at__isnull=True)
    for promise in promises.order_by("round"):
        record_evidence(promise, at=now, evidence="shown", now=now)
    raise_grade(shown, "opened")


def standing_decision(application: Application) -> Decision | None:
    """The decision of the current round that was neither taken back nor annulled."""
    return Decision.objects.filter(
        application=application, round=application.round, taken_back_at__isnull=True, annulled_at__isnull=True
    ).first()


def faulted_targets(application: Application) -> list[dict[str, str]]:
    """What the officer asked to be corrected: documents and answers, each with its reason code."""
    decision = standing_decision(application)
    return decision.items if decision is not None and decision.kind == "needs_correction" else []


@transaction.atomic
def resubmit_correction(
    *, application_id: int, answers: Mapping[str, Any], now: datetime, actor: Actor = CITIZEN
) -> Application:
    """The corrected documents (already stored with the next round's number) and answers: a new round and promise.

    Only faulted answers are taken; the zone follows the corrected address, the key the corrected NIK (beside
    another open application of that key it is held, like a first submission). `actor`: the citizen, or the officer
    who photographed it at the counter. Raises NotNow when the term is over.
    """
    application = lock(application_id)
    if application.status != Status.NEEDS_CORRECTION:
        raise NotNow(N_("Perbaikan sudah terkirim atau permohonan ini sudah ditutup."))
    faulted = {item["target"] for item in faulted_targets(application)}
    _replace_documents(application, faulted, now)
    merged = {**application.answers, **{k: v for k, v in answers.items() if k in faulted}}
    record_evidence(current_promise(application), at=now, evidence="told" if actor.officer else "shown", now=now)
    old_key, application.key_hash = application.key_hash, application_key(application.service, merged)
    reopen(
        application, "resubmit", now=now, actor=actor, data={}, answers=merged, key_hash=application.key_hash,
        zone_id=zone_id_on(merged["kelurahan"], now), **person_fields(merged),
    )  # fmt: skip
    if old_key != application.key_hash:
        lock_key(application.service, old_key)
        let_held_go_on(application.service, old_key, now=now)
    owe_notice(application, "received", now=now, dedup=str(application.round))
    return application


def _replace_documents(application: Application, faulted: set[str], now: datetime) -> None:
    new_round = application.round + 1
    sent = Document.objects.filter(application=application, round=new_round, replaced_at__isnull=True)
    codes = set(sent.values_list("document_code", flat=True)) & faulted
    Document.objects.filter(
        application=application, document_code__in=codes, round__lt=new_round, replaced_at__isnull=True
    ).update(replaced_at=now)


@transaction.atomic
def withdraw(*, application_id: int, now: datetime) -> Application:
    """The citizen withdraws, before printing or check-in. Early, the promise is void; a slot becomes free.

    Raises StepNotAllowed afterwards.
    """
    application = lock(application_id)
    lock_key(application.service, application.key_hash)
    drop_from_visit(application, now=now, actor=CITIZEN)
    give_back(application, now=now)
    end_suket(application, reason="ended", now=now)
    take_step(
        application, "withdraw", now=now, actor=CITIZEN, waiting_until=None, next_reminder_at=None, next_invite_at=None
    )
    void_if_early(application, now=now)
    supersede_unsent(application, ANSWER_PURPOSES)
    owe_notice(application, "withdrawn", now=now, dedup="1")
    let_held_go_on(application.service, application.key_hash, now=now)
    return application


@transaction.atomic
def object_to_rejection(*, application_id: int, words: str, now: datetime) -> Application:
    """Once within 30 days of a rejection: a new round, never judged by the same officer.

    Raises NotNow (too late, or objected before) or ValueError (no words).
    """
    application = lock(application_id)
    decision = standing_decision(application)
    if application.status != Status.REJECTED or decision is None or now > decision.decided_at + OBJECTION_TIME:
        raise NotNow(N_("Waktu keberatan 30 hari sudah lewat. Anda dapat mengajukan permohonan baru."))
    if Decision.objects.filter(application=application, objected_at__isnull=False).exists():
        raise NotNow(N_("Keberatan hanya dapat diajukan satu kali. Anda dapat mengajukan permohonan baru."))
    if not words.strip():
        raise ValueError("Tuliskan keberatan Anda.")
    record_evidence(current_promise(application), at=now, evidence="shown", now=now)
    decision.objected_at, decision.objection = now, words.strip()
    decision.save(update_fields=["objected_at", "objection"])
    reopen(
        application, "object", now=now, actor=CITIZEN, data={"decision": decision.pk}, not_by=decision.officer
    )  # fmt: skip
    owe_notice(application, "objection_received", now=now, dedup=str(decision.pk))
    return application


@dataclass(frozen=True)
class ContactChanged:
    """The application with its new contact; `secret` is set once, for whoever gives neither phone nor e-mail now."""

    application: Application
    secret: str = ""


@transaction.atomic
def change_contact(*, application_id: int, answers: Mapping[str, Any], now: datetime) -> ContactChanged:
    """Whom to tell from now on; the old phone or e-mail is told of the change.

    Answers and news of the card follow the new contact; codes and links that went to the old one open nothing any more.
    Where no phone or e-mail goes, the code of a card stays what it is: who knows it may know it.
    Raises NotNow when the application has ended otherwise than by a rejection.
    """
    application = lock(application_id)
    if Status(application.status).is_final and application.status != Status.REJECTED:
        raise NotNow(N_("Permohonan ini sudah selesai. Tidak ada kabar lagi yang kami kirim."))
    fields = contact_fields(answers)
    if all(getattr(application, name) == value for name, value in fields.items()):
        return ContactChanged(application)
    secret = new_secret() if fields["contact"] == "none" else ""
    gone = _gone_contacts(application, fields)
    _tell_old_contacts(application, gone, now)
    merged = {**application.answers, **{key: answers.get(key, "") for key in CONTACT_ANSWERS}}
    secret_hash = keyed_hash("secret", secret) if secret else None
    proven_at = application.phone_proven_at if fields["phone_hash"] == application.phone_hash else None
    save_changes(application, **fields, answers=merged, secret_hash=secret_hash, phone_proven_at=proven_at)
    event = record_event(application, "contact_changed", now=now, actor=CITIZEN, data={"contact": fields["contact"]})
    moved = _redirect_unsent(application, now)
    _void_proofs(application, now, keep=moved)
    if gone:
        renew_code(application, now=now, dedup=str(event.pk))
    return ContactChanged(application, secret)


def _gone_contacts(application: Application, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Channel and recipient of each phone or e-mail that is no longer the same, not only of the one that came first."""
    old = [("whatsapp", application.phone, fields["phone"]), ("email", application.email, fields["email"])]
    return [(channel, recipient) for channel, recipient, new in old if recipient and recipient != new]


def _tell_old_contacts(application: Application, gone: list[tuple[str, str]], now: datetime) -> None:
    for channel, recipient in gone:
        dedup = f"{application.version}:{channel}"
        owe_notice(application, "contact_changed", now=now, dedup=dedup, to=(channel, recipient))


def _redirect_unsent(application: Application, now: datetime) -> list[Notice]:
    """Answers, and what concerns a coming visit, go to the new contact as far as they have not reached anybody; they
    stand on the page for whoever gave none. A visit's messages still leave from its own zone only."""
    waiting = application.notices.select_for_update(of=("self",)).select_related("visit__zone")
    concerned = Q(visit=None, purpose__in=(*ANSWER_PURPOSES, *CARD_NOTICES)) | Q(visit__state__in=COMING)
    moved = _without_copies(application, list(waiting.filter(concerned, state__in=UNSENT).order_by("created_at", "pk")))
    for notice in moved:
        _redirect(application, notice, now)
    _publish_or_not(application, moved, to_page=application.contact == "none")
    if any(notice.state == "queued" for notice in moved):
        transaction.on_commit(nudge_notices, robust=True)
    return moved


def _without_copies(application: Application, waiting: list[Notice]) -> list[Notice]:
    """Each message once: what followed it on further channels is not sent any more, as the new contact gets itself."""
    follows = dict(application.notices.values_list("pk", "fallback_of"))
    kept: dict[uuid.UUID, Notice] = {}
    for notice in sorted(waiting, key=lambda notice: notice.fallback_of_id is not None):
        message = notice.pk
        while (before := follows[message]) is not None:
            message = before
        kept.setdefault(message, notice)
    copies = {notice.pk for notice in waiting} - {notice.pk for notice in kept.values()}
    application.notices.filter(pk__in=copies).update(
        state="superseded", next_attempt_at=None, lease_owner=None, lease_until=None
    )
    return list(kept.values())


def _redirect(application: Application, notice: Notice, now: datetime) -> None:
    """What was tried before goes out anew, at once; receipts of those tries say nothing of the new contact.

    What may have arrived at a phone (or address) that stays is left to its receipt, and to its wait.
    """
    zone_id, channel, recipient = way_out(application, notice.purpose, notice.visit)
    in_the_air = notice.state in ("sending", "unconfirmed")
    if in_the_air and recipient == notice.recipient:
        return
    if notice.attempt:
        notice.leaves_at = now
    if in_the_air or notice.state == "failed":
        notice.next_attempt_at = now
    notice.zone_id, notice.channel, notice.recipient = zone_id, channel, recipient
    notice.recipient_hash = phone_hash(notice.channel, notice.recipient)
    notice.state = "published" if notice.channel == "page" else "queued"
    notice.lease_owner = notice.lease_until = notice.provider_id = None
    notice.save(
        update_fields=[
            "zone", "channel", "recipient", "recipient_hash", "state", "leaves_at", "next_attempt_at", "lease_owner",
            "lease_until", "provider_id",
        ]
    )  # fmt: skip


def _publish_or_not(application: Application, moved: list[Notice], to_page: bool) -> None:
    """An answer that nobody has seen yet counts as told by the page alone only for whoever gave no contact."""
    for notice in moved:
        if notice.promise_id is not None:
            publish_at = notice.next_attempt_at if to_page else None
            application.promises.filter(pk=notice.promise_id, outcome="open").update(publish_at=publish_at)


def _void_proofs(application: Application, now: datetime, *, keep: list[Notice]) -> None:
    application.proofs.filter(used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    void_sent_proofs(application, now=now)
    links = application.notices.filter(link_used_at__isnull=True).exclude(pk__in=[notice.pk for notice in keep])
    links.update(link_used_at=now)
