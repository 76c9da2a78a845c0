"""Writing notices: the outbox rows of an event, in the event's own transaction."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction

from requests_app.models import Application, MessageText, Notice, Promise, Visit
from requests_app.operations.nudge import nudge_notices, nudge_other_notices
from requests_app.operations.numbers import official_way, way_from_zone
from requests_app.operations.routes import preferred_channel, route_of, sending_policy
from requests_app.operations.rows import insert_together
from requests_app.rules.dates import format_moment
from requests_app.rules.messages import CODE_MINUTES, INVITATIONS, WITHOUT_LINK
from requests_app.rules.names import first_word
from requests_app.rules.numbers import new_check_code
from requests_app.rules.routes import HAND, PAGE, PHONE_CHANNELS, WHATSAPP, after_quiet_hours
from requests_app.rules.sent_words import without_any_id_number
from requests_app.vault.keyring import keyed_hash

CODE_TRIES = 3
UNSENT = ["queued", "sending", "retry", "unconfirmed", "held", "failed", "published"]


class Particulars(TypedDict, total=False):
    """What not every notice has. `promise` is the round that it answers; `to` overrides channel and recipient.

    `visit`: what the notice concerns; it leaves from that visit's zone, or stands on the page, whatever `to` says.
    """

    params: Mapping[str, Any]
    promise: Promise | None
    visit: Visit | None
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
    text_id = current_text(purpose)
    return _stored(lambda: unsaved_notice(application, purpose, now=now, dedup=dedup, text_id=text_id, **particulars))


def owe_to_phone(
    phone: str, purpose: str, *, way: tuple[int, str], params: Mapping[str, str], dedup_key: str, now: datetime,
    expires_at: datetime,
) -> Notice:  # fmt: skip
    """A message that is about no application, to a phone (E.164; by e-mail: an address). `way`: the zone it leaves
    from, and how."""
    text_id, (zone_id, channel) = current_text(purpose), way

    def drawn() -> Notice:
        check_code = new_check_code()
        return Notice(
            zone_id=zone_id, purpose=purpose, text_id=text_id,
            params=without_any_id_number({**params, "kode_pesan": check_code}),
            check_code=check_code, channel=channel, recipient=phone, recipient_hash=phone_hash(channel, phone),
            dedup_key=dedup_key, priority=route_of(purpose).priority, state="queued", created_at=now, leaves_at=now,
            next_attempt_at=now, expires_at=expires_at,
        )  # fmt: skip

    return _stored(drawn)


def current_text(purpose: str) -> int:
    """The version of a text that is in use."""
    return MessageText.objects.values_list("pk", flat=True).get(purpose=purpose, is_current=True)


def _stored(draw: Callable[[], Notice]) -> Notice:
    """A notice with a code that nobody has yet; the worker is nudged on commit."""
    for _ in range(CODE_TRIES):
        notice = draw()
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
    """The row of one notice, not stored yet, with the link that its message carries."""
    visit, promise = particulars.get("visit"), particulars.get("promise")
    zone_id, channel, recipient = way_out(application, purpose, visit, particulars.get("to"))
    check_code = new_check_code()
    link = _link(purpose, check_code, visit)
    given = {key: str(value) for key, value in particulars.get("params", {}).items()}
    leaves_at = _leaves_at(purpose, particulars.get("not_before") or now)
    return Notice(
        application=application,
        zone_id=zone_id,
        promise=promise,
        visit=visit,
        purpose=purpose,
        text_id=text_id,
        params=without_any_id_number(common_params(application, check_code) | link | given),
        check_code=check_code,
        channel=channel,
        recipient=recipient,
        recipient_hash=phone_hash(channel, recipient),
        dedup_key=f"{application.pk}:{purpose}:{dedup}",
        fallback_of=particulars.get("fallback_of"),
        priority=_priority(purpose, visit, promise),
        state="published" if channel == PAGE else "queued",
        created_at=now,
        leaves_at=leaves_at,
        next_attempt_at=leaves_at,
        expires_at=particulars.get("expires_at") or _means_nothing_from(purpose, visit),
        link_hash=link_hash(link["tautan"]) if link and purpose not in INVITATIONS else None,
    )


def way_out(
    application: Application, purpose: str, visit: Visit | None, to: tuple[str, str] | None = None
) -> tuple[int, str, str]:
    """The zone it leaves from, channel and recipient. One-time codes are shown to nobody who sends by hand."""
    if visit is not None:
        reached = application.contact == WHATSAPP
        return visit.zone_id, way_from_zone(visit.zone) if reached else PAGE, application.phone if reached else ""
    channel, recipient = to or preferred_channel(application)
    if channel != WHATSAPP:
        return application.zone_id, channel, recipient
    return *official_way(application.zone_id, by_hand=purpose not in CODE_MINUTES), recipient


def phone_hash(channel: str, recipient: str) -> bytes | None:
    """What a phone is found by, where a message goes to one."""
    return keyed_hash("phone", recipient) if channel in PHONE_CHANNELS and recipient else None


def _leaves_at(purpose: str, moment: datetime) -> datetime:
    """Reminders and news wait for the end of the quiet hours."""
    if not route_of(purpose).waits_for_day:
        return moment
    policy = sending_policy()
    return after_quiet_hours(moment, quiet_from=policy.quiet_from, quiet_until=policy.quiet_until)


def _link(purpose: str, check_code: str, visit: Visit | None) -> dict[str, str]:
    """What completes the link of a message: the invitation's own code, a one-time token, or nothing."""
    if purpose in WITHOUT_LINK:
        return {}
    if purpose not in INVITATIONS:
        return {"tautan": new_link_token(check_code)}
    if visit is None:
        raise ValueError(f"{purpose} needs a visit")
    return {"tautan": visit.code.replace("-", "")}


def _priority(purpose: str, visit: Visit | None, promise: Promise | None) -> int:
    """An invitation may be the answer that was promised; one that is not comes after all answers."""
    usual = route_of(purpose).priority
    return max(usual, 3) if visit is not None and promise is None else usual


def _means_nothing_from(purpose: str, visit: Visit | None) -> datetime | None:
    """Nobody is invited, or reminded of a visit, after it was to begin."""
    return visit.starts_at if visit is not None and purpose in INVITATIONS else None


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
    if notice.channel not in (PAGE, HAND):
        ring = nudge_notices if notice.channel == WHATSAPP else nudge_other_notices
        transaction.on_commit(ring, robust=True)


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


def supersede_visit_notices(visit: Visit, purposes: tuple[str, ...] = ()) -> None:
    """Messages about a visit that was overtaken (all of them, or these) are not sent any more; see supersede_unsent."""
    unsent = Notice.objects.filter(visit=visit, state__in=UNSENT)
    (unsent.filter(purpose__in=purposes) if purposes else unsent).update(
        state="superseded", next_attempt_at=None, lease_owner=None, lease_until=None
    )


def has_left(application: Application, purposes: Iterable[str], dedup: str) -> bool:
    """Whether a notice of one event was taken up for sending; the rows stay locked, so the answer holds."""
    keys = [f"{application.pk}:{purpose}:{dedup}" for purpose in purposes]
    notices = Notice.objects.select_for_update(of=("self",)).filter(dedup_key__in=keys)
    return any(state not in {"queued", "published", "superseded"} for state in notices.values_list("state", flat=True))
