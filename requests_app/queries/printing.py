"""What the pages of production read. Sealed columns of applications are left out: nothing of them is decrypted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, F, Min, Q, QuerySet, When

from requests_app.models import (
    BatchBox,
    BlankHolding,
    BlankStock,
    Card,
    CardShipment,
    PrintBatch,
    StockAlert,
    Zone,
)
from requests_app.models.blank_line import waiting
from requests_app.models.blanks import HEAD_OFFICE
from requests_app.models.print_queue import in_queue, to_print, to_send
from requests_app.models.searches import looked_for
from requests_app.rules.blanks import Outcome
from requests_app.rules.printing import Tally, short_name

LAST_BATCHES = 10
WHOSE = ("application__number", "application__name", "application__status", "application__zone")
PLACE = ("application__pickup__zone__name", "application__pickup__zone__code", "application__zone__name",
         "application__zone__code")  # fmt: skip
CARD = ("position", "attempt", "code", "outcome", "outcome_at", "reason", "batch", "arrived_at", "shipment")
CHOSEN_PLACE = Case(When(application__pickup__isnull=False, then=F("application__pickup__zone")),
                    default=F("application__zone"))  # fmt: skip


@dataclass(frozen=True)
class Pile:
    """Cards that go to one office; `oldest`: when the longest waiting one of them was asked for, or printed."""

    code: str
    name: str
    count: int
    oldest: datetime


@dataclass(frozen=True)
class OpenBatch:
    """A batch at work and how far it is."""

    batch: PrintBatch
    cards: int
    done: int


@dataclass(frozen=True)
class BoxRow:
    """A box in a batch, and what became of its blanks; `returned`: what came back when the batch ended."""

    box_id: int
    number: str
    tally: Tally
    returned: int | None


@dataclass(frozen=True)
class ShipmentRow:
    """A shipment that has not arrived, or not with all of its cards."""

    shipment: CardShipment
    cards: int
    there: int
    missing: int
    sender: str


def queue_piles(stock: BlankStock, now: datetime) -> list[Pile]:
    """What could be printed now, by the office where it is collected."""
    place = Case(When(pickup__isnull=False, then=F("pickup__zone")), default=F("zone"))
    rows = to_print(stock, now=now).order_by().annotate(place=place).values("place")
    return _piles(rows.annotate(count=Count("pk"), oldest=Min("submitted_at")).values_list("place", "count", "oldest"))


def send_piles(stock: BlankStock) -> list[Pile]:
    """What was printed here and is to be sent, by office."""
    rows = to_send(stock).order_by().annotate(place=CHOSEN_PLACE).values("place")
    return _piles(rows.annotate(count=Count("pk"), oldest=Min("outcome_at")).values_list("place", "count", "oldest"))


def _piles(rows: Iterable[tuple[int | None, int, datetime]]) -> list[Pile]:
    found = {place: (count, oldest) for place, count, oldest in rows}
    zones = {zone.pk: zone for zone in Zone.objects.filter(pk__in=[pk for pk in found if pk is not None])}
    head = [Pile("", HEAD_OFFICE, *found[None])] if None in found else []
    return [*head, *(Pile(zone.code, zone.name, *found[pk]) for pk, zone in zones.items())]


def unsettled(stock: BlankStock, now: datetime) -> int:
    """How many of the queue wait for their owner's choice of place and time."""
    return in_queue(stock, now=now).count() - to_print(stock, now=now).count()


def waiting_here(stock: BlankStock) -> int:
    """How many wait for a blank of this location."""
    return waiting(stock).count()


def open_batches(stock: BlankStock) -> list[OpenBatch]:
    """Batches at work, the latest first."""
    cards = Count("cards", filter=~Q(cards__outcome=Outcome.DROPPED))
    pending = Count("cards", filter=Q(cards__outcome=Outcome.PENDING))
    rows = PrintBatch.objects.filter(stock=stock, state="open").select_related("zone", "created_by")
    return [
        OpenBatch(row, row.card_count, row.card_count - row.pending)
        for row in rows.annotate(card_count=cards, pending=pending)
    ]


def last_batches(stock: BlankStock) -> Sequence[PrintBatch]:
    """What ended here lately."""
    rows = PrintBatch.objects.filter(stock=stock).exclude(state="open").select_related("ended_by", "zone")
    return list(rows.annotate(printed=Count("cards", filter=Q(cards__outcome=Outcome.PRINTED)))[:LAST_BATCHES])


def boxes_here(stock: BlankStock) -> list[tuple[int, str, int]]:
    """Boxes with blanks that no batch has drawn, the oldest first: id, number, how many."""
    rows = BlankHolding.objects.filter(stock=stock, quantity__gt=F("drawn")).annotate(left=F("quantity") - F("drawn"))
    return list(rows.order_by("box").values_list("box", "box__number", "left"))


def batch_cards(batch: PrintBatch) -> list[Card]:
    """Its attempts in the order of the sheet, with what the sheet shows; and whether each `is_looked_for`."""
    rows = batch.cards.select_related("application__pickup__zone", "application__zone", "box")
    rows = rows.only(*CARD, *WHOSE, *PLACE, "box__number").annotate(is_looked_for=looked_for())
    return list(rows.order_by("position"))


def place_of(card: Card) -> str:
    """Where it is collected; without a choice its zone's office."""
    return _place(card).name


def _place(card: Card) -> "Zone | _Head":
    pickup = getattr(card.application, "pickup", None)
    if pickup is None:
        return card.application.zone
    return pickup.zone or _Head()


@dataclass(frozen=True)
class _Head:
    name: str = HEAD_OFFICE
    code: str = ""


def batch_boxes(batch: PrintBatch, cards: Iterable[Card]) -> list[BoxRow]:
    """What became of the blanks of each box."""
    outcomes = Counter((card.box_id, card.outcome) for card in cards)
    return [
        BoxRow(
            row.box_id,
            row.box.number,
            Tally(
                row.drawn,
                printed=outcomes[row.box_id, Outcome.PRINTED.value],
                spoiled=outcomes[row.box_id, Outcome.SPOILED.value],
                pending=outcomes[row.box_id, Outcome.PENDING.value],
            ),
            row.returned,
        )
        for row in BatchBox.objects.filter(batch=batch).select_related("box").order_by("box")
    ]


def whose(card: Card) -> str:
    """First word and initial of the owner's name."""
    return short_name(card.application.name)


def shipments_at(locations: Sequence[BlankStock]) -> list[ShipmentRow]:
    """Shipments to or from these locations that are not there, or not with all of their cards; the oldest first."""
    alerts = StockAlert.objects.filter(kind="shipment", closed_at=None)
    lost = {alert.key: int(alert.facts["missing"]) for alert in alerts}
    rows = CardShipment.objects.filter(Q(received_at=None) | Q(number__in=lost))
    rows = rows.select_related("zone", "origin", "sent_by")
    rows = rows.annotate(
        card_count=Count("cards"), there=Count("cards__arrived_at"), sender=Min("cards__batch__stock")
    ).order_by("pk")
    stocks = {stock.pk: stock for stock in BlankStock.objects.select_related("zone")}
    zones, pks = {stock.zone_id for stock in locations}, {stock.pk for stock in locations}
    return [
        ShipmentRow(row, row.card_count, row.there, lost.get(row.number, 0), _left(row, stocks.get(row.sender)))
        for row in rows
        if row.zone_id in zones or (row.origin_id in zones if row.returned else row.sender in pks)
    ]


def _left(shipment: CardShipment, printer: BlankStock | None) -> str:
    """Where it left, in words: where nobody fetched its cards, or where they were printed."""
    return shipment.origin.name if shipment.origin is not None else str(printer or "")


def shipment_cards(shipment: CardShipment) -> list[Card]:
    """The cards of one shipment, those that are not there first; also those that went back since."""
    rows = Card.objects.filter(Q(shipment=shipment) | Q(came_with=shipment)).select_related("application", "batch")
    rows = rows.only(*CARD, *WHOSE, "batch__number")
    return list(rows.order_by(F("arrived_at").asc(nulls_first=True), "batch", "position"))


def sender_of(shipment: CardShipment) -> BlankStock | None:
    """Where it left: where its cards were printed, also those that went back since; or where nobody fetched them."""
    if shipment.returned:
        return BlankStock.objects.select_related("zone").filter(zone=shipment.origin_id).first()
    came = Q(batches__cards__shipment=shipment) | Q(batches__cards__came_with=shipment)
    return BlankStock.objects.select_related("zone").filter(came).first()


def life_of(code: str) -> Card | None:
    """One attempt with everything around it: box and letter, batch, shipment, application, handover."""
    rows = Card.objects.select_related(
        "application__zone", "handover__officer", "handover__zone", "application__pickup__zone",
        "box__receipt__stock__zone",
        "batch__stock__zone", "batch__created_by", "outcome_by", "photo", "shipment__zone", "shipment__sent_by",
        "shipment__received_by", "shipment__origin", "came_with__zone", "came_with__sent_by", "zone",
    ).defer(
        "application__nik", "application__kk_number", "application__address", "application__answers",
        "application__phone", "application__phone_owner", "application__email", "application__pickup__code",
        "handover__signed_by", "handover__signature",
        "handover__representative", "handover__representative_nik",
    )  # fmt: skip
    return rows.filter(code=code).first()


def other_attempts(card: Card) -> QuerySet[Card]:
    """The other cards of the same application, the first one first."""
    others = Card.objects.filter(application=card.application_id).exclude(pk=card.pk).select_related("batch")
    return others.order_by("pk")


def note_on(card: Card) -> str:
    """What an officer wrote about a spoiled card."""
    kind = ContentType.objects.get_for_model(Card)
    entry = LogEntry.objects.filter(content_type=kind, object_id=str(card.pk)).first()
    return entry.change_message if entry is not None else ""
