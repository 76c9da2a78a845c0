"""The ledger of blanks of the demo set, written in the order of time; which box each blank comes from is found here.

Only lines are written; the counters are the database's own work, so nothing can differ from them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import models

from requests_app.demo.press import Batch
from requests_app.demo.rows import Keys
from requests_app.models import (
    Application,
    BatchBox,
    BlankBox,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    Card,
    CountLine,
    Officer,
    StockCount,
    StockPhoto,
    TransferLine,
)  # fmt: skip
from requests_app.rules.blanks import Move, Outcome

SPARE = 2
"""A batch draws so many more than it has cards, for what may be spoiled."""


class Content:
    """What is left of one box at one location."""

    def __init__(self, box: BlankBox, quantity: int) -> None:
        self.box, self.quantity, self.drawn = box, quantity, 0


class Book:
    """Lines, and the rows that belong to them. Each method writes one thing that happened."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._shelves: dict[int, dict[int, Content]] = {}
        self._drawn: dict[int, list[BatchBox]] = {}
        self._sent: dict[int, list[TransferLine]] = {}
        self.rows: list[models.Model] = []

    def on_hand(self, stock: BlankStock) -> int:
        """Blanks of this set at a location."""
        return sum(content.quantity for content in self._shelf(stock).values())

    def receive(self, receipt: BlankReceipt, boxes: Sequence[tuple[str, int]]) -> None:
        """A delivery of the centre, box by box."""
        self.rows.append(receipt)
        for number, quantity in boxes:
            box = BlankBox(pk=self._keys.of(BlankBox), receipt=receipt, number=number, quantity=quantity)
            self.rows.append(box)
            self._put(receipt.stock, box, quantity)
            what = {"box": box, "on_hand": quantity, "receipt": receipt, "officer": receipt.received_by}
            self._line(receipt.received_at, Move.RECEIPT, receipt.stock, **what)

    def reserve(self, at: datetime, stock: BlankStock, application: Application, officer: Officer) -> None:
        """One blank is promised."""
        self._line(at, Move.RESERVE, stock, reserved=1, application=application, officer=officer)

    def draw(self, batch: Batch) -> None:
        """Blanks for all cards of a batch, and some to spare; cards get theirs in the order of printing."""
        row, cards = batch.row, sorted(batch.cards, key=_in_turn)
        wanted = len(cards) + min(SPARE, self._unused(row.stock) - len(cards))
        boxes: list[BlankBox] = []
        for content, count in self._take(row.stock, wanted):
            content.drawn += count
            boxes += [content.box] * count
            printed = sum(1 for box in boxes[: len(cards)] if box is content.box)
            returned = None if row.state == "open" else count - printed
            self._drawn.setdefault(row.pk, []).append(
                BatchBox(batch=row, box=content.box, drawn=count, returned=returned)
            )
            what = {"box": content.box, "drawn": count, "batch": row, "officer": row.created_by}
            self._line(row.created_at, Move.DRAW, row.stock, **what)
        for position, (card, box) in enumerate(zip(cards, boxes, strict=False), start=1):
            card.position, card.box = position, box

    def use(self, card: Card) -> None:
        """A card is printed or spoiled: its blank is gone."""
        batch, kind = card.batch, Move.PRINT if card.outcome == Outcome.PRINTED else Move.SPOIL
        content = self._shelf(batch.stock)[card.box.pk]
        content.quantity, content.drawn = content.quantity - 1, content.drawn - 1
        assert card.outcome_at is not None
        self._line(
            card.outcome_at, kind, batch.stock, box=card.box, on_hand=-1, reserved=-1, drawn=-1, batch=batch, card=card,
            application=card.application, reason=card.reason, photo=card.photo, officer=card.outcome_by,
        )  # fmt: skip

    def close(self, batch: Batch) -> None:
        """What lies in the tray goes back into its boxes."""
        row = batch.row
        assert row.ended_at is not None
        for part in self._drawn[row.pk]:
            if part.returned:
                self._shelf(row.stock)[part.box.pk].drawn -= part.returned
                what = {"box": part.box, "drawn": -part.returned, "batch": row, "officer": row.ended_by}
                self._line(row.ended_at, Move.RETURN, row.stock, **what)

    def take(
        self, at: datetime, stock: BlankStock, quantity: int, *, officer: Officer, day: date | None = None,
        reason: str = "", photo: StockPhoto | None = None,
    ) -> None:  # fmt: skip
        """Unprinted blanks that are gone: used outside the system on a day, or spoiled for a reason."""
        for content, count in self._take(stock, quantity):
            content.quantity -= count
            kind = Move.OUTSIDE if day else Move.SPOIL
            what = {"on_hand": -count, "day": day, "reason": reason, "photo": photo, "officer": officer}
            self._line(at, kind, stock, box=content.box, **what)

    def send(self, transfer: BlankTransfer, quantity: int, difference: int) -> None:
        """Blanks leave for another location; with the difference that will be found there in the last box."""
        self.rows.append(transfer)
        parts = list(self._take(transfer.from_stock, quantity))
        for number, (content, count) in enumerate(parts, start=1):
            content.quantity -= count
            arrived = count + (difference if number == len(parts) else 0)
            part = TransferLine(transfer=transfer, box=content.box, sent=count, arrived=arrived)
            self._sent.setdefault(transfer.pk, []).append(part)
            what = {"box": content.box, "on_hand": -count, "transfer": transfer, "officer": transfer.sent_by}
            self._line(transfer.sent_at, Move.SENT, transfer.from_stock, **what)

    def arrive(self, transfer: BlankTransfer) -> None:
        """As they were counted there."""
        assert transfer.received_at is not None
        for part in self._sent[transfer.pk]:
            self._put(transfer.to_stock, part.box, part.arrived or 0)
            what = {"box": part.box, "on_hand": part.arrived, "transfer": transfer, "officer": transfer.received_by}
            self._line(transfer.received_at, Move.ARRIVED, transfer.to_stock, **what)

    def count(self, count: StockCount, difference: int) -> None:
        """All boxes are counted outside of the trays; the one in use differs. Confirmed at once."""
        self.rows.append(count)
        used = next(self._take(count.stock, 1))[0]
        for content in self._shelf(count.stock).values():
            there = content.quantity - content.drawn
            if there:
                counted = there + (difference if content is used else 0)
                self.rows.append(CountLine(count=count, box=content.box, expected=there, counted=counted))
        used.quantity += difference
        assert count.ended_at is not None
        what = {"box": used.box, "on_hand": difference, "count": count, "officer": count.ended_by}
        self._line(count.ended_at, Move.CORRECT, count.stock, **what)

    def all_rows(self) -> list[models.Model]:
        """Everything that was written."""
        return [*self.rows, *chain.from_iterable(self._drawn.values()), *chain.from_iterable(self._sent.values())]

    # Boxes.

    def _shelf(self, stock: BlankStock) -> dict[int, Content]:
        return self._shelves.setdefault(stock.pk, {})

    def _put(self, stock: BlankStock, box: BlankBox, quantity: int) -> None:
        content = self._shelf(stock).setdefault(box.pk, Content(box, 0))
        content.quantity += quantity

    def _unused(self, stock: BlankStock) -> int:
        return sum(content.quantity - content.drawn for content in self._shelf(stock).values())

    def _take(self, stock: BlankStock, quantity: int) -> Iterator[tuple[Content, int]]:
        """So many from the oldest boxes. There are enough, or this set is wrong."""
        left = quantity
        for content in list(self._shelf(stock).values()):
            count = min(left, content.quantity - content.drawn)
            if count > 0:
                left -= count
                yield content, count
        if left:
            raise LookupError(f"{left} of {quantity} blanks are missing at {stock}")

    def _line(self, at: datetime, kind: Move, stock: BlankStock, **what: Any) -> None:
        self.rows.append(BlankMovement(at=at, kind=kind.value, stock=stock, **what))


def _in_turn(card: Card) -> tuple[int, datetime, int]:
    """First attempts as their applications are due, then what is printed again."""
    return card.attempt, card.application.first_due_at, card.application.pk
