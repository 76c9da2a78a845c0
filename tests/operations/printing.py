"""Batches for tests: made, printed, closed."""

import io
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from requests_app.files.inspect import CheckedUpload
from requests_app.models import BlankStock, Card, CardShipment, Officer, PrintBatch
from requests_app.operations.attempts import tallies
from requests_app.operations.batches import Wanted, close_batch, make_batch
from requests_app.operations.blanks import stock_of
from requests_app.operations.prints import record_many_printed, record_spoiled
from requests_app.operations.shipments import send_cards
from requests_app.operations.stock_photos import check_photo
from tests.factories import OfficerFactory
from tests.files.samples import photo

_checked: list[CheckedUpload] = []


def batch_of(now: datetime, size: int = 2, *, stock: BlankStock | None = None, **over: Any) -> PrintBatch:
    """A batch of the head office, drawn from the oldest boxes."""
    wanted = Wanted(size=size, request_key=uuid.uuid4(), **over)
    return make_batch(stock=stock or stock_of(None), wanted=wanted, officer=OfficerFactory(), now=now)


def cards_of(batch: PrintBatch) -> list[Card]:
    """Its attempts in the order of the sheet."""
    return list(batch.cards.order_by("position"))


def printed(batch: PrintBatch, now: datetime, officer: Officer | None = None) -> list[Card]:
    """Everything of it came out well."""
    codes = [card.code for card in cards_of(batch)]
    record_many_printed(codes=codes, batch_id=batch.pk, officer=officer or OfficerFactory(), now=now)
    return cards_of(batch)


def closed(batch: PrintBatch, now: datetime) -> PrintBatch:
    """Counted and closed, exactly as it must be."""
    returned = {box: tally.to_return for box, tally in tallies(batch).items()}
    close_batch(batch_id=batch.pk, returned=returned, drop_pending=True, officer=OfficerFactory(), now=now)
    batch.refresh_from_db()
    return batch


def photo_of_a_card() -> CheckedUpload:
    """A photo as it comes out of the check; opened once."""
    if not _checked:
        _checked.append(check_photo(io.BytesIO(photo("jpeg"))))
    return _checked[0]


def spoiled(card: Card, now: datetime, reason: str = "print", officer: Officer | None = None):
    """The card is recorded as spoiled, with a photo."""
    return record_spoiled(
        card=card, reason=reason, upload=photo_of_a_card(), officer=officer or OfficerFactory(), now=now
    )


def sent(stock: BlankStock, zones: Sequence[Any], now: datetime) -> list[CardShipment]:
    """What was printed up to now is on its way to these offices."""
    return send_cards(stock=stock, zones=zones, until=now, officer=OfficerFactory(), now=now)
