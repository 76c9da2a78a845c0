"""Somebody at a screen with scripts on: uses the pages by what they say, and reads what stands there."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from requests_app.models import Application, Notice
from requests_app.rules.phone import spaced_phone

SCREENS = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1366, "height": 768}}


@dataclass
class Someone:
    """A browser that has never been here."""

    page: Page

    def open(self, path: str = "/") -> None:
        self.page.goto(path)

    def follow(self, link: str) -> None:
        """A link of the page itself."""
        self.page.locator("main").get_by_role("link", name=link, exact=True).click()

    def follow_below(self, link: str) -> None:
        """A link at the foot of the page."""
        self.page.get_by_role("contentinfo").get_by_role("link", name=link, exact=True).click()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)

    def choose(self, label: str) -> None:
        """One of several answers; a hint may follow its label."""
        self.page.get_by_role("radio", name=re.compile(rf"^{re.escape(label)}\b")).check()

    def reads(self, *sentences: str) -> None:
        """Each of these stands on the page where it can be seen, and nothing is wider than the screen."""
        for sentence in sentences:
            expect(self.page.locator("main").get_by_text(sentence).filter(visible=True).first).to_be_visible()
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url

    def is_headed(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def looks_up(self, application: Application) -> None:
        """By the number and the end of the phone number, from the start page."""
        self.open()
        self.follow("Lacak permohonan")
        self.fill("Nomor permohonan", application.number)
        self.fill("Empat angka terakhir nomor WhatsApp Anda", application.phone[-4:])
        self.press("Lihat permohonan")

    def proves(self, application: Application, ask: str = "Kirim kode") -> None:
        """And with the code of the message; `ask` is the button that asks for it."""
        self.looks_up(application)
        self.press(ask)
        self.is_headed("Masukkan kode")
        self.fill("Kode enam angka", newest_code(application))
        self.press("Buka permohonan")
        self.reads(application.name)


def newest_code(application: Application) -> str:
    """What the last message with a code says."""
    notice = Notice.objects.filter(application=application, purpose="code").latest("created_at")
    return str(notice.params["kode"])


def as_dialled(phone: str) -> str:
    """A phone number as people write it."""
    return spaced_phone(phone).replace("+62 ", "0")
