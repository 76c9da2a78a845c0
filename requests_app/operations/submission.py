"""Submitting a draft: the application, its promise, its history and its receipt notice, whole or not at all."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import IntegrityError

from requests_app.models import Application, Draft, Event, Notice, Officer, Promise, ZoneCoverage
from requests_app.models.keys import application_key
from requests_app.operations.actors import CITIZEN, staff
from requests_app.operations.keys import key_lock
from requests_app.operations.keys_ahead import next_key
from requests_app.operations.limits import Limit, count_or_stop, refuse_over
from requests_app.operations.links import links_of
from requests_app.operations.notices import is_code_taken, nudge_on_commit, unsaved_notice
from requests_app.operations.promises import due_under, unsaved_promise
from requests_app.operations.rows import are_stored, insert_of
from requests_app.operations.submission_facts import Asked, Facts, assume, look_up, still_so
from requests_app.rules.catalogue import relevant_answers
from requests_app.rules.dates import local_date
from requests_app.rules.numbers import new_application_number, new_secret
from requests_app.rules.statuses import Status, check_step
from requests_app.statements import NotAsExpected, Planned, Statement, execute_as_one
from requests_app.vault.keyring import keyed_hash

PRIVACY_VERSION = "2026-11"
STATEMENT_VERSION = "2026-11"
RECEIPT_LIFE = timedelta(days=7)
TRIES = 3

LOCK_DRAFT = Planned("lock_draft", "SELECT FROM requests_app_draft WHERE id = $1 FOR UPDATE")
GIVE_DOCUMENTS = Planned("give_documents", "UPDATE requests_app_document SET application_id = $1 WHERE draft_id = $2")
EMPTY_DRAFT = Planned(
    "empty_draft", "UPDATE requests_app_draft SET application_id = $1, answers = $2, expires_at = $3 WHERE id = $4"
)


@dataclass(frozen=True)
class Submitted:
    """The stored application; `secret` is for whoever gave neither phone nor e-mail (the receipt shows it 7 days)."""

    application: Application
    secret: str = ""
    repeated: bool = False


@dataclass(frozen=True)
class Seen:
    """A draft as it was when it was found complete, and the requirements that its files answer."""

    draft: Draft
    files: frozenset[str]


class DraftGone(Exception):
    """The draft was removed (seven days without a change) or never existed."""


class DraftChanged(Exception):
    """Somebody changed the draft, or its files, after it was found complete; nothing was sent."""


def submit_draft(
    *,
    draft_id: uuid.UUID,
    now: datetime,
    channel: str = "online",
    number: str | None = None,
    seen: Seen | None = None,
    limits: Sequence[Limit] = (),
    registered_by: Officer | None = None,
) -> Submitted:
    """Turn a complete, checked draft into an application (round 1).

    The same draft submitted again gives the first application (`repeated`). When another application of the same
    key is open, this one is stored whole as `held_duplicate`, with its own promise and the same receipt.
    With `seen`, exactly that state of the draft is sent. What is stored counts against `limits`. `registered_by`: the
    officer who filled it in at the counter.
    Raises DraftGone, DraftChanged, TooMany.
    """
    for last in (False,) * (TRIES - 1) + (True,):
        draft = seen.draft if seen else Draft.objects.filter(pk=draft_id).first()
        if draft is None or draft.application_id is not None:
            return _repeated(draft_id, draft)
        sending = _Sending(draft, now, channel, number or new_application_number(), seen, limits, registered_by)
        try:
            return sending.send()
        except DraftChanged:
            if seen or last:
                raise
        except IntegrityError as error:
            # 40 random bits meet twice once in a great while; then another number is drawn.
            if last or (not is_code_taken(error) and (number or "number" not in str(error))):
                raise
    raise AssertionError


@dataclass(frozen=True)
class _Sending:
    """One try to send a draft in one round trip, on facts that the database checks before it stores anything."""

    draft: Draft
    now: datetime
    channel: str
    number: str
    seen: Seen | None
    limits: Sequence[Limit]
    officer: Officer | None = None

    @cached_property
    def answers(self) -> dict[str, Any]:
        return relevant_answers(self.draft.answers, local_date(self.now))

    @cached_property
    def asked(self) -> Asked:
        service, key_hash = self.draft.service, application_key(self.draft.service, self.answers)
        return Asked(service, key_hash, self.draft.pk, self.now, self.answers["kelurahan"], local_date(self.now))

    def send(self) -> Submitted:
        """Raises DraftChanged, TooMany, IntegrityError, and NotAsExpected when the facts change faster than we read."""
        facts = self._assumed() or look_up(self.asked)
        for _ in range(TRIES - 1):
            try:
                return self._send(facts)
            except NotAsExpected as guard:
                if guard.what == "limits":
                    refuse_over(self.limits, now=self.now)
                facts = look_up(self.asked)
        return self._send(facts)

    def _assumed(self) -> Facts | None:
        return assume(self.asked, changed_at=self.draft.changed_at, files=self.seen.files) if self.seen else None

    def _send(self, facts: Facts) -> Submitted:
        if facts.changed_at is None or facts.sent_as is not None:
            return _repeated(self.draft.pk, Draft.objects.filter(pk=self.draft.pk).first())
        if facts.changed_at != self.draft.changed_at or (self.seen and facts.files != self.seen.files):
            raise DraftChanged
        done, rows = self._rows(facts)
        execute_as_one(
            [
                LOCK_DRAFT.with_values(self.draft.pk),
                key_lock(self.draft.service, self.asked.key_hash),
                still_so(self.asked, facts),
                *(insert_of(row) for row in rows),
                *links_of(done.application),
                *_hand_over(self.draft, done, self.now),
                # Last, since everybody shares a row of these.
                *([count_or_stop(self.limits, now=self.now)] if self.limits else []),
            ]
        )
        are_stored(*rows)
        nudge_on_commit(rows[-1])
        return done

    def _rows(self, facts: Facts) -> tuple[Submitted, tuple[Application, Promise, Event, Notice]]:
        """What a submission writes, not stored yet."""
        answers, now = dict(self.answers), self.now
        depends_on = answers.pop("depends_on", None)
        secret = new_secret() if answers["contact"] == "none" else ""
        policy, due = due_under(facts.terms.policy, now)
        step = "submit_held" if facts.taken else "submit"
        actor = staff(self.officer) if self.officer else CITIZEN
        application = Application(
            pk=next_key(Application), number=self.number, service=self.draft.service, reason=answers["reason"],
            status=check_step(step, Status.DRAFT, self.draft.service), answers=answers, key_hash=self.asked.key_hash,
            zone=facts.terms.zone, secret_hash=keyed_hash("secret", secret) if secret else None, channel=self.channel,
            registered_by=self.officer, draft_id=self.draft.pk, depends_on_id=depends_on,
            privacy_version=PRIVACY_VERSION, statement_version=STATEMENT_VERSION,
            submitted_at=now, first_due_at=due, due_at=due, **person_fields(answers), **contact_fields(answers),
        )  # fmt: skip
        promise = unsaved_promise(application, now=now, policy=policy, due=due, key=next_key(Promise))
        event = Event(
            pk=next_key(Event), application=application, at=now, step=step, from_status=Status.DRAFT,
            to_status=application.status, round=1, actor_kind=actor.kind, officer=actor.officer,
            data={"promise": promise.pk},
        )  # fmt: skip
        notice = unsaved_notice(application, "received", now=now, dedup="1", text_id=facts.terms.text_id)
        return Submitted(application, secret=secret), (application, promise, event, notice)


def _hand_over(draft: Draft, done: Submitted, now: datetime) -> list[Statement]:
    """The documents belong to the application; of the answers the draft keeps only the secret of its receipt."""
    sealed = Draft._meta.get_field("answers").get_prep_value({"secret": done.secret} if done.secret else {})
    return [
        GIVE_DOCUMENTS.with_values(done.application.pk, draft.pk),
        EMPTY_DRAFT.with_values(done.application.pk, sealed, now + RECEIPT_LIFE, draft.pk),
    ]


def _repeated(draft_id: uuid.UUID, draft: Draft | None) -> Submitted:
    """What this draft became the first time; it is found even after the sweep took the draft's row."""
    application = Application.objects.filter(draft_id=draft_id).first()
    if application is None:
        raise DraftGone
    return Submitted(application, secret=draft.answers.get("secret", "") if draft else "", repeated=True)


def zone_id_on(kelurahan: str, now: datetime) -> int:
    """The zone that covers a kelurahan on the day (WIB) of `now`."""
    return ZoneCoverage.objects.values_list("zone_id", flat=True).get(
        kelurahan_id=kelurahan, valid__contains=local_date(now)
    )


def contact_fields(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say whom to tell, from the answers."""
    contact = answers["contact"]
    phone = answers.get("phone", "") if contact == "whatsapp" else ""
    email = answers.get("email", "")
    return {
        "contact": contact,
        "phone": phone,
        "phone_hash": keyed_hash("phone", phone) if phone else None,
        "phone_owner": answers.get("phone_owner_name", "") if answers.get("phone_owner") == "other" else "",
        "email": email,
        "email_hash": keyed_hash("email", email.lower()) if email else None,
    }


def person_fields(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say who it is and where, from the answers."""
    return {
        "name": answers["name"],
        "nik": answers["nik"],
        "nik_hash": keyed_hash("nik", answers["nik"]),
        "kk_number": answers["kk_number"],
        "kk_hash": keyed_hash("kk", answers["kk_number"]),
        "address": answers["address"],
        "kelurahan_id": answers["kelurahan"],
    }
