"""One office for all tests of this folder, started as a newcomer starts it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from adminduk.embedded.places import Throwaway
from tests.e2e.office import Office
from tests.e2e.screens import Screens


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    place = Throwaway()
    office = Office(place.path)
    try:
        office.start()
        office.send_at_night()
        yield office
    finally:
        office.clear()
        place.remove()


@pytest.fixture(scope="module", autouse=True)
def open_again(office: Office) -> None:
    """A story may have stopped it at its end."""
    if not office.is_running:
        office.start()


@pytest.fixture(scope="module")
def screens(office: Office, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """The screens of one story."""
    opened = Screens(office, playwright, tmp_path_factory.mktemp("films"))
    yield opened
    opened.close()
