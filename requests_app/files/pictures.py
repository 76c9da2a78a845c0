"""Opening one picture and making a fresh JPEG of it. Runs in the child process only."""

import io
import struct
import warnings

from PIL import Image, ImageOps, JpegImagePlugin

from requests_app.files.hints import picture_hints
from requests_app.files.limits import Limits
from requests_app.files.refusals import UploadRefused

_PILLOW_FORMATS = {"png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_CUT_OFF_WORDS = ("truncated", "broken data stream", "unexpected end", "end of file")
"""How Pillow and libheif say that the data ended too early."""


def reencode_picture(kind: str, data: bytes, limits: Limits) -> tuple[Image.Image, set[str]]:
    """Decode a picture upright, at most `max_side` px, without anything but its pixels; and its hints.

    Raises UploadRefused: `bomb`, `animated`, `truncated` or `unreadable`.
    """
    image = _open_jpeg(data) if kind == "jpeg" else _open_other(kind, data)
    width, height = image.size
    _check_size(width, height, limits.max_jpeg_pixels if kind == "jpeg" else limits.max_other_pixels)
    _load(image, limits)
    clean = plain_pixels(image, limits.max_side)
    return clean, picture_hints(clean, shorter_side=min(width, height), limits=limits)


def _open_jpeg(data: bytes) -> Image.Image:
    """Phones put several pictures into one JPEG (MPO); opened this way only the first one exists."""
    try:
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    except (SyntaxError, IndexError, TypeError, KeyError, EOFError, struct.error, OSError) as problem:
        raise UploadRefused("truncated" if _ends_in_header(data) else "unreadable") from problem


def _ends_in_header(data: bytes) -> bool:
    """True when a JPEG stops before its first scan: the rest never arrived."""
    return b"\xff\xda" not in data


def _open_other(kind: str, data: bytes) -> Image.Image:
    if _is_cut_off(kind, data):
        raise UploadRefused("truncated")
    with warnings.catch_warnings():
        # The size is checked right after opening, against our own limits.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=(_PILLOW_FORMATS[kind],))
    # A HEIF file may hold an album; its primary picture is the photo. Moving pictures are refused.
    if kind != "heic" and getattr(image, "is_animated", False):
        raise UploadRefused("animated")
    return image


def _is_cut_off(kind: str, data: bytes) -> bool:
    """True when the container announces more bytes than arrived."""
    if kind == "webp":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if kind == "heic":
        return _last_heif_box_end(data) > len(data)
    return False


def _last_heif_box_end(data: bytes) -> int:
    """Where the last top-level box ends by its own account (ISO/IEC 14496-12, 4.2)."""
    end = 0
    while end + 8 <= len(data):
        size = int.from_bytes(data[end : end + 4], "big")
        if size == 1:
            size = int.from_bytes(data[end + 8 : end + 16], "big")
        if size < 8:
            break
        end += size
    return end


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise UploadRefused("unreadable")
    if width * height > max_pixels:
        raise UploadRefused("bomb")


def _load(image: Image.Image, limits: Limits) -> None:
    """Decode all pixels; a JPEG at the smallest of 1/8, 1/4, 1/2, 1 that is still large enough."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft(None, fit(image.size, limits.max_side))
    try:
        image.load()
    except OSError as problem:
        cut = any(words in str(problem).lower() for words in _CUT_OFF_WORDS)
        raise UploadRefused("truncated" if cut else "unreadable") from problem


def fit(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """The size at which a picture fits into a square of `max_side`, never larger than it is."""
    ratio = min(1.0, max_side / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def plain_pixels(image: Image.Image, max_side: int) -> Image.Image:
    """A grey or RGB copy: scaled down, turned upright, on white, without any metadata."""
    if image.mode in ("P", "PA", "1"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.has_transparency_data and image.mode not in ("RGBA", "LA"):
        image = image.convert("RGBA")
    elif image.mode.startswith("I;16"):
        # `convert` would clip at 255 instead of scaling.
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    size = fit(image.size, max_side)
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = _upright(image)
    if image.mode in ("RGBA", "LA"):
        image = _on_white(image)
    image = image.convert("L" if image.mode == "L" else "RGB")
    image.info = {}
    return image


def _upright(image: Image.Image) -> Image.Image:
    """Apply the orientation that the camera noted. A damaged note is no reason to refuse a good photo."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        # Pillow's EXIF reader raises many kinds of errors on damaged notes; all mean "no orientation".
        return image


def _on_white(image: Image.Image) -> Image.Image:
    picture = image.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def to_jpeg(image: Image.Image, quality: int) -> bytes:
    """Encode the pixels as a baseline JPEG with nothing else in it."""
    sink = io.BytesIO()
    image.save(sink, "JPEG", quality=quality)
    return sink.getvalue()
