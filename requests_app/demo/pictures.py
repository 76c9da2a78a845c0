"""Pictures of documents that nobody could take for real ones: a title, grey lines, and CONTOH across."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from requests_app.rules.labels import target_label

SIZE = (760, 1040)
LINES = 16


@cache
def picture_of(document_code: str, *, dark: bool = False) -> bytes:
    """A JPEG of about 20 KB; drawn once per process and kind of document."""
    page = Image.new("RGB", SIZE, "#f6f2e8")
    draw = ImageDraw.Draw(page)
    draw.rectangle((20, 20, SIZE[0] - 20, SIZE[1] - 20), outline="#8a7f70", width=3)
    draw.text((50, 50), target_label(document_code), fill="#3a332c", font=ImageFont.load_default(30))
    draw.text((50, 95), "Gambar buatan untuk uji coba", fill="#6a6055", font=ImageFont.load_default(20))
    for line in range(LINES):
        y = 170 + line * 50
        draw.rectangle((50, y, 260, y + 12), fill="#cfc6b6")
        draw.rectangle((290, y, 480 + 37 * (line * 7 % 6), y + 12), fill="#b9ae9c")
    page.paste(_stamp(), (0, 0), _stamp())
    if dark:
        page = page.point(lambda value: value // 5)
    kept = io.BytesIO()
    page.save(kept, "JPEG", quality=60)
    return kept.getvalue()


@cache
def _stamp() -> Image.Image:
    stamp = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    draw = ImageDraw.Draw(stamp)
    middle, red = (SIZE[0] / 2, SIZE[1] / 2), (168, 32, 26, 120)
    draw.text(middle, "CONTOH", fill=red, font=ImageFont.load_default(150), anchor="mm")
    return stamp.rotate(35)
