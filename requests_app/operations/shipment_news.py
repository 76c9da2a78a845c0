"""A shipment that arrived without all of its cards: both sides see it until each card is found or given up."""

from datetime import datetime

from django.db.models import QuerySet

from requests_app.models import BlankStock, Card, CardShipment, Officer
from requests_app.models.blanks import place_name
from requests_app.operations.stock_alerts import close_alerts, open_alert
from requests_app.rules.blanks import Outcome

KIND = "shipment"


def lock_shipment(shipment_id: int) -> CardShipment:
    """A shipment, its office beside it, locked until the end of the transaction; after applications and cards."""
    return CardShipment.objects.select_for_update(of=("self",)).select_related("zone", "origin").get(pk=shipment_id)


def settle(card: Card, *, officer: Officer, now: datetime) -> None:
    """A card of a shipment was found, given up or spoiled: the alert about it is brought up to date.

    A shipment of which nothing is to come any more has ended: there is nothing left to look through.
    """
    if card.shipment_id is None:
        return
    shipment = lock_shipment(card.shipment_id)
    if not _coming(shipment).exists():
        receive(shipment, officer=officer, now=now)
    note_missing(shipment, now=now)


def receive(shipment: CardShipment, *, officer: Officer, now: datetime) -> None:
    """A locked shipment was looked through; a second time changes nothing."""
    if shipment.received_at is None:
        shipment.received_at, shipment.received_by = now, officer
        shipment.save(update_fields=["received_at", "received_by"])


def _coming(shipment: CardShipment) -> QuerySet[Card]:
    """Its cards that are not there and are good."""
    return Card.objects.filter(shipment=shipment, outcome=Outcome.PRINTED, arrived_at=None)


def note_missing(shipment: CardShipment, *, now: datetime) -> int:
    """Open, change or close the alert about a locked shipment whose arrival was confirmed; how many cards are missing.

    Two who find the last two cards at one moment come here one after the other, so the second closes it.
    """
    if shipment.received_at is None:
        return 0
    lost = _coming(shipment).count()
    if not lost:
        close_alerts(KIND, now=now, key=shipment.number)
        return 0
    origin, stock = _left(shipment)
    facts = {"shipment": shipment.number, "missing": lost, "from": origin, "to": place_name(shipment.zone)}
    open_alert(KIND, shipment.number, now=now, stock=stock, facts=facts)
    return lost


def _left(shipment: CardShipment) -> tuple[str, BlankStock | None]:
    """Where it left, in words, and that location: where its cards were printed, or where nobody fetched them."""
    stocks = BlankStock.objects.select_related("zone")
    if shipment.origin is not None:
        return shipment.origin.name, stocks.filter(zone=shipment.origin).first()
    stock = stocks.filter(batches__cards__shipment=shipment).earliest("batches__cards__pk")
    return str(stock), stock
