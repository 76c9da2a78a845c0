"""The receipt as a picture for the phone's gallery and for WhatsApp: no name, no contact, no secret."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import reportlab
import segno
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from requests_app import language
from requests_app.rules.dates import to_wib

if TYPE_CHECKING:
    from requests_app.receipts.receipt import Receipt

WIDTH, HEIGHT = 720, 1080
MAROON, GOLD, PAPER, INK, SOFT = "#6e1a26", "#d9a441", "#ffffff", "#221c18", "#5d534b"
FONTS = Path(reportlab.__file__).parent / "fonts"
"""Bitstream Vera, which comes with the library that writes the PDF."""


class Sheet:
    """A picture that is written from top to bottom; every line is centred and made to fit."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def line(self, top: int, text: str, size: int, *, bold: bool = False, colour: str = INK) -> None:
        """One line; a long one is written smaller, never cut."""
        path = str(FONTS / ("VeraBd.ttf" if bold else "Vera.ttf"))
        font = ImageFont.truetype(path, size)
        while font.getlength(text) > WIDTH - 48 and font.size > 14:
            font = ImageFont.truetype(path, int(font.size) - 1)
        self.draw.text((WIDTH // 2, top), text, font=font, fill=colour, anchor="ma")

    def head(self, title: str, below: str) -> None:
        """The maroon bar with its gold edge."""
        self.draw.rectangle((0, 0, WIDTH, 138), fill=MAROON)
        self.draw.rectangle((0, 138, WIDTH, 146), fill=GOLD)
        self.line(28, title, 38, bold=True, colour=PAPER)
        self.line(86, below, 26, colour=PAPER)

    def qr(self, top: int, address: str) -> None:
        """Square by square, with the quiet zone that readers need around it."""
        rows = [bytes(row) for row in segno.make(address, error="m").matrix_iter(border=0)]
        side = 420 // len(rows)
        left = (WIDTH - side * len(rows)) // 2
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    at = (left + x * side, top + y * side)
                    self.draw.rectangle((*at, at[0] + side - 1, at[1] + side - 1), fill="#000000")


def receipt_image(receipt: "Receipt") -> bytes:
    """A PNG of a few kilobytes: number, promised day and hour, QR code to tracking, office."""
    sheet, due = Sheet(), to_wib(receipt.due_at)
    sheet.head(receipt.title, _("Dukcapil Kota Palembang. Gratis."))
    sheet.line(178, _("Nomor permohonan"), 26, colour=SOFT)
    sheet.line(216, receipt.number, 60, bold=True)
    sheet.line(312, _("Jawaban paling lambat"), 26, colour=SOFT)
    sheet.line(350, language.long_day(due.date()), 40, bold=True)
    sheet.line(402, language.time(due), 40, bold=True)
    sheet.qr(482, receipt.track_url)
    sheet.line(926, _("Pindai kode ini untuk melacak."), 26)
    number = f" WhatsApp {receipt.zone_number}" if receipt.zone_number else ""
    sheet.line(972, f"{receipt.zone_name}.{number}", 26)
    sheet.line(1022, _("Petugas tidak pernah meminta uang, PIN, atau kode."), 24, colour=SOFT)
    return _as_png(sheet.image)


def _as_png(image: Image.Image) -> bytes:
    """Sixteen colours are enough for flat print; that makes it small enough for a slow line."""
    sink = io.BytesIO()
    flat = image.quantize(16, method=Image.Quantize.MAXCOVERAGE)
    flat.save(sink, "PNG", optimize=True)
    return sink.getvalue()
