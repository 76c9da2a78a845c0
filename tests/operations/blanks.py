"""Blanks for tests: what the centre sent, and cards at every stage."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from requests_app.models import Application, BlankBox, BlankReceipt, BlankStock, Zone
from requests_app.operations.blanks import queue_approved, stock_of, write_line
from requests_app.rules.blanks import Move
from requests_app.rules.dates import local_date
from requests_app.rules.promise import TAKE_BACK
from tests.factories import APPROVED, OfficerFactory, decided

_letters = count(1)


def stocked(now: datetime, *boxes: int, zone: Zone | None = None) -> BlankStock:
    """So many blanks in each box at a location (the head office unless a zone is given)."""
    stock = stock_of(zone)
    receipt = BlankReceipt.objects.create(
        stock=stock, letter_number=f"470/{next(_letters)}/CONTOH", letter_date=local_date(now),
        quantity=sum(boxes), received_at=now, received_by=OfficerFactory(),
    )  # fmt: skip
    for number, quantity in enumerate(boxes, start=1):
        box = BlankBox.objects.create(receipt=receipt, number=f"K{receipt.pk}-{number}", quantity=quantity)
        write_line(stock, Move.RECEIPT, now=now, on_hand=quantity, box=box, receipt=receipt)
    stock.refresh_from_db()
    return stock


def approved_cards(now: datetime, number: int, **over: object) -> Sequence[Application]:
    """Applications for a KTP-el that were approved at `now`, the last step that an officer takes."""
    return [decided(now, APPROVED, **over) for _ in range(number)]


def queued_cards(now: datetime, number: int, **over: object) -> Sequence[Application]:
    """The same, moved on by the clock: in the print queue as far as there are blanks, the rest in the line."""
    cards = approved_cards(now - TAKE_BACK, number, **over)
    while queue_approved(now=now):
        pass
    for card in cards:
        card.refresh_from_db()
    return cards
