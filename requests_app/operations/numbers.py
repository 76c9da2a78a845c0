"""Whose number a WhatsApp message leaves from.

What concerns a visit leaves from the visit's own zone, or not at all. Anything else leaves from the applicant's zone
where that sends by the API, else from another official number that does, else by hand from the zone's phone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core.cache import cache

from requests_app.models import Zone
from requests_app.rules.routes import HAND
from requests_app.rules.visits import Sender

NUMBERS, NUMBERS_KEPT_S = "zone_numbers", 10


@dataclass(frozen=True)
class Number:
    """How the messages of one zone leave; `trouble`: the code with which the provider refused its number last.

    `probed_at`: when it was last asked whether that is over (operations/number_probes.py).
    """

    zone_id: int
    sender: Sender
    trouble: str
    is_active: bool
    probed_at: datetime | None

    @property
    def works(self) -> bool:
        """Whether a message can leave from it by the API."""
        return self.sender is Sender.API and not self.trouble


def zone_numbers() -> Mapping[int, Number]:
    """All zones by id, in the order of their codes; up to ten seconds old, so that no submission asks for them."""
    return cast(Mapping[int, Number], cache.get_or_set(NUMBERS, _read_numbers, NUMBERS_KEPT_S))


def _read_numbers() -> dict[int, Number]:
    fields = ("code", "whatsapp_number", "whatsapp_phone_id", "number_trouble", "number_probed_at", "is_active")
    return {
        zone.pk: Number(zone.pk, zone.sender, zone.number_trouble, zone.is_active, zone.number_probed_at)
        for zone in Zone.objects.only(*fields).order_by("code")
    }


def forget_numbers() -> None:
    """A zone or its number was changed: the next message reads them afresh."""
    cache.delete(NUMBERS)


def working_number() -> Number | None:
    """The first official number that works by the API."""
    return next((number for number in zone_numbers().values() if number.works and number.is_active), None)


def way_from_zone(zone: Zone) -> str:
    """How a message that may only leave from this zone's number does: by the API, or by hand.

    Without any number it waits for one in plain sight, as a message of the API.
    """
    return HAND if zone.sender is Sender.HAND else "whatsapp"


def official_way(zone_id: int, *, by_hand: bool = True) -> tuple[int, str]:
    """The zone whose number carries a message that any official number may carry, and how (`by_hand`: if need be)."""
    numbers = zone_numbers()
    own, other = numbers.get(zone_id), working_number()
    if own is not None and own.works:
        return zone_id, "whatsapp"
    if other is not None:
        return other.zone_id, "whatsapp"
    only_phone = own is not None and own.sender is Sender.HAND
    return zone_id, HAND if by_hand and only_phone else "whatsapp"
