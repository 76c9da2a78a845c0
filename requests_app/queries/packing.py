"""What the print room packs by: printed cards by the office they go to now, and slips that name another office."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from requests_app.models import BlankStock, Card, CardShipment, Event
from requests_app.models.print_queue import to_send
from requests_app.queries.printing import CARD, PLACE, WHOSE, send_piles, whose

OFFICE_NOW = Case(
    When(application__pickup__isnull=False, then=Coalesce("application__pickup__zone__code", Value(""))),
    default=F("application__zone__code"), output_field=TextField(),
)  # fmt: skip
"""The code of the office where a card is collected; empty: the head office."""


@dataclass(frozen=True)
class PackRow:
    """A card of the list; `slip_is_old`: a slip that was printed with its batch may name another office."""

    card: Card
    whose: str
    slip_is_old: bool


@dataclass(frozen=True)
class PackList:
    """What goes to one office (`code` empty: the head office), in the order of the batches."""

    code: str
    name: str
    rows: list[PackRow]

    @property
    def old_slips(self) -> int:
        """How many of them have a slip that may name another office."""
        return sum(row.slip_is_old for row in self.rows)


def pack_lists(stock: BlankStock) -> list[PackList]:
    """What was printed here and is to be sent, card by card."""
    offices, old = dict(to_send(stock).annotate(office=OFFICE_NOW).values_list("pk", "office")), _ids(to_send(stock))
    by_office: dict[str, list[PackRow]] = {}
    for card in _shown(to_send(stock).filter(pk__in=offices)):
        by_office.setdefault(offices[card.pk], []).append(PackRow(card, whose(card), card.pk in old))
    return [PackList(pile.code, pile.name, by_office.get(pile.code, [])) for pile in send_piles(stock)]


def cards_with_old_slips(stock: BlankStock) -> list[Card]:
    """What is to be sent and needs a new slip, with what a slip shows."""
    return list(_shown(_with_old_slips(to_send(stock))))


def old_slips_to_send(stock: BlankStock) -> Counter[str]:
    """How many of the cards that are to be sent have a slip that may name another office, by the office's code."""
    return Counter(_with_old_slips(to_send(stock)).annotate(office=OFFICE_NOW).values_list("office", flat=True))


def old_slips_of(shipment: CardShipment) -> set[int]:
    """The ids of cards on their way whose slip may name another office than the shipment's."""
    return set() if shipment.returned else _ids(Card.objects.filter(shipment=shipment, arrived_at=None))


def _shown(cards: QuerySet[Card]) -> QuerySet[Card]:
    rows = cards.select_related("application__pickup__zone", "application__zone", "batch")
    return rows.only(*CARD, *WHOSE, *PLACE, "batch__number").order_by("batch", "position")


def _ids(cards: QuerySet[Card]) -> set[int]:
    return set(_with_old_slips(cards).values_list("pk", flat=True))


def _with_old_slips(cards: QuerySet[Card]) -> QuerySet[Card]:
    """Those whose owner chose another office after the batch was made: its slips may have been printed by then.

    When a slip was printed is not known, so one that was printed after the choice is among them, too.
    """
    before = Event.objects.filter(
        application=OuterRef("application"), step="pickup_chosen", at__lte=OuterRef("batch__created_at")
    ).order_by("-id")
    office_then = Coalesce(
        Subquery(before.values(office_code=KT("data__office"))[:1]), F("application__zone__code"),
        output_field=TextField(),
    )  # fmt: skip
    chosen_since = cards.filter(application__pickup__chosen_at__gt=F("batch__created_at"))
    return chosen_since.alias(office_now=OFFICE_NOW, office_then=office_then).exclude(office_now=F("office_then"))
