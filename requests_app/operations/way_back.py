"""Cards that nobody fetched go back to the head office: somebody carries them, and only there are they to be had."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from requests_app.models import Application, Card, CardPickup, CardPolicy, CardShipment, Officer, Zone
from requests_app.models.unfetched import to_carry
from requests_app.operations.actors import staff
from requests_app.operations.notices import supersede_unsent
from requests_app.operations.numbered import create_numbered
from requests_app.operations.pickups import PICKUP_NOTICES
from requests_app.operations.steps import record_events
from requests_app.rules.blanks import Outcome
from requests_app.rules.printing import MOST_AT_ONCE, SHIPMENT_PREFIX
from requests_app.rules.statuses import Status


@transaction.atomic
def carry_back(
    *, zone: Zone, until: datetime, officer: Officer, now: datetime, numbers: Collection[str] | None = None
) -> CardShipment | None:
    """One shipment of the cards at a zone that were due at the head office at `until`; None when there are none.

    All of them, or those of the applications with these numbers; 200 at once, the longest waiting first. From now on
    nobody gets them until their arrival is confirmed, and only then are their owners told.
    """
    due = to_carry(CardPolicy.current(), at=until).filter(zone=zone)
    wanted = due if numbers is None else due.filter(application__number__in=numbers)
    ids = list(wanted.order_by("ready_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    cards = _lock_cards(ids, due)
    if not cards:
        return None
    shipment = create_numbered(
        CardShipment, SHIPMENT_PREFIX, now=now, zone=None, returned=True, origin=zone, sent_at=now, sent_by=officer
    )
    leaving = Card.objects.filter(pk__in=[card.pk for card in cards])
    leaving.update(came_with=F("shipment"), shipment=shipment, zone=None, arrived_at=None)
    applications = [card.application for card in cards]
    CardPickup.objects.filter(application__in=applications).update(zone=None, day=None, part="", carried_since=now)
    for application in applications:
        supersede_unsent(application, PICKUP_NOTICES)
    news = [(card.application, {"card": card.pk, "from": zone.code, "shipment": shipment.pk}) for card in cards]
    record_events(news, "card_sent_back", now=now, actor=staff(officer))
    return shipment


def _lock_cards(ids: Collection[int], due: QuerySet[CardPickup]) -> list[Card]:
    """The cards of these applications, looked at again under their locks: one given or chosen meanwhile stays."""
    rows = Application.objects.select_for_update(of=("self",)).only("status", "round").order_by("pk")
    applications = {row.pk: row for row in rows.filter(pk__in=ids, status=Status.READY_FOR_PICKUP)}
    still = due.filter(pk__in=applications).values("pk")
    cards = Card.objects.filter(application__in=still, outcome=Outcome.PRINTED).order_by("pk")
    locked = list(cards.select_for_update(of=("self",)))
    for card in locked:
        card.application = applications[card.application_id]
    return locked
