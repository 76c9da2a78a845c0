"""Every page of the list on one of the six screens (all six are looked at by `make ux`)."""

from typing import Any

import pytest

from ux.budgets import COLD
from ux.measure import FirstVisit
from ux.pages import PAGES, Page
from ux.visit import SCREENS, Observer, Screen

pytestmark = [pytest.mark.browser, pytest.mark.looks]
ONCE = [page for page in PAGES if not page.again]


def case(number: int, page: Page) -> Any:
    """A page on the screen whose turn it is."""
    screen = SCREENS[number % len(SCREENS)]
    return pytest.param(page, screen, id=f"{page.name}-{screen.name}")


@pytest.mark.parametrize(("page", "screen"), [case(number, page) for number, page in enumerate(ONCE)])
def test_nothing_is_wrong_with_a_page(observer: Observer, first: FirstVisit, page: Page, screen: Screen) -> None:
    look = observer.look(page, screen, axe_once=True)
    assert look.found == []
    if page.for_citizens:
        assert sum(look.wire.values()) + first.worker <= COLD, look.wire
