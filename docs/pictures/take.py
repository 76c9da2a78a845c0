"""Take the README's pictures of a running `make run`:
python docs/pictures/take.py [http://127.0.0.1:8000] [password] [the data folder's examples.txt].

Applies for a KTP-el as a citizen on a phone, answers it as an officer, reads the answer on the phone and as a citizen.
"""

import io
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urljoin

import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Error, Page, sync_playwright

HERE = Path(__file__).parent
SITE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
PASSWORD = sys.argv[2] if len(sys.argv) > 2 else "palembang-contoh-2026"
EXAMPLES = sys.argv[3] if len(sys.argv) > 3 else ""
PHONE = "0800 0000 4321"
BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def photo(title: str) -> bytes:
    """A made-up document, plainly marked as an example."""
    picture = Image.new("RGB", (1600, 1100), "#f4efe4")
    draw = ImageDraw.Draw(picture)
    for line in range(18):
        draw.text(
            (120, 190 + line * 46), f"CONTOH {title} baris {line + 1} " + "abcdefgh " * 9, fill="#30404c", font_size=30
        )
    draw.text((120, 70), f"CONTOH: {title}", fill="#6e1a26", font_size=64)
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=88)
    return held.getvalue()


def keep(page: Page, name: str) -> None:
    """Store what is on the screen; a page that was just being replaced is looked at again."""
    for _ in range(4):
        try:
            page.wait_for_load_state("networkidle")
            page.screenshot(path=HERE / f"{name}.png")
            return
        except Error:
            page.wait_for_timeout(1000)
    raise RuntimeError(f"no picture of {name}")


def go_on(page: Page, words: str = "Lanjut") -> None:
    page.get_by_role("button", name=words, exact=False).first.click()
    assert "dibetulkan" not in page.title(), page.inner_text("main")[:600]


def apply(page: Page) -> str:
    """Fill the form in for a lost card; the number of the application."""
    page.goto(f"{SITE}/")
    page.goto(f"{SITE}/ajukan/ktp-el/")
    page.locator("main form button").first.click()
    page.get_by_label("Hilang", exact=False).first.check()
    go_on(page)
    page.get_by_label("Saya sendiri", exact=False).check()
    page.get_by_label("Nama lengkap").fill("Nyimas Siti Contoh")
    page.get_by_label("NIK", exact=True).fill("1671 0457 0895 9982")
    page.get_by_label("Nomor Kartu Keluarga (KK)").fill("1671041708959977")
    for part, value in zip(("Tanggal", "Bulan", "Tahun"), ("17", "Agustus", "1995"), strict=True):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Perempuan").check()
    go_on(page)
    page.get_by_label("Kelurahan").select_option(label="35 Ilir")
    page.get_by_label("Alamat", exact=True).fill("Lrg. Contoh No. 1")
    page.get_by_label("RT", exact=True).fill("3")
    page.get_by_label("RW", exact=True).fill("1")
    go_on(page)
    page.get_by_label("Nomor surat kehilangan").fill("LP/123/XI/2026")
    for part, value in zip(("Tanggal", "Bulan", "Tahun"), ("20", "11", "2026"), strict=True):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Kantor polisi").fill("Polsek Contoh")
    go_on(page)
    for index, title in enumerate(("SURAT KEHILANGAN", "KARTU KELUARGA")):
        page.locator("input[type=file]").nth(index).set_input_files(
            {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo(title)}
        )
    go_on(page)
    page.get_by_label("WhatsApp", exact=False).first.check()
    page.get_by_label("Nomor WhatsApp").fill(PHONE)
    page.get_by_label("Ya, nomor saya").check()
    go_on(page)
    page.get_by_label("Saya menyatakan", exact=False).check()
    go_on(page, "Kirim permohonan")
    return re.search(r"PLG-\w{4}-\w{4}-\w", page.inner_text("main"))[0]  # type: ignore[index]


def sign_in(page: Page, account: str, address: str) -> None:
    page.goto(f"{SITE}/masuk/?next={address}")
    page.locator("input[name=username]").fill(account)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main button").first.click()


def answer(page: Page, number: str) -> None:
    """Take this application and approve it with the keyboard, as an officer does."""
    sign_in(page, "petugas1", "/petugas/")
    page.goto(f"{SITE}/petugas/permohonan/{number}/")
    take = page.get_by_role("button", name="Ambil permohonan ini")
    if take.count():
        take.click()
    page.wait_for_load_state("networkidle")
    keep(page, "review")
    page.wait_for_timeout(1000)  # keys decide nothing in the first moment of a page
    page.keyboard.press("j")
    page.wait_for_load_state("networkidle")


def read_answer(page: Page) -> None:
    """Wait for the answer on the phone, open its link, press the button."""
    page.wait_for_timeout(14_000)
    page.goto(f"{SITE}/simulator/")
    page.goto(urljoin(page.url, page.locator("a[href*='4321']").first.get_attribute("href")) + "?diam=1")
    chat = page.frame_locator("iframe")
    chat.get_by_text("disetujui").last.scroll_into_view_if_needed()
    keep(page, "chat")
    page.goto(chat.locator("a[href*='/buka/']").last.get_attribute("href") or "")
    page.locator("main form button").first.click()
    keep(page, "answer")


def visits(desk: Page, phone: Page, admin: Page, wall: Page) -> None:
    """The desk, the waiting-room display, the coverage screen, and an invitation as the demo set has them."""
    sign_in(desk, "loket1", "/uptd/")
    keep(desk, "desk")
    desk.goto(f"{SITE}/uptd/Z7/langsung/")
    keep(desk, "walk-in")
    sign_in(admin, "admin1", "/kelola/cakupan/")
    keep(admin, "coverage")
    wall.goto(f"{SITE}/uptd/layar/Z7/")
    keep(wall, "display")
    examples = Path(EXAMPLES).read_text() if EXAMPLES else ""
    link = re.search(r"http\S+/undangan/\w+/", examples)
    if link:
        phone.goto(link[0])
        keep(phone, "invitation")


def printing(page: Page) -> None:
    """The start of production, and the first page of the sheet of the batch at work."""
    page.goto(f"{SITE}/cetak/")
    keep(page, "printing")
    page.locator(".visits a").first.click()
    address = page.get_by_role("link", name="Lembar cetak (PDF)").get_attribute("href")
    sheet = pypdfium2.PdfDocument(page.request.get(urljoin(SITE, str(address))).body())
    sheet[0].render(scale=1.6).to_pil().save(HERE / "batch-sheet.png", optimize=True)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=CHROMIUM)
        phone = browser.new_context(
            viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="id-ID"
        ).new_page()
        number = apply(phone)
        desk = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID").new_page()
        answer(desk, number)
        board = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID").new_page()
        sign_in(board, "pengawas1", "/pengawas/")
        keep(board, "oversight")
        board.goto(f"{SITE}/stok/")
        keep(board, "stock")
        board.goto(f"{SITE}/pengawas/pesan/")
        keep(board, "notices")
        board.set_viewport_size({"width": 1366, "height": 1180})  # the drawing is below the figures
        board.goto(f"{SITE}/stok/prakiraan/?permintaan=20")
        keep(board, "forecast")
        board.set_viewport_size({"width": 1366, "height": 768})
        printing(board)
        read_answer(phone)
        admin = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID").new_page()
        wall = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="id-ID").new_page()
        counter = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID").new_page()
        visits(counter, phone, admin, wall)
        print(number)


if __name__ == "__main__":
    main()
