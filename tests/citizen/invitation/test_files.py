"""What is kept of an invitation: a sheet of paper, a calendar entry; both hold no more than the page."""

import io
import re
from datetime import timedelta

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.citizen.invitation.calendar import escaped, folded
from requests_app.models import Application, Requirement
from requests_app.operations.actors import CITIZEN
from requests_app.operations.visits import cancel_visit, move_visit
from requests_app.rules.dates import format_moment
from tests.citizen.invitation.conftest import address
from tests.operations.offices import approve, asked, free_slot, visit_of

pytestmark = pytest.mark.django_db


def properties(answer) -> dict[str, str]:
    """The lines of a calendar file, unfolded, by name."""
    lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
    return dict(line.split(":", 1) for line in lines if line)


def calendar(client, visit):
    return client.get(address(visit, "undangan.ics"))


def test_the_calendar_entry_is_the_visit_with_a_reminder(client, visit):
    answer = calendar(client, visit)
    event = properties(answer)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert event["DTSTART"] == f"{visit.starts_at:%Y%m%dT%H%M%SZ}"
    assert event["DTEND"] == f"{visit.slot.ends_at:%Y%m%dT%H%M%SZ}"
    assert visit.number in event["SUMMARY"]
    assert event["LOCATION"] == f"{visit.zone.name}\\, Jl. Contoh 1"
    assert event["GEO"] == "-2.976074;104.775431"
    assert event["TRIGGER"] == "-PT3H"
    assert event["URL"].endswith(f"/undangan/{visit.code}/")
    text = answer.content.decode()
    for pair in ("VCALENDAR", "VEVENT", "VALARM"):
        assert text.count(f"BEGIN:{pair}") == text.count(f"END:{pair}") == 1
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_moved_visit_replaces_its_entry(client, now, visit, monkeypatch):
    first = properties(calendar(client, visit))
    slot = free_slot(visit, now)
    move_visit(visit_id=visit.pk, slot_id=slot.pk, now=now, actor=CITIZEN)
    monkeypatch.setattr(
        "requests_app.citizen.invitation.opening.database_now", lambda: now + timedelta(minutes=2)
    )  # fmt: skip
    second = properties(calendar(client, visit))
    assert first["UID"] == second["UID"]
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert second["DTSTART"] == f"{slot.starts_at:%Y%m%dT%H%M%SZ}"
    assert visit.code not in first["UID"]


def test_no_file_tells_more_than_the_page(client, visit):
    application = Application.objects.get()
    sheet = text_of(client.get(address(visit, "undangan.pdf")))
    entry = calendar(client, visit).content.decode()
    for secret in ("Rahasia", application.nik, application.kk_number, application.phone):
        assert secret not in sheet
        assert secret not in entry


def test_after_the_end_there_is_nothing_to_keep(client, now, visit):
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    for name in ("undangan.pdf", "undangan.ics"):
        assert client.get(address(visit, name)).url == address(visit)


def text_of(answer) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def test_the_sheet_holds_what_is_needed_on_the_way_and_at_the_desk(client, visit):
    answer = client.get(address(visit, "undangan.pdf"))
    words = text_of(answer)
    application = Application.objects.get()
    for fact in (visit.number, visit.zone.name, application.number, "Siti", f"/undangan/{visit.code}/"):
        assert fact in words, fact
    assert re.sub(r"\s", "", format_moment(visit.starts_at)) in re.sub(r"\s", "", words)
    assert answer["Content-Type"] == "application/pdf"


def test_in_english_no_markup_gets_into_a_file(client, now, office):
    Requirement.objects.filter(service="legalisir", document_code="FOTOKOPI").update(name="Fotokopi & aslinya")
    visit = visit_of(approve(asked(now, "legalisir", copies=3), now))
    client.cookies["bahasa"] = "en"
    assert '<span lang="id">Fotokopi &amp; aslinya</span>' in client.get(address(visit)).content.decode()
    for name in ("undangan.pdf", "undangan.ics"):
        answer = client.get(address(visit, name))
        words = text_of(answer) if name.endswith("pdf") else answer.content.decode().replace("\r\n ", "")
        assert "Fotokopi & aslinya" in words
        assert "<span" not in words


def test_a_large_household_needs_more_than_one_sheet(client, now, visit):
    family = Application.objects.get().kk_number
    numbers = [approve(asked(now, "legalisir", kk_number=family), now).number for _ in range(9)]
    answer = client.get(address(visit, "undangan.pdf"))
    assert len(pypdfium2.PdfDocument(io.BytesIO(answer.content))) > 1
    assert all(number in text_of(answer) for number in numbers)


@given(st.text())
def test_lines_are_folded_without_loss_and_never_through_a_character(text):
    line = escaped(text.replace("\r", ""))
    parts = list(folded(line))
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == line
    assert all(part[0] == " " for part in parts[1:])
    assert all(len(part.encode("utf-8", "surrogatepass")) <= 75 for part in parts)
    assert "\n" not in line


def test_signs_of_the_format_lose_their_meaning():
    assert escaped("a;b,c\\d\ne") == "a\\;b\\,c\\\\d\\ne"
