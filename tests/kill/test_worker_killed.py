"""SIGKILL at each point of delivering: nothing lost, nothing doubled, and the undecidable is marked.

Several notices are under way each time, as a worker claims by the batch and has many senders.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from faults.world import World

pytestmark = pytest.mark.kill

NOTICE = "requests_app_notice"
MANY = 3
# Where the worker stands when it is killed: what holds it there, and the state that it leaves behind.
GATES = {
    "before the claim is committed": (f"UPDATE OF state ON {NOTICE}", "NEW.state = 'sending'", "queued"),
    "after the claim": ("INSERT ON requests_app_noticeattempt", "", "sending"),
    "before the result is committed": (f"UPDATE OF state ON {NOTICE}", "NEW.state = 'accepted'", "sending"),
    "after the result": (
        "INSERT OR UPDATE ON requests_app_sweepstate",
        "NEW.name = 'deliver_due'",
        "accepted",
    ),
}
# Points at which the messages are out.
OUT = {"before the result is committed", "after the result"}


@contextmanager
def recovered(world: World) -> Iterator[None]:
    """Afterwards a new worker is started and rung for, once the lease and the wait for a receipt are over."""
    yield
    world.forward(15 * 60)
    world.worker()
    world.tick("deliver_due")
    # After an outage, a minute for receipts that the provider could not post; two would be another outage.
    world.forward(75)
    world.tick("deliver_due")
    world.until(lambda: not waiting(world, "queued", "sending", "retry", "unconfirmed"), "all notices settled")
    world.until(lambda: not unread(world), "all receipts posted and read")


def waiting(world: World, *states: str) -> list[Any]:
    return world.rows(f"SELECT 1 FROM {NOTICE} WHERE state = ANY(%s)", list(states))


def unread(world: World) -> list[Any]:
    return world.rows("SELECT 1 FROM requests_app_webhookevent WHERE processed_at IS NULL")


def history(world: World, notice: str) -> list[tuple[Any, ...]]:
    return world.rows(
        "SELECT attempt, outcome, code FROM requests_app_noticeattempt WHERE notice_id = %s ORDER BY attempt", notice
    )


def maybe_twice(world: World, notice: str) -> bool:
    return bool(world.rows(f"SELECT maybe_twice FROM {NOTICE} WHERE id = %s", notice)[0][0])


def applied(world: World) -> list[str]:
    """Several people apply, and no worker hears of it: their notices."""
    return [each["notice"] for each in world.unheard.apply(MANY)]


def held(world: World) -> None:
    """Wait until the provider holds a request of each."""
    assert len(world.simulator.control(f"held?count={MANY}&wait=40", method="GET")["held"]) == MANY


def test_killed_before_the_event_is_committed_there_was_no_event(world: World):
    """Whoever applies sees an error and applies again; nobody is told of what did not happen."""
    counted = f"SELECT count(*), (SELECT count(*) FROM requests_app_application) FROM {NOTICE}"
    before = world.rows(counted)
    people = world.new_crowd()
    with world.gate(f"INSERT ON {NOTICE}"):
        people.tell("apply", count=1)
        world.until(world.somebody_is_at_the_gate, "an event before its commit")
        people.kill()
    assert world.rows(counted) == before


def test_killed_after_the_commit_and_before_the_nudge_the_tick_finds_it(world: World):
    people = world.new_crowd(hints=False)
    (apart,) = people.apply(1)
    people.kill()
    with recovered(world):
        pass
    assert world.sent(apart["notice"]) == [f"{apart['notice']}:1"]


def test_killed_before_the_apology_is_committed_the_promise_is_broken_once(world: World):
    """The worker's own events: promise, report and apology are one commit."""
    (late,) = world.unheard.apply(1)
    apology = f"SELECT id::text FROM {NOTICE} WHERE application_id = %s AND purpose = 'apology'"
    with recovered(world):
        worker = world.worker()
        world.tick("deliver_due")
        world.forward(5 * 24 * 3600 + 60)
        with world.gate(f"INSERT ON {NOTICE}", "NEW.purpose = 'apology'"):
            world.ring("enforce_promises")
            world.until(world.somebody_is_at_the_gate, "an apology before its commit")
            world.kill(worker)
        assert world.rows(apology, late["application"]) == []
        world.worker()
        world.tick("enforce_promises")
    ((notice,),) = world.rows(apology, late["application"])
    assert world.sent(notice) == [f"{notice}:1"]


@pytest.mark.parametrize("point", GATES)
def test_killed_in_the_database(world: World, point: str):
    event, when, left = GATES[point]
    worker = world.worker()
    with recovered(world):
        with world.gate(event, when):
            notices = applied(world)
            world.ring()
            world.until(world.somebody_is_at_the_gate, point)
            if point in OUT:
                world.until(lambda: all(world.sent(n) for n in notices if world.state(n) == "sending"), "calls made")
            world.kill(worker)
        if point not in OUT:
            # A run that was at work already may have found the first before the others were there.
            assert left in {world.state(notice) for notice in notices} <= {left, "queued"}
            assert [world.sent(notice) for notice in notices] == [[]] * MANY
    for notice in notices:
        assert len(world.sent(notice)) == 1
        assert world.state(notice) in {"accepted", "sent", "delivered"}
        assert not maybe_twice(world, notice)


def test_killed_before_the_provider_took_them(world: World):
    """We cannot know that they were not taken: ten minutes without a receipt, then again, and marked."""
    world.simulator.faults({"action": "hold_before_accept", "times": MANY})
    notices = applied(world)
    worker = world.worker()
    with recovered(world):
        world.ring()
        held(world)
        world.kill(worker)
        assert {world.state(notice) for notice in notices} == {"sending"}
    for notice in notices:
        assert world.sent(notice) == [f"{notice}:2"]
        assert maybe_twice(world, notice)
        assert history(world, notice)[0] == (1, "unknown", "lease_ended")


def test_killed_after_the_provider_took_them_the_receipts_settle_it(world: World):
    world.simulator.faults({"action": "hold_after_accept", "times": MANY})
    notices = applied(world)
    worker = world.worker()
    with recovered(world):
        world.ring()
        held(world)
        world.kill(worker)
        world.until(lambda: len(unread(world)) >= MANY, "receipts that wait for the worker")
        assert {world.state(notice) for notice in notices} == {"sending"}
    for notice in notices:
        assert world.sent(notice) == [f"{notice}:1"]
        assert world.state(notice) == "delivered"
        assert not maybe_twice(world, notice)


def test_killed_after_the_provider_took_them_and_no_receipt_ever_comes(world: World):
    """The one point that the protocol leaves undecided: sent again, once, and marked."""
    rules = ({"action": action, "times": MANY} for action in ("hold_after_accept", "lost_webhook"))
    world.simulator.faults(*rules)
    notices = applied(world)
    worker = world.worker()
    with recovered(world):
        world.ring()
        held(world)
        world.kill(worker)
    for notice in notices:
        assert world.sent(notice) == [f"{notice}:1", f"{notice}:2"]
        assert maybe_twice(world, notice)
        assert history(world, notice)[0] == (1, "unknown", "lease_ended")
