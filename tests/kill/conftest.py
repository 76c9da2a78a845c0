"""One world for all tests that kill."""

from collections.abc import Iterator

import pytest

from faults.world import World, running_world


@pytest.fixture(scope="session")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def world(_world: World) -> World:
    _world.simulator.control("faults", method="DELETE")
    return _world
