"""Fifty people and clocks at once: whatever the interleaving, no counter is negative and the ledger is the stock."""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import close_old_connections, connection, connections, transaction

from requests_app.models import (
    Application,
    BlankBox,
    BlankHold,
    BlankHolding,
    BlankStock,
    BlankTransfer,
    Officer,
    StockCount,
    Zone,
)
from requests_app.operations import blank_waits, blanks
from requests_app.operations.blank_waits import tell_waiting
from requests_app.operations.blanks import allocate_waiting, queue_approved, reserve, stock_of
from requests_app.operations.counts import confirm_count, record_count
from requests_app.operations.decisions import decide
from requests_app.operations.followup import withdraw
from requests_app.operations.ledger_check import differences
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import record_printed
from requests_app.operations.review import claim_application
from requests_app.operations.steps import NotNow, lock
from requests_app.operations.stock import Delivery, Spoiled, receive_blanks, record_outside_use, spoil_blanks
from requests_app.operations.transfers import confirm_transfer, send_blanks
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import StepNotAllowed
from tests.factories import APPROVED, OfficerFactory, on_duty, submitted
from tests.operations.blanks import approved_cards, queued_cards, stocked
from tests.operations.printing import batch_of, cards_of
from tests.operations.test_stock import PHOTO

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE, DAY = 50, timedelta(days=1)
REFUSED = (FieldRefused, NotNow, StepNotAllowed)
"""What somebody may be told who comes second; anything else is a fault."""
Act = Callable[[], object]


class Office:
    """Two locations with few blanks, more applications than blanks, and all that can happen to them."""

    def __init__(self, now: datetime, seed: int) -> None:
        self.now, self.chance = now, random.Random(seed)
        self.head = stocked(now, 9, 8)
        self.zone = stock_of(Zone.objects.get(code="Z7"))
        self.people = [on_duty(OfficerFactory(), now) for _ in range(4)]
        queued_cards(now, 6)
        self.batch = batch_of(now, 6)
        self.applications = [submitted(now).pk for _ in range(16)]

    def acts(self) -> list[Act]:
        """Fifty things, in a random order."""
        acts: list[Act] = [lambda pk=pk, n=n: self.approve(pk, n) for n, pk in enumerate(self.applications)]
        acts += [lambda pk=pk: withdraw(application_id=pk, now=self.now) for pk in self.applications[:5]]
        acts += [lambda code=card.code: self.print(code) for card in cards_of(self.batch)]
        acts += [self.sweep] * 7 + [self.send] * 5 + [self.arrive] * 4 + [self.spoil] * 3 + [self.count] * 4
        acts = acts[:AT_ONCE]
        self.chance.shuffle(acts)
        return acts

    def approve(self, pk: int, n: int) -> None:
        officer = self.people[n % len(self.people)]
        claim_application(application_id=pk, officer=officer, now=self.now)
        decide(application_id=pk, officer=officer, now=self.now, verdict=APPROVED)

    def print(self, code: str) -> None:
        record_printed(code=code, batch_id=self.batch.pk, officer=self.people[0], now=self.now)

    def sweep(self) -> None:
        queue_approved(now=self.now + TAKE_BACK)
        allocate_waiting(now=self.now + TAKE_BACK)

    def some_box(self, stock: BlankStock) -> BlankBox:
        rows = list(BlankHolding.objects.filter(stock=stock, quantity__gt=0).select_related("box"))
        if not rows:
            raise NotNow("empty")
        return self.chance.choice(rows).box

    def send(self) -> None:
        lines = [(self.some_box(self.head), 1)]
        send_blanks(
            from_stock=self.head, to_stock=self.zone, lines=lines, officer=self.people[0], now=self.now,
            last_seen=10**9,
        )  # fmt: skip

    def arrive(self) -> None:
        transfer = BlankTransfer.objects.filter(received_at=None).first()
        if transfer is not None:
            counted = {line.box_id: max(line.sent - self.chance.randrange(2), 0) for line in transfer.lines.all()}
            confirm_transfer(transfer_id=transfer.pk, counted=counted, officer=self.people[1], now=self.now)

    def spoil(self) -> None:
        given = Spoiled(self.some_box(self.head), 1, "damaged", "", PHOTO, uuid.uuid4())
        spoil_blanks(stock=self.head, spoiled=given, officer=self.people[2], now=self.now)

    def count(self) -> None:
        """Somebody counts one blank less in a box, somebody else confirms whatever waits."""
        rows = BlankHolding.objects.filter(stock=self.head, quantity__gt=0)
        counted = {row.box_id: max(row.quantity - row.drawn - 1, 0) for row in rows}
        one, two = self.people[2], self.people[3]
        count = record_count(stock=self.head, counted=counted, explanation="Hilang.", officer=one, now=self.now)
        confirm_count(count_id=count.pk, officer=two, now=self.now)


def run_at_once(acts: list[Act]) -> Counter[str]:
    """Each in a thread and a connection of its own, all let go at the same moment; what they were told."""
    told: Counter[str] = Counter()
    faults: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def act(what: Act) -> None:
        close_old_connections()
        try:
            start.wait(30)
            what()
            told["done"] += 1
        except REFUSED as refusal:
            told[type(refusal).__name__] += 1
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(what,)) for what in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    return told


@pytest.mark.parametrize("seed", [6, 28, 496])
def test_fifty_at_once_end_with_a_ledger_that_is_the_stock(now: datetime, seed: int) -> None:
    office = Office(now, seed)
    told = run_at_once(office.acts())
    assert told.total() == AT_ONCE
    assert told["done"] >= AT_ONCE // 2, told
    assert differences() == {}
    for stock in BlankStock.objects.all():
        assert 0 <= stock.reserved <= stock.on_hand, stock
        assert stock.drawn == 0
    assert [card.outcome for card in cards_of(office.batch)] == ["printed"] * 6
    holders = set(BlankHold.objects.values_list("application_id", flat=True))
    states = dict(Application.objects.filter(pk__in=office.applications).values_list("pk", "status"))
    assert {pk for pk, status in states.items() if status == "ready_to_print"} <= holders
    assert all(states[pk] in ("approved", "ready_to_print") for pk in holders)


def test_of_many_who_take_the_last_blanks_only_so_many_get_one(now: datetime) -> None:
    stock = stocked(now, 10)
    officer = OfficerFactory()
    days = [now.date()] * AT_ONCE

    def use(n: int) -> None:
        record_outside_use(stock=stock, day=days[n], quantity=3, officer=officer, now=now)

    told = run_at_once([lambda n=n: use(n) for n in range(AT_ONCE)])  # type: ignore[misc]
    assert told == {"done": 1, "FieldRefused": AT_ONCE - 1}
    stock.refresh_from_db()
    assert stock.on_hand == 7
    assert differences() == {}


def test_a_count_sent_and_confirmed_by_many_at_once_corrects_once(now: datetime) -> None:
    stock = stocked(now, 10)
    counter: Officer = OfficerFactory()
    box = BlankBox.objects.get()
    count = record_count(stock=stock, counted={box.pk: 8}, explanation="Hilang.", officer=counter, now=now)
    seconds = [OfficerFactory() for _ in range(8)]
    acts = [lambda who=who: confirm_count(count_id=count.pk, officer=who, now=now) for who in seconds]
    assert run_at_once(acts)["done"] == 1  # type: ignore[arg-type]
    stock.refresh_from_db()
    assert stock.on_hand == 8
    assert StockCount.objects.get().state == "confirmed"


def test_the_same_form_from_many_hands_at_once_counts_once(now: datetime) -> None:
    head, zone = stocked(now, 100), stock_of(Zone.objects.get(code="Z7"))
    officer: Officer = OfficerFactory()
    box = BlankBox.objects.get()
    broken = Spoiled(box, 3, "damaged", "", PHOTO, uuid.uuid4())
    sending = {"from_stock": head, "to_stock": zone, "lines": [(box, 10)], "officer": officer, "now": now}
    come = Delivery("470/5", now.date(), 50, [("K-1", 50)], photo=PHOTO)
    acts: list[Act] = [lambda: spoil_blanks(stock=head, spoiled=broken, officer=officer, now=now)] * 8
    acts += [lambda: send_blanks(**sending)] * 8
    acts += [lambda: receive_blanks(stock=head, delivery=come, officer=officer, now=now)] * 8
    told = run_at_once(acts)
    assert told == {"done": 17, "FieldRefused": 7}
    head.refresh_from_db()
    assert head.on_hand == 100 - 3 - 10 + 50
    assert BlankTransfer.objects.count() == 1
    assert differences() == {}


def test_somebody_else_gets_in_between_two_portions_of_a_receipt(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (late,) = approved_cards(now, 1)
    queued_cards(now - DAY, 6)
    stock, seen, to_print = stock_of(None), list[int](), blanks._into_print_queue

    def promise() -> None:
        try:
            with transaction.atomic():
                reserve(lock(late.pk), stock, now=now)
        finally:
            connections.close_all()

    other = threading.Thread(target=promise)

    def watched(application: Application, step: str, moment: datetime) -> None:
        if not seen:
            other.start()
            while not somebody_waits():
                other.join(0.02)
        seen.append(BlankStock.objects.get(pk=stock.pk).reserved)
        to_print(application, step, moment)

    monkeypatch.setattr(blanks, "PORTION", 2)
    monkeypatch.setattr(blanks, "_into_print_queue", watched)
    come = Delivery("470/6", now.date(), 50, [("K-1", 50)], photo=PHOTO)
    receive_blanks(stock=stock, delivery=come, officer=OfficerFactory(), now=now)
    other.join(30)
    assert seen == [1, 2, 4, 5, 6, 7]


def locked_meanwhile(rows: Sequence[Application], doing: Act) -> None:
    """Do something while another connection has locked these applications."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                for row in rows:
                    lock(row.pk)
                held.set()
                done.wait(30)
        finally:
            connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert held.wait(30)
        doing()
    finally:
        done.set()
        other.join(30)


@pytest.mark.parametrize(("worked_on", "at_once"), [([0], 0), ([2, 3], 2), ([5], 4)])
def test_new_blanks_do_not_go_past_somebody_on_whom_somebody_works(
    now: datetime, worked_on: list[int], at_once: int
) -> None:
    cards = queued_cards(now - DAY, 8)
    stock = stocked(now, 4)

    def allocate() -> None:
        assert allocate_waiting(now=now) == at_once

    locked_meanwhile([cards[n] for n in worked_on], allocate)
    assert holders() == {card.pk for card in cards[:at_once]}
    allocate_waiting(now=now)
    assert holders() == {card.pk for card in cards[:4]}
    stock.refresh_from_db()
    assert stock.free == 0


def holders() -> set[int]:
    """Who is promised a blank."""
    return set(BlankHold.objects.values_list("application_id", flat=True))


def test_those_who_are_being_told_are_locked_in_small_portions(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = queued_cards(now - 15 * DAY, 5)
    free_rows, tell = list[int](), blank_waits._tell

    def look() -> None:
        close_old_connections()
        try:
            with transaction.atomic():
                rows = Application.objects.filter(pk__in=[card.pk for card in cards])
                free_rows.append(len(rows.select_for_update(of=("self",), skip_locked=True)))
        finally:
            connections.close_all()

    def watched(application: Application, found: blank_waits.Place, moment: datetime) -> bool:
        other = threading.Thread(target=look)
        other.start()
        other.join(30)
        return tell(application, found, moment)

    monkeypatch.setattr(blank_waits, "PORTION", 2)
    monkeypatch.setattr(blank_waits, "_tell", watched)
    assert tell_waiting(now=now) == 5
    assert free_rows == [3, 3, 3, 3, 4]


def somebody_waits() -> bool:
    """Whether a connection waits for another one's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
