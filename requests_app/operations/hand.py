"""Messages that people send from a zone's phone: one at a time, each by one clerk, each with proof.

A message is leased for five minutes to the clerk who has it open. "Terkirim" says who sent it, when, and from which
number; it is no evidence that the message arrived: that is the citizen's answer, or a call.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Coalesce

from requests_app.models import Application, Notice, NoticeAttempt, Officer, Zone
from requests_app.operations.calls import end_call_about
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.notices import UNSENT
from requests_app.operations.steps import NotNow, lock
from requests_app.rules.hand import LEASE, NOT_ON_WHATSAPP, SENT, UNDO, UNDONE, UNREACHABLE
from requests_app.rules.routes import HAND

URGENT = 2
GONE = "Pesan ini sudah tidak perlu dikirim."


@dataclass(frozen=True)
class Recorded:
    """What a press did: `changed` is false for a second press, and `overtaken` when the message was not wanted any
    more although it had been sent."""

    notice: Notice
    changed: bool = True
    overtaken: bool = False


@transaction.atomic
def next_to_send(*, zone: Zone, officer: Officer, now: datetime) -> Notice | None:
    """The message that this clerk has open already, else the most urgent free one: answers, then visits by slot.

    It is the clerk's for five minutes from now on. Two clerks never get the same.
    """
    me = _lease_of(officer)
    mine = Q(lease_owner=me, lease_until__gt=now)
    free = Notice.by_hand(zone, now).filter(mine | Q(lease_until=None) | Q(lease_until__lte=now))
    is_mine = Case(When(mine, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())
    urgency = Case(
        When(priority__lt=URGENT, then=0), When(promise__isnull=False, then=1), When(visit__isnull=False, then=2),
        default=3,
    )  # fmt: skip
    ordered = free.annotate(is_mine=is_mine, urgency=urgency, by=Coalesce("promise__due_at", "visit__starts_at"))
    rows = ordered.order_by("-is_mine", "urgency", "by", "created_at", "pk").select_for_update(
        of=("self",), skip_locked=True
    )
    notice = rows.select_related("application", "text", "visit", "zone").first()
    if notice is not None:
        _change(notice, lease_owner=me, lease_until=now + LEASE)
    return notice


@transaction.atomic
def record_sent(*, notice_id: uuid.UUID, officer: Officer, now: datetime) -> Recorded:
    """The clerk has sent it from the zone's phone. A second press changes nothing, whoever presses.

    One that was overtaken while it was open is not "sent" for anybody else, but the attempt is noted beside it.
    """
    _, notice = _locked(notice_id)
    if notice.state != "queued":
        overtaken = notice.state in ("superseded", "expired") and not _noted(notice, officer)
        if overtaken:
            _note(notice, officer, now, SENT, code=notice.state)
        return Recorded(notice, changed=False, overtaken=overtaken)
    _note(notice, officer, now, SENT)
    _change(notice, state="sent", sent_at=now, next_attempt_at=None, lease_owner=None, lease_until=None, error_code="")
    return Recorded(notice)


@transaction.atomic
def record_unreachable(*, notice_id: uuid.UUID, officer: Officer, now: datetime) -> Recorded:
    """This number has no WhatsApp, or is somebody else's: the next channel, or somebody calls."""
    application, notice = _locked(notice_id)
    if notice.state != "queued":
        return Recorded(notice, changed=False)
    _note(notice, officer, now, UNREACHABLE, code=NOT_ON_WHATSAPP)
    _change(
        notice, state="failed", failed_at=now, error_code=NOT_ON_WHATSAPP, next_attempt_at=None, lease_owner=None,
        lease_until=None,
    )  # fmt: skip
    if application is not None:
        use_next_channel(application, notice, now=now)
    return Recorded(notice)


@transaction.atomic
def undo_record(*, notice_id: uuid.UUID, officer: Officer, now: datetime) -> Notice:
    """Within a minute, the clerk who pressed the wrong key has the message open again.

    Raises NotNow afterwards, or when somebody else recorded it, or it was overtaken meanwhile.
    """
    application, notice = _locked(notice_id)
    last = notice.attempts.order_by("-attempt").first()
    if (
        last is None
        or last.officer_id != officer.pk
        or last.outcome == UNDONE
        or notice.state not in ("sent", "failed")
    ):
        raise NotNow("Pesan itu tidak dapat diurungkan lagi.")
    if now > last.started_at + UNDO:
        raise NotNow("Waktu satu menit untuk mengurungkan sudah lewat.")
    last.outcome = UNDONE
    last.save(update_fields=["outcome"])
    notice.fallbacks.filter(state__in=UNSENT).update(
        state="superseded", next_attempt_at=None, lease_owner=None, lease_until=None
    )
    if application is not None and not application.calls.filter(closed_at=None, attempts__isnull=False).exists():
        end_call_about(application, notice, now=now)
    _change(
        notice, state="queued", sent_at=None, failed_at=None, error_code="", next_attempt_at=now,
        lease_owner=_lease_of(officer), lease_until=now + LEASE,
    )  # fmt: skip
    return notice


def _lease_of(officer: Officer) -> uuid.UUID:
    return uuid.UUID(int=officer.pk)


def _locked(notice_id: uuid.UUID) -> tuple[Application | None, Notice]:
    """The message and its application, locked: the application first, as everywhere. Raises NotNow: not by hand."""
    found = Notice.objects.filter(pk=notice_id, channel=HAND).values_list("application_id").first()
    if found is None:
        raise NotNow(GONE)
    application = lock(found[0]) if found[0] is not None else None
    rows = Notice.objects.select_for_update(of=("self",)).select_related("zone", "visit", "promise")
    notice = rows.filter(pk=notice_id, channel=HAND).first()
    if notice is None:
        raise NotNow(GONE)
    return application, notice


def _noted(notice: Notice, officer: Officer) -> bool:
    return notice.attempts.filter(officer=officer, outcome=SENT).exists()


def _note(notice: Notice, officer: Officer, now: datetime, outcome: str, *, code: str = "") -> None:
    notice.attempt += 1
    notice.save(update_fields=["attempt"])
    NoticeAttempt.objects.create(
        notice=notice, attempt=notice.attempt, started_at=now, finished_at=now, outcome=outcome, code=code,
        officer=officer, sender=notice.zone.whatsapp_number,
    )  # fmt: skip


def _change(notice: Notice, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(notice, name, value)
    notice.save(update_fields=list(changes))
