"""The broker frozen or gone: who applies does not notice, and the notice follows when it is back."""

import pytest

from adminduk.embedded.valkey import Valkey
from faults.breaking import frozen
from faults.world import World

pytestmark = pytest.mark.kill

AS_FAST_AS_EVER_S = 1.0
BROKEN = {
    "frozen": lambda world: frozen(world.server(Valkey)),
    "gone": lambda world: world.without(Valkey),
}


@pytest.mark.parametrize("broker_is", BROKEN)
def test_who_applies_never_waits_for_the_broker_and_the_notice_follows(world: World, broker_is: str):
    world.worker()
    beat = world.beat()
    try:
        first = world.submit()["notice"]
        world.until(lambda: world.sent(first), "beat and worker at work")
        with BROKEN[broker_is](world):
            applied = [world.submit() for _ in range(2)]
        assert all(each["took"] < AS_FAST_AS_EVER_S for each in applied), applied
        for each in applied:
            world.until(lambda notice=each["notice"]: world.sent(notice), "the notice follows", seconds=90)
            assert len(world.sent(each["notice"])) == 1
    finally:
        world.kill(beat)


def test_without_any_broker_the_sweep_by_hand_delivers(world: World):
    with world.without(Valkey):
        notice = world.submit()["notice"]
        world.manage("sweep")
        assert len(world.sent(notice)) == 1
