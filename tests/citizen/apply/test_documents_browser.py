"""Documents on a phone, in a real Chromium: each photo goes up by itself, small and looked at, and can be changed."""

import io
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect

from requests_app.files.inspect import check_upload
from requests_app.files.refusals import HINTS
from requests_app.models import Document
from requests_app.operations.documents import document_store
from requests_app.uploads import taking
from tests.citizen.apply.photographer import KK, LETTER, STEP, Photographer, jpeg
from tests.citizen.apply.walk import another_photo
from tests.files.samples import blurred_document, camera_notes, dark_document, document, encode, pdf_of, photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def stored_picture() -> Image.Image:
    """The only stored page."""
    return Image.open(io.BytesIO(document_store().read(Document.objects.get().pk, 0)))


# --- how it goes when all is well


def test_the_camera_opens_and_a_large_photo_is_sent_small_and_upright(siti: Photographer) -> None:
    large = encode(document(3600, 2700), "jpeg", quality=95, exif=camera_notes(orientation=6))
    chooser = siti.takes(KK, jpeg(large))
    assert chooser.element.get_attribute("capture") == "environment"
    assert not chooser.is_multiple()
    siti.has(KK, "Foto 1")
    siti.hears(f"{KK}: foto.jpg tersimpan.")
    assert Document.objects.get().original_bytes < len(large) / 2
    assert stored_picture().size == (1800, 2400)
    siti.looks_right()


def test_several_pages_from_the_gallery_are_listed_without_a_reload(siti: Photographer) -> None:
    siti.page.evaluate("window.unloaded = false")
    siti.takes(KK, jpeg(another_photo(0)))
    chooser = siti.picks(KK, jpeg(another_photo(1)), jpeg(another_photo(2)))
    assert chooser.is_multiple()
    assert chooser.element.get_attribute("capture") is None
    siti.has(KK, "Foto 1", "Foto 2", "Foto 3")
    siti.has(LETTER)
    assert siti.page.evaluate("window.unloaded") is False
    thumbnail = siti.block(KK).locator("img").first
    thumbnail.scroll_into_view_if_needed()
    siti.page.wait_for_function("picture => picture.naturalWidth === 112", arg=thumbnail.element_handle())


def test_with_a_mouse_there_is_no_camera_button(browser: Browser, live_server: Any) -> None:
    desk = Photographer(browser, live_server.url)
    desk.open(STEP)
    expect(desk.block(KK).get_by_role("button", name="Ambil foto")).to_be_hidden()
    desk.picks(KK, jpeg())
    desk.has(KK, "Foto 1")
    desk.context.close()


@pytest.mark.parametrize(
    ("made", "name", "kind", "shown"),
    [
        (lambda: photo("heic"), "foto.heic", "image/heic", "Foto 1"),
        (lambda: pdf_of(2), "kk.pdf", "application/pdf", "2 halaman"),
    ],
    ids=["HEIC", "PDF"],
)
def test_what_the_browser_cannot_open_goes_as_it_is(
    siti: Photographer, made: Callable[[], bytes], name: str, kind: str, shown: str
) -> None:
    content = made()
    siti.picks(KK, jpeg(content, name, kind))
    siti.has(KK, shown)
    assert Document.objects.get().original_bytes == len(content)


def test_a_photo_that_would_grow_goes_as_it_is(siti: Photographer) -> None:
    small = encode(document(1200, 900), "jpeg", quality=40)
    siti.takes(KK, jpeg(small))
    siti.has(KK, "Foto 1")
    assert Document.objects.get().original_bytes == len(small)


def test_lanjut_waits_for_what_is_on_its_way(siti: Photographer) -> None:
    held: list[Route] = []
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.answers_itself(held.append)
    siti.takes(KK, jpeg())
    expect(siti.waits_for(KK)).to_have_count(1)
    siti.press()
    siti.hears("Berkas masih dikirim.")
    siti.is_at("berkas/")
    siti.until(held)
    held[0].continue_()
    siti.is_at("kabar/")


# --- hints, never a wall


@pytest.mark.parametrize(
    ("picture", "hint"),
    [
        (document(), None),
        (dark_document(), "dark"),
        (blurred_document(), "blurred"),
        (document(800, 600), "too_small"),
    ],
    ids=["good", "dark", "blurred", "small"],
)
def test_the_browser_says_before_sending_what_the_server_would_say(
    siti: Photographer, tmp_path: Path, picture: Image.Image, hint: str | None
) -> None:
    content = encode(picture, "jpeg")
    held: list[Route] = []
    siti.answers_itself(held.append)
    siti.takes(KK, jpeg(content))
    expect(siti.waits_for(KK)).to_contain_text("Mengirim: 0 persen.")
    said = siti.waits_for(KK).locator("[data-hint]:not([hidden])").all_inner_texts()
    assert [text.strip() for text in said] == ([HINTS[hint]] if hint else [])
    assert check_upload(io.BytesIO(content), workdir=tmp_path).hints == ([hint] if hint else [])
    siti.looks_right()
    siti.until(held)
    held[0].abort()


def test_a_dark_photo_is_taken_again_and_the_dark_one_goes(siti: Photographer) -> None:
    siti.takes(KK, jpeg(encode(dark_document(), "jpeg")))
    siti.has(KK, HINTS["dark"])
    siti.looks_right()
    siti.picks(KK, jpeg(), button="Ulangi foto")
    siti.has(KK, "Foto 1")
    expect(siti.block(KK).get_by_text(HINTS["dark"])).to_have_count(0)
    assert Document.objects.get().hints == []


def test_a_dark_photo_is_kept_all_the_same(siti: Photographer) -> None:
    siti.takes(KK, jpeg(encode(dark_document(), "jpeg")))
    siti.has(KK, "Foto 1")
    siti.block(KK).get_by_role("button", name="Tetap pakai").click()
    expect(siti.block(KK).get_by_role("button", name="Ulangi foto")).to_be_hidden()
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.press()
    siti.is_at("kabar/")


def test_tetap_pakai_while_it_is_sent_is_not_asked_again(siti: Photographer) -> None:
    held: list[Route] = []
    siti.answers_itself(held.append)
    siti.takes(KK, jpeg(encode(dark_document(), "jpeg")))
    siti.waits_for(KK).get_by_role("button", name="Tetap pakai").click()
    expect(siti.waits_for(KK).get_by_role("button", name="Tetap pakai")).to_be_hidden()
    siti.until(held)
    held[0].continue_()
    siti.has(KK, HINTS["dark"])
    expect(siti.block(KK).get_by_role("button", name="Tetap pakai")).to_be_hidden()


def test_closing_the_camera_keeps_the_photo_that_was_there(siti: Photographer) -> None:
    siti.takes(KK, jpeg(encode(dark_document(), "jpeg")))
    siti.has(KK, "Foto 1")
    siti.picks(KK, button="Ulangi foto")
    siti.takes(KK, jpeg())
    siti.has(KK, "Foto 1", "Foto 2")


# --- the wrong picture


def test_the_wrong_picture_is_removed_and_replaced(siti: Photographer) -> None:
    siti.takes(KK, jpeg(another_photo(1)))
    siti.has(KK, "Foto 1")
    wrong = Document.objects.get()
    siti.block(KK).get_by_role("button", name="Hapus Foto 1").click()
    siti.has(KK)
    siti.hears(f"{KK}: berkas dihapus.")
    expect(siti.block(KK).get_by_role("button", name="Ambil foto")).to_be_focused()
    siti.takes(KK, jpeg(another_photo(2)))
    siti.has(KK, "Foto 1")
    assert Document.objects.get().pk != wrong.pk


def test_a_photo_on_its_way_is_cancelled(siti: Photographer) -> None:
    siti.answers_itself(lambda route: None)
    siti.takes(KK, jpeg())
    siti.waits_for(KK).get_by_role("button", name="Batalkan").click()
    expect(siti.waits_for(KK)).to_have_count(0)
    expect(siti.block(KK).get_by_role("button", name="Ambil foto")).to_be_focused()
    assert not Document.objects.exists()


def test_a_photo_cancelled_while_it_is_checked_does_not_stay(
    siti: Photographer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it has arrived, so the answer is awaited and the photo taken back."""
    cancelled = Event()
    monkeypatch.setattr(
        taking, "check_upload", lambda *given, **more: cancelled.wait(20) and check_upload(*given, **more)
    )
    siti.takes(KK, jpeg())
    expect(siti.waits_for(KK)).to_contain_text("sedang diperiksa")
    siti.waits_for(KK).get_by_role("button", name="Batalkan").click()
    cancelled.set()
    siti.hears(f"{KK}: berkas dihapus.")
    siti.has(KK)
    assert not Document.objects.exists()


# --- for everybody


def test_the_keyboard_alone_is_enough(browser: Browser, live_server: Any) -> None:
    desk = Photographer(browser, live_server.url)
    desk.page.on("filechooser", lambda opened: opened.set_files([jpeg()]))
    page = desk.open(STEP)
    pick = desk.block(KK).get_by_role("button", name="Pilih dari galeri atau berkas")
    pick.focus()
    page.keyboard.press("Enter")
    desk.has(KK, "Foto 1")
    expect(pick).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(desk.block(KK).get_by_role("button", name="Hapus Foto 1")).to_be_focused()
    page.keyboard.press("Enter")
    desk.has(KK)
    expect(pick).to_be_focused()
    desk.context.close()


def test_good_and_bad_examples_are_fetched_only_when_somebody_looks(siti: Photographer) -> None:
    fetched: list[str] = []
    siti.page.on("request", lambda request: fetched.append(request.url) if "/examples/" in request.url else None)
    siti.page.reload()
    assert fetched == []
    siti.page.get_by_text("Contoh foto yang baik dan yang tidak").click()
    expect(siti.page.locator(".examples img")).to_have_count(5)
    siti.page.wait_for_function("() => [...document.querySelectorAll('.examples img')].every(i => i.naturalWidth)")
    siti.looks_right()
