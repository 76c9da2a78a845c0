"""When the set is replaced, the whole stock is: what stays are the cards of applications that people entered, each with
its batch and box. The ledger is written anew for them, so that it is whole again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models

from requests_app.demo.rows import demo_applications
from requests_app.models import (
    Application,
    BatchBox,
    BlankBox,
    BlankDay,
    BlankHold,
    BlankHolding,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    Card,
    CardShipment,
    CountLine,
    Handover,
    PlannedDelivery,
    PrintBatch,
    StockAlert,
    StockCount,
    StockPhoto,
    TransferLine,
)  # fmt: skip
from requests_app.operations.actors import CLOCK
from requests_app.operations.blanks import give_back, note_wait, write_line
from requests_app.operations.steps import lock, take_step
from requests_app.rules.blanks import Move, Outcome
from requests_app.rules.statuses import Status

USED = (Outcome.PRINTED.value, Outcome.SPOILED.value)
WHOLE = (
    BlankMovement, BlankHolding, BlankHold, BlankDay, BatchBox, TransferLine, BlankTransfer, CountLine, StockCount,
    PlannedDelivery, StockAlert,
)  # fmt: skip
"""Tables of which nothing stays."""


def let_go_of_blanks(now: datetime) -> None:
    """What people entered and is not printed gets its blank from the new stock: it waits, or is queued again."""
    theirs = BlankHold.objects.exclude(application__in=demo_applications())
    for application_id in list(theirs.values_list("application", flat=True)):
        application = lock(application_id)
        give_back(application, now=now)
        if application.status == Status.READY_TO_PRINT:
            take_step(application, "blank_lost", now=now, actor=CLOCK)
            note_wait(application, now=now)


def remove_stock() -> list[Any]:
    """Everything but the cards that people's own applications used, and what these lie in; the photos whose files are
    to go. No guard and no foreign key is looked at now; `restore_kept` makes the ledger whole.
    """
    for whole in WHOLE:
        _delete(whole._default_manager.all())
    cards = Card.objects.filter(outcome__in=USED).exclude(application__in=demo_applications())
    kept = list(cards.values_list("pk", "batch", "box", "box__receipt", "shipment", "came_with"))
    partly: tuple[tuple[type[models.Model], tuple[int, ...]], ...] = (
        (Card, (0,)), (PrintBatch, (1,)), (BlankBox, (2,)), (BlankReceipt, (3,)), (CardShipment, (4, 5))
    )  # fmt: skip
    for model, columns in partly:
        named = {row[column] for row in kept for column in columns if row[column]}
        _delete(model._default_manager.exclude(pk__in=named))
    BlankStock.objects.update(on_hand=0, reserved=0, drawn=0)
    shown = (Card.objects.values("photo"), BlankReceipt.objects.values("photo"), Handover.objects.values("letter"))
    seen: set[Any] = {photo for rows in shown for row in rows for photo in row.values() if photo}
    gone = StockPhoto.objects.exclude(pk__in=seen)
    files = list(gone.values_list("pk", flat=True))
    _delete(gone)
    return files


def _delete(rows: "models.QuerySet[Any]") -> None:
    rows._raw_delete(rows.db)


def restore_kept() -> None:
    """Each box is as large as the cards that were made of it, and the ledger says so, with the counters at work."""
    cards = list(Card.objects.select_related("batch", "box__receipt__stock").exclude(
        application__in=demo_applications()).order_by("outcome_at", "pk"))  # fmt: skip
    _write_receipts([card.box for card in cards])
    _write_draws(cards)
    for card in cards:
        _write_use(card)


def _write_receipts(used: Sequence[BlankBox]) -> None:
    boxes, sizes = {box.pk: box for box in used}, Counter(box.pk for box in used)
    receipts = {box.receipt_id: box.receipt for box in used}
    for receipt in receipts.values():
        receipt.quantity = sum(size for pk, size in sizes.items() if boxes[pk].receipt_id == receipt.pk)
        receipt.save(update_fields=["quantity"])
    for pk, size in sizes.items():
        box = boxes[pk]
        box.quantity, receipt = size, receipts[box.receipt_id]
        box.save(update_fields=["quantity"])
        write_line(receipt.stock, Move.RECEIPT, now=receipt.received_at, on_hand=size, box=box, receipt=receipt)


def _write_draws(cards: Sequence[Card]) -> None:
    """Batches of kept cards are over, and all of them at the location that received the box."""
    for (batch_id, box_id), count in Counter((card.batch_id, card.box_id) for card in cards).items():
        card = next(card for card in cards if (card.batch_id, card.box_id) == (batch_id, box_id))
        batch, stock = card.batch, card.box.receipt.stock
        if batch.state == "open":
            batch.state, batch.ended_at, batch.ended_by = "closed", batch.created_at, batch.created_by
        batch.stock = stock
        batch.save(update_fields=["stock", "state", "ended_at", "ended_by"])
        BatchBox.objects.create(batch=batch, box=card.box, drawn=count, returned=0)
        write_line(stock, Move.DRAW, now=batch.created_at, drawn=count, box=card.box, batch=batch)


def _write_use(card: Card) -> None:
    stock, at = card.box.receipt.stock, card.outcome_at
    assert at is not None
    application: Application = card.application
    write_line(stock, Move.RESERVE, now=at, reserved=1, application=application)
    write_line(
        stock, Move.PRINT if card.outcome == Outcome.PRINTED else Move.SPOIL, now=at, on_hand=-1, reserved=-1, drawn=-1,
        box=card.box, batch=card.batch, card=card, application=application, reason=card.reason, photo=card.photo,
        officer=card.outcome_by,
    )  # fmt: skip
