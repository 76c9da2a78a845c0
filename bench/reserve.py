"""Reserving blanks by many at once, beside a bare update of one row, and at two locations that do not wait for another.

Every reservation of a location changes its one row, as an overdraft can be refused only there: its floor is the barest
transaction that does, `UPDATE … SET n = n + 1 WHERE id = …` and nothing else, with the same threads in the same run.
"""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import psycopg2
from django.db import connections

from bench.result import Result
from bench.stage import ROLE, Stage, say, use_database
from bench.stored import Store

THREADS = 8
LOCATIONS = 2
ROWS = """
DROP TABLE IF EXISTS bench_counter;
CREATE TABLE bench_counter (id int PRIMARY KEY, n int NOT NULL);
INSERT INTO bench_counter VALUES (1, 0), (2, 0);
GRANT SELECT, UPDATE ON bench_counter TO {role}
"""
BARE = "UPDATE bench_counter SET n = n + 1 WHERE id = %s"
# They were approved just now, as the rule of the database wants whoever holds a blank to be.
CHOSEN = """
UPDATE requests_app_application SET status = 'approved'
WHERE id IN (SELECT id FROM requests_app_application ORDER BY id LIMIT %s OFFSET %s) RETURNING id
"""
Act = Callable[[], None]


def measure(stage: Stage, store: Store, *, rounds: int, each: int) -> list[Result]:
    """Rounds of all four in turn; the ratios are medians over the rounds."""
    use_database(store.database)
    stocks = _stocks(rounds * THREADS * each * 2)
    with stage.owner(store.database).cursor() as cursor:
        cursor.execute(ROWS.format(role=ROLE))
    applications = _Applications(stage, store)
    rates: dict[str, list[float]] = {"bare": [], "bare_two": [], "ours": [], "ours_two": []}
    for turn in range(rounds):
        for name, places in (("", 1), ("_two", LOCATIONS)):
            with ExitStack() as opened:
                acts = [_bare(stage, store, 1 + n % places, opened) for n in range(THREADS)]
                rates[f"bare{name}"].append(_rate(acts, each))
            ours = [_reserve(stocks[n % places], applications.take(each)) for n in range(THREADS)]
            rates[f"ours{name}"].append(_rate(ours, each))
        say(
            f"  reserve {turn + 1}/{rounds}: " + ", ".join(f"{name} {found[-1]:.0f}/s" for name, found in rates.items())
        )
    return _results(rates)


def _results(rates: dict[str, list[float]]) -> list[Result]:
    middle = {f"{name}_a_second": statistics.median(found) for name, found in rates.items()}
    ours, two = (
        statistics.median(mine / floor for floor, mine in zip(rates[floor], rates[mine], strict=True))
        for floor, mine in (("bare", "ours"), ("ours", "ours_two"))
    )
    title = f"Reserve a blank, {THREADS} at once at one location, as a share of a bare row update"
    apart = "The same at two locations, which do not wait for each other, beside one"
    return [
        Result("reserve", title, ratio=ours, target=None, at_least=True, figures=middle),
        Result("reserve_apart", apart, ratio=two, target=None, at_least=True),
    ]


def _rate(acts: Sequence[Act], each: int) -> float:
    """Acts a second of all threads together."""
    start, troubles = threading.Barrier(len(acts) + 1), []

    def work(act: Act) -> None:
        try:
            act()  # opens the connection
            start.wait(60)
            for _ in range(each - 1):
                act()
        except Exception as trouble:
            troubles.append(trouble)
            start.abort()
            raise
        finally:
            connections.close_all()  # this thread's own

    threads = [threading.Thread(target=work, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    start.wait(60)
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return len(acts) * (each - 1) / (time.perf_counter() - begin)


def _bare(stage: Stage, store: Store, row: int, opened: ExitStack) -> Act:
    connection = psycopg2.connect(stage.engines.url(ROLE, store.database))
    opened.callback(connection.close)

    def update() -> None:
        with connection, connection.cursor() as cursor:
            cursor.execute(BARE, [row])

    return update


def _reserve(stock: Any, applications: list[Any]) -> Act:
    """The operation itself, in a transaction of its own, each time for another application."""
    from django.db import transaction

    from requests_app.clock import database_now
    from requests_app.operations.blanks import reserve

    now = database_now()

    def act() -> None:
        with transaction.atomic():
            assert reserve(applications.pop(), stock, now=now)

    return act


class _Applications:
    """Each is reserved for once."""

    def __init__(self, stage: Stage, store: Store) -> None:
        self._stage, self._store, self._taken = stage, store, 0

    def take(self, number: int) -> list[Any]:
        from requests_app.models import Application

        with self._stage.owner(self._store.database).cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(CHOSEN, [number, self._taken])
            ids = [row[0] for row in cursor.fetchall()]
        assert len(ids) == number, "too few applications are stored"
        self._taken += number
        return [Application(pk=pk) for pk in ids]


def _stocks(quantity: int) -> list[Any]:
    """Two locations with blanks enough."""
    from requests_app.clock import database_now
    from requests_app.models import BlankBox, BlankReceipt, Officer, Zone
    from requests_app.operations.blanks import stock_of, write_line
    from requests_app.rules.blanks import Move

    now, officer = database_now(), Officer.objects.create(username="bench-stock", role="officer")
    stocks = [stock_of(None), stock_of(Zone.objects.order_by("code")[0])]
    for number, stock in enumerate(stocks, start=1):
        receipt = BlankReceipt.objects.create(
            stock=stock, letter_number=f"BENCH/{number}", letter_date=now.date(), quantity=quantity, received_at=now,
            received_by=officer,
        )  # fmt: skip
        box = BlankBox.objects.create(receipt=receipt, number=f"BENCH-{number}", quantity=quantity)
        write_line(stock, Move.RECEIPT, now=now, on_hand=quantity, box=box, receipt=receipt)
    return stocks
