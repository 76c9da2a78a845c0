"""Phones of citizens."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from requests_app.uploads import script
from tests.citizen.apply.phone import Phone
from tests.citizen.apply.photographer import STEP, Photographer


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Phone]:
    """A phone with an empty browser."""
    phone = Phone(browser, live_server.url)
    yield phone
    phone.context.close()


@pytest.fixture
def other_phone(browser: Browser, live_server: Any) -> Iterator[Phone]:
    """A second one."""
    phone = Phone(browser, live_server.url)
    yield phone
    phone.context.close()


@pytest.fixture
def siti(browser: Browser, live_server: Any) -> Iterator[Photographer]:
    """Siti lost her card; everything is filled in up to the documents, and that page is open on her phone."""
    siti = Photographer(browser, live_server.url, has_touch=True, is_mobile=True)
    siti.open(STEP)
    yield siti
    siti.context.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed on the way is tried again after a moment only."""
    monkeypatch.setattr(script, "WAITS", (1, 1, 1))
