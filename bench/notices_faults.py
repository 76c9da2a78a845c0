"""Thousands of notices through a provider at which things go wrong at random, by seed; time is moved, not slept."""

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.notices_count import Count, count
from bench.notices_house import House, answer_everybody, open_house, owe, set_limits, until
from bench.stage import Stage, say

SEED, SHARE = 7, 0.25
# Beside the faults that the simulator picks at random: phones without WhatsApp, and lost receipts often enough to meet
# a lost answer.
RULES = [
    {"action": "undeliverable_131026", "match": {"channel": "whatsapp", "probability": 0.01}, "seed": SEED},
    {"action": "failed_async", "match": {"channel": "whatsapp", "probability": 0.01}, "seed": SEED + 1},
    {"action": "lost_webhook", "match": {"channel": "whatsapp", "probability": 0.05}, "seed": SEED + 2},
]
LONGEST = timedelta(minutes=30)
ENOUGH_TURNS = 400


@dataclass(frozen=True)
class Outcome:
    """One run: what it was, what came of it, and which faults were met."""

    title: str
    seconds: float
    hours: float
    faults: Mapping[str, int]
    count: Count


def measure(stage: Stage, *, number: int) -> list[Outcome]:
    """Without our limit and with faults; then with 2,000 people in 24 hours and none."""
    return [
        _run(stage, "bench_faults", "Random faults, no limit", number, limit=0, faulty=True),
        _run(stage, "bench_limit", "2,000 people in 24 hours, no faults", number, limit=2_000, faulty=False),
    ]


def _run(stage: Stage, database: str, title: str, number: int, *, limit: int, faulty: bool) -> Outcome:
    from requests_app.clock import database_now

    house = open_house(stage, database)
    limits = {"rate_per_second": 100_000, "pair_burst": 5, "portfolio_limit": limit}
    house.control("settings", {**limits, "sent_after": 0.2, "delivered_after": 0.5})
    set_limits(portfolio_limit=limit, rate=1000)
    answer_everybody(house, number, database_now())
    # One half is answers, which may use the reserve; the other half is news that comes after them.
    owe(database_now(), database_now(), share=(0, 2))
    owe(database_now(), database_now(), share=(1, 2), purpose="received")
    if faulty:
        house.control("faults", RULES)
        house.control("chaos", {"seed": SEED, "share": SHARE})
    begin, since = time.monotonic(), database_now()
    deliver_everything(house)
    hours = (database_now() - since).total_seconds() / 3600
    counted = count(ledger(house, "calls"), ledger(house, "webhooks"))
    met = _faults_met(house) if faulty else {}
    say(f"  {title}: {counted}")
    return Outcome(title, time.monotonic() - begin, hours, met, counted)


def deliver_everything(house: House) -> None:
    """Deliver, read the receipts, put the clock forward to what is due next, until nothing waits any more."""
    from requests_app.clock import database_now
    from requests_app.operations.delivery import LANES, deliver_notices
    from requests_app.operations.receipts import process_webhooks

    for _ in range(ENOUGH_TURNS):
        while sum(deliver_notices(clock=database_now, channels=LANES[lane]) for lane in LANES):
            pass
        until(lambda: not _posts_under_way(house), every_s=0.2)
        process_webhooks(now=database_now())
        wait = _next_wait(house)
        if wait is None:
            return
        if wait > timedelta():
            _forward(house, min(wait, LONGEST))
    raise AssertionError("it never ends")


def _next_wait(house: House) -> timedelta | None:
    """How long until something of ours or of the provider's is due; None when nothing ever is."""
    from django.db.models import Min

    from requests_app.clock import database_now
    from requests_app.models import Notice, WebhookEvent

    now = database_now()
    soonest = Notice.objects.exclude(next_attempt_at=None).aggregate(at=Min("next_attempt_at"))["at"]
    waits = [soonest - now] if soonest is not None else []
    if WebhookEvent.objects.filter(processed_at=None).exists():
        waits.append(timedelta(minutes=1))
    ((due,),) = _ask(house, "SELECT min(due_at) FROM webhooks WHERE state = 'pending'")
    if due is not None:
        waits.append(timedelta(seconds=due - house.control("clock", method="GET")["now"]))
    return max(min(waits), timedelta()) if waits else None


def _forward(house: House, by: timedelta) -> None:
    from requests_app.operations.offset import move_clock

    seconds = int(by.total_seconds()) + 1
    move_clock(forward=timedelta(seconds=seconds))
    house.control("advance", {"seconds": seconds})


def _posts_under_way(house: House) -> bool:
    """Whether a receipt is due within two seconds."""
    soon = house.control("clock", method="GET")["now"] + 2
    return bool(_ask(house, "SELECT 1 FROM webhooks WHERE state = 'pending' AND due_at <= ? LIMIT 1", soon))


def ledger(house: House, table: str) -> list[dict[str, Any]]:
    """A table of the provider's ledger, oldest first."""
    columns = {"calls": "opaque, wamid, received_at", "webhooks": "wamid, posted_at, last_answer"}[table]
    rows = _ask(house, f"SELECT {columns} FROM {table} ORDER BY id")
    return [dict(zip(columns.split(", "), row, strict=True)) for row in rows]


def _faults_met(house: House) -> dict[str, int]:
    met = dict(house.control("chaos", method="GET")["fired"])
    for rule in house.control("faults", method="GET"):
        met[rule["action"]] = met.get(rule["action"], 0) + rule["fired"]
    return dict(sorted(met.items()))


def _ask(house: House, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read the provider's own file: over its door ten thousand calls would be asked for again and again."""
    connection = sqlite3.connect(house.folder / "simulator" / "ledger.sqlite3", timeout=30)
    try:
        return connection.execute(statement, values).fetchall()
    finally:
        connection.close()
