"""One site, one HTML checker and one observer for all tests of this folder."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from ux.html_checker import HtmlChecker, open_checker
from ux.measure import FirstVisit, first_visit
from ux.site import Site, open_site
from ux.visit import Observer


def _say_nothing(line: str) -> None:
    """The engines' progress is of no interest in a test run."""


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with open_site(_say_nothing) as site:
        yield site


@pytest.fixture(scope="session")
def checker() -> Iterator[HtmlChecker]:
    with open_checker() as checker:
        yield checker


@pytest.fixture(scope="session")
def observer(browser: Browser, site: Site, checker: HtmlChecker) -> Observer:
    return Observer(browser, site, checker)


@pytest.fixture(scope="session")
def first(browser: Browser, site: Site) -> FirstVisit:
    return first_visit(browser, site.home)
