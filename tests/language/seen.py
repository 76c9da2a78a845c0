"""What a browser without JavaScript is shown on its way, kept for judging."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from django.test import Client
from django.test.signals import template_rendered

from requests_app.models import Application, LimitCounter, Notice


@dataclass
class Seen:
    """One page: how it was come by, and its HTML."""

    name: str
    html: str


@dataclass
class Tour:
    """Collects what the citizen's browser gets. `chosen` is the language of its cookie."""

    chosen: str
    pages: list[Seen] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)
    texts: list[Seen] = field(default_factory=list)

    def browser(self) -> Client:
        """A browser of its own that remembers every page it was given."""
        tour = self

        class Browser(Client):
            def request(self, **asked: Any) -> Any:
                response = super().request(**asked)
                tour.keep(f"{asked.get('REQUEST_METHOD', 'GET')} {asked['PATH_INFO']}", response)
                return response

        browser = Browser(raise_request_exception=False)
        if self.chosen == "en":
            browser.cookies["bahasa"] = "en"
        return browser

    def keep(self, name: str, response: Any) -> None:
        """Remember a page; of a file its text."""
        kind = response.get("Content-Type", "") if response.content else ""
        if kind.startswith("text/html"):
            self.pages.append(Seen(f"{name} {response.status_code}", response.content.decode()))
        elif kind == "application/pdf":
            for page in pypdfium2.PdfDocument(io.BytesIO(response.content)):
                self.texts.append(Seen(name, page.get_textpage().get_text_bounded()))
        elif kind.startswith(("application/json", "text/calendar")):
            self.texts.append(Seen(f"{name} {response.status_code}", response.content.decode()))

    @contextmanager
    def noting_templates(self) -> Iterator[None]:
        """Remember which templates were drawn."""

        def drawn(template: Any, **_rest: Any) -> None:
            self.templates.add(str(template.name))

        template_rendered.connect(drawn)
        try:
            yield
        finally:
            template_rendered.disconnect(drawn)


def found(seen: Tour, application: Application) -> Client:
    """A browser that looked an application up."""
    browser = seen.browser()
    given = {"number": application.number, "four_digits": application.phone[-4:]}
    assert browser.post("/lacak/", given).status_code == 302
    return browser


def proven(seen: Tour, application: Application) -> Client:
    """The same, after some wrong codes and the right one."""
    LimitCounter.objects.all().delete()
    browser, address = found(seen, application), f"/lacak/{application.number}/"
    browser.post(f"{address}kirim-kode/")
    browser.get(f"{address}kode/")
    for wrong in ("", "x", "000000"):
        browser.post(f"{address}kode/", {"code": wrong})
    code = Notice.objects.filter(purpose="code", application=application).latest("created_at").params["kode"]
    assert browser.post(f"{address}kode/", {"code": code}).status_code == 302
    return browser
