"""The component page: there only while DEBUG is on, and complete."""

import re
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from lxml import html

from requests_app.gaya.examples import PROBLEMS
from requests_app.icons import drawings

ADDRESSES = ("/gaya/", "/gaya/petugas/", "/gaya/isian-salah/")
DOCUMENTED = (configured.BASE_DIR / "docs/components.md").read_text()
TONES = {"act", "good", "warn", "bad"}


@pytest.fixture
def pages(settings: Any) -> list[html.HtmlElement]:
    """All component pages, rendered from the real partials and the real template pack."""
    settings.DEBUG = True
    return [html.fromstring(Client().get(address).content) for address in ADDRESSES]


def documented_classes() -> set[str]:
    """Every class that docs/components.md names in markup, and those that it names as words."""
    named = {name for found in re.findall(r'class="([^"{]+)"', DOCUMENTED) for name in found.split()}
    return named | TONES | {"turn1", "turn2", "turn3", "done", "now", "late"}


@pytest.mark.parametrize("address", [*ADDRESSES, "/gaya/galat/404/"])
def test_nothing_is_there_without_debug(address: str, settings: Any) -> None:
    assert settings.DEBUG is False
    assert Client().get(address).status_code == 404


def test_every_documented_class_is_shown(pages: list[html.HtmlElement]) -> None:
    shown = {name for page in pages for element in page.cssselect("[class]") for name in element.get("class").split()}
    assert sorted(documented_classes() - shown) == []


def test_every_documented_class_is_styled() -> None:
    css = "".join(path.read_text() for path in (configured.BASE_DIR / "static").glob("*.css"))
    styled = set(re.findall(r"\.([a-z][a-z0-9]*)", css))
    unstyled = {name for name in documented_classes() if name not in styled}
    assert sorted(unstyled) == []


def test_every_partial_and_icon_is_documented_and_shown(pages: list[html.HtmlElement]) -> None:
    drawn = {name.removeprefix("i-") for name in drawings()}
    listed = re.search(r"^Icons: ([a-z\s]+)\.$", DOCUMENTED, re.MULTILINE)
    assert listed
    assert set(listed[1].split()) == drawn
    for page in pages[:2]:
        assert {symbol.get("id").removeprefix("i-") for symbol in page.cssselect("symbol")} == drawn


def test_every_id_is_unique_and_every_reference_finds_one(pages: list[html.HtmlElement]) -> None:
    for page in pages:
        ids = [element.get("id") for element in page.cssselect("[id]")]
        assert sorted(name for name in set(ids) if ids.count(name) > 1) == []
        for attribute in ("aria-labelledby", "aria-describedby", "for"):
            referred = " ".join(element.get(attribute) for element in page.cssselect(f"[{attribute}]"))
            assert set(referred.split()) <= set(ids)


def test_the_form_that_comes_back_has_its_summary(pages: list[html.HtmlElement]) -> None:
    wrong = pages[2]
    assert len(wrong.cssselect(".errors a")) >= 8
    assert wrong.cssselect(".field.wrong .msg")


@pytest.mark.parametrize("name", PROBLEMS)
def test_each_error_page_can_be_looked_at(name: str, settings: Any) -> None:
    settings.DEBUG = True
    assert Client().get(f"/gaya/galat/{name}/").status_code == int(name)
