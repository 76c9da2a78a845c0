"""Which cards are printed next at a location, and which printed ones wait there to be sent."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models.application import Application
from requests_app.models.blanks import BlankStock
from requests_app.models.cards import Card, CardPolicy
from requests_app.models.zones import Zone
from requests_app.rules.blanks import LIVE_CARDS, Outcome, PickupAsked
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import Status

OLDEST_FIRST = ("first_due_at", "submitted_at", "id")


def in_queue(stock: BlankStock, *, now: datetime) -> QuerySet[Application]:
    """In the print queue with a blank of this location, in no batch, and decided for good."""
    live = Card.objects.filter(application=OuterRef("pk"), outcome__in=LIVE_CARDS)
    return Application.objects.filter(
        ~Exists(live), status=Status.READY_TO_PRINT, blank_hold__stock=stock, decided_at__lte=now - TAKE_BACK
    )


def to_print(stock: BlankStock, *, now: datetime, zone: Zone | None = None) -> QuerySet[Application]:
    """What may be printed now of the queue, the longest waiting first. With `zone`: what is collected there.

    Where citizens choose the place before printing: those who have chosen, or did not answer in time.
    """
    rows = in_queue(stock, now=now)
    if zone is not None:
        rows = rows.filter(Q(pickup=None, zone=zone) | Q(pickup__zone=zone))
    return rows.filter(place_is_settled(now)).order_by(*OLDEST_FIRST)


def place_is_settled(now: datetime) -> Q:
    """Nobody is asked first; or this person has chosen, or was asked long enough ago."""
    policy = CardPolicy.current()
    if policy.pickup_asked != PickupAsked.BEFORE:
        return Q()
    asked_before = now - timedelta(days=policy.ask_days)
    return Q(pickup__chosen_at__isnull=False) | Q(pickup__asked_at__lte=asked_before)


def to_send(stock: BlankStock) -> QuerySet[Card]:
    """Printed at this location and not sent (index cards_to_send)."""
    return Card.objects.filter(
        outcome=Outcome.PRINTED, shipment=None, batch__stock=stock, application__status=Status.PRINTED
    )


def going_to(zone: Zone | None) -> Q:
    """Cards that are collected at this office: the one chosen, or the zone's own where nobody was asked yet."""
    chosen = Q(application__pickup__isnull=False, application__pickup__zone=zone)
    return chosen if zone is None else chosen | Q(application__pickup=None, application__zone=zone)
