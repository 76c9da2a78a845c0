"""What the pages of the stock read. No sealed column is opened; of an application only number and status are read."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When, Window

from requests_app.models import (
    Application,
    BlankBox,
    BlankHolding,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    Card,
    Handover,
    Officer,
    StockAlert,
    StockCount,
    StockPhoto,
    SweepState,
    TransferLine,
)
from requests_app.queries.officer import reach_of
from requests_app.queries.paging import Page, id_page
from requests_app.rules.blanks import LEDGER_SWEEP, Move
from requests_app.rules.roles import Role
from requests_app.rules.statuses import Status

HEAD = "kantor"
"""The head office's code in addresses; zones have their own."""
LATEST_RECEIPTS = 5
MOST_ALERTS, MOST_ALERTS_OF_ALL = 8, 500
GRAVEST_FIRST = ("ledger", "transfer", "loss", "shipment")
LINE_FIELDS = (
    "at", "kind", "on_hand", "reserved", "drawn", "day", "reason", "stock_id", "photo_id", "box__number",
    "receipt__letter_number", "transfer_id", "count_id", "batch__number", "card__code", "application__number",
    "officer__username", "officer__first_name", "officer__last_name",
)  # fmt: skip


def stocks_of(officer: Officer) -> QuerySet[BlankStock]:
    """The locations an officer works with: those of the zones listed; all when none is, and for supervisors."""
    stocks = BlankStock.objects.select_related("zone").filter(Q(zone=None) | Q(zone__is_active=True) | Q(on_hand__gt=0))
    zones = [] if officer.role == Role.SUPERVISOR else list(officer.zones.values_list("pk", flat=True))
    return stocks.filter(zone__in=zones) if zones else stocks


def code_of(stock: BlankStock) -> str:
    """A location's code in addresses."""
    return stock.zone.code if stock.zone is not None else HEAD


def stock_by_code(officer: Officer, code: str) -> BlankStock | None:
    """The location of a code, if the officer works with it; others do not exist for them."""
    if "\x00" in code:
        return None
    of_code = Q(zone=None) if code.lower() == HEAD else Q(zone__code__iexact=code)
    return stocks_of(officer).filter(of_code).first()


@dataclass
class Location:
    """One line of the first page."""

    stock: BlankStock
    waiting: int = 0
    coming: int = 0
    leaving: int = 0
    count: StockCount | None = None

    @property
    def code(self) -> str:
        """For its address."""
        return code_of(self.stock)

    @property
    def short(self) -> int:
        """How many people wait here for whom no blank is free here or on its way."""
        return max(self.waiting - max(self.stock.free, 0) - self.coming, 0)

    @property
    def spare(self) -> int:
        """Free blanks that nobody waits for here."""
        return max(self.stock.free - self.waiting, 0)


@dataclass(frozen=True)
class Hint:
    """People wait at one location while another has blanks that nobody waits for: `number` could be sent there."""

    to: Location
    source: Location
    number: int


@dataclass(frozen=True)
class Home:
    """The first page: locations, their sum, and what somebody has to look after."""

    locations: Sequence[Location]
    transfers: Sequence[BlankTransfer]
    receipts: Sequence[BlankReceipt]
    proved: SweepState | None
    broken_since: datetime | None
    total: Mapping[str, int] = field(default_factory=dict)

    @property
    def hints(self) -> list[Hint]:
        """From the location that has most to spare, for each location that is short. One that is short has nothing to
        spare, so nobody is asked to send to itself."""
        source = max(self.locations, key=lambda place: place.spare, default=None)
        if source is None or not source.spare:
            return []
        open_ones = [place for place in self.locations if place.stock.zone is None or place.stock.zone.is_active]
        return [Hint(to, source, min(to.short, source.spare)) for to in open_ones if to.short]


def load_home(officer: Officer) -> Home:
    """Eight queries, whatever the number of locations and lines."""
    stocks = list(stocks_of(officer))
    places = {stock.pk: Location(stock) for stock in stocks}
    _count_waiting(places)
    transfers = open_transfers(stocks)
    for transfer in transfers:
        if transfer.received_at is None:
            for stock_id, name in ((transfer.to_stock_id, "coming"), (transfer.from_stock_id, "leaving")):
                if stock_id in places:
                    setattr(places[stock_id], name, getattr(places[stock_id], name) + getattr(transfer, "sent", 0))
    for count in StockCount.objects.filter(stock__in=stocks, state="open").select_related("counted_by"):
        places[count.stock_id].count = count
    alert = StockAlert.objects.filter(kind="ledger", closed_at=None).values_list("opened_at", flat=True).first()
    return Home(
        locations=list(places.values()),
        transfers=transfers,
        receipts=list(BlankReceipt.objects.filter(stock__in=stocks).select_related("stock__zone")[:LATEST_RECEIPTS]),
        proved=SweepState.objects.filter(name=LEDGER_SWEEP).first(),
        broken_since=alert,
        total=_total(places.values(), transfers),
    )


def _count_waiting(places: Mapping[int, Location]) -> None:
    """Who waits, by the location that prints for their zone (index waiting_for_blanks)."""
    rows = Application.objects.filter(status=Status.WAITING_FOR_BLANK).values_list("zone__printed_at")
    head = next((pk for pk, place in places.items() if place.stock.zone_id is None), None)
    for printed_at, number in rows.annotate(number=Count("pk")).order_by():
        place = places.get(printed_at or head or 0)
        if place is not None:
            place.waiting += number


def _total(rows: Collection[Location], transfers: Sequence[BlankTransfer]) -> dict[str, int]:
    sums = {name: sum(getattr(row.stock, name) for row in rows) for name in ("on_hand", "reserved", "drawn", "free")}
    on_the_way = sum(getattr(t, "sent", 0) for t in transfers if t.received_at is None)
    return {**sums, "waiting": sum(row.waiting for row in rows), "on_the_way": on_the_way}


def transfers_of(stocks: Sequence[BlankStock]) -> QuerySet[BlankTransfer]:
    """Transfers from or to these locations, with the sums `sent` and `arrived`."""
    pks = [stock.pk for stock in stocks]
    found = BlankTransfer.objects.filter(Q(from_stock__in=pks) | Q(to_stock__in=pks))
    found = found.select_related("from_stock__zone", "to_stock__zone", "sent_by", "received_by", "explained_by")
    return found.annotate(sent=Sum("lines__sent"), arrived=Sum("lines__arrived"))


def open_transfers(stocks: Sequence[BlankStock]) -> list[BlankTransfer]:
    """On their way, or with a difference that nobody has explained; the oldest first."""
    differs = Exists(TransferLine.objects.filter(transfer=OuterRef("pk")).exclude(arrived=F("sent")))
    unsettled = Q(received_at=None) | (Q(explained_at=None) & Q(differs))
    return list(transfers_of(stocks).filter(unsettled).order_by("sent_at", "pk"))


@dataclass(frozen=True)
class Ledger:
    """One location: its boxes, what is open, who waits for it, and a page of its lines, the latest first."""

    boxes: Sequence[BlankHolding]
    lines: Page[BlankMovement]
    transfers: Sequence[BlankTransfer]
    count: StockCount | None
    waiting: int


def load_ledger(stock: BlankStock, *, kind: str, cursor: str) -> Ledger:
    """Six queries; the lines by the index ledger_of_location."""
    lines = lines_with_names(BlankMovement.objects.filter(stock=stock))
    if kind in set(Move):
        lines = lines.filter(kind=kind)
    return Ledger(
        boxes=boxes_at(stock),
        lines=id_page(lines, cursor),
        transfers=open_transfers([stock]),
        count=StockCount.objects.filter(stock=stock, state="open").select_related("counted_by").first(),
        waiting=_waiting_at(stock),
    )


def _waiting_at(stock: BlankStock) -> int:
    """Who waits for a card that is printed at this location; the head office prints for zones without one."""
    here = Q(zone__printed_at=stock)
    if stock.zone_id is None:
        here |= Q(zone__printed_at=None)
    return Application.objects.filter(here, status=Status.WAITING_FOR_BLANK).count()


def lines_with_names(found: QuerySet[BlankMovement]) -> QuerySet[BlankMovement]:
    """Lines of the ledger as pages show them: what made each, and who."""
    made_by = ("box", "receipt", "batch", "card", "application", "officer")
    return found.select_related(*made_by).only(*LINE_FIELDS)


def boxes_at(stock: BlankStock, *, also: Collection[int] = ()) -> list[BlankHolding]:
    """What is left here, the oldest box first; and `also` boxes (ids) that were here and are empty now."""
    wanted = Q(quantity__gt=0) | Q(box__in=also)
    rows = BlankHolding.objects.filter(wanted, stock=stock).select_related("box__receipt")
    return list(rows.order_by("box_id"))


@dataclass(frozen=True)
class BoxLife:
    """A box from its letter to the owners of its cards."""

    box: BlankBox
    holdings: Sequence[BlankHolding]
    lines: Page[BlankMovement]
    cards: Page[Card]
    outcomes: Mapping[str, int]


def box_of(officer: Officer, box_id: int) -> BlankBox | None:
    """A box of which something is or was at a location that the officer works with."""
    was_here = BlankHolding.objects.filter(box=OuterRef("pk"), stock__in=stocks_of(officer))
    return BlankBox.objects.select_related("receipt__stock__zone").filter(Exists(was_here), pk=box_id).first()


def load_box(box: BlankBox, officer: Officer, *, lines: str, cards: str) -> BoxLife:
    """Lines and cards of the locations that the officer works with."""
    stocks = stocks_of(officer).values("pk")
    of_box = Card.objects.filter(box=box, batch__stock__in=stocks)
    shown = of_box.select_related("application", "batch").only(
        "code", "outcome", "outcome_at", "reason", "attempt", "position", "photo_id", "batch__number",
        "application__number", "application__status",
    )  # fmt: skip
    moved = BlankMovement.objects.filter(box=box, stock__in=stocks).exclude(kind=Move.PRINT)
    return BoxLife(
        box=box,
        holdings=list(BlankHolding.objects.filter(box=box, quantity__gt=0).select_related("stock__zone")),
        lines=id_page(lines_with_names(moved).select_related("stock__zone"), lines),
        cards=id_page(shown.annotate(handed_at=F("handover__at")), cards),
        outcomes=dict(of_box.values_list("outcome").annotate(Count("pk")).order_by()),
    )


def receipt_of(officer: Officer, receipt_id: int) -> BlankReceipt | None:
    """A receipt at a location that the officer works with."""
    found = BlankReceipt.objects.select_related("stock__zone", "received_by", "photo", "planned")
    return found.filter(pk=receipt_id, stock__in=stocks_of(officer)).first()


def boxes_of(receipt: BlankReceipt) -> list[BlankBox]:
    """Its boxes, each with what is `left` of it anywhere."""
    return list(receipt.boxes.annotate(left=Sum("holdings__quantity")).order_by("pk"))


def transfer_of(officer: Officer, transfer_id: int) -> BlankTransfer | None:
    """A transfer from or to a location that the officer works with."""
    return transfers_of(list(stocks_of(officer))).filter(pk=transfer_id).first()


def count_of(officer: Officer, count_id: int) -> StockCount | None:
    """A count at a location that the officer works with."""
    found = StockCount.objects.select_related("stock__zone", "counted_by", "ended_by")
    return found.filter(pk=count_id, stock__in=stocks_of(officer)).first()


@dataclass(frozen=True)
class SeenPhoto:
    """A photo that an officer may see, and the application that it shows, if any."""

    photo: StockPhoto
    application_id: int | None


def photo_of(officer: Officer, photo_id: uuid.UUID) -> SeenPhoto | None:
    """The centre's letter; spoiled blanks; spoiled cards that were printed or lay at the officer's locations; mandates
    of the officer's zones, and of cards that were handed over there."""
    stocks = stocks_of(officer)
    photo = StockPhoto.objects.filter(pk=photo_id).first()
    if photo is None:
        return None
    if BlankReceipt.objects.filter(photo=photo, stock__in=stocks).exists():
        return SeenPhoto(photo, None)
    here = _lies_at(stocks)
    left_here = Q(shipment__returned=True, shipment__origin__in=stocks.values("zone"))
    for rows in (
        BlankMovement.objects.filter(photo=photo, stock__in=stocks),
        Card.objects.filter(Q(batch__stock__in=stocks) | here | left_here, photo=photo),
        Handover.objects.filter(reach_of(officer).condition_on("application__") | here, letter=photo),
    ):
        row = rows.values_list("application_id").first()
        if row is not None:
            return SeenPhoto(photo, row[0])
    return None


def _lies_at(stocks: QuerySet[BlankStock]) -> Q:
    """Rows whose `zone` (none: the head office) is that of one of these locations."""
    zones = set(stocks.values_list("zone", flat=True))
    at_head = Q(zone=None) if None in zones else Q()
    return Q(zone__in=zones - {None}) | at_head


def latest_transfer() -> int:
    """The id of the latest transfer: a form remembers it, so that the same form sent twice is noticed."""
    return BlankTransfer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def open_alerts(*, everything: bool = False) -> tuple[list[StockAlert], int]:
    """What supervisors have to know of ledger, transfers and cards, the gravest first and of these the oldest; and how
    many more there are. How long blanks last is told apart. One query."""
    found = StockAlert.objects.filter(closed_at=None).exclude(kind="cover").select_related("stock__zone")
    gravity = Case(
        *[When(kind=kind, then=place) for place, kind in enumerate(GRAVEST_FIRST)], default=len(GRAVEST_FIRST)
    )
    counted = found.annotate(gravity=gravity, number=Window(Count("pk"))).order_by("gravity", "opened_at", "pk")
    shown: list[StockAlert] = [*counted[: MOST_ALERTS_OF_ALL if everything else MOST_ALERTS]]
    return shown, (getattr(shown[0], "number", 0) - len(shown) if shown else 0)
