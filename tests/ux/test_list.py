"""The list of pages is whole: an address that is in no list makes this fail."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.urls import Resolver404, URLResolver, get_resolver, resolve

from ux.not_pages import NOT_PAGES
from ux.pages import ADMINISTERED, PAGES


def addresses_of_the_site(patterns: list[Any]) -> Iterator[str]:
    """Names of all addresses; Django's admin is not ours to draw."""
    for pattern in patterns:
        if not isinstance(pattern, URLResolver):
            yield str(pattern.name)
        elif pattern.app_name != "admin":
            yield from addresses_of_the_site(pattern.url_patterns)


def route_of(address: str) -> str:
    """The name of the address pattern behind a page's address."""
    path = address.partition("?")[0].replace("{decision}", "1").replace("{call}", "1").replace("{holiday}", "1")
    try:
        return str(resolve(path.format_map(_Numbers())).url_name)
    except Resolver404:
        return ""


class _Numbers(dict[str, str]):
    def __missing__(self, name: str) -> str:
        if name.startswith("form_"):
            return str(UUID(int=1))
        return "1" if name.startswith(("visit_", "id_")) else "PLG-0000-0000-0"


LISTED = {route_of(page.address) for page in PAGES}


def test_every_address_is_a_page_of_the_list_or_says_why_it_is_none() -> None:
    site = set(addresses_of_the_site(get_resolver().url_patterns))
    assert site - LISTED - set(NOT_PAGES) == set()
    assert LISTED & set(NOT_PAGES) == set()
    assert set(NOT_PAGES) <= site


def test_every_page_of_the_list_is_at_an_address_of_the_site() -> None:
    lost = [page.name for page in PAGES if not route_of(page.address) and not page.address.startswith("/galat/")]
    assert lost == ["not_found"]


def test_no_page_is_listed_twice() -> None:
    names = [page.name for page in PAGES]
    assert sorted(names) == sorted(set(names))


def test_every_list_of_the_admin_is_a_page() -> None:
    known = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "requests_app"}
    assert known == set(ADMINISTERED)
