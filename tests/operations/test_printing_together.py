"""Several people print, spoil, withdraw and receive at the same moment."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from requests_app.models import BlankMovement, Card, PrintBatch, StockAlert
from requests_app.operations.batches import DoesNotAddUp, Wanted, close_batch, make_batch
from requests_app.operations.blanks import stock_of
from requests_app.operations.followup import withdraw
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import record_printed, record_spoiled
from requests_app.operations.shipments import confirm_all, confirm_codes, finish_arrival
from requests_app.operations.steps import NotNow
from requests_app.rules.statuses import StepNotAllowed
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import batch_of, cards_of, photo_of_a_card, printed, sent
from tests.operations.test_blanks import counters

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread and connection of its own, all at one moment; what each gave, or why it was refused."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[number] = work()
        except (NotNow, StepNotAllowed, FieldRefused) as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_batches_that_are_made_at_once_share_the_cards_and_the_boxes(now: datetime) -> None:
    stock = stocked(now, 3, 20)
    queued_cards(now, 12)
    officer = OfficerFactory()

    def make() -> PrintBatch:
        return make_batch(stock=stock, wanted=Wanted(3, uuid.uuid4()), officer=officer, now=now)

    made = together(*[make] * 4)
    assert len({batch.number for batch in made}) == 4
    owners = list(Card.objects.values_list("application", flat=True))
    assert len(owners) == len(set(owners)) == stock_of(None).drawn == 12


def test_the_same_form_sent_twice_at_once_is_one_batch(now: datetime) -> None:
    stock = stocked(now, 20)
    queued_cards(now, 4)
    officer, wanted = OfficerFactory(), Wanted(2, uuid.uuid4())
    first, second = together(*[lambda: make_batch(stock=stock, wanted=wanted, officer=officer, now=now)] * 2)
    assert first == second
    assert counters(stock) == (20, 4, 2)


def test_a_card_that_is_scanned_spoiled_and_withdrawn_at_once_is_one_of_these(now: datetime) -> None:
    stock = stocked(now, 20)
    queued_cards(now, 4)
    batch = batch_of(now, 4)
    officer, upload = OfficerFactory(), photo_of_a_card()
    for card in cards_of(batch):
        together(
            *[lambda card=card: record_printed(code=card.code, batch_id=batch.pk, officer=officer, now=now)] * 3,
            *[lambda card=card: record_spoiled(card=card, reason="jam", upload=upload, officer=officer, now=now)] * 2,
            lambda card=card: withdraw(application_id=card.application_id, now=now),
        )
        assert BlankMovement.objects.filter(card=card).count() <= 1
    used = BlankMovement.objects.filter(kind__in=["print", "spoil"]).count()
    stock.refresh_from_db()
    assert stock.on_hand == 20 - used
    lying = sum(card.outcome in ("", "dropped") for card in cards_of(batch)[:4])
    assert stock.drawn == lying


def test_nothing_is_printed_in_a_batch_while_it_closes(now: datetime) -> None:
    stock = stocked(now, 20)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = cards_of(batch)
    officer = OfficerFactory()
    close = {"batch_id": batch.pk, "returned": {card.box_id: 1}, "drop_pending": True, "officer": officer, "now": now}
    together(
        lambda: record_printed(code=card.code, batch_id=batch.pk, officer=officer, now=now),
        lambda: _closed_or_not(close),
    )
    card.refresh_from_db()
    batch.refresh_from_db()
    assert (card.outcome, batch.state, *counters(stock)) in [
        ("printed", "open", 19, 0, 0),
        ("dropped", "closed", 20, 1, 0),
    ]


def _closed_or_not(given: dict[str, Any]) -> Any:
    try:
        return close_batch(**given)
    except DoesNotAddUp as problem:
        return problem


def test_a_shipment_that_two_people_confirm_is_told_once(now: datetime) -> None:
    stocked(now, 20)
    (application, *_others) = queued_cards(now, 3)
    printed(batch_of(now, 3), now)
    (shipment,) = sent(stock_of(None), [application.zone], now)
    officer = OfficerFactory()
    done = together(*[lambda: confirm_all(shipment=shipment, officer=officer, now=now)] * 2)
    assert sum(done) == 3
    assert application.notices.filter(purpose="ready_for_pickup").count() == 1


def test_the_last_two_missing_cards_found_at_once_end_the_search(now: datetime) -> None:
    stocked(now, 20)
    (application, *_others) = queued_cards(now, 2)
    cards = printed(batch_of(now, 2), now)
    (shipment,) = sent(stock_of(None), [application.zone], now)
    officer = OfficerFactory()
    assert finish_arrival(shipment_id=shipment.pk, officer=officer, now=now) == 2
    together(
        *[
            lambda code=card.code: confirm_codes(shipment=shipment, codes=[code], officer=officer, now=now)
            for card in cards
        ]
    )
    assert StockAlert.objects.get().closed_at == now
