"""The broker frozen or gone: who applies does not notice, and the notice follows when it is back."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adminduk.embedded.valkey import Valkey
from tests.kill.world import World

pytestmark = pytest.mark.kill

AS_FAST_AS_EVER_S = 1.0


@contextmanager
def frozen(world: World) -> Iterator[None]:
    (process,) = [process for server, process in world.engines._processes if isinstance(server, Valkey)]
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@contextmanager
def gone(world: World) -> Iterator[None]:
    (running,) = [entry for entry in world.engines._processes if isinstance(entry[0], Valkey)]
    server, process = running
    process.kill()
    process.wait()
    world.engines._processes.remove(running)
    try:
        yield
    finally:
        world.engines._processes.append((server, server.start()))


@pytest.mark.parametrize("broker_is", [frozen, gone])
def test_who_applies_never_waits_for_the_broker_and_the_notice_follows(world: World, broker_is):  # type: ignore[no-untyped-def]
    world.worker()
    beat = world.beat()
    try:
        first = world.submit()["notice"]
        world.until(lambda: world.sent(first), "beat and worker at work")
        with broker_is(world):
            applied = [world.submit() for _ in range(2)]
        assert all(each["took"] < AS_FAST_AS_EVER_S for each in applied), applied
        for each in applied:
            world.until(lambda notice=each["notice"]: world.sent(notice), "the notice follows", seconds=90)
            assert len(world.sent(each["notice"])) == 1
    finally:
        world.kill(beat)


def test_without_any_broker_the_sweep_by_hand_delivers(world: World):
    with gone(world):
        notice = world.submit()["notice"]
        world.manage("sweep")
        assert len(world.sent(notice)) == 1
