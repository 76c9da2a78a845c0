"""What comes next is said for every status: what, when, where, with what, and that it is free."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html

from requests_app.citizen.track.next_step import next_step
from requests_app.models import Zone
from requests_app.operations.clock import break_promises
from requests_app.operations.followup import withdraw
from requests_app.queries import track
from requests_app.rules.dates import format_moment
from requests_app.rules.phone import spaced_phone
from requests_app.rules.statuses import Status
from tests.citizen.track.conftest import look_up
from tests.factories import APPROVED, CORRECTION, RECORDING, REJECTED, OfficerFactory, decided, submitted
from tests.operations.blanks import stocked
from tests.operations.cards import give_card

pytestmark = pytest.mark.django_db


def rows(page):
    """The block as a citizen reads it: label and words."""
    block = html.fromstring(page.content).xpath("//section[@aria-labelledby='next']")[0]
    words = {row[0].text_content(): row[1].text_content() for row in block.xpath(".//dl/div")}
    return {"what": block.xpath(".//strong")[0].text_content(), **words}


@pytest.fixture
def read(prove, now):
    """The block of an application after the proof."""
    return lambda application: rows(prove(application).get(f"/lacak/{application.number}/"))


def before(now):
    return now - timedelta(minutes=1)


def office_of(application):
    return spaced_phone(application.zone.whatsapp_number)


def test_whoever_waits_need_not_come_and_knows_when_and_from_which_number(read, now):
    application = submitted(now)
    block = read(application)
    assert block["Kapan"] == f"Paling lambat {format_moment(application.due_at)}."
    assert block["Di mana"].startswith(f"Di WhatsApp Anda, dari {application.zone.name}")
    assert office_of(application) in block["Di mana"]
    assert "Datang" in block["Tidak perlu"]
    assert block["Biaya"] == "Gratis."


def test_an_approved_card_is_printed_next_and_nobody_is_sent_to_fetch_it(read, now):
    stocked(now, 5)
    application = decided(before(now), APPROVED)
    block = read(application)
    assert block["what"] == "Tunggu. Kartu Anda segera dicetak."
    assert block["Kapan"] == "Kami mengabari Anda begitu kartu siap diambil."
    assert office_of(application) in block["Di mana"]
    assert block["Tidak perlu"] == "Datang atau mengajukan lagi."
    assert block["Biaya"] == "Gratis."


def test_a_recording_says_until_when_too(read, now):
    application = decided(before(now), RECORDING)
    block = read(application)
    assert block["Kapan"] == f"Hari kerja. Paling lambat {format_moment(application.waiting_until)}."
    assert block["Di mana"].startswith("UPTD Zona 7.")


def test_a_correction_names_what_to_photograph_and_needs_no_journey(read, now):
    application = decided(before(now), CORRECTION)
    block = read(application)
    assert block["Kapan"] == f"Sebelum {format_moment(application.waiting_until)}."
    assert block["Yang dibawa atau disiapkan"] == "Dokumen asli untuk difoto: Kartu Keluarga."
    assert block["Tidak perlu"].startswith("Datang.")


def test_a_rejection_says_until_when_it_can_be_objected_to(read, now):
    application = decided(before(now), REJECTED)
    last = application.decided_at + timedelta(days=30)
    assert read(application)["Kapan"] == f"Keberatan paling lambat {format_moment(last)}."


def test_when_we_are_late_coming_with_the_reports_number_helps(read, now):
    Zone.objects.update(address="Jl. Contoh 1")
    application = submitted(now - timedelta(days=5, minutes=1))
    break_promises(now=now)
    block = read(application)
    assert "dilayani lebih dulu" in block["what"]
    assert block["Yang dibawa atau disiapkan"] == f"Nomor laporan {application.reports.get().number}."
    assert f"{application.zone.name}, Jl. Contoh 1. {application.zone.hours}" in block["Di mana"]


def test_a_late_answer_still_leads_to_the_card(read, now):
    stocked(now, 5)
    application = decided(now - timedelta(days=5, minutes=2), APPROVED)
    break_promises(now=now)
    assert read(application)["what"] == "Tunggu. Kartu Anda segera dicetak."


def test_what_can_still_be_taken_back_is_not_said(read, now):
    application = decided(now, APPROVED)
    assert read(application)["what"] == "Tunggu kabar dari kami."
    assert track.detail(application.pk, now=now).meeting == {}


def test_the_end_says_that_nothing_is_left_to_do(read, now):
    done = decided(before(now), APPROVED)
    give_card(application_id=done.pk, officer=OfficerFactory(), now=now)
    gone = submitted(now)
    withdraw(application_id=gone.pk, now=now)
    for application in (done, gone):
        assert read(application)["what"].startswith("Tidak ada lagi.")


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DRAFT])
@pytest.mark.parametrize("proven", [True, False])
def test_every_status_says_what_and_where_in_short_sentences(now, status, proven):
    application = submitted(now)
    detail = track.detail(application.pk, now=now)
    stage = replace(detail.stage, status=status, waiting_until=now + timedelta(days=9))
    block = next_step(stage, replace(detail, stage=stage) if proven else None)
    assert block.what and block.where
    for words in (block.what, block.when, block.where, block.bring, block.need_not):
        for sentence in re.split(r"[.!?:;]\s", words):
            assert len(sentence.split()) <= 20, sentence


def test_before_the_proof_nothing_tells_which_office(visitor, now):
    for verdict in (APPROVED, RECORDING, REJECTED):
        application = decided(before(now), verdict)
        page = visitor.get(look_up(visitor, application).url)
        words = " ".join(rows(page).values())
        assert application.zone.name not in words
        assert office_of(application) not in words
        assert rows(page)["Biaya"] == "Gratis."
