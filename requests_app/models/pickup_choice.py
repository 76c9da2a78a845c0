"""What the owner of a card may choose now: where it is collected, and when."""

from requests_app.models.application import Application
from requests_app.models.cards import Card, CardPolicy
from requests_app.rules.blanks import Outcome, PickupAsked
from requests_app.rules.pickups import BEFORE_PRINTING, Choosable, choosable
from requests_app.rules.statuses import Status


def what_to_choose(application: Application) -> Choosable:
    """At most one query, and that only where the answer hangs on it."""
    status = Status(application.status)
    asked = CardPolicy.current().pickup_asked if status in BEFORE_PRINTING else PickupAsked.AFTER
    return choosable(status, asked=asked, is_on_its_way=status is Status.PRINTED and _is_sent(application))


def _is_sent(application: Application) -> bool:
    cards = Card.objects.filter(application=application, outcome=Outcome.PRINTED)
    return cards.filter(shipment__isnull=False).exists()
