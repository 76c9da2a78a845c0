"""The office's blanks in its real proportions, synthetic: 16,000 came three months ago, 8,020 are left.

What the applications of the set do not use was printed outside the system, day by day. A zone that prints for itself
has been sent some, and has none left; a count and two transfers did not come out even.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import count

from requests_app.demo.blank_book import Book
from requests_app.demo.office import Office
from requests_app.demo.press import DAY
from requests_app.models import (
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    Officer,
    PlannedDelivery,
    StockAlert,
    StockCount,
)  # fmt: skip
from requests_app.operations.stock_photos import LETTER, SPOILED
from requests_app.rules.dates import WIB, local_date
from requests_app.rules.promise import is_working_day

RECEIVED, LEFT, IN_A_BOX = 16_000, 8_020, 500
LASTED = 90
"""Days in which the difference was used."""
WEEKDAYS = (1.3, 1.1, 1.0, 0.95, 0.7)
MORNING, EVENING = time(8, 30), time(15, 45)
OWN_USE, SECOND, FOUND, LOST = 260, 40, 2, -2
"""Blanks that the zone used without the system; its second transfer; found and missing at the two arrivals."""
MISCOUNTED, DAMAGED = -3, 4
COMING, COMING_IN = 4000, 16 * DAY
LETTER_NUMBER = "471.13/{:04d}/CONTOH"
FIRST_LETTER, PROMISED_LETTER = 611, 917
HOW_FOUND = "Salah hitung saat mengemas: dua blangko terselip di ikatan terakhir."
HOW_MISCOUNTED = "Tiga blangko kurang di kotak yang sedang dipakai; diduga kartu rusak yang tidak dicatat."


class BlankPast:
    """Everything about blanks that no application of the set did by itself."""

    def __init__(self, office: Office) -> None:
        self._office, self._press, self._now = office, office.press, office.now
        self._is_first = not BlankMovement.objects.exists()
        self._begin = self._first_morning()
        self._days = self._working_days()

    def write(self) -> Book:
        """The book of the whole set."""
        used = self._press.used + (OWN_USE if self._own else 0) + (DAMAGED - MISCOUNTED if self._is_first else 0)
        outside = max(RECEIVED - LEFT - used, 0) if self._is_first else 0
        sent = sum(self._supply(stock) for stock in self._press.others())
        self._use_outside(self._press.head, outside, self._days[1:], self._press.used_by_day)
        if self._is_first:
            self._count_and_damage()
            self._plan_delivery()
            self._receive(max(RECEIVED, LEFT + used))
        else:
            self._receive(self._press.held[self._press.head.pk] + sent)
        book = Book(self._office.keys)
        for _, write in sorted(self._press.moves, key=lambda move: move[0]):
            write(book)
        return book

    @property
    def _own(self) -> BlankStock | None:
        """The location that has none left; in the first set only."""
        return self._press.own if self._is_first and self._press.own != self._press.head else None

    # Days.

    def _first_morning(self) -> datetime:
        """The last working day that is three months past, and well before anybody was promised anything."""
        first = min((at for at, _ in self._press.moves), default=self._now)
        day = min(local_date(self._now) - timedelta(days=LASTED), local_date(first) - 8 * DAY)
        while not is_working_day(day, self._office.calendar.holidays):
            day -= DAY
        return datetime.combine(day, MORNING, WIB)

    def _working_days(self) -> list[date]:
        begin, today = local_date(self._begin), local_date(self._now)
        days = [begin + timedelta(days=n) for n in range((today - begin).days)]
        return [day for day in days if is_working_day(day, self._office.calendar.holidays)]

    def _on(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, WIB)

    # What came, and what went.

    def _receive(self, quantity: int) -> None:
        """A first letter of 16,000 in boxes of 500; what a large set needs beyond that came with another one."""
        taken = set(BlankReceipt.objects.values_list("letter_number", flat=True))
        letters = (letter for letter in count(FIRST_LETTER) if LETTER_NUMBER.format(letter) not in taken)
        while quantity > 0:
            now, quantity = min(quantity, RECEIVED), max(quantity - RECEIVED, 0)
            self._receive_letter(next(letters), now)

    def _receive_letter(self, letter: int, quantity: int) -> None:
        at, officer = self._begin, self._office.officers[0]
        receipt = BlankReceipt(
            pk=self._office.keys.of(BlankReceipt), stock=self._press.head, letter_number=LETTER_NUMBER.format(letter),
            letter_date=local_date(at) - 3 * DAY, quantity=quantity, received_at=at, received_by=officer,
            photo=self._press.photo(LETTER, at, officer),
        )  # fmt: skip
        sizes = [IN_A_BOX] * (quantity // IN_A_BOX) + ([quantity % IN_A_BOX] if quantity % IN_A_BOX else [])
        boxes = [(f"K{letter}-{number:02d}", size) for number, size in enumerate(sizes, start=1)]
        self._press.move(at, lambda book: book.receive(receipt, boxes))

    def _use_outside(self, stock: BlankStock, total: int, days: Sequence[date], cards: "Counter[date]") -> None:
        """So many on these days as the weekday wants, less what cards of the set used."""
        rng, officer = self._office.rng, self._press.printer(stock)
        weights = [WEEKDAYS[min(day.weekday(), 4)] * rng.uniform(0.85, 1.15) for day in days]
        share = (total + sum(cards[day] for day in days)) / sum(weights)
        wanted = [max(share * weight - cards[day], 0) for day, weight in zip(days, weights, strict=True)]
        for day, quantity in zip(days, _whole(wanted, total), strict=True):
            if quantity:
                self._use_on(stock, quantity, day, officer)

    def _use_on(self, stock: BlankStock, quantity: int, day: date, officer: Officer) -> None:
        at = self._on(day, EVENING)
        self._press.move(at, lambda book: book.take(at, stock, quantity, officer=officer, day=day))

    # Other locations.

    def _supply(self, stock: BlankStock) -> int:
        """What a location has used, in one transfer or two; how many were sent."""
        total = self._press.held[stock.pk]
        if stock != self._own:
            if total:
                self._transfer(stock, total, self._days[1], 0)
            return total
        total += OWN_USE
        arrived = self._transfer(stock, total - SECOND, self._days[1], FOUND)
        self._transfer(stock, SECOND, self._days[-len(self._days) // 3], LOST)
        last = local_date(self._press.dry_since)
        days = [day for day in self._days if local_date(arrived) < day < last]
        self._use_outside(stock, OWN_USE, days, Counter())
        return total

    def _transfer(self, stock: BlankStock, quantity: int, day: date, difference: int) -> datetime:
        """Sent on a morning, counted at noon; more than was sent is explained by now, less not yet."""
        office, sent, arrived = self._office, self._on(day, time(9, 15)), self._on(day, time(11, 30))
        transfer = BlankTransfer(
            pk=office.keys.of(BlankTransfer), from_stock=self._press.head, to_stock=stock, sent_at=sent,
            sent_by=office.officers[1], received_at=arrived, received_by=self._press.printer(stock),
        )  # fmt: skip
        if difference > 0:
            transfer.explanation, transfer.explained_at = HOW_FOUND, arrived + DAY
            transfer.explained_by = office.supervisor
        self._press.move(sent, lambda book: book.send(transfer, quantity, difference))
        self._press.move(arrived, lambda book: book.arrive(transfer))
        if difference:
            facts = {"from": transfer.from_stock.pk, "to": stock.pk, "sent": quantity, "arrived": quantity + difference}
            alert = StockAlert(
                kind="transfer", key=str(transfer.pk), stock=stock, facts=facts, opened_at=arrived,
                closed_at=transfer.explained_at,
            )  # fmt: skip
            self._press.late_rows.append(alert)
        return arrived

    # What a first look should find.

    def _count_and_damage(self) -> None:
        office, half, later = self._office, self._days[len(self._days) // 2], self._days[-8]
        counted, noticed = self._on(half, time(16, 10)), self._on(later, time(10, 20))
        opname = StockCount(
            pk=office.keys.of(StockCount), stock=self._press.head, state="confirmed", counted_at=counted,
            counted_by=office.officers[1], explanation=HOW_MISCOUNTED, ended_at=counted + timedelta(minutes=25),
            ended_by=office.supervisor,
        )  # fmt: skip
        self._press.move(counted + timedelta(minutes=25), lambda book: book.count(opname, MISCOUNTED))
        head, officer = self._press.head, office.officers[2]
        photo = self._press.photo(SPOILED, noticed, officer)

        def spoil(book: Book) -> None:
            book.take(noticed, head, DAMAGED, officer=officer, reason="damaged", photo=photo)

        self._press.move(noticed, spoil)

    def _plan_delivery(self) -> None:
        day = local_date(self._now + COMING_IN)
        while not is_working_day(day, self._office.calendar.holidays):
            day += DAY
        entered = self._office.calendar.office_moment_before(self._now - 12 * DAY)
        delivery = PlannedDelivery(
            expected_on=day, quantity=COMING, note=LETTER_NUMBER.format(PROMISED_LETTER), entered_at=entered,
            entered_by=self._office.supervisor,
        )  # fmt: skip
        self._press.late_rows.append(delivery)


def _whole(wanted: Sequence[float], total: int) -> list[int]:
    """Whole numbers in these proportions that make the total."""
    scale = total / (sum(wanted) or 1)
    found, carried = [], 0.0
    for value in wanted:
        carried += value * scale
        found.append(round(carried))
        carried -= found[-1]
    if found:
        found[-1] += total - sum(found)
    return found
