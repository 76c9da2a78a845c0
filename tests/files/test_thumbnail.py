"""Small pictures for lists, made of stored pages."""

import io

from PIL import Image

from requests_app.files.thumbnail import thumbnail
from tests.files.samples import camera_notes, document, encode


def test_a_small_picture_is_small_in_bytes_and_pixels_and_says_nothing_else() -> None:
    small = thumbnail(encode(document(2400, 1800), "jpeg", quality=85, exif=camera_notes()))
    picture = Image.open(io.BytesIO(small))
    assert (picture.format, picture.size) == ("JPEG", (112, 84))
    assert len(small) < 3_000
    assert not picture.getexif()


def test_a_grey_page_stays_grey_and_a_tiny_one_does_not_grow() -> None:
    picture = Image.open(io.BytesIO(thumbnail(encode(document(80, 60).convert("L"), "jpeg"))))
    assert (picture.mode, picture.size) == ("L", (80, 60))
