"""Where and when a card is collected, as its owner reads it on the tracking page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from requests_app.models import Application, CardPickup, CardPolicy, Handover, Zone
from requests_app.models.pickup_choice import kept_day, what_to_choose
from requests_app.rules.names import first_word
from requests_app.rules.pickups import BEFORE_PRINTING, Choosable
from requests_app.rules.statuses import Status

SHOWN = (*BEFORE_PRINTING, Status.PRINTED, Status.READY_FOR_PICKUP, Status.HANDED_OVER)


@dataclass(frozen=True)
class OwnPickup:
    """`zone`: the office (None: the head office). `day`: the chosen one, as long as it can be kept. `code`: the one
    that counts until the card is given, shown only while `is_there`. `moves_at`: from when on it may be carried to the
    head office. `given_to`: the representative's first name, empty for the owner."""

    choosable: Choosable
    zone: Zone | None = None
    day: date | None = None
    part: str = ""
    chosen_at: datetime | None = None
    code: str = ""
    is_there: bool = False
    moves_at: datetime | None = None
    given_at: datetime | None = None
    given_to: str = ""


def own_pickup(application: Application, *, now: datetime) -> OwnPickup | None:
    """Of a KTP-el from the approval on; None where nothing is to be said.

    Three queries at most, and two more for a chosen day.
    """
    status = Status(application.status)
    if status not in SHOWN or application.service != "ktp_el":
        return None
    if status is Status.HANDED_OVER:
        return _given(application)
    may = what_to_choose(application)
    if status in BEFORE_PRINTING and not may:
        return None
    pickup = CardPickup.objects.filter(application=application).select_related("zone").first()
    if pickup is None:
        return OwnPickup(may, zone=application.zone)
    ready = status is Status.READY_FOR_PICKUP and pickup.carried_since is None
    return OwnPickup(
        choosable=may,
        zone=pickup.zone,
        day=kept_day(pickup, now=now),
        part=pickup.part,
        chosen_at=pickup.chosen_at,
        code=pickup.code,
        is_there=ready,
        moves_at=pickup.moves_at(CardPolicy.current()) if ready else None,
    )


def _given(application: Application) -> OwnPickup | None:
    given = Handover.objects.filter(application=application).only("at", "representative").first()
    if given is None:
        return None
    who = first_word(given.representative) if given.representative else ""
    return OwnPickup(Choosable(), given_at=given.at, given_to=who)


def offices(application_zone_id: int) -> Sequence[Zone]:
    """The offices where cards are collected, the own one first; the head office comes beside them."""
    zones = Zone.objects.filter(is_active=True).order_by("code")
    return sorted(zones, key=lambda zone: zone.pk != application_zone_id)
