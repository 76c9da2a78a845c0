"""Real files made on the spot: photos of documents, PDFs, and what attackers make of them."""

import io
import struct
import zlib
from functools import cache
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

pillow_heif.register_heif_opener()

GPS_MARK = b"DSLR-of-Sungai-Musi"


def document(width: int = 1600, height: int = 1200) -> Image.Image:
    """A sheet of text on a table, as a phone sees it: in focus, with sensor noise."""
    return _document(width, height).copy()


@cache
def _document(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), (150, 140, 130))
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 8, height // 8, width * 7 // 8, height * 7 // 8), fill=(225, 225, 220))
    for line in range(height // 6, height * 5 // 6, height // 30):
        words = "KARTU KELUARGA KOTA PALEMBANG KELURAHAN DUA ILIR "
        draw.text((width // 7, line), words * 2, fill=(20, 20, 30), font_size=height // 45)
    return Image.blend(image, Image.effect_noise(image.size, 20).convert("RGB"), 0.08)


def blurred_document() -> Image.Image:
    """The same sheet with a moved camera."""
    noise = Image.effect_noise((1600, 1200), 12).convert("RGB")
    return Image.blend(document().filter(ImageFilter.GaussianBlur(6)), noise, 0.04)


def dark_document() -> Image.Image:
    """The same sheet at night."""
    return ImageEnhance.Brightness(document()).enhance(0.2)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A file of that kind."""
    sink = io.BytesIO()
    image.save(sink, {"heic": "HEIF"}.get(kind, kind.upper()), **options)
    return sink.getvalue()


@cache
def photo(kind: str) -> bytes:
    """The sheet of text as a file of that kind."""
    return encode(document(), kind)


def camera_notes(orientation: int = 1) -> Image.Exif:
    """EXIF with a place, a camera and an orientation."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x0110] = GPS_MARK.decode()
    notes.get_ifd(0x8825).update({1: "S", 2: (2.0, 59.0, 27.0), 3: "E", 4: (104.0, 45.0, 24.0)})
    return notes


def pdf_of(pages: int, **save_options: Any) -> bytes:
    """A PDF of empty A4 pages."""
    document_, sink = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document_.add_blank_page(page_size=(595, 842))
    document_.save(sink, **save_options)
    return sink.getvalue()


def pdf_form(filled_with: str) -> bytes:
    """An empty page with one form field that somebody typed into; the viewer has to draw the text."""
    document_, sink = pikepdf.new(), io.BytesIO()
    document_.add_blank_page(page_size=(595, 842))
    name = pikepdf.Name
    font = pikepdf.Dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica)
    field = document_.make_indirect(
        pikepdf.Dictionary(
            Type=name.Annot,
            Subtype=name.Widget,
            FT=name.Tx,
            T="nama",
            V=filled_with,
            DA="/Helv 24 Tf 0 g",
            Rect=[50, 700, 500, 760],
            F=4,
        )
    )
    document_.pages[0].Annots = pikepdf.Array([field])
    document_.Root.AcroForm = pikepdf.Dictionary(
        Fields=[field],
        DA="/Helv 24 Tf 0 g",
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
        NeedAppearances=True,
    )
    document_.save(sink)
    return sink.getvalue()


def pdf_that_takes_minutes() -> bytes:
    """One page, painted over and over again."""
    document_, sink = pikepdf.new(), io.BytesIO()
    document_.add_blank_page(page_size=(842, 842))
    document_.pages[0].Contents = document_.make_stream(b"0 0 842 842 re f\n" * 49_000)
    document_.save(sink)
    return sink.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are a picture of that size: a bomb."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def webp_claiming(width: int, height: int) -> bytes:
    """An extended WebP header with a huge canvas and next to nothing in it."""
    still = encode(Image.new("RGB", (16, 16)), "webp")
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + size + still[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body
