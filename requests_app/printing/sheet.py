"""The batch sheet and the slips that go around the cards: A4, made on request, without NIK, phone or address."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from requests_app.models import Card, PrintBatch
from requests_app.queries.printing import BoxRow, place_of, whose
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import format_count, format_moment

WIDTH: float = A4[0]
HEIGHT: float = A4[1]
MARGIN = 36.0
MAROON = (0.431, 0.102, 0.149)
BAR, ROW, QR_SIDE = 46.0, 50.0, 38.0
FOOT, SIGNATURES = 40.0, 96.0
COLUMNS = {
    "No.": MARGIN, "QR": MARGIN + 26, "Kode kartu": MARGIN + 76, "Permohonan, nama": MARGIN + 146,
    "Diambil di": MARGIN + 262, "Kotak": MARGIN + 358, "Tercetak": MARGIN + 428, "Rusak": MARGIN + 480,
}  # fmt: skip
KEEP_IT = "Dukcapil Kota Palembang. Simpan bersama blangko; jangan difoto atau dibawa keluar."
SLIP_COLUMNS, SLIP_ROWS = 2, 6
NAMES = {Outcome.PRINTED: "Tercetak", Outcome.SPOILED: "Rusak", Outcome.DROPPED: "Batal"}


def sheet_pdf(batch: PrintBatch, cards: Sequence[Card], boxes: Sequence[BoxRow], *, now: datetime) -> bytes:
    """What lies beside the printer: a line per card to scan and tick, and two people's signatures at the end."""
    sink = io.BytesIO()
    canvas = _canvas(sink, f"Lembar cetak {batch.number}")
    heading = _heading(batch, boxes, now)
    pages = list(_pages(cards, len(heading)))
    for number, page in enumerate(pages, start=1):
        top = _bar(canvas, f"Lembar cetak {batch.number}")
        if number == 1:
            top = _lines(canvas, top, heading)
        top = _table_head(canvas, top)
        for card in page:
            top = _row(canvas, top, card)
        if number == len(pages):
            _signatures(canvas)
        canvas.setFont("Helvetica", 8)
        canvas.drawString(MARGIN, 24, f"Dibuat {format_moment(now)}")
        canvas.drawRightString(WIDTH - MARGIN, 24, f"Halaman {number} dari {len(pages)}")
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def slips_pdf(title: str, cards: Sequence[Card]) -> bytes:
    """Twelve slips on a page, to be cut and laid around the cards that are to be printed or were."""
    sink = io.BytesIO()
    canvas = _canvas(sink, title)
    wanted = [card for card in cards if card.outcome in (Outcome.PENDING, Outcome.PRINTED)]
    per_page = SLIP_COLUMNS * SLIP_ROWS
    for start in range(0, len(wanted), per_page) or [0]:
        for place, card in enumerate(wanted[start : start + per_page]):
            _slip(canvas, place, card)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def _canvas(sink: io.BytesIO, title: str) -> Canvas:
    canvas = Canvas(sink, pagesize=A4, pageCompression=1, lang="id")
    canvas.setTitle(title)
    canvas.setAuthor("Dukcapil Kota Palembang")
    return canvas


def _heading(batch: PrintBatch, boxes: Sequence[BoxRow], now: datetime) -> list[str]:
    officer = batch.created_by.get_full_name() or batch.created_by.username
    whom = f"Hanya {batch.zone.name}" if batch.zone else batch.get_order_display()
    drawn = "; ".join(f"{box.number} = {format_count(box.tally.drawn)}" for box in boxes)
    total = sum(box.tally.drawn for box in boxes)
    text = f"Blangko diambil: {format_count(total)} ({drawn})"
    return [
        f"Lokasi: {batch.stock}. Dibuat {format_moment(batch.created_at)} oleh {officer}.",
        f"Urutan: {whom}.",
        *simpleSplit(text, "Helvetica", 9, WIDTH - 2 * MARGIN),
    ]


def _pages(cards: Sequence[Card], heading: int) -> Iterator[Sequence[Card]]:
    """As many lines as fit; the last page keeps room for the signatures, if need be by being one more."""
    left = list(cards)
    room = HEIGHT - BAR - 44 - FOOT
    here = room - heading * 13 - 8
    while True:
        if len(left) * ROW <= here - SIGNATURES:
            yield left
            return
        fit = int(here // ROW)
        yield left[:fit]
        left, here = left[fit:], room


def _bar(canvas: Canvas, title: str) -> float:
    canvas.setFillColorRGB(*MAROON)
    canvas.rect(0, HEIGHT - BAR, WIDTH, BAR, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(MARGIN, HEIGHT - 21, title)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, HEIGHT - 36, KEEP_IT)
    canvas.setFillColorRGB(0, 0, 0)
    return HEIGHT - BAR - 18


def _lines(canvas: Canvas, top: float, lines: Sequence[str]) -> float:
    canvas.setFont("Helvetica", 9)
    for line in lines:
        canvas.drawString(MARGIN, top, line)
        top -= 13
    return top - 8


def _table_head(canvas: Canvas, top: float) -> float:
    canvas.setFont("Helvetica-Bold", 8)
    for title, left in COLUMNS.items():
        canvas.drawString(left, top, title)
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, top - 5, WIDTH - MARGIN, top - 5)
    return top - 8


def _row(canvas: Canvas, top: float, card: Card) -> float:
    at = list(COLUMNS.values())
    middle, bottom = top - ROW / 2 - 3, top - ROW
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(at[0], middle, str(card.position))
    draw_qr(canvas, card.code, at[1], top - (ROW + QR_SIDE) / 2, QR_SIDE)
    canvas.setFont("Courier-Bold", 11)
    canvas.drawString(at[2], middle, card.code)
    again = f" (ulang ke-{card.attempt - 1})" if card.attempt > 1 else ""
    canvas.setFont("Helvetica", 9)
    canvas.drawString(at[3], middle + 6, card.application.number)
    canvas.drawString(at[3], middle - 6, _cut(f"{whose(card)}{again}", at[4] - at[3] - 4))
    canvas.drawString(at[4], middle, _cut(place_of(card), at[5] - at[4] - 4))
    canvas.drawString(at[5], middle, _cut(card.box.number, at[6] - at[5] - 4))
    if card.outcome == Outcome.PENDING:
        canvas.rect(at[6] + 8, middle - 4, 14, 14)
        canvas.rect(at[7] + 4, middle - 4, 14, 14)
    else:
        canvas.drawString(at[6], middle, NAMES[Outcome(card.outcome)])
    canvas.setLineWidth(0.3)
    canvas.line(MARGIN, bottom, WIDTH - MARGIN, bottom)
    return bottom


def _cut(text: str, width: float) -> str:
    """One line of it."""
    lines = simpleSplit(text, "Helvetica", 9, width)
    return lines[0] if lines else ""


def draw_qr(canvas: Canvas, code: str, left: float, bottom: float, whole: float) -> None:
    """A code as squares, run by run in one path: no picture format in between, and a small file."""
    matrix = [list(row) for row in segno.make(code, error="m", micro=False).matrix_iter(border=0)]
    side = whole / len(matrix)
    path = canvas.beginPath()
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            run = next((n for n, dark in enumerate(row[x:]) if not dark), len(row) - x)
            if run:
                path.rect(left + x * side, bottom + whole - (y + 1) * side, run * side, side)
            x += max(run, 1)
    canvas.drawPath(path, stroke=0, fill=1)


def _signatures(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 9)
    for left, who in ((MARGIN, "Yang mencetak"), (WIDTH / 2 + 20, "Yang menghitung")):
        canvas.drawString(left, FOOT + SIGNATURES - 24, f"{who}:")
        canvas.line(left, FOOT + 22, left + 190, FOOT + 22)
        canvas.drawString(left, FOOT + 10, "Nama, tanggal, tanda tangan")


def _slip(canvas: Canvas, place: int, card: Card) -> None:
    wide, high = (WIDTH - 2 * MARGIN) / SLIP_COLUMNS, (HEIGHT - 2 * MARGIN) / SLIP_ROWS
    left = MARGIN + place % SLIP_COLUMNS * wide
    bottom = HEIGHT - MARGIN - (place // SLIP_COLUMNS + 1) * high
    canvas.setDash(2, 3)
    canvas.setLineWidth(0.5)
    canvas.rect(left, bottom, wide, high)
    canvas.setDash()
    draw_qr(canvas, card.code, left + 14, bottom + (high - 64) / 2, 64)
    words, top = left + 92, bottom + high / 2 + 30
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawString(words, top, whose(card)[:24])
    canvas.setFont("Helvetica", 9)
    canvas.drawString(words, top - 16, card.application.number)
    canvas.setFont("Courier-Bold", 12)
    canvas.drawString(words, top - 33, card.code)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(words, top - 48, _cut(f"Diambil di {place_of(card)}", wide - 100))
    canvas.drawString(words, top - 61, f"{card.batch.number}, urutan {card.position}")
