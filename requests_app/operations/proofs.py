"""Proof that somebody holds the phone, the e-mail or the receipt of an application: code, link, secret, look-up.

Guessing is counted before any of these (operations/guessing.py). Comparisons take the same time for right and wrong.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hmac import compare_digest

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from requests_app.models import Application, ProofCode
from requests_app.operations.keys import lock_key
from requests_app.operations.limits import TooMany
from requests_app.operations.notices import link_hash, owe_notice
from requests_app.operations.steps import NotNow, lock
from requests_app.rules.numbers import CHECK_CODE_LENGTH, new_code, normalise_check_code, normalise_secret
from requests_app.rules.phone import last_four
from requests_app.rules.statuses import OPEN_STATUSES
from requests_app.rules.texts import N_
from requests_app.vault.keyring import field_keys, keyed_hash

CODE_LIFE = timedelta(minutes=5)
RESEND_AFTER = timedelta(seconds=60)
CODES_A_DAY = 5
TRIES = 5
DAY = timedelta(days=1)
NUMBERS_AT_ONCE = 3
LINK_LIFE = timedelta(days=30)

TAKE_A_TRY = """
    UPDATE requests_app_proofcode SET tries = tries + 1
    WHERE id = %s AND application_id = %s AND tries < 5 AND used_at IS NULL AND expires_at > %s
    RETURNING value_hash, tries
"""
# Who opened it has it: a try of which nobody knew is not repeated, with a link that is used up.
USE_LINK = """
    UPDATE requests_app_notice
    SET link_used_at = %(now)s, evidence = CASE evidence WHEN 'called' THEN evidence ELSE 'opened' END,
        state = CASE WHEN state IN ('unconfirmed', 'retry') THEN 'delivered' ELSE state END,
        delivered_at = CASE WHEN state IN ('unconfirmed', 'retry') THEN %(now)s ELSE delivered_at END,
        next_attempt_at = CASE WHEN state IN ('unconfirmed', 'retry') THEN NULL ELSE next_attempt_at END
    WHERE check_code = %(code)s AND link_hash = %(hash)s AND link_used_at IS NULL AND created_at > %(since)s
    RETURNING application_id
"""
NOBODY = -1
DUMMY_PLACE = b"look-up of nobody"


@dataclass(frozen=True)
class CodeCheck:
    """Whether the code was right; `tries_left` is 0 when this code can't be tried any more."""

    right: bool
    tries_left: int


def find_application(*, number: str, four_digits: str, birth_date: date | None) -> int | None:
    """The id of the application with this number, when the proof fits: the last four digits of its WhatsApp number,
    or the birth date where none was given.

    Costs the same whether the number is unknown or the proof wrong: two queries, one sealed value opened.
    """
    row = Application.objects.filter(number=number).values_list("pk", "contact").first()
    pk, contact = row or (NOBODY, "whatsapp")
    sealed = "phone" if contact == "whatsapp" else "answers"
    found = Application.objects.filter(pk=pk).values_list(sealed, flat=True).first()
    if found is None:
        field_keys().open(_dummy(), aad=DUMMY_PLACE)
        return None
    if contact == "whatsapp":
        expected, given = last_four(found), four_digits
    else:
        expected, given = found["birth_date"], birth_date.isoformat() if birth_date else ""
    return pk if compare_digest(expected.encode(), given.encode()) else None


_sealed_dummy: list[bytes] = []


def _dummy() -> bytes:
    """A sealed phone of nobody, made once per process."""
    if not _sealed_dummy:
        _sealed_dummy.append(field_keys().seal(b"+6280000000000", aad=DUMMY_PLACE))
    return _sealed_dummy[0]


@transaction.atomic
def send_code(*, application_id: int, now: datetime, channel: str = "") -> uuid.UUID:
    """Send a code of six digits, valid for five minutes and five tries, to the phone or e-mail given; its id.

    `channel` (whatsapp or email) chooses between both when both were given. Raises TooMany (within 60 seconds of
    the last one, or more than five in 24 hours for this application or phone), NotNow (neither phone nor e-mail).
    """
    application = lock(application_id)
    to = _recipient(application, channel)
    _check_pace(application, now)
    code, proof_id = new_code(), uuid.uuid4()
    ProofCode.objects.create(
        id=proof_id,
        application=application,
        value_hash=_code_hash(proof_id, application_id, code),
        created_at=now,
        expires_at=now + CODE_LIFE,
    )
    owe_notice(
        application, "code", now=now, dedup=str(proof_id), params={"kode": code}, to=to, expires_at=now + CODE_LIFE
    )
    return proof_id


def _recipient(application: Application, channel: str) -> tuple[str, str]:
    ways = {"whatsapp": application.phone, "email": application.email}
    chosen = channel if ways.get(channel) else application.contact
    if not ways.get(chosen):
        raise NotNow(N_("Anda tidak memberi nomor atau surel. Pakai kode di bukti permohonan Anda."))
    return chosen, ways[chosen]


def _check_pace(application: Application, now: datetime) -> None:
    same = Q(application=application)
    if application.phone_hash:
        lock_key("code", application.phone_hash)
        same |= Q(application__phone_hash=application.phone_hash)
    sent = list(
        ProofCode.objects.filter(same, created_at__gt=now - DAY)
        .order_by("-created_at")
        .values_list("created_at", "application_id")[:CODES_A_DAY]
    )
    latest = next((at for at, pk in sent if pk == application.pk), None)
    if len(sent) >= CODES_A_DAY:
        raise TooMany(sent[-1][0] + DAY)
    if latest is not None and now < latest + RESEND_AFTER:
        raise TooMany(latest + RESEND_AFTER)


def _code_hash(proof_id: uuid.UUID, application_id: int, code: str) -> bytes:
    return keyed_hash("code", f"{proof_id}:{application_id}:{code}")


def check_code(*, application_id: int, proof_id: uuid.UUID, code: str, now: datetime) -> CodeCheck:
    """Try a code once; the try is taken before the comparison, so that parallel guesses get five in all.

    `proof_id` is what `send_code` gave: whoever asked for another code cannot use up this one's tries.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_A_TRY, [proof_id, application_id, now])
        row = cursor.fetchone()
    expected, tries = (bytes(row[0]), row[1]) if row else (b"", TRIES)
    if not compare_digest(expected, _code_hash(proof_id, application_id, code)):
        return CodeCheck(right=False, tries_left=TRIES - tries)
    used = ProofCode.objects.filter(pk=proof_id, used_at__isnull=True).update(used_at=now)
    return CodeCheck(right=bool(used), tries_left=0)


def use_link(*, token: str, now: datetime) -> int | None:
    """Use up the one-time link of a message; the application's id, or None when it was used, is too old or unknown."""
    with connection.cursor() as cursor:
        code = normalise_check_code(token[:CHECK_CODE_LENGTH])
        values = {"now": now, "code": code, "hash": link_hash(token), "since": now - LINK_LIFE}
        cursor.execute(USE_LINK, values)
        row = cursor.fetchone()
    return row[0] if row else None


def check_secret(*, application_id: int, secret: str) -> bool:
    """Whether this is the secret printed on the receipt of someone who gave neither phone nor e-mail."""
    stored = (
        Application.objects.filter(pk=application_id, contact="none", secret_hash__isnull=False)
        .values_list("secret_hash", flat=True)
        .first()
    )
    given = keyed_hash("secret", normalise_secret(secret) or "")
    return compare_digest(stored or b"", given)


@transaction.atomic
def send_numbers(*, phone: str = "", email: str = "", now: datetime) -> None:
    """Number lost: send the numbers of open applications (the three newest) to the phone or e-mail typed.

    Tells nobody whether there were any; asking twice within a minute sends them once.
    """
    to = ("whatsapp", phone) if phone else ("email", email)
    match = Q(phone_hash=keyed_hash("phone", phone)) if phone else Q(email_hash=keyed_hash("email", email.lower()))
    rows = Application.objects.filter(match, status__in=OPEN_STATUSES).select_related("zone")
    for application in rows.order_by("-submitted_at")[:NUMBERS_AT_ONCE]:
        with suppress(IntegrityError), transaction.atomic():
            owe_notice(application, "number_sent", now=now, dedup=str(int(now.timestamp()) // 60), to=to)
