"""The letter that asks the centre for blanks, ready to sign: one sheet of A4 with the figures of the day."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

from requests_app.queries.forecast import Situation
from requests_app.rules.blank_use import expected_over
from requests_app.rules.dates import format_count, format_day, format_moment

CITY = "Palembang"
OFFICE = ("PEMERINTAH KOTA PALEMBANG", "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL")
SUBJECT = "Permohonan blangko KTP-el"
DOTS = "." * 40
PLAIN = ParagraphStyle("plain", fontName="Times-Roman", fontSize=11, leading=15, spaceAfter=7)
TIGHT = ParagraphStyle("tight", PLAIN, spaceAfter=0)
HEAD = ParagraphStyle("head", TIGHT, fontName="Times-Bold", fontSize=13, leading=17, alignment=TA_CENTER)
SIGNED = ParagraphStyle("signed", TIGHT, alignment=TA_CENTER)
FIGURES = [
    ("FONT", (0, 0), (-1, -1), "Times-Roman", 10), ("GRID", (0, 0), (-1, -1), 0.5, "#808080"),
    ("ALIGN", (1, 0), (1, -1), "RIGHT"), ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]  # fmt: skip
BARE = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]  # fmt: skip
PERIODS = (30, 90)


@dataclass(frozen=True)
class Request:
    """What the supervisor typed: nothing of it is stored. Empty: dots, to be written by hand."""

    number: str
    addressee: str
    wanted_days: int
    quantity: int
    position: str
    signer: str
    nip: str


def letter_pdf(request: Request, situation: Situation, *, now: datetime) -> bytes:
    """The letter as PDF."""
    sink = io.BytesIO()
    sheet = SimpleDocTemplate(
        sink, pagesize=A4, leftMargin=70, rightMargin=62, topMargin=44, bottomMargin=44, lang="id",
        title=SUBJECT, author="Dukcapil Kota Palembang",
    )  # fmt: skip
    sheet.build(
        [
            *(Paragraph(line, HEAD) for line in OFFICE),
            HRFlowable(width="100%", thickness=1.5, color="black", spaceBefore=4, spaceAfter=10),
            *_opening(request, now),
            _table(_stock(situation, now)),
            Spacer(0, 7),
            _table(_use(situation, request.wanted_days)),
            Spacer(0, 8),
            Paragraph(_outcome(situation), PLAIN),
            Paragraph(_asking(request, situation), PLAIN),
            Paragraph(
                "Demikian permohonan ini kami sampaikan. Atas perhatian dan bantuannya kami ucapkan terima kasih.",
                PLAIN,
            ),
            _signature(request),
        ]
    )
    return sink.getvalue()


def _opening(request: Request, now: datetime) -> list[Flowable]:
    head = [
        ["Nomor", ":", Paragraph(escape(request.number or DOTS), TIGHT), f"{CITY}, {format_day(now)}"],
        ["Sifat", ":", "Penting", ""],
        ["Lampiran", ":", "-", ""],
        ["Hal", ":", SUBJECT, ""],
    ]
    style: list[Any] = [*BARE, ("FONT", (0, 0), (-1, -1), "Times-Roman", 11), ("ALIGN", (3, 0), (3, 0), "RIGHT")]
    return [
        Table(head, colWidths=[58, 10, 213, 170], style=style, hAlign="LEFT"),
        Spacer(0, 10),
        Paragraph(f"Yth. {escape(request.addressee.removeprefix('Yth. '))}", TIGHT),
        Paragraph("di Jakarta", PLAIN),
        Paragraph("Dengan hormat,", PLAIN),
        Paragraph(
            "Untuk menjaga pelayanan penerbitan KTP-el bagi penduduk Kota Palembang, kami sampaikan keadaan "
            "persediaan dan pemakaian blangko KTP-el sebagai berikut.", PLAIN,
        ),
    ]  # fmt: skip


def _table(rows: Sequence[tuple[str, str]]) -> Table:
    return Table(list(rows), colWidths=[331, 120], style=FIGURES, hAlign="LEFT")


def _stock(situation: Situation, now: datetime) -> list[tuple[str, str]]:
    stock = situation.now
    return [
        (f"Persediaan per {format_moment(now)}", _blanks(stock.on_hand)),
        *([("Dalam perjalanan antar-kantor", _blanks(stock.on_way))] if stock.on_way else []),
        ("Sudah dicadangkan untuk permohonan yang disetujui", _blanks(stock.reserved)),
        ("Belum dicadangkan", _blanks(stock.free + stock.on_way)),
        # Blanks lie elsewhere while people wait where their cards are printed: the line must not deny the one above.
        ("Pemohon yang menunggu karena blangko di tempat cetaknya habis", f"{format_count(stock.waiting)} orang"),
    ]


def _use(situation: Situation, wanted_days: int) -> list[tuple[str, str]]:
    """What was asked for, as far as the days are known, and what is expected."""
    rows, lead = [], situation.terms.lead_days
    for days in PERIODS:
        known = min(days, len(situation.past))
        used = situation.used_over(days)
        each = f" (rata-rata {format_count(round(used / known))} sehari)" if known else ""
        rows.append((f"Kebutuhan {known} hari terakhir{each}", _blanks(used)))
    over = expected_over(situation.outlook, lead)
    after = expected_over(situation.outlook, lead + wanted_days) - over
    rows.append((f"Prakiraan kebutuhan selama {lead} hari sampai kiriman tiba", _blanks(round(over))))
    rows.append((f"Prakiraan kebutuhan {wanted_days} hari sesudahnya", _blanks(round(after))))
    promised = sum(delivery.quantity for delivery in situation.deliveries)
    return [*rows, *([("Kiriman yang sudah dijanjikan", _blanks(promised))] if promised else [])]


def _outcome(situation: Situation) -> str:
    line = situation.line()
    if line.zero_on is None:
        last = situation.outlook.totals[-1].date
        return f"Menurut prakiraan, persediaan belum habis sampai dengan {format_day(last)}."
    between = ""
    if line.zero_early and line.zero_late and line.zero_early < line.zero_late:
        between = f" (antara {format_day(line.zero_early)} dan {format_day(line.zero_late)})"
    level = ""
    if line.reorder_on:
        level = (
            f"turun sampai batas pemesanan {format_count(situation.terms.reorder_level)} keping pada "
            f"{format_day(line.reorder_on)} dan "
        )
    return (
        f"Menurut prakiraan, persediaan yang belum dicadangkan {level}habis pada {format_day(line.zero_on)}{between}."
    )


def _asking(request: Request, situation: Situation) -> str:
    lead, needed = situation.terms.lead_days, situation.to_ask(request.wanted_days)
    arrives = format_day(situation.today + timedelta(days=lead))
    covers = f"untuk memenuhi kebutuhan {request.wanted_days} hari sesudah tiba"
    if request.quantity < needed:
        covers = f"sebagai bagian dari {_blanks(needed)} yang diperlukan sampai {request.wanted_days} hari sesudah tiba"
    return (
        f"Sehubungan dengan hal tersebut, kami mohon dapat dialokasikan blangko KTP-el sebanyak "
        f"<b>{_blanks(request.quantity)}</b>, dan dapat kami terima paling lambat {arrives} "
        f"(lama kiriman {lead} hari), {covers}."
    )


def _signature(request: Request) -> Table:
    signer = escape(request.signer) or DOTS
    lines = [
        Paragraph(f"{escape(request.position)},", SIGNED),
        Spacer(0, 54),
        Paragraph(f"<b><u>{signer}</u></b>" if request.signer else signer, SIGNED),
        Paragraph(f"NIP {escape(request.nip) or DOTS}", SIGNED),
    ]
    return Table([["", lines]], colWidths=[201, 250], style=BARE, hAlign="LEFT")


def _blanks(number: int) -> str:
    return f"{format_count(number)} keping"
