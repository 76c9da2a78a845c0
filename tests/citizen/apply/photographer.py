"""Somebody at the documents step, with a phone and its camera, in a real Chromium."""

from collections.abc import Callable, Sequence
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, FileChooser, Locator, Request, Route, expect

from tests.chromium import found_by_axe
from tests.citizen.apply.phone import Phone
from tests.citizen.apply.walk import BASE, PHOTO, walk

KK, LETTER = "Kartu Keluarga", "Surat kehilangan dari kepolisian"
STEP = f"{BASE}berkas/"
IS_UPLOAD = "application/json"


def jpeg(content: bytes = PHOTO, name: str = "foto.jpg", kind: str = "image/jpeg") -> Any:
    """A file as the phone hands it over."""
    return {"name": name, "mimeType": kind, "buffer": content}


class Photographer(Phone):
    """A lost card, everything filled in up to the documents; a finger instead of a mouse."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        super().__init__(browser, address, **options)
        visitor = Client()
        walk(visitor, "hilang", upto="berkas")
        session = visitor.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])

    def block(self, label: str) -> Locator:
        """The part of the page for one document."""
        return self.page.locator(f'[data-document="{label}"]')

    def picks(self, label: str, *files: Any, button: str = "Pilih dari galeri atau berkas") -> FileChooser:
        """Files for a document, by the button that says so."""
        with self.page.expect_file_chooser() as opened:
            self.block(label).get_by_role("button", name=button).click()
        opened.value.set_files(list(files))
        return opened.value

    def takes(self, label: str, file: Any) -> FileChooser:
        """One photo with the camera."""
        return self.picks(label, file, button="Ambil foto")

    def has(self, label: str, *names: str) -> None:
        """These files are listed as stored, and no others."""
        listed = self.block(label).locator("[data-stored] li > span")
        expect(listed).to_have_count(len(names))
        for row, name in zip(listed.all(), names, strict=True):
            expect(row).to_contain_text(name)

    def waits_for(self, label: str) -> Locator:
        """The lines of what is not stored yet."""
        return self.block(label).locator("[data-sending] li")

    def hears(self, text: str) -> None:
        """The screen reader says it."""
        expect(self.page.get_by_role("status").filter(has_text=text)).to_have_count(1)

    def answers_itself(self, answer: Callable[[Route], None]) -> None:
        """Something between phone and office answers uploads."""
        self.page.route("**/*", lambda route: answer(route) if sends_file(route.request) else route.fallback())

    def until(self, held: Sequence[Route]) -> None:
        """Wait until an upload has come to `answers_itself`; the page shows it a moment before."""
        for _ in range(200):
            if held:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("no upload came")

    def looks_right(self) -> None:
        """Nothing for axe to find, nothing that stands out to the right."""
        assert found_by_axe(self.page) == []
        assert self.fits()


def sends_file(request: Request) -> bool:
    """Whether this is the script's upload."""
    return request.method == "POST" and request.headers.get("accept") == IS_UPLOAD
