"""Proof by sending: whoever writes a one-time code to the zone's number from the application's phone holds that phone.

It costs the citizen nothing and us nothing, and opens the 24 hours in which we may answer freely. The code is made
from the id of its row and never stored, so that a page that is loaded again shows the same one.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from requests_app.models import Application, Circuit, SentProof
from requests_app.operations.limits import TooMany
from requests_app.operations.steps import NotNow, lock, save_changes
from requests_app.rules.numbers import normalise_sent_code, sent_code
from requests_app.rules.routes import WHATSAPP
from requests_app.rules.statuses import OPEN_STATUSES
from requests_app.rules.texts import N_
from requests_app.vault.keyring import keyed_hash

CODE_LIFE = timedelta(minutes=15)
KEPT_LIFE = timedelta(hours=24)
# The code of a receipt is shown again until it is nearly over; a code of the tracking page never lives this long.
SHOWN_AGAIN = timedelta(hours=1)
STARTS_A_DAY = 20
DAY = timedelta(days=1)
TRIES = 3
WAITING, ARRIVED, OVER = "waiting", "arrived", "over"
_VOID = Q(expires_at=F("created_at"))
"""As if it had never been valid: however long a message is on its way, it proves nothing by such a code."""


@dataclass(frozen=True)
class KeptCode:
    """The code of a receipt and the number to send it to (E.164)."""

    code: str
    number: str


def number_for(application_id: int) -> str:
    """The number (E.164) to which the holder of this application's phone can send a code now.

    Empty when no WhatsApp number was given, or the zone's is not connected, refused, or out of order. One query.
    """
    return _reachable(application_id).values_list("zone__whatsapp_number", flat=True).first() or ""


def number_of_zone(application_id: int) -> str:
    """The number (E.164) to which a code that was begun is sent, even while it is out of order: whatever cannot send
    may hear all the same. Empty without one."""
    return Application.objects.values_list("zone__whatsapp_number", flat=True).get(pk=application_id)


def _reachable(application_id: int) -> QuerySet[Application]:
    broken = Circuit.objects.filter(channel=WHATSAPP, zone=OuterRef("zone"), opened_at__isnull=False)
    return Application.objects.filter(
        ~Exists(broken),
        pk=application_id,
        contact=WHATSAPP,
        phone_hash__isnull=False,
        zone__whatsapp_phone_id__gt="",
        zone__number_trouble="",
    )


@transaction.atomic
def start(*, application_id: int, now: datetime) -> tuple[uuid.UUID, str]:
    """Begin a proof that is valid for fifteen minutes: its id, for the browser that asked, and the code to send.

    Raises TooMany (twenty in 24 hours for this application), NotNow (no number that works to send it to).
    """
    application = lock(application_id)
    if not number_for(application_id):
        raise NotNow(N_("Cara ini sedang tidak tersedia. Minta kode saja."))
    since = SentProof.objects.filter(application=application, created_at__gt=now - DAY).order_by("-created_at")
    begun = list(since.values_list("created_at", flat=True)[:STARTS_A_DAY])
    if len(begun) >= STARTS_A_DAY:
        raise TooMany(begun[-1] + DAY)
    proof_id = _begin(application_id, now, CODE_LIFE)
    return proof_id, code_of(proof_id)


def kept_code(*, application_id: int, now: datetime) -> KeptCode | None:
    """The code that stands on the receipt for 24 hours, the same at every look; it proves the phone and opens no page.

    None once the phone is proven, when the application has ended, or when there is no number to send it to. One query,
    two more at the first look.
    """
    standing = SentProof.objects.filter(application=OuterRef("pk"), expires_at__gt=now + SHOWN_AGAIN)
    row = (
        _reachable(application_id)
        .filter(phone_proven_at__isnull=True, status__in=OPEN_STATUSES)
        .annotate(standing=Subquery(standing.order_by("-created_at").values("pk")[:1]))
        .values_list("zone__whatsapp_number", "standing")
        .first()
    )
    if row is None:
        return None
    number, proof_id = row
    return KeptCode(code_of(proof_id or _begin(application_id, now, KEPT_LIFE)), number)


def _begin(application_id: int, now: datetime, life: timedelta) -> uuid.UUID:
    """Store a fresh proof. 40 random bits meet twice once in a great while; then another one is drawn."""
    for _ in range(TRIES):
        proof_id = uuid.uuid4()
        with suppress(IntegrityError), transaction.atomic():
            SentProof.objects.create(
                id=proof_id,
                application_id=application_id,
                code_hash=_code_hash(code_of(proof_id)),
                created_at=now,
                expires_at=now + life,
            )
            return proof_id
    raise AssertionError("no free code")


def code_of(proof_id: uuid.UUID) -> str:
    """The code that belongs to a proof, as ``XXXX-XXXX``; nobody can work it out without our key."""
    return sent_code(keyed_hash("sent code", str(proof_id)))


def _code_hash(code: str) -> bytes:
    return keyed_hash("sent proof", code)


@transaction.atomic
def prove(
    *, code: str, phone_hash: bytes | None, zone_id: int, sent_at: datetime, now: datetime
) -> Application | None:  # fmt: skip
    """A message with `code` came to the zone's number from this phone: the application whose phone is proven by it.

    It has to be sent in time (`sent_at`, as the provider says); we may be late. None when the code is unknown, over or
    void, or when phone or zone are not the application's; nothing changes then. The same message again (sent twice, or
    processed twice) gives the same application and changes nothing more.
    """
    typed = normalise_sent_code(code)
    if typed is None or phone_hash is None:
        return None
    in_time = SentProof.objects.filter(expires_at__gt=sent_at).exclude(_VOID)
    proof = in_time.filter(code_hash=_code_hash(typed)).first()
    if proof is None:
        return None
    application = lock(proof.application_id)
    if application.phone_hash != phone_hash or application.zone_id != zone_id:
        return None
    SentProof.objects.filter(pk=proof.pk, proven_at__isnull=True).update(proven_at=now)
    if application.phone_proven_at is None:
        save_changes(application, phone_proven_at=now)
    return application


def opens_page(code: str) -> bool:
    """Whether a code that was proven is that of a tracking page, which goes on by it; a receipt's opens none."""
    proof = SentProof.objects.filter(code_hash=_code_hash(normalise_sent_code(code) or "")).first()
    return proof is not None and proof.expires_at - proof.created_at <= CODE_LIFE


def state_of(*, proof_id: uuid.UUID, application_id: int, now: datetime) -> str:
    """WAITING for the message, ARRIVED (`use` opens now), or OVER: too late, used, or of another application."""
    unused = SentProof.objects.filter(pk=proof_id, application_id=application_id, used_at__isnull=True)
    row = unused.values_list("proven_at", "expires_at").first()
    if row is None:
        return OVER
    proven_at, expires_at = row
    if proven_at is None:
        return WAITING if now < expires_at else OVER
    return ARRIVED if now < proven_at + CODE_LIFE else OVER


def use(*, proof_id: uuid.UUID, application_id: int, now: datetime) -> bool:
    """Whether the message of this proof arrived: opens the application once, within fifteen minutes of its arrival."""
    arrived = SentProof.objects.filter(
        pk=proof_id, application_id=application_id, used_at__isnull=True, proven_at__gt=now - CODE_LIFE
    )
    return bool(arrived.update(used_at=now))


def void_sent_proofs(application: Application, *, now: datetime) -> None:
    """What was begun for a phone that no longer counts proves nothing, whenever it was sent, and opens nothing."""
    application.sent_proofs.update(expires_at=F("created_at"))
    application.sent_proofs.filter(used_at__isnull=True, proven_at__isnull=False).update(used_at=now)


def forget_proofs(*, now: datetime) -> int:
    """Delete what is over for a day: until then it counts against the starts of its application."""
    gone, _ = SentProof.objects.filter(expires_at__lt=now - DAY).delete()
    return gone
