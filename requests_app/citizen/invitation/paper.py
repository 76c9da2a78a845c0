"""The invitation on A5 sheets: big enough to read at arm's length, small enough for a pocket."""

import io
from collections.abc import Sequence

import segno
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from requests_app import language
from requests_app.citizen.invitation.page import address_of
from requests_app.citizen.invitation.plain import plain
from requests_app.queries.invitations import Invitation
from requests_app.rules.phone import spaced_phone

WIDTH: float = A5[0]
HEIGHT: float = A5[1]
MARGIN = 28.0
HEAD = 48.0
QR_SIDE = 104.0
MAROON = (0.431, 0.102, 0.149)


def invitation_pdf(invitation: Invitation) -> bytes:
    """The PDF as bytes; of people it holds first names only."""
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=A5, pageCompression=1, lang=language.language())
    canvas.setTitle(_("Undangan datang, antrean {number}").format(number=invitation.visit.number))
    canvas.setAuthor("Dukcapil Kota Palembang")
    sheet = Sheet(canvas)
    _when_and_where(sheet, invitation)
    for served in invitation.served:
        sheet.line(f"{served.number} · {served.service} · {served.first_name}", bold=True)
        sheet.items(_("Bawa:"), served.bring)
    if invitation.protocol:
        sheet.items(_("Protokol kesehatan"), [language.reference(item) for item in invitation.protocol])
    sheet.row(_("Alamat undangan"), address_of(invitation))
    canvas.showPage()
    canvas.save()
    return sink.getvalue()


def _when_and_where(sheet: "Sheet", invitation: Invitation) -> None:
    visit, zone = invitation.visit, invitation.visit.zone
    sheet.qr(address_of(invitation))
    sheet.narrow = True
    sheet.row(_("Nomor antrean"), visit.number, size=26)
    sheet.row(_("Waktu"), language.moment(visit.starts_at), size=12)
    sheet.row(_("Tempat"), ", ".join(filter(None, [zone.name, zone.address])))
    sheet.narrow = False
    sheet.top = min(sheet.top, HEIGHT - HEAD - QR_SIDE - 34)
    if zone.whatsapp_number:
        sheet.row(_("WhatsApp resmi"), spaced_phone(zone.whatsapp_number))


class Sheet:
    """A page that is written from the top; what does not fit goes on the next one."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.narrow = False
        self._head()

    def row(self, label: str, value: str, *, size: float = 10) -> None:
        """A small label, and what it is about below it."""
        self.line(label, size=8)
        self.line(value, size=size, bold=True)
        self.gap()

    def items(self, label: str, items: Sequence[str]) -> None:
        """A small label, and several things below it."""
        self.line(label, size=8)
        for item in items:
            self.line(f"- {capfirst(plain(item))}")
        self.gap()

    def line(self, text: str, *, size: float = 10, bold: bool = False) -> None:
        """A text in as many lines as it needs."""
        font = "Helvetica-Bold" if bold else "Helvetica"
        width = WIDTH - 2 * MARGIN - (QR_SIDE + 12 if self.narrow else 0)
        for part in simpleSplit(text, font, size, width):
            if self.top - size * 1.25 < MARGIN:
                self.canvas.showPage()
                self._head()
            self.top -= size * 1.25
            self.canvas.setFont(font, size)
            self.canvas.drawString(MARGIN, self.top, part)

    def gap(self) -> None:
        """Between two things."""
        self.top -= 8

    def qr(self, address: str) -> None:
        """In the upper right corner, drawn square by square: no picture format in between."""
        matrix = [list(row) for row in segno.make(address, error="m").matrix_iter(border=0)]
        side, left, top = QR_SIDE / len(matrix), WIDTH - MARGIN - QR_SIDE, HEIGHT - HEAD - 18
        for y, row in enumerate(matrix):
            for x, dark in enumerate(row):
                if dark:
                    self.canvas.rect(left + x * side, top - (y + 1) * side, side, side, stroke=0, fill=1)

    def _head(self) -> None:
        self.canvas.setFillColorRGB(*MAROON)
        self.canvas.rect(0, HEIGHT - HEAD, WIDTH, HEAD, stroke=0, fill=1)
        self.canvas.setFillColorRGB(1, 1, 1)
        self.canvas.setFont("Helvetica-Bold", 15)
        self.canvas.drawString(MARGIN, HEIGHT - 23, _("Undangan datang"))
        self.canvas.setFont("Helvetica", 9)
        self.canvas.drawString(MARGIN, HEIGHT - 37, _("Dukcapil Kota Palembang. Semua layanan gratis."))
        self.canvas.setFillColorRGB(0, 0, 0)
        self.top = HEIGHT - HEAD - 10
