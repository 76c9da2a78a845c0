"""One office for all tests of this folder, started as a newcomer starts it."""

from collections.abc import Iterator

import pytest

from adminduk.embedded.places import Throwaway
from tests.e2e.office import Office


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    place = Throwaway()
    office = Office(place.path)
    try:
        office.start()
        yield office
    finally:
        office.clear()
        place.remove()
