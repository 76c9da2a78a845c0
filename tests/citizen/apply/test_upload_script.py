"""One file at a time, as static/documents.js sends it: the page's checks and limits, answered with JSON."""

import dataclasses
import gzip
import json
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from lxml import html

from requests_app.citizen.apply import limits
from requests_app.files.inspect import UploadRefused
from requests_app.files.limits import CLARITY, DEFAULT_LIMITS
from requests_app.files.refusals import HINTS, MESSAGES
from requests_app.models import Document, Draft
from requests_app.operations.documents import document_store
from requests_app.uploads import taking
from tests.citizen.apply.walk import BASE, another_photo, apply, send, upload, walk
from tests.files.samples import dark_document, encode

pytestmark = pytest.mark.django_db
STEP = f"{BASE}berkas/"


@pytest.fixture
def at_documents(client: Client) -> Client:
    """A lost card, everything filled in up to the documents."""
    walk(client, "hilang", upto="berkas")
    return client


def by_script(client: Client, code: str = "KK", draft: str = "", **data: Any) -> Any:
    """What the script sends: the form's hidden fields, the document, and one file or one to take back."""
    fields = {"draft": draft or client.session["draft"], "unggah": code, **data}
    return client.post(STEP, fields, headers={"Accept": "application/json"})


def rows(answer: Any) -> list[str]:
    """The files in the list that came back."""
    return [" ".join(row.text_content().split()) for row in html.fragments_fromstring(answer.json()["files"])[0]]


def test_a_file_is_stored_and_the_documents_new_list_comes_back(at_documents: Client) -> None:
    send(at_documents, "berkas", {"unggah": "SURAT_HILANG", "SURAT_HILANG": upload()})
    by_script(at_documents, KK=upload(another_photo(1)))
    answer = by_script(at_documents, KK=upload(another_photo(2)))
    assert answer.status_code == 200
    assert answer.json()["errors"] == []
    assert answer.json()["stored"] == str(Document.objects.latest("uploaded_at").pk)
    assert [row.split(" Hapus")[0][:6] for row in rows(answer)] == ["Foto 1", "Foto 2"]


def test_a_refused_file_is_told_and_what_was_there_stays(at_documents: Client) -> None:
    by_script(at_documents, KK=upload())
    answer = by_script(at_documents, KK=upload(b"MZ program"))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [MESSAGES["program"]]
    assert len(rows(answer)) == 1


def test_a_hint_comes_with_the_list_and_with_two_ways_on(at_documents: Client) -> None:
    answer = by_script(at_documents, KK=upload(encode(dark_document(), "jpeg")))
    assert answer.status_code == 200
    (row,) = html.fragments_fromstring(answer.json()["files"])[0]
    assert HINTS["dark"] in row.text_content()
    assert [button.get("data-do") for button in row.cssselect("[data-hinted][hidden] button")] == ["again", "fine"]


def test_a_file_that_nobody_had_time_for_is_worth_another_try(
    at_documents: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*given: Any, **more: Any) -> None:
        raise UploadRefused("busy")

    monkeypatch.setattr(taking, "check_upload", busy)
    answer = by_script(at_documents, KK=upload())
    assert answer.status_code == 503
    assert answer.json()["errors"] == [MESSAGES["busy"]]


def test_the_script_takes_a_file_back(at_documents: Client) -> None:
    stored = by_script(at_documents, KK=upload()).json()["stored"]
    answer = by_script(at_documents, hapus=stored)
    assert answer.json()["files"].strip() == ""
    assert not Document.objects.exists()


def test_too_many_files_are_told_until_when_and_what_was_stored_stays(
    at_documents: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOADS", 1)
    by_script(at_documents, KK=upload())
    answer = by_script(at_documents, KK=upload(another_photo(1)))
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 600
    assert re.search("Coba lagi .*pukul", answer.json()["errors"][0])
    assert Document.objects.count() == 1


def test_every_upload_gives_the_draft_its_seven_days_again(at_documents: Client) -> None:
    before = Draft.objects.get().expires_at
    by_script(at_documents, KK=upload())
    assert Draft.objects.get().expires_at > before


def test_a_page_of_another_draft_is_told_so_and_begins_none(at_documents: Client) -> None:
    for draft in (str(uuid.uuid4()), "bukan-id"):
        answer = by_script(at_documents, draft=draft, KK=upload())
        assert answer.status_code == 409
        assert "Halaman ini tidak berlaku lagi" in answer.json()["errors"][0]
    stranger = Client()
    assert by_script(stranger, draft=at_documents.session["draft"], KK=upload()).status_code == 409
    assert "draft" not in stranger.session
    assert Draft.objects.count() == 1
    assert not Document.objects.exists()


def test_a_document_that_is_not_asked_for_is_not_taken(at_documents: Client) -> None:
    assert by_script(at_documents, code="PASPOR", PASPOR=upload()).status_code == 409
    assert not Document.objects.exists()


def test_an_old_protection_token_stores_nothing(at_documents: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = at_documents.cookies
    assert by_script(strict, KK=upload()).status_code == 422
    assert not Document.objects.exists()


def test_a_browser_without_the_script_gets_pages(at_documents: Client) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    data = {"draft": at_documents.session["draft"], "unggah": "KK", "KK": upload()}
    assert at_documents.post(STEP, data, headers=accept).status_code == 302


# --- small pictures


def test_the_small_picture_is_only_drawn_and_never_kept(at_documents: Client) -> None:
    by_script(at_documents, KK=upload())
    picture = at_documents.get(f"{STEP}{Document.objects.get().pk}/")
    assert picture["Content-Type"] == "image/jpeg"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in picture["Cache-Control"]
    assert "sandbox" in picture["Content-Security-Policy"]
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert len(picture.content) < 4_000


def test_the_small_picture_is_nobody_elses(at_documents: Client) -> None:
    by_script(at_documents, KK=upload())
    address = f"{STEP}{Document.objects.get().pk}/"
    assert Client().get(address).status_code == 404
    stranger = Client()
    walk(stranger, "hilang", upto="berkas")
    assert stranger.get(address).status_code == 404
    assert at_documents.get(f"{STEP}{uuid.uuid4()}/").status_code == 404


def test_after_sending_the_small_picture_is_not_shown_any_more(client: Client) -> None:
    application = apply(client)
    assert client.get(f"{STEP}{application.documents.first().pk}/").status_code == 404


def test_a_picture_that_is_gone_from_the_disk_is_not_found(
    at_documents: Client, caplog: pytest.LogCaptureFixture
) -> None:
    by_script(at_documents, KK=upload())
    document = Document.objects.get()
    document_store().remove(document.pk)
    assert at_documents.get(f"{STEP}{document.pk}/").status_code == 404
    assert str(document.pk) in caplog.text


# --- figures and words


def setup_on(page: Any) -> Any:
    """What the page hands to the script."""
    (spare,) = html.fromstring(page.content).cssselect("template[data-setup]")
    return json.loads(spare.get("data-setup"))


def test_the_script_gets_the_servers_own_figures_and_words(at_documents: Client) -> None:
    given = setup_on(at_documents.get(STEP))
    figures = dataclasses.asdict(CLARITY) | {
        "small_below": DEFAULT_LIMITS.min_clear_side,
        "max_side": DEFAULT_LIMITS.max_side,
        "max_bytes": DEFAULT_LIMITS.max_file_bytes,
    }
    assert figures.items() <= given["limits"].items()
    assert {**HINTS, "too_large": MESSAGES["too_large"]}.items() <= given["words"].items()


def test_script_and_examples_are_small() -> None:
    static = settings.BASE_DIR / "static"
    assert len(gzip.compress((static / "documents.js").read_bytes(), 9)) <= 4_096
    examples = list((static / "examples").glob("*.svg"))
    assert len(examples) == 5
    assert max(example.stat().st_size for example in examples) <= 6_000
