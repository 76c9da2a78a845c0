"""Every page of the list on one of the six screens (all six are looked at by `make ux`).

`make test` takes a page of every thirteen, so that each screen comes up; `make looks` takes the others.
"""

from typing import Any

import pytest

from ux.budgets import COLD
from ux.measure import FirstVisit
from ux.pages import PAGES, Page
from ux.visit import SCREENS, Observer, Screen

pytestmark = pytest.mark.browser
ONCE = [page for page in PAGES if not page.again]
SAMPLE = 2 * len(SCREENS) + 1


def case(number: int, page: Page) -> Any:
    """A page on the screen whose turn it is."""
    screen, marks = SCREENS[number % len(SCREENS)], [pytest.mark.looks] if number % SAMPLE else []
    return pytest.param(page, screen, id=f"{page.name}-{screen.name}", marks=marks)


@pytest.mark.parametrize(("page", "screen"), [case(number, page) for number, page in enumerate(ONCE)])
def test_nothing_is_wrong_with_a_page(observer: Observer, first: FirstVisit, page: Page, screen: Screen) -> None:
    look = observer.look(page, screen, axe_once=True)
    assert look.found == []
    if page.for_citizens:
        assert sum(look.wire.values()) + first.worker <= COLD, look.wire
