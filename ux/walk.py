"""A person applies for a lost KTP-el, page by page; counted always, at a person's speed when asked for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as Tab

from requests_app.rules.pacing import CHARACTERS_PER_SECOND, SECONDS_A_CHOICE, SECONDS_A_PAGE, SECONDS_A_PHOTO, Work
from requests_app.rules.phone import FICTITIOUS_PREFIX

NUMBER = re.compile(r"PLG-\w{4}-\w{4}-\w")
PHOTOS = "photos"
"""The answers to photos that were sent one by one, with their small pictures: no page."""
PATIENCE = 180_000
"""Milliseconds that somebody waits for photos on a slow line."""
TAPS_A_LIST = 2
"""It opens, and one line of it is chosen."""
TAPS_A_PHOTO = 3
"""The camera opens, the shutter, "use this picture"."""


@dataclass
class Person:
    """Somebody with a phone. `slow`: waits as long as the work takes; else nothing is waited for.

    `scripts`: the phone runs them, so photos leave one by one before the page does.
    """

    tab: Tab
    slow: bool = False
    scripts: bool = True
    taps: int = 0
    work: Work = field(default_factory=Work)
    pages: list[str] = field(default_factory=list)
    arrived: Callable[[str], None] = lambda name: None

    @property
    def form_pages(self) -> list[str]:
        """From the reason to the check of the answers."""
        return self.pages[self.pages.index("alasan") : self.pages.index("periksa") + 1]

    def reads(self, name: str) -> None:
        """A new page is there."""
        self.tab.wait_for_load_state()
        self.pages.append(name)
        self.arrived(name)
        self._spend(Work(pages=1), SECONDS_A_PAGE)

    def types(self, name: str, text: str) -> None:
        """Into a field, key by key."""
        self.taps += 1
        self._spend(Work(characters=len(text)), 0)
        delay = 1000 / CHARACTERS_PER_SECOND if self.slow else 0
        self.tab.locator(f"#id_{name}").press_sequentially(text, delay=delay)

    def chooses(self, name: str, value: str = "") -> None:
        """A radio button or a box."""
        self.taps += 1
        self._spend(Work(choices=1), SECONDS_A_CHOICE)
        self.tab.check(f'input[name="{name}"]' + (f'[value="{value}"]' if value else ""))

    def picks(self, name: str, label: str) -> None:
        """One line of a list."""
        self.taps += TAPS_A_LIST
        self._spend(Work(choices=1), SECONDS_A_CHOICE)
        self.tab.select_option(f"#id_{name}", label=label)

    def photographs(self, code: str, photo: Path) -> None:
        """A document, with the camera."""
        self.taps += TAPS_A_PHOTO
        self._spend(Work(photos=1), SECONDS_A_PHOTO)
        self.tab.set_input_files(f'[name="{code}"]', photo)

    def sees_photos(self, many: int) -> None:
        """Small pictures of what has arrived; who is in a hurry presses on while the photos are still on their way."""
        if self.scripts and not self.slow:
            expect(self.tab.locator("[data-stored] img")).to_have_count(many, timeout=PATIENCE)
            self.arrived(PHOTOS)

    def presses(self, what: Locator) -> None:
        """A button or a link that leads to another page."""
        self.taps += 1
        with self.tab.expect_navigation(timeout=PATIENCE):
            what.click(timeout=PATIENCE)

    def goes_on(self, button: str = "Lanjut") -> None:
        """The button below a step."""
        self.presses(self.tab.locator("main").get_by_role("button", name=button, exact=True))

    def _spend(self, work: Work, seconds: float) -> None:
        self.work += work
        if self.slow and seconds:
            self.tab.wait_for_timeout(seconds * 1000)


def apply(person: Person, home: str, photos: dict[str, Path], number: int) -> str:
    """From the start page to the receipt; the application's number. `number` makes this person nobody else."""
    tab = person.tab
    tab.goto(home)
    person.reads("start")
    person.presses(tab.locator("main").get_by_role("link", name="Ajukan KTP-el").first)
    person.reads("apply")
    person.goes_on("Mulai")
    person.reads("alasan")
    person.chooses("reason", "hilang")
    person.goes_on()
    _who_and_where(person, number)
    person.reads("berkas")
    for code, photo in photos.items():
        person.photographs(code, photo)
    person.sees_photos(len(photos))
    person.goes_on()
    person.reads("kabar")
    person.chooses("contact", "whatsapp")
    person.types("phone", f"0{FICTITIOUS_PREFIX[3:]}{number:04d}")
    person.chooses("phone_owner", "self")
    person.goes_on()
    person.reads("periksa")
    person.chooses("statement")
    person.goes_on("Kirim permohonan")
    person.reads("receipt")
    found = NUMBER.search(tab.inner_text("main"))
    assert found, tab.inner_text("main")
    return found[0]


def _who_and_where(person: Person, number: int) -> None:
    person.reads("pemilik")
    person.chooses("applicant", "self")
    person.types("name", "Siti Nurhaliza Contoh")
    person.types("nik", f"167104570895{9800 + number:04d}")
    person.types("kk_number", "1671041708959901")
    for part, text in enumerate(("17", "8", "1995")):
        person.types(f"birth_date_{part}", text)
    person.chooses("sex", "P")
    person.goes_on()
    person.reads("alamat")
    person.picks("kelurahan", "30 Ilir")
    person.types("address", "Lrg. Contoh No. 1")
    person.types("rt", "3")
    person.types("rw", "1")
    person.goes_on()
    person.reads("keterangan")
    person.types("police_number", "LP/123/XI/2025")
    for part, text in enumerate(("20", "11", "2025")):
        person.types(f"police_date_{part}", text)
    person.types("police_station", "Polsek Contoh")
    person.goes_on()
