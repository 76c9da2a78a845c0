"""Bad luck with documents, in a real Chromium: no broken line, refusal or closed browser costs one that was stored."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from requests_app.citizen.apply import limits
from requests_app.files.inspect import UploadRefused, check_upload
from requests_app.files.limits import Limits
from requests_app.files.refusals import MESSAGES
from requests_app.models import Document
from requests_app.uploads import script, taking
from tests.citizen.apply.photographer import KK, LETTER, STEP, Photographer, jpeg
from tests.citizen.apply.road import Road
from tests.citizen.apply.walk import BASE, PHOTO, another_photo
from tests.files.samples import document, encode

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# --- the network


def test_the_connection_is_gone_in_the_middle_of_a_photo(
    browser: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "WAITS", (600_000,))
    with Road(live_server.url) as road:
        siti = Photographer(browser, road.address, has_touch=True, is_mobile=True)
        siti.open(STEP)
        siti.takes(LETTER, jpeg())
        siti.has(LETTER, "Foto 1")
        road.breaks_after(100_000)
        siti.takes(KK, jpeg(encode(document(3600, 2700), "jpeg")))
        expect(siti.waits_for(KK)).to_contain_text("Kami mencoba lagi sendiri.")
        assert [known.document_code for known in Document.objects.all()] == ["SURAT_HILANG"]
        road.mend()
        siti.page.evaluate("dispatchEvent(new Event('online'))")
        siti.has(KK, "Foto 1")
        siti.has(LETTER, "Foto 1")
        siti.context.close()


@pytest.mark.usefixtures("soon")
def test_without_a_network_the_photo_waits_in_the_page_for_coba_lagi(siti: Photographer) -> None:
    tries: list[str] = []
    siti.answers_itself(lambda route: (tries.append(route.request.url), route.abort())[1])
    siti.takes(KK, jpeg())
    siti.hears(f"{KK}: Belum terkirim karena sambungan terputus.")
    assert len(tries) == 4
    siti.looks_right()
    siti.page.unroute_all()
    siti.waits_for(KK).get_by_role("button", name="Coba lagi").click()
    siti.has(KK, "Foto 1")
    expect(siti.waits_for(KK)).to_have_count(0)


@pytest.mark.usefixtures("soon")
def test_a_line_that_hangs_counts_as_broken(siti: Photographer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "PATIENCE", 300)
    siti.page.reload()
    hanging: list[Route] = []
    siti.answers_itself(hanging.append)
    siti.takes(KK, jpeg())
    expect(siti.waits_for(KK).get_by_role("button", name="Coba lagi")).to_be_visible()
    assert len(hanging) == 4


@pytest.mark.usefixtures("soon")
def test_a_photo_that_the_office_had_no_time_for_is_sent_again_by_itself(
    siti: Photographer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = iter([True, True, False])

    def busy_twice(*given: Any, **more: Any) -> Any:
        if next(tries):
            raise UploadRefused("busy")
        return check_upload(*given, **more)

    monkeypatch.setattr(taking, "check_upload", busy_twice)
    siti.takes(KK, jpeg())
    siti.has(KK, "Foto 1")


@pytest.mark.usefixtures("soon")
def test_the_answer_that_got_lost_does_not_double_the_photo(siti: Photographer) -> None:
    lost: list[Any] = []

    def lose_the_first_answer(route: Route) -> None:
        lost.append(route.fetch())
        route.abort() if len(lost) == 1 else route.fulfill(response=lost[-1])

    siti.answers_itself(lose_the_first_answer)
    siti.takes(KK, jpeg())
    siti.has(KK, "Foto 1")
    assert len(lost) == 2
    assert Document.objects.count() == 1


@pytest.mark.usefixtures("soon")
def test_lanjut_tries_what_failed_once_more_and_goes_on(siti: Photographer) -> None:
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.answers_itself(lambda route: route.abort())
    siti.takes(KK, jpeg())
    again = siti.waits_for(KK).get_by_role("button", name="Coba lagi")
    expect(again).to_be_visible()
    siti.press()
    expect(again).to_be_focused()
    siti.page.unroute_all()
    siti.press()
    siti.is_at("kabar/")


# --- what the office refuses


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"MZ\x90\x00" + b"program" * 100, "program"), (b"", "empty")],
    ids=["a program called foto.jpg", "nothing at all"],
)
def test_what_is_no_photo_is_refused_beside_its_document_and_the_others_stay(
    siti: Photographer, content: bytes, message: str
) -> None:
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.picks(KK, jpeg(another_photo(1)), jpeg(content), jpeg(another_photo(2)))
    siti.has(KK, "Foto 1", "Foto 2")
    expect(siti.waits_for(KK)).to_have_count(1)
    expect(siti.waits_for(KK)).to_contain_text(MESSAGES[message])
    siti.looks_right()
    siti.waits_for(KK).get_by_role("button", name="Tutup").click()
    expect(siti.waits_for(KK)).to_have_count(0)
    siti.has(LETTER, "Foto 1")
    siti.press()
    siti.is_at("kabar/")


def test_a_refused_file_does_not_keep_anybody_from_going_on(siti: Photographer) -> None:
    siti.takes(KK, jpeg())
    siti.has(KK, "Foto 1")
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.picks(LETTER, jpeg(b"MZ program"))
    expect(siti.waits_for(LETTER)).to_contain_text(MESSAGES["program"])
    siti.press()
    siti.is_at("kabar/")


def test_the_missing_document_is_named_and_the_link_leads_to_its_button(siti: Photographer) -> None:
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.press()
    siti.page.get_by_role("link", name=f"{KK}: Belum ada foto").click()
    expect(siti.block(KK).get_by_role("button", name="Ambil foto")).to_be_focused()
    siti.looks_right()
    siti.takes(KK, jpeg())
    siti.has(KK, "Foto 1")
    expect(siti.block(KK).get_by_text("Belum ada foto")).to_have_count(0)


def test_what_is_over_the_limit_is_not_even_sent(siti: Photographer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "DEFAULT_LIMITS", Limits(max_file_bytes=1_000))
    siti.page.reload()
    siti.answers_itself(lambda route: pytest.fail("it was sent"))
    siti.picks(KK, jpeg(b"%PDF-" + bytes(1_000), "kk.pdf", "application/pdf"))
    siti.hears(MESSAGES["too_large"])


@pytest.mark.parametrize(
    ("status", "message"), [(413, MESSAGES["too_large"]), (429, "Tunggu sepuluh menit, lalu tekan Coba lagi.")]
)
def test_a_proxy_that_refuses_in_its_own_words_is_put_into_ours(siti: Photographer, status: int, message: str) -> None:
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.answers_itself(lambda route: route.fulfill(status=status, body="<h1>No</h1>", content_type="text/html"))
    siti.takes(KK, jpeg())
    expect(siti.waits_for(KK)).to_contain_text(message)
    siti.has(LETTER, "Foto 1")


def test_too_many_files_from_one_network_wait_in_the_page(siti: Photographer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS", 1)
    siti.picks(KK, jpeg(another_photo(1)), jpeg(another_photo(2)))
    siti.has(KK, "Foto 1")
    expect(siti.waits_for(KK)).to_contain_text(re.compile(r"Coba lagi [^<]*pukul \d\d\.\d\d WIB"))
    expect(siti.waits_for(KK).get_by_role("link", name="Buka halaman baru")).to_be_hidden()
    monkeypatch.undo()
    siti.waits_for(KK).get_by_role("button", name="Coba lagi").click()
    siti.has(KK, "Foto 1", "Foto 2")


def test_a_draft_thrown_away_meanwhile_leaves_the_photo_to_be_saved(siti: Photographer) -> None:
    other = siti.another_tab(f"{BASE}hapus-draf/")
    other.get_by_role("button", name="Hapus draf").click()
    siti.takes(KK, jpeg())
    expect(siti.waits_for(KK)).to_contain_text("Halaman ini tidak berlaku lagi")
    siti.looks_right()
    with siti.page.expect_download() as saved:
        siti.waits_for(KK).get_by_role("link", name="Simpan foto").click()
    assert Path(saved.value.path()).read_bytes() == PHOTO
    expect(siti.waits_for(KK).get_by_role("link", name="Buka halaman baru")).to_have_attribute("target", "_blank")


def test_cookies_deleted_meanwhile_leave_the_photo_in_the_page(siti: Photographer) -> None:
    kept = siti.context.cookies()
    siti.context.clear_cookies()
    siti.takes(KK, jpeg())
    expect(siti.waits_for(KK)).to_contain_text("Halaman ini tidak berlaku lagi")
    siti.context.add_cookies(kept)  # type: ignore[arg-type]
    siti.waits_for(KK).get_by_role("button", name="Coba lagi").click()
    siti.has(KK, "Foto 1")


# --- reloads, closed browsers, two tabs


def test_a_page_with_unsent_photos_is_not_left_by_accident(siti: Photographer) -> None:
    siti.answers_itself(lambda route: None)
    siti.takes(KK, jpeg())
    expect(siti.waits_for(KK)).to_contain_text("Mengirim")
    with siti.page.expect_event("dialog") as asked:
        siti.page.once("dialog", lambda dialog: dialog.dismiss())
        siti.page.get_by_role("link", name="Kembali").click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    expect(siti.waits_for(KK)).to_have_count(1)


def test_the_browser_is_closed_and_the_files_are_still_there(siti: Photographer) -> None:
    siti.picks(KK, jpeg(another_photo(1)), jpeg(another_photo(2)))
    siti.has(KK, "Foto 1", "Foto 2")
    siti.close_browser_and_come_back()
    siti.open()
    siti.press("Lanjutkan draf")
    siti.is_at("berkas/")
    siti.has(KK, "Foto 1", "Foto 2")
    siti.takes(LETTER, jpeg())
    siti.has(LETTER, "Foto 1")
    siti.page.reload()
    siti.has(KK, "Foto 1", "Foto 2")
    siti.has(LETTER, "Foto 1")


def test_sending_the_page_again_without_scripts_stores_nothing_twice(browser: Browser, live_server: Any) -> None:
    plain = Photographer(browser, live_server.url, java_script_enabled=False)
    page = plain.open(STEP)
    page.set_input_files("#id_KK", [jpeg(), jpeg(b"MZ program")])
    plain.press(f"Unggah {KK}")
    plain.has(KK, "Foto 1")
    plain.sees(MESSAGES["program"])
    page.reload()
    plain.has(KK, "Foto 1")
    assert Document.objects.count() == 1
    plain.context.close()


def test_two_tabs_add_to_the_same_list(siti: Photographer) -> None:
    first = siti.page
    second = siti.page = siti.another_tab(STEP)
    siti.takes(KK, jpeg(another_photo(1)))
    siti.has(KK, "Foto 1")
    siti.page = first
    siti.has(KK)
    siti.takes(KK, jpeg(another_photo(2)))
    siti.has(KK, "Foto 1", "Foto 2")
    siti.block(KK).get_by_role("button", name="Hapus Foto 1").click()
    siti.has(KK, "Foto 1")
    siti.page = second
    siti.block(KK).get_by_role("button", name="Hapus Foto 1").click()
    siti.has(KK, "Foto 1")
    assert Document.objects.count() == 1


def test_a_file_that_cannot_be_removed_now_stays_and_says_so(siti: Photographer) -> None:
    siti.takes(KK, jpeg())
    siti.has(KK, "Foto 1")
    siti.answers_itself(lambda route: route.abort())
    siti.block(KK).get_by_role("button", name="Hapus Foto 1").click()
    siti.has(KK, "Berkas ini belum terhapus.")
    assert Document.objects.count() == 1
