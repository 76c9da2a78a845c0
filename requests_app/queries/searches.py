"""What pages read of cards that are looked for: where, since when, by whom, and how each search ended."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from requests_app.models import Application, BlankStock, Card, CardLoss, Zone
from requests_app.rules.blanks import Outcome

COLUMNS = (
    "note", "noticed_at", "noticed_by__username", "noticed_by__first_name", "noticed_by__last_name", "card__code",
    "card__outcome", "card__application__name", "card__application__number",
)  # fmt: skip


def searches_of_stock(stock: BlankStock) -> Sequence[CardLoss]:
    """What is looked for of the cards that were printed at a location, or lie there; the oldest first."""
    lies_here = Q(card__outcome=Outcome.PRINTED, card__zone=stock.zone)
    return list(_open().filter(Q(card__batch__stock=stock) | lies_here))


def searches_at(zone: Zone | None) -> Sequence[CardLoss]:
    """What is looked for of the cards that are collected at an office (none: the head office); the oldest first."""
    return list(_lying_at(zone))


def search_at(zone: Zone | None, loss_id: int) -> CardLoss | None:
    """A search, open or ended, for a card that lay at this office when it was noticed or lies there now."""
    rows = CardLoss.objects.select_related("card__application").filter(card__zone=zone, card__arrived_at__isnull=False)
    return rows.filter(pk=loss_id).first()


def search_for(application: Application) -> CardLoss | None:
    """The search that goes on for an application's printed card; there is never more than one."""
    return _open().filter(card__application=application, card__outcome=Outcome.PRINTED).first()


def searches_of(card: Card) -> Sequence[CardLoss]:
    """All searches for a card, with who began and who ended them."""
    return list(CardLoss.objects.filter(card=card).select_related("noticed_by", "ended_by"))


def _lying_at(zone: Zone | None) -> QuerySet[CardLoss]:
    return _open().filter(card__outcome=Outcome.PRINTED, card__zone=zone, card__arrived_at__isnull=False)


def _open() -> QuerySet[CardLoss]:
    rows = CardLoss.objects.filter(ended_at=None).select_related("noticed_by", "card__application")
    return rows.only(*COLUMNS).order_by("noticed_at")
