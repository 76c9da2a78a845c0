"""Whoever reads the citizens' pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.citizen.someone import SCREENS, Someone


@pytest.fixture(params=SCREENS)
def someone(request: Any, browser: Browser, live_server: Any) -> Iterator[Someone]:
    """With a phone, and with a computer."""
    context = browser.new_context(viewport=SCREENS[request.param], base_url=live_server.url)  # type: ignore[arg-type]
    yield Someone(context.new_page())
    context.close()
