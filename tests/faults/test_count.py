"""What `make faults` calls lost and doubled."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from faults.count import MARKED, OWED, WITHOUT_NOTICE, WRONGLY_BROKEN, Count, count

SINCE = datetime(2026, 11, 23, tzinfo=UTC)


def owed(notice: str, *, arrived: bool = False, tried: bool = False, called: bool = False) -> tuple[Any, ...]:
    return notice, [notice], arrived, tried, called, False


def taken(notice: str, attempt: int, wamid: str) -> dict[str, Any]:
    return {"opaque": f"{notice}:{attempt}", "wamid": wamid}


def counted(
    *rows: tuple[Any, ...], calls: tuple[Any, ...] = (), lost: tuple[str, ...] = (), marked: tuple[str, ...] = (),
    mails: tuple[Any, ...] = (), without_notice: int = 0, broken: int = 0,
) -> Count:  # fmt: skip
    """The count of a world in which this is in the database and that in the ledger; `lost`: whose receipts were."""
    webhooks = [{"wamid": call["wamid"], "state": "lost" if call["wamid"] in lost else "done"} for call in calls]
    found = {
        OWED: list(rows),
        MARKED: [(notice,) for notice in marked],
        WITHOUT_NOTICE: [(without_notice,)],
        WRONGLY_BROKEN: [(broken,)],
    }
    ledger = {"calls": list(calls), "webhooks": webhooks, "mails": list(mails), "sms": []}
    simulator = SimpleNamespace(ledger=lambda: ledger)
    world: Any = SimpleNamespace(rows=lambda statement, since: found[statement], simulator=simulator)
    return count(world, SINCE)


def test_all_arrived_once():
    seen = counted(owed("a", arrived=True), owed("b", arrived=True), calls=(taken("a", 1, "1"), taken("b", 1, "2")))
    assert seen == Count(owed=2, delivered=2, open=0, lost=0, doubled=0, named=0, broken=0)
    assert seen.is_right


def test_what_nobody_tries_any_more_is_lost_unless_somebody_calls():
    assert counted(owed("a")).lost == 1
    assert counted(owed("a", tried=True)).open == 1
    assert counted(owed("a", called=True)).open == 1


def test_an_event_without_its_message_is_lost():
    seen = counted(owed("a", arrived=True), without_notice=1)
    assert (seen.owed, seen.lost, seen.is_right) == (2, 1, False)


def test_taken_and_every_receipt_lost_is_on_the_phone():
    assert counted(owed("a"), calls=(taken("a", 1, "1"),), lost=("1",)).delivered == 1


def test_taken_twice_is_doubled_unless_nobody_could_know_and_it_says_so():
    twice = (taken("a", 1, "1"), taken("a", 2, "2"))
    assert counted(owed("a", arrived=True), calls=twice, marked=("a",)).doubled == 1
    assert counted(owed("a", arrived=True), calls=twice, lost=("1",)).doubled == 1
    named = counted(owed("a", arrived=True), calls=twice, lost=("1",), marked=("a",))
    assert (named.doubled, named.named, named.is_right) == (0, 1, True)


def test_the_same_mail_twice_is_doubled():
    mail = {"address": "warga@contoh.example", "text": "…/l/abc/"}
    assert counted(owed("a", arrived=True), mails=(mail, mail)).doubled == 1


def test_a_promise_wrongly_broken_is_not_right():
    assert not counted(owed("a", arrived=True), broken=1).is_right
