"""Pictures of the main pages on a phone, a tablet and a desk, small enough to be kept in docs/."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page as Tab

from ux.pages import PAGES
from ux.visit import Observer, Screen

MAIN = (
    "start", "need_ktp-hilang", "check_message", "step_alasan", "step_pemilik", "step_berkas_filled", "step_periksa",
    "receipt", "detail_submitted", "detail_broken", "review_in_hand", "oversight_home",
)  # fmt: skip
HEIGHTS = {360: 740, 768: 1024, 1366: 768}
COLOURS = 96


def take_pictures(observer: Observer, folder: Path) -> list[Path]:
    """What stands on each screen when the page opens; a dark one of the start page beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {page.name: page for page in PAGES}
    wanted = [(name, Screen("light", width)) for name in MAIN for width in HEIGHTS] + [("start", Screen("dark", 360))]
    taken = []
    for name, screen in wanted:
        context = observer.context(pages[name].who, screen, service_workers="block", reduced_motion="reduce")
        tab = context.new_page()
        tab.set_viewport_size({"width": screen.width, "height": HEIGHTS[screen.width]})
        tab.goto(observer.address(pages[name]), wait_until="networkidle")
        end = "-dark" if screen.scheme == "dark" else ""
        taken.append(_keep(tab, folder / f"{name}-{screen.width}{end}.png"))
        context.close()
    return taken


def _keep(tab: Tab, path: Path) -> Path:
    """Few colours: a third of the bytes, and nobody sees it."""
    tab.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path
