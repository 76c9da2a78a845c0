"""Cards that nobody has fetched, and which of them are to be carried to the head office."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models.cards import CardPickup, CardPolicy
from requests_app.models.searches import card_looked_for
from requests_app.rules.dates import local_date


def unfetched() -> QuerySet[CardPickup]:
    """Cards whose owners were told and have not come (index cards_unfetched), also those on their way back."""
    return CardPickup.objects.filter(ready_at__isnull=False, fetched_at__isnull=True)


def is_carried() -> Exists:
    """Whether the card of an application (a row of them) is on its way back to the head office."""
    return Exists(CardPickup.objects.filter(application=OuterRef("pk"), carried_since__isnull=False))


def is_to_carry(policy: CardPolicy, at: datetime) -> Q:
    """Pickups of unfetched cards that are due at the head office at that moment.

    They waited longer than the office's rule says, their owners did not say that they come that day or later, and
    nobody is looking for the card.
    """
    if not policy.move_after_days:
        return Q(pk__in=[])
    not_expected = Q(day=None) | Q(day__lt=local_date(at))
    long_enough = Q(zone__isnull=False, ready_at__lte=at - timedelta(days=policy.move_after_days))
    return ~card_looked_for() & not_expected & long_enough


def to_carry(policy: CardPolicy, *, at: datetime) -> QuerySet[CardPickup]:
    """Those of the whole city."""
    return unfetched().filter(is_to_carry(policy, at))
