"""A draft goes on on another device: a code sent to the phone moves it there, and the device before loses it."""

import uuid
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db import connection, transaction

from requests_app.models import Document, Draft, DraftCode, Notice, Zone
from requests_app.operations.drafts import DRAFT_LIFE
from requests_app.operations.keys import lock_key
from requests_app.operations.limits import TooMany
from requests_app.operations.notices import owe_to_phone
from requests_app.operations.numbers import official_way
from requests_app.operations.submission import DraftGone, zone_id_on
from requests_app.rules.messages import CODE_MINUTES
from requests_app.rules.numbers import new_code
from requests_app.vault.keyring import keyed_hash

PURPOSE = "draft_code"
CODE_LIFE = timedelta(minutes=CODE_MINUTES[PURPOSE])
RESEND_AFTER = timedelta(seconds=60)
CODES_A_DAY = 5
DAY = timedelta(days=1)
BATCH = 200

# The try is taken before the comparison, so that parallel guesses get five in all.
TAKE_A_TRY = """
    UPDATE requests_app_draftcode SET tries = tries + 1
    WHERE phone_hash = %s AND tries < 5 AND used_at IS NULL AND expires_at > %s
    RETURNING id, value_hash
"""


@transaction.atomic
def send_draft_code(*, draft_id: uuid.UUID, phone: str, now: datetime) -> None:
    """Send a code of six digits, valid for fifteen minutes and five tries, to a phone (E.164).

    Raises DraftGone, and TooMany (within 60 seconds of the last one, or more than five in 24 hours for this phone).
    """
    draft = Draft.objects.select_for_update().filter(pk=draft_id, application__isnull=True).first()
    if draft is None:
        raise DraftGone
    phone_hash = keyed_hash("phone", phone)
    lock_key(PURPOSE, phone_hash)
    _check_pace(phone_hash, now)
    code, code_id = new_code(), uuid.uuid4()
    DraftCode.objects.create(
        id=code_id,
        draft=draft_id,
        phone_hash=phone_hash,
        value_hash=_hash(code_id, code),
        notice=_owe(code_id, code, phone, _zone_id(draft, now), now),
        created_at=now,
        expires_at=now + CODE_LIFE,
    )


def continue_draft(*, phone: str, code: str, now: datetime) -> Draft | None:
    """Move the draft whose code this is, and give it another id; None when no live code of this phone is this one.

    Whoever has the draft under its old id cannot open, change or send it any more. Guessing is counted before
    (operations/guessing.py). Raises DraftGone when it was sent, thrown away or expired meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_A_TRY, [keyed_hash("phone", phone), now])
        live = cursor.fetchall()
    right = [code_id for code_id, value in live if compare_digest(bytes(value), _hash(code_id, code))]
    return _move(right[0], now) if right else None


@transaction.atomic
def _move(code_id: uuid.UUID, now: datetime) -> Draft | None:
    code = DraftCode.objects.select_for_update().filter(pk=code_id, used_at__isnull=True).first()
    if code is None:
        return None
    old = Draft.objects.select_for_update().filter(pk=code.draft, application__isnull=True, expires_at__gt=now).first()
    if old is None:
        raise DraftGone
    new = Draft.objects.create(
        service=old.service, answers=old.answers, started_at=old.started_at, changed_at=now, expires_at=now + DRAFT_LIFE
    )
    Document.objects.filter(draft=old).update(draft=new)
    old.delete()
    DraftCode.objects.filter(draft=code.draft).exclude(pk=code_id).update(expires_at=now)
    code.used_at = now
    code.save(update_fields=["used_at"])
    return new


def forget_draft_codes(*, now: datetime) -> int:
    """A week after its end a code goes, and so do phone and code in its notice, which stays as a trace."""
    forgotten = 0
    while codes := list(DraftCode.objects.filter(expires_at__lt=now - DRAFT_LIFE).order_by("expires_at")[:BATCH]):
        with transaction.atomic():
            Notice.objects.filter(draftcode__in=codes).update(recipient="", params={})
            DraftCode.objects.filter(pk__in=[code.pk for code in codes]).delete()
        forgotten += len(codes)
    return forgotten


def _check_pace(phone_hash: bytes, now: datetime) -> None:
    recent = DraftCode.objects.filter(phone_hash=phone_hash, created_at__gt=now - DAY).order_by("-created_at")
    sent = list(recent.values_list("created_at", flat=True)[:CODES_A_DAY])
    if len(sent) >= CODES_A_DAY:
        raise TooMany(sent[-1] + DAY)
    if sent and now < sent[0] + RESEND_AFTER:
        raise TooMany(sent[0] + RESEND_AFTER)


def _owe(code_id: uuid.UUID, code: str, phone: str, zone_id: int, now: datetime) -> Notice:
    """Delivered like every other notice, but never shown to whoever sends by hand; it means nothing after its time."""
    return owe_to_phone(
        phone, PURPOSE, way=official_way(zone_id, by_hand=False), params={"kode": code}, now=now,
        dedup_key=f"{PURPOSE}:{code_id}", expires_at=now + CODE_LIFE,
    )  # fmt: skip


def _zone_id(draft: Draft, now: datetime) -> int:
    """The zone of the owner's kelurahan; before that is known, the first one speaks for the office."""
    kelurahan = draft.answers.get("kelurahan")
    return zone_id_on(kelurahan, now) if kelurahan else Zone.objects.order_by("code").values_list("pk", flat=True)[0]


def _hash(code_id: uuid.UUID, code: str) -> bytes:
    return keyed_hash("code", f"{code_id}:{code}")
