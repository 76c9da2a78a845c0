"""Cards in production, for its pages: a batch at work, one whose cards are on their way, one that was spoiled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ux.people import People


def at_the_printer(people: People) -> None:
    """A zone that prints for itself, so that nobody's blank in the head office's line is taken.

    Everything through the office's own operations; numbers and codes are kept as places.
    """
    from requests_app.models import CardPickup, Zone, ZoneCoverage
    from tests.operations.blanks import queued_cards, stocked
    from tests.operations.printing import batch_of, cards_of, closed, printed, sent, spoiled

    now, zone, elsewhere = people.now, Zone.objects.get(code="Z3"), Zone.objects.get(code="Z7")
    stock = stocked(now, 300, zone=zone)
    Zone.objects.filter(pk=zone.pk).update(printed_at=stock)
    kelurahan = ZoneCoverage.objects.filter(zone=zone, valid__contains=now.date()).values_list("kelurahan", flat=True)
    queued_cards(now - timedelta(hours=1), 6, kelurahan=kelurahan[0])
    first = batch_of(now, 2, stock=stock)
    printed(first, now)
    closed(first, now)
    CardPickup.objects.filter(application__cards__batch=first).update(zone=elsewhere)
    (shipment,) = sent(stock, [elsewhere], now)
    at_work = batch_of(now, 3, stock=stock)
    spoiled(cards_of(at_work)[0], now)
    people.places |= {
        "batch": at_work.number, "batch_closed": first.number, "shipment": shipment.number,
        "card_to_print": cards_of(at_work)[1].code, "card_spoiled": cards_of(at_work)[0].code,
        "card_sent": cards_of(first)[0].code,
    }  # fmt: skip
