"""A small picture of a stored page, for lists."""

import io

from PIL import Image, JpegImagePlugin

SIDE = 112
QUALITY = 55


def thumbnail(page: bytes) -> bytes:
    """A JPEG of at most 112 px, about 2 KB, of a page as the store gives it back.

    Only pages of the store are opened here, outside the child process: they are JPEGs of our own making.
    """
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(page))
    # Decoded at an eighth of its size, a page costs a few milliseconds.
    image.draft(None, (SIDE, SIDE))
    image.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
    sink = io.BytesIO()
    image.save(sink, "JPEG", quality=QUALITY)
    return sink.getvalue()
