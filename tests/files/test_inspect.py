"""What comes in as a stranger's file and what is kept of it. Every check runs in the real child process."""

import dataclasses
import hashlib
import io
import os
import time
import zipfile
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from requests_app.files import sandbox
from requests_app.files.inspect import CheckedUpload, UploadRefused, check_upload
from requests_app.files.limits import DEFAULT_LIMITS, Limits
from requests_app.files.refusals import HINTS, MESSAGES
from tests.files import samples

KINDS = ["jpeg", "png", "webp", "heic"]


@pytest.fixture
def check(tmp_path: Path):
    def run(data: bytes, limits: Limits = DEFAULT_LIMITS) -> CheckedUpload:
        return check_upload(io.BytesIO(data), limits=limits, workdir=tmp_path / "work")

    return run


@pytest.fixture
def refusal(check):
    def run(data: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
        with pytest.raises(UploadRefused) as caught:
            check(data, limits)
        assert caught.value.message == MESSAGES[caught.value.code]
        return caught.value.code

    return run


def opened(page) -> Image.Image:
    image = Image.open(io.BytesIO(page.jpeg), formats=["JPEG"])
    image.load()
    return image


# What people really send.


@pytest.mark.parametrize("kind", KINDS)
def test_a_clear_photo_is_kept_as_one_fresh_jpeg_without_hints(check, kind):
    original = samples.photo(kind)
    result = check(original)
    (page,) = result.pages
    assert result.kind == kind
    assert result.hints == []
    assert result.sha256 == hashlib.sha256(original).hexdigest()
    assert opened(page).size == (page.width, page.height) == (1600, 1200)


def test_a_large_photo_is_stored_with_a_longest_side_of_2400(check):
    (page,) = check(samples.encode(Image.new("RGB", (4000, 3000), "teal"), "jpeg")).pages
    assert (page.width, page.height) == (2400, 1800)


def test_a_jpeg_of_120_megapixels_is_never_unfolded_whole(check):
    photo = Image.radial_gradient("L").resize((12_000, 10_000), Image.Resampling.NEAREST)
    below_its_pixels = dataclasses.replace(DEFAULT_LIMITS, memory_bytes=130 * 1024 * 1024)
    (page,) = check(samples.encode(photo, "jpeg", quality=50), below_its_pixels).pages
    assert (page.width, page.height) == (2400, 2000)


def test_a_file_on_disk_is_read_like_any_other(tmp_path):
    path = tmp_path / "foto"
    path.write_bytes(samples.photo("jpeg"))
    assert check_upload(path, workdir=tmp_path / "work").kind == "jpeg"


def test_the_pages_of_a_pdf_become_pictures(check):
    result = check(samples.pdf_of(10))
    assert result.kind == "pdf"
    assert len(result.pages) == 10
    assert {(page.width, page.height) for page in result.pages} == {(1653, 2339)}
    assert result.hints == []


def test_a_scan_of_any_page_size_fits(check):
    (page,) = check(samples.photo("pdf")).pages
    assert max(page.width, page.height) in {2399, 2400}
    assert opened(page).convert("L").getextrema()[0] < 80


def test_what_was_typed_into_the_fields_of_a_form_is_on_the_picture(check):
    (page,) = check(samples.pdf_form(filled_with="SITI AMINAH")).pages
    assert opened(page).convert("L").getextrema()[0] < 80


def test_the_first_picture_of_a_phones_multi_picture_jpeg_is_taken(check):
    photo, depth = samples.document(), Image.new("RGB", (64, 64))
    data = samples.encode(photo, "mpo", save_all=True, append_images=[depth])
    (page,) = check(data).pages
    assert (page.width, page.height) == (1600, 1200)


def test_transparent_parts_become_white_paper(check):
    drawing = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    (page,) = check(samples.encode(drawing, "png")).pages
    assert opened(page).getpixel((400, 400)) == (255, 255, 255)


def test_sixteen_bit_scans_keep_their_greys(check):
    scan = Image.new("I;16", (800, 800), 0x8000)
    (page,) = check(samples.encode(scan, "png")).pages
    assert abs(opened(page).getpixel((400, 400)) - 128) <= 2


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK"])
def test_every_usual_colour_mode_is_accepted(check, mode):
    kind = "jpeg" if mode == "CMYK" else "png"
    assert check(samples.encode(samples.document().convert(mode), kind)).pages[0].width == 1600


# What must not survive.


@pytest.mark.parametrize("kind", KINDS)
def test_place_and_camera_are_gone(check, kind):
    original = samples.encode(samples.document(), kind, exif=samples.camera_notes())
    assert samples.GPS_MARK in original
    (page,) = check(original).pages
    assert samples.GPS_MARK not in page.jpeg
    image = opened(page)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_comment_and_colour_profile_are_gone(check):
    original = samples.encode(samples.document(), "jpeg", comment=b"rumah kami", icc_profile=b"x" * 200)
    (page,) = check(original).pages
    assert b"rumah kami" not in page.jpeg
    assert b"ICC_PROFILE" not in page.jpeg


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_the_cameras_orientation_is_applied(check, kind):
    lying = samples.document()
    lying.paste("red", (0, 0, 400, 1200))
    (page,) = check(samples.encode(lying, kind, exif=samples.camera_notes(orientation=6))).pages
    image = opened(page)
    assert image.size == (1200, 1600)
    red, _, blue = image.getpixel((600, 100))
    assert red > 200
    assert blue < 60


def test_a_damaged_orientation_note_does_not_refuse_a_good_photo(check):
    broken = b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + b"\xff" * 40
    assert check(samples.encode(samples.document(), "jpeg", exif=broken)).pages


def test_an_archive_behind_a_photo_is_gone(check):
    tail = io.BytesIO()
    with zipfile.ZipFile(tail, "w") as archive:
        archive.writestr("jahat.html", "<script>")
    (page,) = check(samples.photo("jpeg") + tail.getvalue()).pages
    assert not zipfile.is_zipfile(io.BytesIO(page.jpeg))
    assert b"jahat" not in page.jpeg


def test_of_a_pdf_with_scripts_and_attachments_only_pictures_remain(check):
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
    document.attachments["x.exe"] = b"MZ-program"
    sink = io.BytesIO()
    document.save(sink)
    (page,) = check(sink.getvalue()).pages
    assert opened(page).format == "JPEG"
    assert b"alert" not in page.jpeg
    assert b"MZ-program" not in page.jpeg


# What is refused.


def test_an_empty_file_is_refused(refusal):
    assert refusal(b"") == "empty"


def test_a_file_above_15_mb_is_refused_without_reading_it_all(tmp_path):
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.asked += size
            return b"\xff\xd8\xff" + bytes(size - 3)

    source = Endless()
    with pytest.raises(UploadRefused) as caught:
        check_upload(source, workdir=tmp_path)
    assert caught.value.code == "too_large"
    assert source.asked == 15 * 1024 * 1024 + 1


@pytest.mark.parametrize(
    "start", [b"MZ\x90\x00", b"\x7fELF\x02\x01", b"#!/bin/sh\n", b"  <?php echo 1;", b"<script>alert(1)"]
)
def test_a_program_is_refused_whatever_it_is_called(refusal, start):
    assert refusal(start + bytes(300)) == "program"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + bytes(100),
        samples.encode(Image.new("L", (9, 9)), "gif"),
        samples.encode(Image.new("L", (9, 9)), "tiff"),
        b"\x00\x00\x00\x20ftypisom" + bytes(100),
        b"\n" + samples.pdf_of(1),
        b"halo",
    ],
    ids=["zip", "gif", "tiff", "video", "pdf not at byte 0", "text"],
)
def test_other_kinds_of_files_are_refused(refusal, data):
    assert refusal(data) == "unknown_type"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.4, 0.97])
def test_a_picture_cut_off_on_its_way_is_refused(refusal, kind, part):
    whole = samples.photo(kind)
    assert refusal(whole[: int(len(whole) * part)]) == "truncated"


def test_a_photo_cut_off_within_its_header_is_refused(refusal):
    assert refusal(samples.photo("jpeg")[:100]) == "truncated"


def test_a_pdf_cut_off_on_its_way_is_refused(refusal):
    assert refusal(samples.pdf_of(3)[:-200]) == "truncated"


def test_a_pdf_that_needs_a_password_is_refused(refusal):
    assert refusal(samples.pdf_of(1, encryption=pikepdf.Encryption(user="rahasia", owner="x"))) == ("encrypted_pdf")


def test_a_pdf_that_opens_without_a_password_is_accepted(check):
    assert check(samples.pdf_of(1, encryption=pikepdf.Encryption(user="", owner="x"))).pages


def test_a_pdf_of_eleven_pages_is_refused(refusal):
    assert refusal(samples.pdf_of(11)) == "too_many_pages"


def test_a_pdf_page_with_endless_objects_is_refused(refusal):
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.pages[0].Contents = document.make_stream(b"0 0 9 9 re f\n" * 60_000)
    sink = io.BytesIO()
    document.save(sink)
    assert refusal(sink.getvalue()) == "bomb"


@pytest.mark.parametrize(
    "data",
    [
        samples.png_claiming(30_000, 30_000),
        samples.png_claiming(6_400, 6_300),
        samples.webp_claiming(16_000, 16_000),
    ],
    ids=["png", "png just above 40 megapixels", "webp"],
)
def test_picture_bombs_are_refused(refusal, data):
    assert len(data) < 1000
    assert refusal(data) == "bomb"


def test_a_jpeg_above_120_megapixels_is_refused(refusal):
    photo = Image.new("L", (12_100, 10_000))
    assert refusal(samples.encode(photo, "jpeg", quality=30)) == "bomb"


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_moving_pictures_are_refused(refusal, kind):
    frames = [Image.new("RGB", (800, 800), colour) for colour in ("red", "blue")]
    assert refusal(samples.encode(frames[0], kind, save_all=True, append_images=frames[1:])) == "animated"


def test_a_damaged_file_is_refused(refusal):
    assert refusal(b"%PDF-1.7\n" + os.urandom(500) + b"%%EOF") == "unreadable"
    assert refusal(b"\x89PNG\r\n\x1a\n" + os.urandom(500)) == "unreadable"


def test_every_refusal_and_hint_is_one_to_three_short_sentences():
    for text in [*MESSAGES.values(), *HINTS.values()]:
        sentences = [part for part in text.rstrip(".").split(". ") if part]
        assert len(sentences) <= 3
        assert all(len(sentence.split()) <= 20 for sentence in sentences)


# Hints never refuse.


@pytest.mark.parametrize(
    ("photo", "hint"),
    [
        (samples.document(600, 450), "too_small"),
        (samples.dark_document(), "dark"),
        (samples.blurred_document(), "blurred"),
    ],
    ids=["small", "dark", "blurred"],
)
def test_a_poor_photo_is_kept_with_a_hint(check, photo, hint):
    result = check(samples.encode(photo, "jpeg"))
    assert hint in result.hints
    assert len(result.pages) == 1


def test_a_dark_photo_in_focus_is_not_called_small(check):
    assert "too_small" not in check(samples.encode(samples.dark_document(), "jpeg")).hints


# The child process and its limits.


def test_a_child_out_of_memory_is_a_refusal(refusal):
    photo = Image.new("RGB", (6000, 6000))
    narrow = dataclasses.replace(DEFAULT_LIMITS, memory_bytes=120 * 1024 * 1024)
    assert refusal(samples.encode(photo, "png", compress_level=1), narrow) == "bomb"


@pytest.mark.parametrize("limit", ["wall_seconds", "cpu_seconds"])
def test_a_child_out_of_time_is_a_refusal_and_does_not_stay(refusal, limit):
    hasty = dataclasses.replace(DEFAULT_LIMITS, **{limit: 1})
    started = time.monotonic()
    assert refusal(samples.pdf_that_takes_minutes(), hasty) == "bomb"
    assert time.monotonic() - started < 8


def test_a_check_leaves_no_files_but_empty_locks(tmp_path, refusal, check):
    check(samples.photo("jpeg"))
    refusal(samples.png_claiming(30_000, 30_000))
    assert [path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()] == [0]


def test_when_all_slots_are_taken_the_upload_is_told_to_come_back(tmp_path, refusal):
    limits = dataclasses.replace(DEFAULT_LIMITS, max_children=2, wait_seconds=0.1)
    with sandbox._slot(limits, tmp_path / "work"), sandbox._slot(limits, tmp_path / "work"):
        assert refusal(samples.photo("jpeg"), limits) == "busy"


def test_a_slot_is_free_again_after_a_refusal(refusal, check):
    limits = dataclasses.replace(DEFAULT_LIMITS, max_children=1, wait_seconds=0.0)
    refusal(samples.png_claiming(30_000, 30_000), limits)
    assert check(samples.photo("jpeg"), limits).pages


# Anything at all.


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBPVP8X", b"%PDF-1.4\n"]),
    rest=st.binary(max_size=400),
)
def test_random_bytes_are_refused_and_never_crash(tmp_path, start, rest):
    with pytest.raises(UploadRefused):
        check_upload(io.BytesIO(start + rest), workdir=tmp_path)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), where=st.floats(0, 0.999), junk=st.binary(min_size=1, max_size=60))
def test_a_damaged_photo_is_refused_or_kept_as_a_sound_jpeg(tmp_path, kind, where, junk):
    photo = bytearray(samples.encode(Image.radial_gradient("L").convert("RGB"), kind))
    at = int(len(photo) * where)
    photo[at : at + len(junk)] = junk
    try:
        result = check_upload(io.BytesIO(bytes(photo)), workdir=tmp_path)
    except UploadRefused:
        return
    assert opened(result.pages[0]).size == (result.pages[0].width, result.pages[0].height)
