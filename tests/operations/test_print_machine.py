"""Whatever printers, citizens and zones do, in whatever order: count in = count out, and the ledger is the stock."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from requests_app.models import Application, BatchBox, BlankHold, BlankHolding, BlankMovement, Card, PrintBatch
from requests_app.operations.attempts import tallies
from requests_app.operations.batches import (
    DoesNotAddUp,
    Wanted,
    cancel_batch,
    close_batch,
    draw_more,
    make_batch,
)
from requests_app.operations.blanks import allocate_waiting, stock_of
from requests_app.operations.followup import withdraw
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import record_printed, record_spoiled
from requests_app.operations.shipments import confirm_all, confirm_codes, finish_arrival, give_up, send_cards
from requests_app.operations.steps import NotNow
from requests_app.rules.statuses import StepNotAllowed
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import photo_of_a_card

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TOLD = (NotNow, StepNotAllowed, FieldRefused, DoesNotAddUp)
OFTEN = (
    *["scan"] * 6, *["spoil"] * 5, *["make"] * 4, *["withdraw"] * 2, *["more"] * 2, *["send"] * 2, *["arrive"] * 3,
    "give up", "close", "cancel", "approve", "receive", "allocate",
)  # fmt: skip
pick = st.integers(min_value=0, max_value=9)


class Production(RuleBasedStateMachine):
    """Two small boxes, a few applications, a batch at work, and everybody who can touch a card."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.now = START
        self.officer = OfficerFactory()

    @initialize(boxes=st.sampled_from([(2, 2), (8, 9)]))
    def begin(self, boxes: tuple[int, int]) -> None:
        """With less than is asked for, or more."""
        stocked(self.now, *boxes)
        queued_cards(self.now, 5)
        self.make(3)

    def teardown(self) -> None:
        for batch in PrintBatch.objects.filter(state="open"):
            returned = {box: tally.to_return for box, tally in tallies(batch).items()}
            self.attempt(close_batch, batch_id=batch.pk, returned=returned, drop_pending=True)
        assert stock_of(None).drawn == 0
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def attempt(self, operation: Any, **arguments: Any) -> Any:
        """Whoever comes too late or out of turn is told so, and nothing is half done."""
        try:
            with transaction.atomic():
                return operation(now=self.now, officer=self.officer, **arguments)
        except TOLD:
            return None

    def card(self, n: int) -> Card | None:
        """Mostly one that waits for its result, sometimes any."""
        waiting = Card.objects.filter(outcome="") if n % 4 else Card.objects.none()
        found: Card | None = self.one(n, waiting) or self.one(n, Card.objects.all())
        return found

    def one(self, n: int, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return found[n % len(found)] if found else None

    @rule(what=st.sampled_from(OFTEN), n=pick, flag=st.booleans())
    def something_happens(self, what: str, n: int, flag: bool) -> None:
        """One rule for all, so that every walk does some of each."""
        steps: dict[str, Callable[[], None]] = {
            "approve": lambda: self.approvals_come(1 + n % 3),
            "receive": lambda: self.blanks_come(1 + n % 3),
            "withdraw": lambda: self.a_citizen_withdraws(n),
            "allocate": self.the_clock_gives_out_what_is_free,
            "make": lambda: self.a_batch_is_made(1 + n % 4, flag, n),
            "scan": lambda: self.a_card_is_scanned(n, flag),
            "spoil": lambda: self.a_card_is_spoiled(n, ["print", "chip", "damaged"][n % 3]),
            "more": lambda: self.more_is_drawn(n, 1 + n % 2),
            "close": lambda: self.a_batch_is_closed(n, [0, 0, 1, -1][n % 4], flag),
            "cancel": lambda: self.a_batch_is_cancelled(n),
            "send": self.cards_are_sent,
            "arrive": lambda: self.a_shipment_arrives(n, ["one", "no more", "all"][n % 3]),
            "give up": lambda: self.a_card_is_given_up(n),
        }
        steps[what]()

    def make(self, size: int, *boxes: int) -> None:
        self.attempt(make_batch, stock=stock_of(None), wanted=Wanted(size, uuid.uuid4(), boxes=boxes))

    def approvals_come(self, number: int) -> None:
        self.now += timedelta(minutes=1)
        queued_cards(self.now, number)

    def blanks_come(self, quantity: int) -> None:
        stocked(self.now, quantity)
        allocate_waiting(now=self.now)

    def a_citizen_withdraws(self, n: int) -> None:
        if application := self.one(n, Application.objects.filter(status__in=["ready_to_print", "waiting_for_blank"])):
            withdraw(application_id=application.pk, now=self.now)

    def the_clock_gives_out_what_is_free(self) -> None:
        allocate_waiting(now=self.now)

    def a_batch_is_made(self, size: int, named: bool, n: int) -> None:
        box = self.one(n, BlankHolding.objects.all())
        self.make(size, *([box.box_id] if named and box else []))

    def a_card_is_scanned(self, n: int, twice: bool) -> None:
        if card := self.card(n):
            for _ in range(1 + twice):
                self.attempt(record_printed, code=card.code, batch_id=card.batch_id)

    def a_card_is_spoiled(self, n: int, reason: str) -> None:
        if card := self.card(n):
            self.attempt(record_spoiled, card=card, reason=reason, upload=photo_of_a_card())

    def more_is_drawn(self, n: int, count: int) -> None:
        batch, box = self.one(n, PrintBatch.objects.all()), self.one(n, BlankHolding.objects.all())
        if batch and box:
            before = sum(tally.drawn for tally in tallies(batch).values())
            self.attempt(draw_more, batch_id=batch.pk, box_id=box.box_id, count=count, drawn_before=before)

    def a_batch_is_closed(self, n: int, off: int, drop: bool) -> None:
        if batch := self.one(n, PrintBatch.objects.all()):
            found = tallies(batch)
            was_open = batch.state == "open"
            returned = {box: max(tally.to_return + off, 0) for box, tally in found.items()}
            done = self.attempt(close_batch, batch_id=batch.pk, returned=returned, drop_pending=drop)
            if done and was_open:
                assert returned == {box: tally.to_return for box, tally in found.items()}

    def a_batch_is_cancelled(self, n: int) -> None:
        if batch := self.one(n, PrintBatch.objects.all()):
            self.attempt(cancel_batch, batch_id=batch.pk)

    def cards_are_sent(self) -> None:
        zones = list(Application.objects.values_list("zone", flat=True).distinct())
        targets = [application.zone for application in Application.objects.filter(zone__in=zones[:1])[:1]]
        self.attempt(send_cards, stock=stock_of(None), zones=[None, *targets], until=self.now)

    def a_shipment_arrives(self, n: int, what: str) -> None:
        card = self.one(n, Card.objects.filter(shipment__isnull=False))
        if card is None:
            return
        if what == "all":
            self.attempt(confirm_all, shipment=card.shipment)
        elif what == "one":
            self.attempt(confirm_codes, shipment=card.shipment, codes=[card.code])
        else:
            self.attempt(finish_arrival, shipment_id=card.shipment_id)

    def a_card_is_given_up(self, n: int) -> None:
        if card := self.one(n, Card.objects.filter(shipment__isnull=False)):
            self.attempt(give_up, card=card)

    @invariant()
    def counters_are_the_sum_of_the_ledger(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        stock = stock_of(None)
        if not BlankMovement.objects.exists():
            return
        total = BlankMovement.objects.aggregate(a=Sum("on_hand"), b=Sum("reserved"), c=Sum("drawn"))
        assert (stock.on_hand, stock.reserved, stock.drawn) == (total["a"], total["b"], total["c"])
        boxes = BlankHolding.objects.aggregate(a=Sum("quantity"), c=Sum("drawn"))
        assert (boxes["a"], boxes["c"]) == (stock.on_hand, stock.drawn)
        assert stock.reserved == BlankHold.objects.count()

    @invariant()
    def what_was_drawn_is_printed_spoiled_returned_or_in_the_tray(self) -> None:
        for batch in PrintBatch.objects.all():
            rows = {row.box_id: row for row in BatchBox.objects.filter(batch=batch)}
            for box, tally in tallies(batch).items():
                assert tally.drawn >= tally.printed + tally.spoiled + tally.pending
                if batch.state != "open":
                    assert tally.pending == 0
                    assert rows[box].returned == tally.to_return
        lying = sum(
            tally.to_return for batch in PrintBatch.objects.filter(state="open") for tally in tallies(batch).values()
        )
        assert lying == stock_of(None).drawn

    @invariant()
    def every_used_blank_is_one_card(self) -> None:
        used = BlankMovement.objects.filter(kind__in=["print", "spoil"])
        cards = Card.objects.filter(outcome__in=["printed", "spoiled"])
        assert used.count() == cards.count() == used.values("card").distinct().count()

    @invariant()
    def applications_and_cards_agree(self) -> None:
        for application in Application.objects.prefetch_related("cards"):
            live = [card.outcome for card in application.cards.all() if card.outcome in ("", "printed")]
            if application.status in ("printed", "ready_for_pickup"):
                assert live == ["printed"]
            elif application.status == "ready_to_print":
                assert live in ([], [""])
            else:
                assert live == []


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [4, pytest.param(30, marks=pytest.mark.long)])
def test_count_in_is_count_out_whatever_happens(examples: int) -> None:
    photo_of_a_card()
    run_state_machine_as_test(
        Production,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
