"""The suket on one A4 sheet, for signature and stamp. Made when somebody asks for it, never stored.

It is a letter of the office to whoever is shown it, so it is Indonesian whatever language the page has.
"""

import io

import segno
from django.conf import settings
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from requests_app.queries.sukets import SuketFacts
from requests_app.receipts.sheet import MAROON
from requests_app.rules.catalogue import Reason
from requests_app.rules.dates import format_day
from requests_app.rules.numbers import in_fours

WIDTH: float = A4[0]
HEIGHT: float = A4[1]
MARGIN = 56.0
HEAD = 64.0
LABEL = 130.0
QR_SIDE = 110.0
SIZE, LEADING = 11.0, 16.0


def check_address(code: str) -> str:
    """Where anybody checks the suket with this code."""
    return f"{settings.PUBLIC_URL}/suket/{in_fours(code)}/"


def suket_pdf(suket: SuketFacts) -> bytes:
    """The PDF as bytes. Its title holds the number only."""
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=A4, pageCompression=1, lang="id")
    canvas.setTitle(f"Surat keterangan {suket.number}")
    canvas.setAuthor("Dukcapil Kota Palembang")
    _head(canvas)
    top = _opening(canvas, suket)
    for label, value in _rows(suket):
        top = _row(canvas, top, label, value)
    top = _paragraph(canvas, top - 8, f"Surat ini berlaku sampai {format_day(suket.expires_on)}.", bold=True)
    top = _paragraph(canvas, top - 4, settings.SUKET_NOTE)
    _signature(canvas, top - 24, suket)
    _check(canvas, top - 24, suket)
    canvas.showPage()
    canvas.save()
    return sink.getvalue()


def _head(canvas: Canvas) -> None:
    canvas.setFillColorRGB(*MAROON)
    canvas.rect(0, HEIGHT - HEAD, WIDTH, HEAD, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(MARGIN, HEIGHT - 30, "Dinas Kependudukan dan Pencatatan Sipil Kota Palembang")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(MARGIN, HEIGHT - 46, "Semua layanan gratis.")
    canvas.setFillColorRGB(0, 0, 0)


def _opening(canvas: Canvas, suket: SuketFacts) -> float:
    top = HEIGHT - HEAD - 48
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawCentredString(WIDTH / 2, top, "SURAT KETERANGAN")
    canvas.setFont("Helvetica-Bold", SIZE)
    canvas.drawCentredString(WIDTH / 2, top - 18, "sebagai pengganti sementara KTP-el")
    canvas.setFont("Helvetica", SIZE)
    canvas.drawCentredString(WIDTH / 2, top - 36, f"Nomor: {suket.number}")
    return _paragraph(canvas, top - 66, "Kami menerangkan bahwa orang di bawah ini adalah penduduk yang terdaftar:")


def _rows(suket: SuketFacts) -> list[tuple[str, str]]:
    return [
        ("Nama", suket.name.upper()),
        ("NIK", suket.nik),
        ("Tanggal lahir", format_day(suket.birth_date)),
        ("Alamat", suket.address),
        ("Permohonan", f"{suket.application}, KTP-el: {Reason(suket.reason).label}"),
        ("Keadaan", "KTP-el sudah disetujui dan belum diserahkan."),  # true until the suket ends, printed or not
    ]


def _row(canvas: Canvas, top: float, label: str, value: str) -> float:
    canvas.setFont("Helvetica", SIZE)
    canvas.drawString(MARGIN, top, label)
    canvas.drawString(MARGIN + LABEL - 12, top, ":")
    for line in simpleSplit(value, "Helvetica-Bold", SIZE, WIDTH - 2 * MARGIN - LABEL):
        canvas.setFont("Helvetica-Bold", SIZE)
        canvas.drawString(MARGIN + LABEL, top, line)
        top -= LEADING
    return top - 4


def _paragraph(canvas: Canvas, top: float, text: str, *, bold: bool = False) -> float:
    font = "Helvetica-Bold" if bold else "Helvetica"
    canvas.setFont(font, SIZE)
    for line in simpleSplit(text, font, SIZE, WIDTH - 2 * MARGIN):
        canvas.drawString(MARGIN, top, line)
        top -= LEADING
    return top - 6


def _signature(canvas: Canvas, top: float, suket: SuketFacts) -> None:
    """On the right: place and day, who signs, and room for signature and stamp."""
    left = WIDTH / 2 + 30
    lines = [
        f"Palembang, {format_day(suket.issued_on)}",
        *simpleSplit(settings.SUKET_SIGNED_BY, "Helvetica", SIZE, 200),
    ]
    canvas.setFont("Helvetica", SIZE)
    for line in lines:
        canvas.drawString(left, top, line)
        top -= LEADING
    canvas.line(left, top - 70, left + 190, top - 70)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(left, top - 82, "Nama, tanda tangan, dan cap")


def _check(canvas: Canvas, top: float, suket: SuketFacts) -> None:
    """On the left: the QR, drawn square by square, with its address and code to type."""
    matrix = [list(row) for row in segno.make(check_address(suket.code), error="m").matrix_iter(border=0)]
    side = QR_SIDE / len(matrix)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                canvas.rect(MARGIN + x * side, top + SIZE - (y + 1) * side, side, side, stroke=0, fill=1)
    top -= QR_SIDE + 4
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(MARGIN, top, in_fours(suket.code))
    canvas.setFont("Helvetica", 8)
    site = settings.PUBLIC_URL.split("://", 1)[-1]
    words = f"Siapa pun dapat memeriksa surat ini: pindai kode QR, atau ketik kodenya di {site}/suket/"
    for line in simpleSplit(words, "Helvetica", 8, WIDTH / 2 - MARGIN - 10):
        top -= 11
        canvas.drawString(MARGIN, top, line)
