"""The citizen says where and when the card is collected; where the office asks before printing, the clock asks."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from requests_app.models import Application, CardPickup, CardPolicy, Zone
from requests_app.models.pickup_choice import opening_of, what_to_choose
from requests_app.operations.actors import CITIZEN, CLOCK
from requests_app.operations.notices import owe_notice, supersede_unsent
from requests_app.operations.pickup_words import office_in_words
from requests_app.operations.pickups import ensure_pickup
from requests_app.operations.steps import NotNow, lock, record_event
from requests_app.rules.blanks import PickupAsked
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import format_moment
from requests_app.rules.pickups import BEFORE_PRINTING, open_parts
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import Status
from requests_app.rules.texts import N_

BATCH = 200
LIES_ELSEWHERE = N_("Kartu sudah dikirim ke kantor itu. Tempatnya tidak dapat diganti lagi dari halaman ini.")
NOTHING_TO_CHOOSE = N_(
    "Tempat dan waktu belum atau tidak dapat dipilih sekarang. Lihat kabar kartu Anda di halaman ini."
)
CLOSED_THEN = N_("Kantor itu tidak buka pada hari dan waktu tersebut. Pilih yang lain dari daftar.")
NO_SUCH_OFFICE = N_("Kantor itu tidak melayani pengambilan kartu. Pilih kantor lain dari daftar.")


@transaction.atomic
def choose_pickup(
    *, application_id: int, office: Zone | None, day: date | None, part: str, now: datetime
) -> CardPickup:
    """Where (None: the head office) and, once the card is there, on which day; the last word counts.

    Raises NotNow: nothing to choose now, the card lies elsewhere, an office that is closed then or for good.
    """
    application = lock(application_id)
    may = what_to_choose(application)
    if not may:
        raise NotNow(LIES_ELSEWHERE if application.status == Status.PRINTED else NOTHING_TO_CHOOSE)
    pickup = ensure_pickup(application)
    if not may.office and office != pickup.zone:
        raise NotNow(LIES_ELSEWHERE)
    if office is not None and office != pickup.zone and not office.is_active:
        raise NotNow(NO_SUCH_OFFICE)
    day = day if may.day else None
    if day is not None and part not in open_parts(opening_of(office, now=now), day, now=now):
        raise NotNow(CLOSED_THEN)
    pickup.zone, pickup.day, pickup.part, pickup.chosen_at = office, day, part, now
    pickup.save(update_fields=["zone", "day", "part", "chosen_at"])
    supersede_unsent(application, ("pickup_ask",))
    data = {"office": office.code if office else "", "day": day.isoformat() if day else "", "part": part}
    record_event(application, "pickup_chosen", now=now, actor=CITIZEN, data=data)
    return pickup


def ask_pickup(*, now: datetime) -> int:
    """Where the office asks before printing: whoever was not asked yet is, once; how many were."""
    policy = CardPolicy.current()
    if policy.pickup_asked != PickupAsked.BEFORE:
        return 0
    due = Application.objects.filter(
        Q(pickup=None) | Q(pickup__asked_at=None, pickup__chosen_at=None),
        service=Service.KTP_EL, status__in=BEFORE_PRINTING, decided_at__lte=now - TAKE_BACK,
    )  # fmt: skip
    ids = list(due.order_by("decided_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_ask(pk, now + timedelta(days=policy.ask_days), now) for pk in ids)


@transaction.atomic
def _ask(application_id: int, until: datetime, now: datetime) -> bool:
    application = lock(application_id)
    if application.status not in BEFORE_PRINTING:
        return False
    pickup = ensure_pickup(application)
    if pickup.asked_at is not None or pickup.chosen_at is not None:
        return False
    pickup.asked_at = now
    pickup.save(update_fields=["asked_at"])
    record_event(application, "pickup_asked", now=now, actor=CLOCK)
    words = {"batas": format_moment(until), "tempat": office_in_words(pickup.zone)}
    owe_notice(application, "pickup_ask", now=now, dedup=str(application.round), params=words)
    return True
