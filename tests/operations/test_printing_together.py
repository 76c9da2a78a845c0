"""Several people print, spoil, withdraw and receive at the same moment."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from requests_app.models import Application, BlankBox, BlankMovement, BlankStock, Card, PrintBatch, StockAlert
from requests_app.operations import batches
from requests_app.operations.attempts import lock_batch
from requests_app.operations.batches import DoesNotAddUp, Wanted, close_batch, make_batch
from requests_app.operations.blanks import stock_of, write_line
from requests_app.operations.followup import withdraw
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import record_printed, record_spoiled
from requests_app.operations.shipment_news import lock_shipment
from requests_app.operations.shipments import confirm_all, confirm_codes, finish_arrival
from requests_app.operations.steps import NotNow, lock
from requests_app.rules.blanks import Move
from requests_app.rules.statuses import StepNotAllowed
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import batch_of, cards_of, photo_of_a_card, printed, sent
from tests.operations.test_blanks import counters

REFUSED = (NotNow, StepNotAllowed, FieldRefused, DoesNotAddUp)
pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread and connection of its own, all at one moment; what each gave, or why it was refused."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[number] = work()
        except Exception as problem:
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, REFUSED)] == []
    return results


def waits_for(lock: Callable[[], Any], work: Callable[[], Any], meanwhile: Callable[[], Any] | None = None) -> Any:
    """The work waits as long as somebody else holds the lock, whatever they do `meanwhile`; what it gave then."""
    done: list[Any] = []

    def run() -> None:
        try:
            done.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        lock()
        thread.start()
        thread.join(1.5)
        assert not done, "it did not wait"
        if meanwhile is not None:
            meanwhile()
    thread.join(30)
    return done[0]


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
        lambda: close_batch(**close),
    )
    card.refresh_from_db()
    batch.refresh_from_db()
    assert (card.outcome, batch.state, *counters(stock)) in [
        ("printed", "open", 19, 0, 0),
        ("dropped", "closed", 20, 1, 0),
    ]


@pytest.mark.parametrize("recorded", ["printed", "spoiled"])
def test_nothing_is_recorded_in_a_batch_that_somebody_is_closing(now: datetime, recorded: str) -> None:
    stock = stocked(now, 20)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = cards_of(batch)
    given = {"officer": OfficerFactory(), "now": now}
    upload, returned = photo_of_a_card(), {card.box_id: 1}
    work = {
        "printed": partial(record_printed, code=card.code, batch_id=batch.pk, **given),
        "spoiled": partial(refused, record_spoiled, card=card, reason="jam", upload=upload, **given),
    }[recorded]
    close = partial(close_batch, batch_id=batch.pk, returned=returned, drop_pending=True, **given)
    answer = waits_for(partial(lock_batch, batch.pk), work, close)
    assert "tidak jadi dicetak" in getattr(answer, "text", str(answer))
    assert counters(stock) == (20, 1, 0)


def refused(operation: Callable[..., Any], **given: Any) -> Any:
    """What it says when it is too late."""
    with pytest.raises(NotNow) as problem:
        operation(**given)
    return problem.value


def test_nothing_is_printed_for_whoever_is_withdrawing(now: datetime) -> None:
    stock = stocked(now, 20)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = cards_of(batch)
    scan = partial(record_printed, code=card.code, batch_id=batch.pk, officer=OfficerFactory(), now=now)
    leave = partial(withdraw, application_id=card.application_id, now=now)
    answer = waits_for(partial(lock, card.application_id), scan, leave)
    assert "Sisihkan kartunya" in answer.text
    assert counters(stock) == (20, 0, 1)


def test_boxes_are_counted_while_nobody_else_draws_from_them(now: datetime) -> None:
    stock = stocked(now, 1, 9)
    queued_cards(now, 2)

    def somebody_draws() -> None:
        BlankStock.objects.select_for_update(of=("self",)).get(pk=stock.pk)
        first = BlankBox.objects.earliest("pk")
        batch = PrintBatch.objects.create(
            number="B-0", stock=stock, request_key=uuid.uuid4(), created_at=now, created_by=OfficerFactory()
        )
        write_line(stock, Move.DRAW, now=now, drawn=1, box=first, batch=batch)

    batch = waits_for(somebody_draws, lambda: batch_of(now, 2))
    assert {card.box for card in cards_of(batch)} == {BlankBox.objects.latest("pk")}


def test_what_was_taken_between_looking_and_locking_is_left_and_the_next_is_found(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(now, 9)
    first, second = queued_cards(now, 2)
    batch_of(now, 1)
    looks = iter([Application.objects.filter(pk=first.pk), Application.objects.filter(pk=second.pk)])

    class Queue:
        """What a statement sees that began before the other batch was stored; then what it is."""

        def select_for_update(self, **how: Any) -> "Queue":
            return self

        def all(self) -> Any:
            return next(looks)

    monkeypatch.setattr(batches, "to_print", lambda *where, **what: Queue())
    assert [card.application for card in cards_of(batch_of(now, 1))] == [second]


def test_a_shipment_that_two_people_confirm_is_told_once(now: datetime) -> None:
    stocked(now, 20)
    (application, *_others) = queued_cards(now, 3)
    printed(batch_of(now, 3), now)
    (shipment,) = sent(stock_of(None), [application.zone], now)
    officer = OfficerFactory()
    done = together(*[lambda: confirm_all(shipment=shipment, officer=officer, now=now)] * 2)
    assert sum(new for new, _left in done) == 3
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


def test_whoever_finds_a_card_waits_for_whoever_settles_its_shipment(now: datetime) -> None:
    stocked(now, 20)
    (application,) = queued_cards(now, 1)
    (card,) = printed(batch_of(now, 1), now)
    (shipment,) = sent(stock_of(None), [application.zone], now)
    officer = OfficerFactory()
    finish_arrival(shipment_id=shipment.pk, officer=officer, now=now)
    find = partial(confirm_codes, shipment=shipment, codes=[card.code], officer=officer, now=now)
    (scan,) = waits_for(partial(lock_shipment, shipment.pk), find)
    assert scan.changed
    assert StockAlert.objects.get().closed_at == now
