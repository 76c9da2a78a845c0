"""What the rules say and the office's tables hold, in the language of the page; what is Indonesian says so."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override
from lxml import html

from requests_app import language
from requests_app.models import DecisionReason, Requirement
from requests_app.queries.track import faults
from requests_app.rules.nik import NikError, check_kk_number
from requests_app.rules.opening import USUAL_HOURS, hours_in_words
from tests.factories import CORRECTION, decided
from tests.templates.samples import render

DUE, NOW = datetime(2026, 6, 29, 7, 30, tzinfo=UTC), datetime(2026, 6, 27, 4, 30, tzinfo=UTC)


def test_facts_are_shown_in_english_on_a_page_in_english():
    source = "{% load adminduk %}{{ at|moment }}; {{ at|day }}; {{ at|countdown:now }}; {{ n|count }}"
    with override("en"):
        shown = render(source, at=DUE, now=NOW, n=8020)
    assert shown == "Monday, 29 June 2026, 14:30 WIB; 29 June 2026; 2 days 3 hours left; 8,020"


def test_days_times_and_decimals_follow_the_language():
    written = (language.long_day(date(2026, 6, 29)), language.time(DUE), language.decimal(1.5))
    assert written == ("Senin, 29 Juni 2026", "pukul 14.30 WIB", "1,5")
    with override("en"):
        written = (language.long_day(date(2026, 6, 29)), language.time(DUE), language.decimal(1.5))
        assert written == ("Monday, 29 June 2026", "14:30 WIB", "1.5")


def test_an_offices_hours_follow_the_language():
    source = "{% load adminduk %}{{ weekly|hours }}"
    assert render(source, weekly=USUAL_HOURS) == hours_in_words(USUAL_HOURS)
    with override("en"):
        assert render(source, weekly=USUAL_HOURS) == (
            "Monday–Thursday 08:00–12:00 and 13:00–15:00, Friday 08:00–11:30 and 13:30–15:00 WIB"
        )


@pytest.mark.django_db
def test_a_citizen_reads_the_hours_of_the_offices_in_english(client):
    client.cookies["bahasa"] = "en"
    for address in ("/zona/", "/zona/?kelurahan=16.71.01.1001"):
        page = html.fromstring(client.get(address).content)
        assert "Monday–Thursday 08:00–12:00 and 13:00–15:00" in page.text_content()
        assert "Senin" not in page.text_content()


def test_a_rules_refusal_is_told_with_its_figures():
    with pytest.raises(NikError) as refusal:
        check_kk_number("167104170895990")
    with override("en"):
        told = language.refused(refusal.value)
    assert told == "A KK number has 16 digits. You wrote 15. Check it at the top of the family card."
    assert "Anda menulis 15 angka" in refusal.value.message


def test_a_row_as_it_was_shipped_is_translated_and_an_edited_one_is_marked_as_indonesian():
    with override("en"):
        assert language.reference("Foto/scan asli Kartu Keluarga") == "Photo or scan of the original family card"
        assert language.reference("Foto KK & kartu") == '<span lang="id">Foto KK &amp; kartu</span>'
    assert language.reference("Foto KK & kartu") == "Foto KK & kartu"


@pytest.mark.django_db
def test_an_edited_requirement_stands_on_the_english_page_in_indonesian(client):
    Requirement.objects.filter(service="ktp_el", reason="hilang", document_code="KK").update(name="Foto KK terbaru")
    client.cookies["bahasa"] = "en"
    page = html.fromstring(client.get("/keperluan/ktp-hilang/palembang/").content)
    assert [found.text for found in page.cssselect("li span[lang=id]")] == ["Foto KK terbaru"]
    assert "Loss report from the police" in page.text_content()


@pytest.mark.django_db
def test_what_is_to_be_corrected_is_in_english_unless_the_office_reworded_it():
    application = decided(datetime.now(UTC), CORRECTION)
    with override("en"):
        (fault,) = faults(application.pk)
        assert (fault.label, fault.reason) == (
            "Family card",
            "The photo cannot be read clearly. Take it again in a bright place, without shaking.",
        )
        DecisionReason.objects.filter(code="foto_buram").update(sentence="Foto ulang.")
        (fault,) = faults(application.pk)
    assert fault.reason == '<span lang="id">Foto ulang.</span>'
