"""Every page of the list on one of the six screens; all six are looked at by `make ux`."""

import pytest

from ux.budgets import COLD
from ux.measure import FirstVisit
from ux.pages import PAGES, Page
from ux.visit import SCREENS, Observer, Screen

pytestmark = pytest.mark.browser
ONCE = [page for page in PAGES if not page.again]
CASES = [(page, SCREENS[number % len(SCREENS)]) for number, page in enumerate(ONCE)]


@pytest.mark.parametrize(("page", "screen"), CASES, ids=[f"{page.name}-{screen.name}" for page, screen in CASES])
def test_nothing_is_wrong_with_a_page(observer: Observer, first: FirstVisit, page: Page, screen: Screen) -> None:
    look = observer.look(page, screen, axe_once=True)
    assert look.found == []
    if page.for_citizens:
        assert sum(look.wire.values()) + first.worker <= COLD, look.wire
