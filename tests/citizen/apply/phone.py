"""Somebody with a phone (or a desktop, STORIES): a real Chromium with scripts; what it keeps is kept between pages."""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from requests_app.clock import database_now
from requests_app.models import Draft
from tests.chromium import SMALL_PHONE, STORY_SCREEN
from tests.citizen.apply.walk import BASE
from tests.factories import new_nik
from tests.operations.test_drafts import with_document

PORTRAIT, LANDSCAPE = SMALL_PHONE, {"width": 640, "height": 360}
OWNER = {"name": "Siti Nurhaliza Contoh", "kk_number": "1671 0417 0895 9901"}
BIRTH = {"birth_date_0": "17", "birth_date_1": "Agustus", "birth_date_2": "1995"}
ADDRESS = {"address": "Lrg. Contoh No. 1", "rt": "3", "rw": "1"}


OPENS_TO = """async text => {
  const form = document.querySelector("[data-key]");
  const copy = localStorage.getItem("adm:" + form.elements.draft.value + ":" + form.dataset.step);
  if (!copy) return false;
  const bytes = base64 => Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes(form.dataset.key), "AES-GCM", false, ["decrypt"]);
  const [sealed, start] = JSON.parse(copy).sealed;
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(start) }, key, bytes(sealed));
  return new TextDecoder().decode(plain).includes(text);
}"""


class Phone:
    """One browser profile; a page of it may be closed and another one opened."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.context = browser.new_context(viewport=STORY_SCREEN, **options)  # type: ignore[arg-type]
        self.page = self.context.new_page()

    def open(self, path: str = BASE) -> Page:
        """Go to an address of the site."""
        self.page.goto(self.address + path)
        return self.page

    def close_browser_and_come_back(self) -> None:
        """The tab is gone; cookies and storage are as the browser left them."""
        self.page.close()
        self.page = self.context.new_page()

    def another_tab(self, path: str) -> Page:
        """A second page of the same browser."""
        tab = self.context.new_page()
        tab.goto(self.address + path)
        return tab

    def press(self, name: str = "Lanjut") -> None:
        """A button, by what it says."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, name: str, value: str) -> None:
        """A radio button or a box."""
        self.page.check(f'input[name="{name}"][value="{value}"]')

    def type(self, **fields: str) -> None:
        """Into inputs, each by its name."""
        for name, text in fields.items():
            self.page.fill(f"#id_{name}", text)

    def typed(self, name: str, page: Page | None = None) -> str:
        """What stands in an input."""
        return (page or self.page).input_value(f"#id_{name}")

    def is_at(self, step: str) -> None:
        """The page of a step is shown; where on the page, is all the same."""
        expect(self.page).to_have_url(re.compile(re.escape(f"{self.address}{BASE}{step}") + "(#.*)?$"))

    def sees(self, text: str) -> None:
        """A reader sees these words."""
        expect(self.page.get_by_text(text, exact=False).first).to_be_visible()

    def waits_until_kept(self, text: str) -> None:
        """The copy of this page holds the text; opened here with the key that the page has."""
        self.page.wait_for_function(OPENS_TO, arg=text)

    def copies(self) -> dict[str, str]:
        """What lies in the browser's storage, as it lies there, by step."""
        found: dict[str, str] = self.page.evaluate(
            "Object.fromEntries(Object.keys(localStorage).filter(k => k.startsWith('adm:'))"
            ".map(k => [k.split(':')[2], localStorage.getItem(k)]))"
        )
        return found

    def fits(self) -> bool:
        """Nothing stands out to the right."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    # The steps, as somebody fills them in who meets no trouble.

    def begins(self, reason: str = "rusak") -> None:
        """From the start page to the owner."""
        self.open()
        self.press("Mulai")
        self.choose("reason", reason)
        self.press()
        self.is_at("pemilik/")

    def tells_the_owner(self) -> None:
        """And goes on to the address."""
        self.choose("applicant", "self")
        self.type(**OWNER, **BIRTH, nik=new_nik())
        self.choose("sex", "P")
        self.press()
        self.is_at("alamat/")

    def tells_the_address(self) -> None:
        """And goes on to the documents."""
        self.page.select_option("#id_kelurahan", label="30 Ilir")
        self.type(**ADDRESS)
        self.press()
        self.is_at("berkas/")

    def photographs(self) -> None:
        """Both photos of a damaged card are there; how they get there is another story."""
        for code in ("KTP_RUSAK", "KK"):
            with_document(Draft.objects.get(application=None), database_now(), code)

    def sends_the_rest(self) -> None:
        """From the address, with the photos of a damaged card uploaded, to the receipt."""
        self.tells_the_address()
        self.photographs()
        self.open(f"{BASE}kabar/")
        self.choose("contact", "none")
        self.press()
        self.page.check("#id_statement")
        self.press("Kirim permohonan")
        self.is_at("bukti/")


def draft_answers() -> dict[str, Any]:
    """What the server has of the newest draft."""
    return dict(Draft.objects.latest("started_at").answers)
