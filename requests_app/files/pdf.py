"""Turning the pages of a PDF into pictures. Runs in the child process only.

Only pictures of the pages are kept, so scripts, attachments, links and forms have nowhere to survive.
"""

from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from requests_app.files.limits import Limits
from requests_app.files.refusals import UploadRefused

_POINTS_PER_INCH = 72


def render_pages(data: bytes, limits: Limits) -> Iterator[Image.Image]:
    """Render each page at `pdf_dpi`, or lower so that it fits into `max_side` px.

    Raises UploadRefused: `truncated`, `encrypted_pdf`, `too_many_pages`, `bomb` or `unreadable`.
    """
    if b"%%EOF" not in data:
        raise UploadRefused("truncated")
    document = _open(data)
    if not 1 <= len(document) <= limits.max_pdf_pages:
        raise UploadRefused("too_many_pages" if len(document) else "unreadable")
    # What a citizen typed into the fields of a form belongs to the page. This build runs no scripts.
    document.init_forms()
    for index in range(len(document)):
        yield _render(document[index], limits)


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as problem:
        locked = getattr(problem, "err_code", None) in (
            pdfium_c.FPDF_ERR_PASSWORD,
            pdfium_c.FPDF_ERR_SECURITY,
        )
        raise UploadRefused("encrypted_pdf" if locked else "unreadable") from problem


def _render(page: pdfium.PdfPage, limits: Limits) -> Image.Image:
    if pdfium_c.FPDFPage_CountObjects(page) > limits.max_pdf_page_objects:
        raise UploadRefused("bomb")
    width, height = page.get_size()
    if width < 1 or height < 1:
        raise UploadRefused("unreadable")
    scale = min(limits.pdf_dpi / _POINTS_PER_INCH, (limits.max_side - 1) / max(width, height))
    image: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    page.close()
    return image
