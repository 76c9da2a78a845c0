"""What a citizen's page weighs, and how much work the form is; the limits are the issue's."""

import pytest
from playwright.sync_api import Browser

from ux import budgets, measure
from ux.measure import Application, FirstVisit
from ux.site import Site
from ux.walk import PHOTOS

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture(scope="module")
def done(browser: Browser, site: Site) -> Application:
    """One application for a lost card, as fast as the machine can."""
    return measure.application(browser, site.home, slow=False)


def test_a_first_visit_to_the_start_page_is_small(first: FirstVisit) -> None:
    assert first.everything <= budgets.FIRST
    assert first.html_and_css <= budgets.HTML_AND_CSS


def test_what_the_browser_tells_is_part_of_what_came_over_the_wire(first: FirstVisit) -> None:
    assert 0 < first.html_and_css < first.page < first.everything


def test_each_later_step_is_small(done: Application) -> None:
    later = done.later_pages
    assert len(later) == 9
    assert {name: count for name, count in later.items() if not 0 < count <= budgets.STEP} == {}


def test_the_answers_to_photos_are_small(done: Application) -> None:
    assert 0 < done.bytes_of_page[PHOTOS] <= budgets.STEP


def test_the_form_has_few_pages_and_needs_few_taps(done: Application) -> None:
    assert len(done.person.form_pages) <= budgets.PAGES
    assert done.person.taps <= budgets.TAPS


def test_the_work_itself_leaves_a_minute_for_a_slow_line(done: Application) -> None:
    """The seconds of `make ux` are the person's and the line's; the person's are counted here."""
    assert done.person.work.photos == 2
    assert done.person.work.seconds <= budgets.APPLICATION - 60
