"""A card that waits for its blank, as people tell it: the place in the line on a small phone, the suket meanwhile, and
whoever is shown that suket."""

import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect

from requests_app.clock import database_now
from requests_app.models import Suket
from requests_app.operations.steps import lock
from requests_app.operations.sukets import end_suket, issue_suket
from requests_app.rules.numbers import in_fours
from tests.chromium import found_by_axe
from tests.citizen.someone import SCREENS, Someone
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


def is_without_fault(someone: Someone) -> None:
    assert found_by_axe(someone.page) == []


def test_the_place_in_the_line_is_seen_and_then_the_suket(someone: Someone) -> None:
    _first, card = queued_cards(database_now() - HOUR, 2)
    someone.looks_up(card)
    someone.reads("Tunggu. Kartu dicetak begitu blangko datang.", "Urutan Anda", "2")
    someone.reads("Kapan kartu dicetak belum dapat kami perkirakan.", "Gratis.")
    is_without_fault(someone)
    issue_suket(application_id=card.pk, officer=OfficerFactory(), now=database_now())
    someone.proves(card)
    someone.reads("Surat keterangan (suket)", Suket.objects.get().number)
    is_without_fault(someone)
    with someone.page.expect_download() as sheet:
        someone.follow("Unduh surat (PDF)")
    assert sheet.value.suggested_filename == f"suket-{card.number}.pdf"
    words = pypdfium2.PdfDocument(io.BytesIO(sheet.value.path().read_bytes()))[0].get_textpage().get_text_range()
    assert in_fours(Suket.objects.get().code) in words


def test_whoever_is_shown_a_suket_checks_it_without_scripts_and_later_it_has_ended(
    browser: Browser, live_server: Any
) -> None:
    (card,) = queued_cards(database_now() - HOUR, 1, name="Siti Rahasia")
    suket = issue_suket(application_id=card.pk, officer=OfficerFactory(), now=database_now())
    context = browser.new_context(
        java_script_enabled=False, viewport=SCREENS["phone"], base_url=live_server.url  # type: ignore[arg-type]
    )  # fmt: skip
    third = Someone(context.new_page())
    third.open("/cek-pesan/")
    third.follow("Cek surat keterangan")
    third.fill("Kode surat keterangan", "x")
    third.press("Cek surat")
    third.reads("Kode ini terdiri dari enam belas huruf dan angka.")
    third.fill("Kode surat keterangan", in_fours(suket.code).lower())
    third.press("Cek surat")
    third.reads("Ya, surat ini dari kami dan masih berlaku.", suket.number, "Siti R.")
    expect(third.page.get_by_text("Rahasia")).to_have_count(0)
    with transaction.atomic():
        end_suket(lock(card.pk), reason="handed_over", now=database_now())
    third.page.reload()
    third.reads("Kartunya sudah diserahkan kepada pemiliknya.")
    third.open("/suket/0000-0000-0000-0000/")
    third.is_headed("Surat keterangan ini tidak ada")
    context.close()
