"""What is being looked for: such a card is not sent, not moved, and nobody is reminded to fetch it."""

from django.db.models import Exists, OuterRef

from requests_app.models.cards import CardLoss
from requests_app.rules.blanks import Outcome


def looked_for(card: str = "pk") -> Exists:
    """Whether the card of a row is being looked for; `card`: the column with its id (index searches_of_card)."""
    return Exists(CardLoss.objects.filter(card=OuterRef(card), ended_at=None))


def card_looked_for(application: str = "pk") -> Exists:
    """Whether the printed card of a row's application is; `application`: the column with its id (cards_looked_for).

    The blank of an earlier attempt that is missing in a tray keeps nobody from fetching the card that was printed.
    """
    printed = CardLoss.objects.filter(card__application=OuterRef(application), card__outcome=Outcome.PRINTED)
    return Exists(printed.filter(ended_at=None))
