"""Real screens in front of the real office: a citizen's phone, an officer's desk, a zone's tablet with a camera."""

import io
import re
from contextlib import ExitStack
from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from tests.chromium import ARGUMENTS, chromium
from tests.e2e.office import Office
from tests.e2e.people import NUMBER, Citizen, photo

PHONE, DESK, TABLET = (360, 740), (1366, 768), (768, 1024)
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# Keys and buttons decide nothing in the first moment of a staff page.
SETTLED_MS = 900


class Screens:
    """Browsers of the people of one story; closed together."""

    def __init__(self, office: Office, playwright: Playwright, folder: Path) -> None:
        self.office, self._playwright, self._folder = office, playwright, folder
        self._open = ExitStack()

    def close(self) -> None:
        """Close every browser."""
        self._open.close()

    def screen(self, size: tuple[int, int], *arguments: str) -> Page:
        """A new person's browser."""
        browser = self._playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, *arguments])
        self._open.callback(browser.close)
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=self.office.home, has_touch=size != DESK
        )
        return context.new_page()

    def staff(self, name: str, size: tuple[int, int] = DESK, *arguments: str) -> Page:
        """A demo account, signed in."""
        password = re.search(r"password of all: (\S+)\)", (self.office.data / "accounts.txt").read_text())
        assert password
        page = self.screen(size, *arguments)
        page.goto("/masuk/")
        page.get_by_label("Nama pengguna").fill(name)
        page.get_by_label("Kata sandi").fill(password[1])
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_load_state()
        return page

    def with_camera(self, name: str, code: str) -> Page:
        """A clerk's tablet whose camera sees the invitation of this code, held a little askew."""
        qr = io.BytesIO()
        segno.make(f"{self.office.home}/undangan/{code}/", error="m").save(qr, kind="png", scale=7, border=4)
        frame = Image.new("L", (640, 480), 150)
        frame.paste(Image.open(qr).convert("L").rotate(4, expand=True, fillcolor=255), (150, 60))
        film = self._folder / f"{code}.y4m"
        one = b"FRAME\n" + frame.tobytes() + bytes([128]) * (640 * 480 // 2)
        film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + one * 10)
        return self.staff(name, TABLET, *CAMERA, f"--use-file-for-fake-video-capture={film}")


def go_on(page: Page, button: str = "Lanjut") -> None:
    """Press on, and stay nowhere because of a mistake."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    assert "dibetulkan" not in page.title(), page.locator("[role=alert], .msg").all_inner_texts()


def choose(page: Page, **answers: str) -> None:
    """Radio buttons by name and value."""
    for name, value in answers.items():
        page.locator(f"input[name={name}][value={value}]").check(force=True)


def fill_person(page: Page, citizen: Citizen) -> None:
    """Who it is for: oneself."""
    choose(page, applicant="self")
    for name, value in (("name", citizen.name), ("nik", citizen.nik), ("kk_number", citizen.kk_number)):
        page.locator(f"input[name={name}]").fill(value)
    for place, part in enumerate(citizen.birth):
        page.locator(f"input[name=birth_date_{place}]").fill(part)
    choose(page, sex="P")
    if page.locator("input[name=head_name]").count():
        page.locator("input[name=head_name]").fill(citizen.name)


def fill_address(page: Page, citizen: Citizen, kelurahan: str) -> None:
    """Where they live; it decides the zone."""
    page.locator("select[name=kelurahan]").select_option(kelurahan)
    page.locator("input[name=address]").fill(citizen.address)
    page.locator("input[name=rt]").fill("3")
    page.locator("input[name=rw]").fill("1")
    if page.locator("input[name=collector]").count():
        choose(page, collector="self")


def upload_all(page: Page) -> None:
    """A photo for each document that is asked for; each goes by itself."""
    name, content, kind = photo()
    for block in page.locator("[data-document]").all():
        with page.expect_file_chooser() as opened:
            block.locator("button[data-do=pick]").click()
        opened.value.set_files([{"name": name, "mimeType": kind, "buffer": content}])
        expect(block.locator("[data-stored] li")).to_have_count(1, timeout=30_000)


def fill_contact(page: Page, citizen: Citizen) -> None:
    """Told over WhatsApp, on their own phone."""
    choose(page, contact="whatsapp")
    page.locator("input[name=phone]").fill(citizen.phone.replace("+62", "0"))
    choose(page, phone_owner="self")


def send(page: Page, citizen: Citizen) -> str:
    """The check page's statement and button; the application's number."""
    page.locator("input[name=statement]").check(force=True)
    go_on(page, "Kirim permohonan")
    number = NUMBER.search(page.inner_text("main"))
    assert number, page.inner_text("main")[:800]
    citizen.number.append(number[0])
    return number[0]


def tick_all(page: Page, where: str = "main") -> None:
    """Every box that can be ticked."""
    for box in page.locator(f"{where} input[type=checkbox]").all():
        box.check(force=True)


def press(page: Page, button: str) -> None:
    """A button that decides something, once it does."""
    page.wait_for_timeout(SETTLED_MS)
    page.get_by_role("button", name=button).first.click()
    page.wait_for_load_state()


def approve(page: Page, number: str) -> None:
    """An officer takes one application by its number and approves it with the buttons that stand there."""
    page.goto(f"/petugas/permohonan/{number}/")
    press(page, "Ambil permohonan ini")
    page.wait_for_timeout(SETTLED_MS)
    page.locator(".decide button[form=approve]").click()
    page.wait_for_load_state()
    assert "disetujui" in page.inner_text("main").lower(), page.inner_text("main")[:800]
