"""The doorbell: whoever rings goes on at once, whatever the broker does."""

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from adminduk.celery import app
from requests_app.operations import nudge
from requests_app.operations.nudge import Doorbell


class SlowBroker:
    """Takes a ring only when it is let."""

    def __init__(self) -> None:
        self.let, self.taken = threading.Semaphore(0), []
        self.changed = threading.Condition()

    def send(self, task: str) -> None:
        self.let.acquire()
        with self.changed:
            self.taken.append(task)
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.taken) >= count, 5), self.taken
            return list(self.taken)

    def wait_for_all(self, tasks: set[str]) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: tasks <= set(self.taken), 5), self.taken
            return list(self.taken)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowBroker]:
    slow = SlowBroker()
    monkeypatch.setattr(nudge, "_send", slow.send)
    yield slow
    slow.let.release(100)


def test_ringing_does_not_wait_and_rings_meanwhile_are_one(broker: SlowBroker):
    bell, begin = Doorbell(), time.monotonic()
    for _ in range(1000):
        bell.ring("deliver_due")
        bell.ring("process_receipts")
    assert time.monotonic() - begin < 1
    broker.let.release(100)
    assert len(broker.wait_for_all({"deliver_due", "process_receipts"})) <= 4


def test_a_ring_after_the_last_was_taken_is_rung_again(broker: SlowBroker):
    bell = Doorbell()
    broker.let.release(2)
    bell.ring("deliver_due")
    broker.wait_for(1)
    bell.ring("deliver_due")
    assert broker.wait_for(2) == ["deliver_due", "deliver_due"]


def test_whatever_the_broker_says_the_bell_goes_on(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionResetError("the broker is away")

    monkeypatch.setattr(app, "send_task", refuse)
    nudge._send("deliver_due")


def test_a_forked_process_has_a_doorbell_that_works():
    nudge._doorbell.ring("no such task")
    before = nudge._doorbell
    child = os.fork()
    if child == 0:
        fresh = nudge._doorbell is not before and nudge._doorbell._ringer is None
        os._exit(0 if fresh else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
