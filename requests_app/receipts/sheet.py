"""The receipt on one A6 sheet, which also fits the small printers of a kelurahan desk."""

import io
from typing import TYPE_CHECKING

import segno
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A6
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from requests_app import language

if TYPE_CHECKING:
    from requests_app.receipts.receipt import Receipt

MARGIN = 24.0
WIDTH: float = A6[0]
HEIGHT: float = A6[1]
MAROON = (0.431, 0.102, 0.149)
QR_SIDE, SMALLEST_QR = 84.0, 48.0


def receipt_pdf(receipt: "Receipt") -> bytes:
    """The PDF as bytes; its title holds the number, nothing in it the NIK, phone or address."""
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=A6, pageCompression=1, lang=language.language())
    canvas.setTitle(_("Bukti permohonan {number}").format(number=receipt.number))
    canvas.setAuthor("Dukcapil Kota Palembang")
    top = head(canvas, receipt.title)
    if receipt.queue:
        top = _ticket(canvas, top, receipt)
    canvas.setFont("Courier-Bold", 19)
    canvas.drawString(MARGIN, top, receipt.number)
    top = _lines(canvas, top - 18, receipt)
    _qr(canvas, receipt, top)
    canvas.showPage()
    canvas.save()
    return sink.getvalue()


def head(canvas: Canvas, title: str) -> float:
    """The maroon bar of the office's sheets; where the text below it begins."""
    canvas.setFillColorRGB(*MAROON)
    canvas.rect(0, HEIGHT - 44, WIDTH, 44, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawString(MARGIN, HEIGHT - 20, title)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, HEIGHT - 33, _("Dukcapil Kota Palembang. Semua layanan gratis."))
    canvas.setFillColorRGB(0, 0, 0)
    return HEIGHT - 70


def _ticket(canvas: Canvas, top: float, receipt: "Receipt") -> float:
    """The number in the waiting room, large: it is read from the hand while it is called."""
    canvas.setFont("Helvetica", 7)
    canvas.drawString(MARGIN, top + 8, _("Nomor antrean di {office}").format(office=receipt.desk))
    canvas.setFont("Helvetica-Bold", 36)
    canvas.drawString(MARGIN, top - 24, receipt.queue)
    return top - 46


def _lines(canvas: Canvas, top: float, receipt: "Receipt") -> float:
    rows = [
        (_("Jawaban paling lambat"), language.moment(receipt.due_at), True),
        *([] if receipt.queue else [(_("Masuk"), language.long_day(receipt.submitted_at), False)]),
        (_("Alasan"), receipt.reason, False),
        (_("Dikabari lewat"), receipt.told.replace("•", "*"), False),
        (_("Kantor"), ", ".join(filter(None, [receipt.zone_name, receipt.zone_address])), False),
        *([(_("WhatsApp resmi"), receipt.zone_number, False)] if receipt.zone_number else []),
    ]
    if receipt.by_counter:
        rows.append((_("Diisi oleh"), _("Petugas loket, menurut keterangan Anda"), False))
    if receipt.secret:
        words = _("{secret} (simpan; jangan beri tahu orang lain)").format(secret=receipt.secret)
        rows.insert(1, (_("Kode rahasia"), words, True))
    for label, value, bold in rows:
        top = _row(canvas, top, label, value, bold=bold)
    return top


def _row(canvas: Canvas, top: float, label: str, value: str, *, bold: bool) -> float:
    canvas.setFont("Helvetica", 7)
    canvas.drawString(MARGIN, top, label)
    font = "Helvetica-Bold" if bold else "Helvetica"
    for line in simpleSplit(value, font, 9, WIDTH - 2 * MARGIN):
        top -= 11
        canvas.setFont(font, 9)
        canvas.drawString(MARGIN, top, line)
    return top - 12


def _qr(canvas: Canvas, receipt: "Receipt", top: float) -> None:
    """Drawn square by square: no picture format in between."""
    code = segno.make(receipt.track_url, error="m")
    matrix = [list(row) for row in code.matrix_iter(border=0)]
    whole = max(SMALLEST_QR, min(QR_SIDE, top - 20))
    side = whole / len(matrix)
    bottom = max(14.0, top - whole - 6)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                canvas.rect(MARGIN + x * side, bottom + whole - (y + 1) * side, side, side, stroke=0, fill=1)
    canvas.setFont("Helvetica", 8)
    words = _("Pindai untuk melacak permohonan ini. Petugas tidak pernah meminta uang, PIN, atau kode.")
    for number, line in enumerate(simpleSplit(words, "Helvetica", 8, WIDTH - 2 * MARGIN - whole - 12)):
        canvas.drawString(MARGIN + whole + 12, bottom + whole - 8 - 10 * number, line)
