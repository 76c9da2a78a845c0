"""Whatever happens to blanks, at two locations and in whatever order: the ledger is the stock, and nobody holds two.

`make long` walks longer than the suite.
"""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from requests_app.models import (
    Application,
    BlankHold,
    BlankHolding,
    BlankMovement,
    BlankStock,
    BlankTransfer,
    BlankWait,
    Card,
    CardPolicy,
    Decision,
    PrintBatch,
    StockCount,
    Zone,
)
from requests_app.models.counted import may_turn_up
from requests_app.operations.attempts import tallies
from requests_app.operations.batches import DoesNotAddUp, Wanted, cancel_batch, close_batch, make_batch
from requests_app.operations.blanks import allocate_waiting, queue_approved, stock_of
from requests_app.operations.counts import cancel_count, confirm_count, record_count
from requests_app.operations.decisions import annul_decision, take_back
from requests_app.operations.followup import withdraw
from requests_app.operations.handovers import Handing, hand_over
from requests_app.operations.ledger_check import differences
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import record_printed, record_spoiled
from requests_app.operations.shipments import send_cards
from requests_app.operations.steps import NotNow
from requests_app.operations.stock import Delivery, Spoiled, receive_blanks, record_outside_use, spoil_blanks
from requests_app.operations.transfers import confirm_transfer, send_blanks
from requests_app.rules.blanks import WaitingOrder
from requests_app.rules.dates import local_date
from requests_app.rules.pickups import old_card_choices
from requests_app.rules.statuses import Status, StepNotAllowed
from tests.factories import APPROVED, OfficerFactory, decided, on_duty
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import photo_of_a_card

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HERE, THERE = "16.71.01.1001", "16.71.10.1001"
TOLD = (NotNow, StepNotAllowed, FieldRefused, DoesNotAddUp)
HOLDS = (Status.APPROVED, Status.READY_TO_PRINT)
pick, few = st.integers(min_value=0, max_value=9), st.integers(min_value=1, max_value=4)
_letters = count(1)


class Office(RuleBasedStateMachine):
    """The head office, a zone that prints for itself, and everybody who moves a blank."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.now = START
        self.officer, self.second = on_duty(OfficerFactory(), START), OfficerFactory(role="supervisor")
        begun = START - timedelta(days=3)
        self.stocks = [stocked(begun, 2, 3), self._own_stock()]
        queued_cards(START, 3, kelurahan=HERE)
        stocked(begun, 2, zone=self.stocks[1].zone)

    def _own_stock(self) -> BlankStock:
        zone = Zone.objects.get(zonecoverage__kelurahan_id=THERE, zonecoverage__valid__upper_inf=True)
        zone.printed_at = stock_of(zone)
        zone.save(update_fields=["printed_at"])
        return zone.printed_at

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def attempt(self, operation: Any, *, officer: Any = None, **arguments: Any) -> Any:
        """Whoever comes too late or out of turn, or asks for too many, is told so, and nothing is half done."""
        self.now += timedelta(seconds=2)
        try:
            with transaction.atomic():
                return operation(now=self.now, officer=officer or self.officer, **arguments)
        except TOLD:
            return None

    def one(self, n: int, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return found[n % len(found)] if found else None

    def clock(self, sweep: Any) -> None:
        self.now += timedelta(seconds=9)
        sweep(now=self.now)

    # Applications.

    @rule(where=st.sampled_from([HERE, THERE]), reason=st.sampled_from(["rusak", "baru"]), queued=st.booleans())
    def a_card_is_approved(self, where: str, reason: str, queued: bool) -> None:
        self.now += timedelta(seconds=1)
        first_time = {"recorded_before": "yes"} if reason == "baru" else {}
        decided(self.now, APPROVED, self.officer, kelurahan=where, reason=reason, **first_time)
        if queued:
            self.clock(queue_approved)

    @rule(n=pick)
    def it_is_taken_back_in_time(self, n: int) -> None:
        if decision := self.one(n, Decision.objects.filter(application__status=Status.APPROVED)):
            self.attempt(take_back, decision_id=decision.pk)

    @rule(n=pick)
    def a_decision_is_annulled(self, n: int) -> None:
        if decision := self.one(n, Decision.objects.all()):
            self.attempt(_annul, decision_id=decision.pk, officer=self.second)

    @rule(n=pick)
    def a_citizen_withdraws(self, n: int) -> None:
        if application := self.one(n, Application.objects.all()):
            self.attempt(_withdraw, application_id=application.pk)

    @rule()
    def approvals_are_queued(self) -> None:
        self.clock(queue_approved)

    @rule()
    def what_is_free_is_given_out(self) -> None:
        self.clock(allocate_waiting)

    @rule(order=st.sampled_from(list(WaitingOrder)))
    def the_policy_changes(self, order: WaitingOrder) -> None:
        CardPolicy.objects.create(valid_from=self.now, waiting_order=order)

    # Stock.

    @rule(n=pick, sizes=st.lists(few, min_size=1, max_size=2))
    def a_letter_comes(self, n: int, sizes: list[int]) -> None:
        letter = next(_letters)
        boxes = [(f"M{letter}-{number}", size) for number, size in enumerate(sizes)]
        what = Delivery(f"MESIN/{letter}", local_date(self.now), sum(sizes), boxes, photo=photo_of_a_card())
        self.attempt(receive_blanks, stock=self.stocks[n % 2], delivery=what)

    @rule(n=pick, quantity=few)
    def blanks_leave_for_the_other_location(self, n: int, quantity: int) -> None:
        if holding := self.one(n, BlankHolding.objects.filter(quantity__gt=0)):
            sender, receiver = sorted(self.stocks, key=lambda stock: stock.pk != holding.stock_id)
            lines = [(holding.box, quantity)]
            self.attempt(send_blanks, from_stock=sender, to_stock=receiver, lines=lines, last_seen=10**9)

    @rule(n=pick, off=st.sampled_from([0, 0, 1, -1]))
    def blanks_arrive(self, n: int, off: int) -> None:
        if transfer := self.one(n, BlankTransfer.objects.all()):
            counted = {line.box_id: max(line.sent + off, 0) for line in transfer.lines.all()}
            self.attempt(confirm_transfer, transfer_id=transfer.pk, counted=counted)

    @rule(n=pick, off=st.sampled_from([0, 1, -1, -3]))
    def a_location_is_counted(self, n: int, off: int) -> None:
        stock = self.stocks[n % 2]
        there = BlankHolding.objects.filter(stock=stock, quantity__gt=0)
        counted = {one.box_id: min(max(one.quantity - one.drawn + off, 0), one.box.quantity) for one in there}
        self.attempt(record_count, stock=stock, counted=counted, explanation="Selisih hitung.")

    @rule(n=pick, quantity=few)
    def a_box_turns_up_again(self, n: int, quantity: int) -> None:
        stock = self.stocks[n % 2]
        counted = {one.box_id: one.quantity - one.drawn for one in BlankHolding.objects.filter(stock=stock)}
        if box := self.one(n, may_turn_up(stock)):
            again = {box.pk: quantity}
            self.attempt(record_count, stock=stock, counted=counted, again=again, explanation="Ada lagi.")

    @rule(n=pick, yes=st.booleans())
    def a_second_person_looks(self, n: int, yes: bool) -> None:
        if found := self.one(n, StockCount.objects.all()):
            self.attempt(confirm_count if yes else cancel_count, count_id=found.pk, officer=self.second)

    @rule(n=pick, quantity=few, ago=st.integers(min_value=0, max_value=5))
    def blanks_are_used_outside(self, n: int, quantity: int, ago: int) -> None:
        day = local_date(self.now) - timedelta(days=ago)
        self.attempt(record_outside_use, stock=self.stocks[n % 2], day=day, quantity=quantity)

    @rule(n=pick, quantity=few)
    def blanks_are_spoiled(self, n: int, quantity: int) -> None:
        if holding := self.one(n, BlankHolding.objects.all()):
            what = Spoiled(holding.box, quantity, "damaged", "", photo_of_a_card(), uuid.uuid4())
            self.attempt(spoil_blanks, stock=holding.stock, spoiled=what)

    # Cards.

    @rule(n=pick, size=few, printed=st.booleans())
    def a_batch_is_made(self, n: int, size: int, printed: bool) -> None:
        self.attempt(make_batch, stock=self.stocks[n % 2], wanted=Wanted(size, uuid.uuid4()))
        if printed:
            self.a_card_is_printed(n)

    @rule(n=pick)
    def the_next_card_is_printed(self, n: int) -> None:
        self.a_card_is_printed(n)

    def a_card_is_printed(self, n: int) -> None:
        if card := self.one(n, Card.objects.filter(batch__state="open")):
            self.attempt(record_printed, code=card.code, batch_id=card.batch_id)

    @rule(n=pick)
    def a_card_is_spoiled(self, n: int) -> None:
        if card := self.one(n, Card.objects.all()):
            self.attempt(record_spoiled, card=card, reason="print", upload=photo_of_a_card())

    @rule(n=pick, cancelled=st.booleans())
    def a_batch_ends(self, n: int, cancelled: bool) -> None:
        batch = self.one(n, PrintBatch.objects.all())
        if batch and cancelled:
            self.attempt(cancel_batch, batch_id=batch.pk)
        elif batch:
            returned = {box: tally.to_return for box, tally in tallies(batch).items()}
            self.attempt(close_batch, batch_id=batch.pk, returned=returned, drop_pending=True)

    @rule(n=pick)
    def cards_are_sent_to_where_they_are_collected(self, n: int) -> None:
        stock = self.stocks[n % 2]
        zones = {card.application.zone for card in Card.objects.filter(batch__stock=stock, outcome="printed")}
        self.attempt(send_cards, stock=stock, zones=sorted(zones, key=lambda zone: zone.pk), until=self.now)

    @rule(n=pick)
    def a_card_is_handed_over(self, n: int) -> None:
        if application := self.one(n, Application.objects.filter(pickup__ready_at__isnull=False)):
            old = old_card_choices(application.reason)[0][0]
            what = Handing(nik=application.nik, old_card=old, signed_by=application.name)
            place = application.pickup.zone
            self.attempt(hand_over, application_id=application.pk, place=place, handing=what)

    # What always holds.

    @invariant()
    def the_ledger_is_the_stock(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        assert differences() == {}
        for stock in BlankStock.objects.all():
            assert 0 <= stock.reserved <= stock.on_hand
            assert 0 <= stock.drawn <= stock.on_hand
        assert not BlankHolding.objects.filter(Q(quantity__lt=F("drawn")) | Q(quantity__lt=0)).exists()

    @invariant()
    def who_is_to_be_printed_holds_one_blank_and_who_has_ended_none(self) -> None:
        holders = set(BlankHold.objects.values_list("application", flat=True))
        assert holders >= set(Application.objects.filter(status=Status.READY_TO_PRINT).values_list("pk", flat=True))
        assert not Application.objects.filter(pk__in=holders).exclude(status__in=HOLDS).exists()
        waiting = set(Application.objects.filter(status=Status.WAITING_FOR_BLANK).values_list("pk", flat=True))
        assert waiting <= set(BlankWait.objects.values_list("application", flat=True))
        per_card = BlankMovement.objects.filter(kind__in=["print", "spoil"], card__isnull=False).values("card")
        assert not per_card.annotate(times=Count("pk")).exclude(times=1).exists()

    @invariant()
    def count_in_is_count_out(self) -> None:
        for batch in PrintBatch.objects.exclude(state="open"):
            assert not Card.objects.filter(batch=batch, outcome="").exists()
            rows = {row.box_id: row.returned for row in batch.boxes.all()}
            assert rows == {box: tally.to_return for box, tally in tallies(batch).items()}
        lying = sum(
            tally.to_return for batch in PrintBatch.objects.filter(state="open") for tally in tallies(batch).values()
        )
        assert lying == sum(BlankStock.objects.values_list("drawn", flat=True))


def _annul(*, decision_id: int, officer: Any, now: datetime) -> None:
    annul_decision(decision_id=decision_id, supervisor=officer, reason="Keliru.", now=now)


def _withdraw(*, application_id: int, officer: Any, now: datetime) -> None:
    withdraw(application_id=application_id, now=now)


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [4, pytest.param(30, marks=pytest.mark.long)])
def test_ledger_and_stock_agree_whatever_happens(examples: int) -> None:
    photo_of_a_card()
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
