"""SIGKILL to the worker at each point of delivering: nothing lost, nothing doubled, and the undecidable is marked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.kill.world import World

pytestmark = pytest.mark.kill

NOTICE = "requests_app_notice"
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
# Points at which the message is out.
OUT = {"before the result is committed", "after the result"}


@contextmanager
def recovered(world: World) -> Iterator[None]:
    """Afterwards a new worker is started and rung for, once the lease and the wait for a receipt are over."""
    yield
    world.forward(15 * 60)
    world.worker()
    world.ring()
    world.until(lambda: not waiting(world, "queued", "sending", "retry"), "leases ended")
    # After an outage, a minute for receipts that the provider could not post.
    world.forward(2 * 60)
    world.ring()
    world.until(lambda: not waiting(world, "sending", "unconfirmed"), "all notices settled")
    world.until(lambda: not unread(world), "all receipts read")


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


@pytest.mark.parametrize("point", GATES)
def test_killed_in_the_database(world: World, point: str):
    event, when, left = GATES[point]
    notice = world.submit()["notice"]
    worker = world.worker()
    with recovered(world):
        with world.gate(event, when):
            world.ring()
            world.until(world.somebody_is_at_the_gate, point)
            world.kill(worker)
        if point not in OUT:
            assert world.state(notice) == left
            assert world.sent(notice) == []
    assert len(world.sent(notice)) == 1
    assert world.state(notice) in {"accepted", "sent", "delivered"}
    assert not maybe_twice(world, notice)


def test_killed_before_the_provider_took_it(world: World):
    """We cannot know that it was not taken: ten minutes without a receipt, then again, and marked."""
    notice = world.submit()["notice"]
    world.simulator.faults({"action": "hold_before_accept", "times": 1})
    worker = world.worker()
    with recovered(world):
        world.ring()
        assert world.simulator.control("held?count=1&wait=30", method="GET")["held"]
        world.kill(worker)
        assert world.state(notice) == "sending"
    assert world.sent(notice) == [f"{notice}:2"]
    assert maybe_twice(world, notice)
    assert history(world, notice)[0] == (1, "unknown", "lease_ended")


def test_killed_after_the_provider_took_it_the_receipt_settles_it(world: World):
    notice = world.submit()["notice"]
    world.simulator.faults({"action": "hold_after_accept", "times": 1})
    worker = world.worker()
    with recovered(world):
        world.ring()
        assert world.simulator.control("held?count=1&wait=30", method="GET")["held"]
        world.kill(worker)
        world.until(lambda: unread(world), "a receipt that waits for the worker")
        assert world.state(notice) == "sending"
    assert world.sent(notice) == [f"{notice}:1"]
    assert world.state(notice) == "delivered"
    assert not maybe_twice(world, notice)


def test_killed_after_the_provider_took_it_and_no_receipt_ever_comes(world: World):
    """The one point that the protocol leaves undecided: sent again, once, and marked."""
    notice = world.submit()["notice"]
    world.simulator.faults({"action": "hold_after_accept", "times": 1}, {"action": "lost_webhook", "times": 1})
    worker = world.worker()
    with recovered(world):
        world.ring()
        assert world.simulator.control("held?count=1&wait=30", method="GET")["held"]
        world.kill(worker)
    assert world.sent(notice) == [f"{notice}:1", f"{notice}:2"]
    assert maybe_twice(world, notice)
    assert history(world, notice)[0] == (1, "unknown", "lease_ended")
