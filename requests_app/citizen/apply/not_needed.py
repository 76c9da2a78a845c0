"""Documents signed electronically need no legalisir: a page that says so, and a sheet to show to who asks for one."""

import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from reportlab.lib.pagesizes import A6
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from requests_app.receipts.sheet import MARGIN, WIDTH, head
from requests_app.rules.dates import INDONESIAN
from requests_app.words import Text

TITLE = _("Tidak perlu legalisir")
RULE = _("Peraturan Menteri Dalam Negeri Nomor 104 Tahun 2019, Pasal 19 ayat (6)")
SAYS: tuple[Text, ...] = (
    _("Dokumen kependudukan yang ditandatangani secara elektronik tidak perlu dilegalisir."),
    _("KTP-el juga tidak perlu dilegalisir."),
)
INSTEAD: tuple[Text, ...] = (
    _("Pindai kode QR di dokumen. Datanya muncul di situs resmi Dukcapil."),
    _("Cocokkan nama dan nomornya dengan dokumen yang ditunjukkan."),
    _("KTP-el dibaca dengan alat pembaca kartu, atau dicocokkan dengan pemiliknya."),
)
"""How whoever asks for a stamp can make sure instead."""


@require_safe
@cache_control(private=True, no_cache=True)
def show(request: HttpRequest) -> HttpResponse:
    """The rule in plain words, how to make sure instead, and the same to print or to keep."""
    context = {"title": TITLE, "rule": RULE, "says": SAYS, "instead": INSTEAD}
    return render(request, "citizen/apply/not_needed.html", context)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The same on one small sheet, always in Indonesian: it is read by whoever asked for the stamp."""
    headers = {"Content-Disposition": 'attachment; filename="tidak-perlu-legalisir.pdf"'}
    return HttpResponse(not_needed_pdf(), content_type="application/pdf", headers=headers)


def not_needed_pdf() -> bytes:
    """The sheet as bytes; nothing in it is about a person."""
    sink = io.BytesIO()
    with translation.override(INDONESIAN):
        canvas = Canvas(sink, pagesize=A6, pageCompression=1, lang=INDONESIAN)
        canvas.setTitle(str(TITLE))
        canvas.setAuthor("Dukcapil Kota Palembang")
        top = head(canvas, str(TITLE))
        for line in SAYS:
            top = _paragraph(canvas, top, str(line), "Helvetica-Bold")
        top = _paragraph(canvas, top, gettext("Dasar: {rule}.").format(rule=RULE))
        top = _paragraph(canvas, top - 6, gettext("Cara memastikan keasliannya:"), "Helvetica-Bold")
        for number, line in enumerate(INSTEAD, start=1):
            top = _paragraph(canvas, top, f"{number}. {line}")
    canvas.showPage()
    canvas.save()
    return sink.getvalue()


def _paragraph(canvas: Canvas, top: float, text: str, font: str = "Helvetica") -> float:
    canvas.setFont(font, 10)
    for line in simpleSplit(text, font, 10, WIDTH - 2 * MARGIN):
        canvas.drawString(MARGIN, top, line)
        top -= 13
    return top - 5
