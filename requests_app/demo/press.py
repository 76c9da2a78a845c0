"""The blanks of all lives: who holds one, which print run takes whom, what is sent where. Written at the end, in the
order of time (blank_book.py), because lives are played one after the other.
"""

import uuid
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import models

from requests_app.demo.rows import Keys
from requests_app.models import (
    Application,
    BlankStock,
    Card,
    CardPolicy,
    CardShipment,
    Handover,
    Officer,
    PrintBatch,
    StockPhoto,
    Suket,
    Zone,
)  # fmt: skip
from requests_app.operations.blanks import stock_of
from requests_app.operations.stock_photos import SPOILED
from requests_app.rules.blanks import MOST_IN_A_BATCH, Outcome
from requests_app.rules.dates import WIB, local_date
from requests_app.rules.numbers import new_card_code
from requests_app.rules.promise import is_working_day
from requests_app.rules.sukets import serial_of

if TYPE_CHECKING:
    from requests_app.demo.blank_book import Book
    from requests_app.demo.card_work import CardWork

STARTS, SENT, ARRIVES = time(9), time(14), time(9, 40)
LASTS = timedelta(minutes=100)
TO_BE_IN_TIME = timedelta(minutes=15)
DAY = timedelta(days=1)
DRY_FOR = 5 * DAY
"""The zone that prints for itself has had no blank for so long."""


@dataclass(frozen=True)
class Run:
    """The printing of one working morning; the latest one is still at work."""

    starts_at: datetime
    is_open: bool


@dataclass
class Batch:
    """What a run prints at one location."""

    row: PrintBatch
    run: Run
    cards: list[Card] = field(default_factory=list)


class Press:
    """`move` notes what happens to blanks, as (moment, what to write in the book)."""

    def __init__(
        self, *, now: datetime, keys: Keys, holidays: Collection[date], zones: Mapping[int, Zone],
        own_zone: Zone | None, officers: Sequence[Officer], clerks: Mapping[int, Officer],
    ) -> None:  # fmt: skip
        self.now, self.keys, self._holidays = now, keys, holidays
        self.head, self.policy = stock_of(None), CardPolicy.current()
        stocks = BlankStock.objects.select_related("zone").in_bulk()
        self._stock_of = {pk: stocks.get(zone.printed_at_id, self.head) for pk, zone in zones.items()}
        self.own = self._stock_of[own_zone.pk] if own_zone is not None else self.head
        self.dry_since = now - DRY_FOR
        self._officers, self._clerks = officers, clerks
        self._mornings = sorted(_mornings(now, holidays))
        self.batches: dict[tuple[int, Run], list[Batch]] = {}
        self.shipments: dict[tuple[int, int, Run], CardShipment] = {}
        self.moves: list[tuple[datetime, Callable[[Book], None]]] = []
        self.cards: list[Card] = []
        self.late_rows: list[models.Model] = []
        self.held: Counter[int] = Counter()
        self.used, self.used_by_day = 0, Counter[date]()
        self.waiting: list[CardWork] = []
        self._sukets: Counter[int] = Counter()

    def stock_of(self, zone_id: int) -> BlankStock:
        """The location that prints for a zone."""
        return self._stock_of[zone_id]

    def others(self) -> list[BlankStock]:
        """Locations beside the head office that print: for the set, or just because they do."""
        found = {stock.pk: stock for stock in self._stock_of.values() if self.held[stock.pk]} | {self.own.pk: self.own}
        return [stock for stock in found.values() if stock != self.head]

    def is_dry(self, stock: BlankStock, at: datetime) -> bool:
        """Whether a location has no free blank at that moment."""
        return stock != self.head and stock == self.own and at > self.dry_since

    def move(self, at: datetime, write: "Callable[[Book], None]") -> None:
        """Something that the book has to show."""
        self.moves.append((at, write))

    def hold(self, at: datetime, stock: BlankStock, application: Application, officer: Officer) -> None:
        """One blank is promised to an application."""
        self.held[stock.pk] += 1
        self.move(at, lambda book: book.reserve(at, stock, application, officer))

    # Print runs.

    def run_after(self, at: datetime) -> Run | None:
        """The first run that takes what was in the queue at that moment; None while it has not begun."""
        index = bisect_right(self._mornings, at + TO_BE_IN_TIME)
        if index == len(self._mornings):
            return None
        return Run(self._mornings[index], is_open=index == len(self._mornings) - 1)

    def batch(self, stock: BlankStock, run: Run) -> Batch:
        """The batch of a run that has room; another one when it is full."""
        batches = self.batches.setdefault((stock.pk, run), [])
        if not batches or len(batches[-1].cards) >= MOST_IN_A_BATCH:
            batches.append(self._new_batch(stock, run))
        return batches[-1]

    def _new_batch(self, stock: BlankStock, run: Run) -> Batch:
        printer = self.printer(stock)
        ended = {} if run.is_open else {"state": "closed", "ended_at": run.starts_at + LASTS, "ended_by": printer}
        row = PrintBatch(
            pk=self.keys.of(PrintBatch), stock=stock, request_key=uuid.uuid4(), created_at=run.starts_at,
            created_by=printer, **ended,
        )  # fmt: skip
        batch = Batch(row, run)
        self.move(run.starts_at, lambda book: book.draw(batch))
        if not run.is_open:
            self.move(run.starts_at + LASTS, lambda book: book.close(batch))
        return batch

    def printer(self, stock: BlankStock) -> Officer:
        """Who prints there."""
        return self._officers[0] if stock.zone_id is None else self._clerks[stock.zone_id]

    def add_card(self, batch: Batch, application: Application, attempt: int = 1) -> Card:
        """One attempt to print; the book says from which box."""
        card = Card(
            pk=self.keys.of(Card), application=application, batch=batch.row, attempt=attempt, code=new_card_code()
        )
        batch.cards.append(card)
        self.cards.append(card)
        return card

    def came_out(self, card: Card, at: datetime, outcome: Outcome, reason: str = "") -> None:
        """Printed or spoiled; what is spoiled is photographed."""
        officer = card.batch.created_by
        card.outcome, card.outcome_at, card.outcome_by, card.reason = outcome.value, at, officer, reason
        if outcome is Outcome.SPOILED:
            card.photo = self.photo(SPOILED, at, officer)
        self.used += 1
        if card.batch.stock == self.head:
            self.used_by_day[local_date(at)] += 1
        self.move(at, lambda book: book.use(card))

    def photo(self, kind: str, at: datetime, officer: Officer) -> StockPhoto:
        """A photo; its page is drawn when rows are written."""
        photo = StockPhoto(id=uuid.uuid4(), kind=kind, pages=1, uploaded_at=at, officer=officer)
        self.late_rows.append(photo)
        return photo

    # The way to the zones.

    def shipment(self, stock: BlankStock, zone: Zone, run: Run) -> CardShipment | None:
        """What leaves in the afternoon of a run, and is there the next working morning; None before it left."""
        sent = datetime.combine(local_date(run.starts_at), SENT, WIB)
        if run.is_open or sent > self.now:
            return None
        key = stock.pk, zone.pk, run
        if key not in self.shipments:
            arrives = sent if stock.zone_id == zone.pk else self._next_morning(sent)
            there = {"received_at": arrives, "received_by": self._clerks[zone.pk]} if arrives <= self.now else {}
            shipment = CardShipment(
                pk=self.keys.of(CardShipment), zone=zone, sent_at=sent, sent_by=self.printer(stock), **there
            )
            self.shipments[key] = shipment
        return self.shipments[key]

    def _next_morning(self, at: datetime) -> datetime:
        day = local_date(at) + DAY
        while not is_working_day(day, self._holidays):
            day += DAY
        return datetime.combine(day, ARRIVES, WIB)

    def next_suket(self, year: int) -> int:
        """The running number of a year's next suket."""
        if not self._sukets[year]:
            of_year = Suket.objects.filter(number__endswith=f"/{year}").order_by("-pk")
            last = of_year.values_list("number", flat=True).first()
            self._sukets[year] = serial_of(last) if last else 0
        self._sukets[year] += 1
        return self._sukets[year]

    def handed(self, handover: Handover) -> None:
        """Written after its card."""
        self.late_rows.append(handover)


def _mornings(now: datetime, holidays: Collection[date]) -> list[datetime]:
    """When runs have begun, of the last two years."""
    days = [local_date(now) - timedelta(days=n) for n in range(730)]
    starts = [datetime.combine(day, STARTS, WIB) for day in days if is_working_day(day, holidays)]
    return [start for start in starts if start <= now]
