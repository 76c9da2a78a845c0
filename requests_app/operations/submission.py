"""Submitting a draft: the application, its promise, its history and its receipt notice, whole or not at all."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection

from requests_app.models import HOLDS_KEY, Application, Draft, Event, Notice, Promise, Zone, ZoneCoverage
from requests_app.operations.actors import CITIZEN
from requests_app.operations.keys import application_key, key_lock
from requests_app.operations.notices import is_code_taken, nudge_on_commit, unsaved_notice
from requests_app.operations.promises import due_under, unsaved_promise
from requests_app.operations.rows import are_stored, insert_of
from requests_app.rules.catalogue import relevant_answers
from requests_app.rules.dates import local_date
from requests_app.rules.numbers import new_application_number, new_secret
from requests_app.rules.statuses import Status, check_step
from requests_app.statements import Planned, ShortTransaction, Statement, short_transaction
from requests_app.vault.keyring import keyed_hash

PRIVACY_VERSION = "2026-11"
STATEMENT_VERSION = "2026-11"
RECEIPT_LIFE = timedelta(days=7)
TRIES = 3

LOCK_DRAFT = Planned("lock_draft", "SELECT FROM requests_app_draft WHERE id = $1 FOR UPDATE")
# Run after the locks, as a statement of its own, it sees what was committed while they waited. The statuses stand in
# the text: only then the partial index of the keys is read.
LOOK_UP = Planned.named(
    "submission",
    """
    SELECT draft.changed_at, draft.application_id,
      ARRAY(SELECT document_code::text FROM requests_app_document WHERE draft_id = draft.id),
      zone.id, zone.name,
      nextval('requests_app_application_id_seq'), nextval('requests_app_promise_id_seq'),
      nextval('requests_app_event_id_seq'),
      EXISTS (SELECT FROM requests_app_application
              WHERE service = %(service)s AND key_hash = %(key)s AND status IN ({holding})),
      (SELECT kind FROM requests_app_promisepolicy WHERE valid_from <= %(now)s ORDER BY valid_from DESC LIMIT 1),
      (SELECT id FROM requests_app_messagetext WHERE purpose = 'received' AND is_current)
    FROM (VALUES (%(draft)s)) AS asked (id)
    LEFT JOIN requests_app_draft AS draft ON draft.id = asked.id
    LEFT JOIN requests_app_zonecoverage AS coverage
      ON coverage.kelurahan_id = %(kelurahan)s AND coverage.valid @> %(day)s
    LEFT JOIN requests_app_zone AS zone ON zone.id = coverage.zone_id
    """.format(holding=", ".join(f"'{status}'" for status in HOLDS_KEY)),  # noqa: S608 (names of our own)
    {"service": "varchar", "key": "bytea", "now": "timestamptz", "draft": "uuid",
     "kelurahan": "varchar", "day": "date"},
)  # fmt: skip
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


@dataclass(frozen=True)
class _Facts:
    """What the rows of a submission are made of. `taken`: another application of the key is open."""

    changed_at: datetime | None
    sent_as: int | None
    files: frozenset[str]
    zone: Zone
    application_id: int
    promise_id: int
    event_id: int
    taken: bool
    policy: str | None
    text_id: int


class DraftGone(Exception):
    """The draft was removed (seven days without a change) or never existed."""


class DraftChanged(Exception):
    """Somebody changed the draft, or its files, after it was found complete; nothing was sent."""


def submit_draft(
    *, draft_id: uuid.UUID, now: datetime, channel: str = "online", number: str | None = None, seen: Seen | None = None
) -> Submitted:
    """Turn a complete, checked draft into an application (round 1).

    The same draft submitted again gives the first application (`repeated`). When another application of the same
    key is open, this one is stored whole as `held_duplicate`, with its own promise and the same receipt.
    With `seen`, exactly that state of the draft is sent. Raises DraftGone, and DraftChanged.
    """
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            return _submit(draft_id, now=now, channel=channel, number=number or new_application_number(), seen=seen)
        except DraftChanged:
            if seen or last:
                raise
        except IntegrityError as error:
            # 40 random bits meet twice once in a great while; then another number is drawn.
            if last or (not is_code_taken(error) and (number or "number" not in str(error))):
                raise
    raise AssertionError


def _submit(draft_id: uuid.UUID, *, now: datetime, channel: str, number: str, seen: Seen | None) -> Submitted:
    draft = seen.draft if seen else Draft.objects.filter(pk=draft_id).first()
    if draft is None or draft.application_id is not None:
        return _repeated(draft_id, draft)
    answers = relevant_answers(draft.answers, local_date(now))
    key_hash = application_key(draft.service, answers)
    with short_transaction() as short:
        facts = _look_up(short, draft, key_hash, answers["kelurahan"], now)
        if facts.changed_at is None or facts.sent_as is not None:
            return _repeated(draft_id, Draft.objects.filter(pk=draft_id).first())
        if facts.changed_at != draft.changed_at or (seen and facts.files != seen.files):
            raise DraftChanged
        done, rows = _rows(draft, answers, key_hash, facts, now=now, channel=channel, number=number)
        short.last([*(insert_of(row) for row in rows), *_hand_over(draft, done, now)])
    are_stored(*rows)
    nudge_on_commit(rows[-1])
    return done


def _rows(
    draft: Draft, answers: dict[str, Any], key_hash: bytes, facts: _Facts, *, now: datetime, channel: str, number: str
) -> tuple[Submitted, tuple[Application, Promise, Event, Notice]]:
    """What a submission writes, not stored yet."""
    secret = new_secret() if answers["contact"] == "none" else ""
    policy, due = due_under(facts.policy, now)
    step = "submit_held" if facts.taken else "submit"
    application = Application(
        pk=facts.application_id, number=number, service=draft.service, reason=answers["reason"],
        status=check_step(step, Status.DRAFT, draft.service), answers=answers, key_hash=key_hash, zone=facts.zone,
        secret_hash=keyed_hash("secret", secret) if secret else None, channel=channel, draft_id=draft.pk,
        privacy_version=PRIVACY_VERSION, statement_version=STATEMENT_VERSION,
        submitted_at=now, first_due_at=due, due_at=due, **person_fields(answers), **contact_fields(answers),
    )  # fmt: skip
    promise = unsaved_promise(application, now=now, policy=policy, due=due, key=facts.promise_id)
    event = Event(
        pk=facts.event_id, application=application, at=now, step=step, from_status=Status.DRAFT,
        to_status=application.status, round=1, actor_kind=CITIZEN.kind, data={"promise": promise.pk},
    )  # fmt: skip
    notice = unsaved_notice(application, "received", now=now, dedup="1", text_id=facts.text_id)
    return Submitted(application, secret=secret), (application, promise, event, notice)


def _hand_over(draft: Draft, done: Submitted, now: datetime) -> list[Statement]:
    """The documents belong to the application; of the answers the draft keeps only the secret of its receipt."""
    sealed = Draft._meta.get_field("answers").get_prep_value({"secret": done.secret} if done.secret else {})
    return [
        GIVE_DOCUMENTS.with_values(done.application.pk, draft.pk),
        EMPTY_DRAFT.with_values(done.application.pk, sealed, now + RECEIPT_LIFE, draft.pk),
    ]


def _look_up(short: ShortTransaction, draft: Draft, key_hash: bytes, kelurahan: str, now: datetime) -> _Facts:
    """Lock the draft and the key until the end of the transaction, then read what the rows are made of."""
    values = (draft.service, key_hash, now, draft.pk, kelurahan, local_date(now))
    ((changed_at, sent_as, files, zone_id, zone_name, *rest),) = short.first(
        [LOCK_DRAFT.with_values(draft.pk), key_lock(draft.service, key_hash), LOOK_UP.with_values(*values)]
    )
    if zone_id is None:
        raise ZoneCoverage.DoesNotExist(f"no zone covers {kelurahan} on {local_date(now)}")
    # The zone's other columns are loaded when somebody asks for them.
    zone = Zone.from_db(connection.alias, ["id", "name"], [zone_id, zone_name])
    return _Facts(changed_at, sent_as, frozenset(files), zone, *rest)


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
