"""What the owner of a card may choose now: where it is collected, and when; and whether the day can be kept."""

from datetime import date, datetime

from requests_app.models.application import Application
from requests_app.models.cards import Card, CardPickup, CardPolicy
from requests_app.models.reference import Holiday
from requests_app.models.zones import Zone
from requests_app.rules.blanks import Outcome, PickupAsked
from requests_app.rules.dates import local_date
from requests_app.rules.opening import USUAL_HOURS, Opening
from requests_app.rules.pickups import BEFORE_PRINTING, Choosable, choosable, is_open_in
from requests_app.rules.statuses import Status


def what_to_choose(application: Application) -> Choosable:
    """At most two queries, and those only where the answer hangs on them."""
    status = Status(application.status)
    asked = _when_asked(application) if status in BEFORE_PRINTING else PickupAsked.AFTER
    return choosable(status, asked=asked, is_on_its_way=_is_on_its_way(application, status))


def _when_asked(application: Application) -> str:
    """As the rules say now; but whoever was asked before printing may answer, also when nobody is asked any more."""
    asked = CardPolicy.current().pickup_asked
    if asked == PickupAsked.AFTER and CardPickup.objects.filter(pk=application.pk, asked_at__isnull=False).exists():
        return PickupAsked.BEFORE
    return asked


def _is_on_its_way(application: Application, status: Status) -> bool:
    """To where it is collected, or, as nobody came, from there to the head office."""
    cards = Card.objects.filter(application=application, outcome=Outcome.PRINTED)
    if status is Status.PRINTED:
        return cards.filter(shipment__isnull=False).exists()
    carried = CardPickup.objects.filter(application=application, carried_since__isnull=False)
    return status is Status.READY_FOR_PICKUP and carried.exists()


def opening_of(zone: Zone | None, *, now: datetime) -> Opening:
    """On which days an office is open; the head office has the usual hours."""
    if zone is not None:
        return zone.opening(now=now)
    holidays = Holiday.objects.filter(date__gte=local_date(now)).values_list("date", flat=True)
    return Opening(USUAL_HOURS, set(holidays))


def kept_day(pickup: CardPickup, *, now: datetime) -> date | None:
    """The day that the owner chose, unless it is over or the office does not open then after all."""
    day = pickup.day
    if day is None or day < local_date(now):
        return None
    return day if is_open_in(opening_of(pickup.zone, now=now), day, pickup.part) else None
