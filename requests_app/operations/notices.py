"""Writing notices: the outbox rows of an event, in the event's own transaction."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction

from requests_app.models import Application, MessageText, Notice, Promise
from requests_app.operations.nudge import nudge_notices
from requests_app.operations.rows import insert_together
from requests_app.rules.dates import format_moment
from requests_app.rules.names import first_word
from requests_app.rules.numbers import new_check_code
from requests_app.vault.keyring import keyed_hash

CODE_TRIES = 3
UNSENT = ["queued", "sending", "retry", "unconfirmed", "held", "failed", "published"]
# Codes wait for nobody, answers come before what can wait.
PRIORITY = {
    "code": 0, "apology": 1, "late_answer": 1,
    "approved": 2, "rejected": 2, "needs_correction": 2, "recording_needed": 2, "annulled": 2,
}  # fmt: skip


def preferred_channel(application: Application) -> tuple[str, str]:
    """Channel and recipient of the first attempt; `page` for whoever looks it up themselves."""
    if application.contact == "whatsapp":
        return "whatsapp", application.phone
    if application.contact == "email":
        return "email", application.email
    return "page", ""


def next_channel(application: Application, channel: str) -> tuple[str, str] | None:
    """The channel after one that failed, or None when nothing is left but a call."""
    if channel == "whatsapp" and application.email:
        return "email", application.email
    if channel == "email" and application.phone:
        return "whatsapp", application.phone
    return None


class Particulars(TypedDict, total=False):
    """What not every notice has. `promise` is the round that it answers; `to` overrides channel and recipient."""

    params: Mapping[str, Any]
    promise: Promise | None
    not_before: datetime | None
    to: tuple[str, str] | None
    fallback_of: Notice
    expires_at: datetime | None


def owe_notice(
    application: Application, purpose: str, *, now: datetime, dedup: str, **particulars: Unpack[Particulars]
) -> Notice:
    """Write one notice inside the caller's transaction, and nudge the worker on commit.

    `dedup` makes it one per event (unique in the database together with application and purpose).
    """
    text_id = MessageText.objects.values_list("pk", flat=True).get(purpose=purpose, is_current=True)
    for _ in range(CODE_TRIES):
        notice = unsaved_notice(application, purpose, now=now, dedup=dedup, text_id=text_id, **particulars)
        try:
            with transaction.atomic():
                insert_together(notice)
        except IntegrityError as error:
            if not is_code_taken(error):
                raise
            continue
        nudge_on_commit(notice)
        return notice
    raise IntegrityError("no free message code")


def is_code_taken(error: IntegrityError) -> bool:
    """Thirty random bits meet twice once in a while among a million messages; then another code is drawn."""
    return "check_code" in str(error)


def unsaved_notice(
    application: Application,
    purpose: str,
    *,
    now: datetime,
    dedup: str,
    text_id: int,
    **particulars: Unpack[Particulars],
) -> Notice:
    """The row of one notice, not stored yet, with the one-time link that its message carries."""
    channel, recipient = particulars.get("to") or preferred_channel(application)
    check_code = new_check_code()
    own = common_params(application, check_code)
    if purpose != "code":  # only codes travel without a link
        own["tautan"] = new_link_token(check_code)
    given = {key: str(value) for key, value in particulars.get("params", {}).items()}
    return Notice(
        application=application,
        zone_id=application.zone_id,
        promise=particulars.get("promise"),
        purpose=purpose,
        text_id=text_id,
        params=own | given,
        check_code=check_code,
        channel=channel,
        recipient=recipient,
        dedup_key=f"{application.pk}:{purpose}:{dedup}",
        fallback_of=particulars.get("fallback_of"),
        priority=PRIORITY.get(purpose, 5),
        state="published" if channel == "page" else "queued",
        created_at=now,
        next_attempt_at=particulars.get("not_before") or now,
        expires_at=particulars.get("expires_at"),
        link_hash=link_hash(own["tautan"]) if "tautan" in own else None,
    )


def new_link_token(check_code: str) -> str:
    """A one-time token: the message's code, by which it is found, and 144 random bits.

    It opens the application only after one press (POST), so a preview cannot use it up.
    """
    return check_code + secrets.token_urlsafe(18)


def link_hash(token: str) -> bytes:
    """How a token is stored."""
    return keyed_hash("link", token)


def nudge_on_commit(notice: Notice) -> None:
    """The worker is told of a stored notice that has to leave the building."""
    if notice.channel != "page":
        transaction.on_commit(nudge_notices, robust=True)


def common_params(application: Application, check_code: str) -> dict[str, str]:
    """The placeholders that every text may use; previews show them too."""
    return {
        "nama": first_word(application.name),
        "nomor": application.number,
        "kode_pesan": check_code,
        "zona": application.zone.name,
        "tenggat": format_moment(application.due_at),
        "situs": settings.PUBLIC_URL.split("://", 1)[-1],
    }


def supersede_unsent(application: Application, purposes: tuple[str, ...]) -> None:
    """Notices that were overtaken and have not surely left the building are not sent any more.

    One that a worker holds at this moment loses its lease: it is not sent, or, when the call is under way, what
    comes of it is noted beside it; a receipt still counts.
    """
    Notice.objects.filter(application=application, purpose__in=purposes, state__in=UNSENT).update(
        state="superseded", next_attempt_at=None, lease_owner=None, lease_until=None
    )


def has_left(application: Application, purpose: str, dedup: str) -> bool:
    """Whether the notice of one event was taken up for sending; its row stays locked, so the answer holds."""
    notices = Notice.objects.select_for_update(of=("self",)).filter(dedup_key=f"{application.pk}:{purpose}:{dedup}")
    state = notices.values_list("state", flat=True).first()
    return state not in {None, "queued", "published", "superseded"}
