"""Somebody of the office at a desk: signs in, uses the pages by what they say."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from requests_app.models import Officer
from tests.factories import PASSWORD


@dataclass
class Clerk:
    """A browser in the office."""

    page: Page
    home: str

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.locator("main")

    def signs_in(self, officer: Officer, password: str = PASSWORD) -> None:
        self.page.goto(f"{self.home}/masuk/")
        self.page.get_by_label("Nama pengguna").fill(officer.username)
        self.page.get_by_label("Kata sandi").fill(password)
        self.page.get_by_role("button", name="Masuk").click()

    def goes_to(self, menu: str) -> None:
        """By the menu on top."""
        self.page.get_by_role("navigation", name="Utama").get_by_role("link", name=menu, exact=True).click()

    def follows(self, link: str) -> None:
        self.main.get_by_role("link", name=link).first.click()

    def presses(self, button: str) -> None:
        self.main.get_by_role("button", name=button).first.click()

    def fills(self, label: str, text: str) -> None:
        self.main.get_by_label(label).fill(text)

    def reads(self, words: str) -> None:
        expect(self.main).to_contain_text(words)
