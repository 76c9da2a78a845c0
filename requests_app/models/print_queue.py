"""Which cards are printed next at a location, and which printed ones wait there to be sent."""

from datetime import datetime, timedelta

from django.db.models import DurationField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from requests_app.models.application import Application
from requests_app.models.blanks import BlankStock
from requests_app.models.cards import Card, CardPolicy
from requests_app.models.searches import looked_for
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

    Where citizens choose the place before printing: those who have chosen, or did not answer in time. Whoever was asked
    has the time that they were told, whatever the rules say since.
    """
    rows = in_queue(stock, now=now)
    if zone is not None:
        rows = rows.filter(Q(pickup=None, zone=zone) | Q(pickup__zone=zone))
    return rows.filter(place_is_settled(now)).order_by(*OLDEST_FIRST)


def place_is_settled(now: datetime) -> Q:
    """This person has chosen, or the time is over that they were told when they were asked; or nobody is asked first.

    That time is reckoned with the rules in force when they were asked, since it stands in the message.
    """
    policy = CardPolicy.current()
    rules_then = CardPolicy.objects.filter(valid_from__lte=OuterRef("pickup__asked_at")).order_by("-id")
    days = Coalesce(Subquery(rules_then.values("ask_days")[:1]), policy.ask_days)
    time_to_answer = ExpressionWrapper(days * Value(timedelta(days=1)), output_field=DurationField())
    settled = Q(pickup__chosen_at__isnull=False) | Q(pickup__asked_at__lte=Value(now) - time_to_answer)
    return settled if policy.pickup_asked == PickupAsked.BEFORE else settled | Q(pickup__asked_at=None)


def to_send(stock: BlankStock) -> QuerySet[Card]:
    """Printed at this location, not sent and not looked for (index cards_to_send)."""
    return Card.objects.filter(
        ~looked_for(), outcome=Outcome.PRINTED, shipment=None, batch__stock=stock, application__status=Status.PRINTED
    )


def going_to(zone: Zone | None) -> Q:
    """Cards that are collected at this office: the one chosen, or the zone's own where nobody was asked yet."""
    chosen = Q(application__pickup__isnull=False, application__pickup__zone=zone)
    return chosen if zone is None else chosen | Q(application__pickup=None, application__zone=zone)
