"""A shipment that arrived without all of its cards: both sides see it until each card is found or given up."""

from datetime import datetime

from requests_app.models import Card, CardShipment
from requests_app.models.blanks import place_name
from requests_app.operations.stock_alerts import close_alerts, open_alert
from requests_app.rules.blanks import Outcome

KIND = "shipment"


def lock_shipment(shipment_id: int) -> CardShipment:
    """A shipment, its office beside it, locked until the end of the transaction; after applications and cards."""
    return CardShipment.objects.select_for_update(of=("self",)).select_related("zone").get(pk=shipment_id)


def settle(card: Card, *, now: datetime) -> None:
    """A card of a shipment was found, or given up: the alert about it is brought up to date."""
    if card.shipment_id is not None:
        note_missing(lock_shipment(card.shipment_id), now=now)


def note_missing(shipment: CardShipment, *, now: datetime) -> int:
    """Open, change or close the alert about a locked shipment whose arrival was confirmed; how many cards are missing.

    Two who find the last two cards at one moment come here one after the other, so the second closes it.
    """
    if shipment.received_at is None:
        return 0
    cards = Card.objects.filter(shipment=shipment)
    lost = cards.filter(outcome=Outcome.PRINTED, arrived_at=None).count()
    if not lost:
        close_alerts(KIND, now=now, key=shipment.number)
        return 0
    stock = cards.select_related("batch__stock__zone").earliest("pk").batch.stock
    facts = {"shipment": shipment.number, "missing": lost, "from": str(stock), "to": place_name(shipment.zone)}
    open_alert(KIND, shipment.number, now=now, stock=stock, facts=facts)
    return lost
