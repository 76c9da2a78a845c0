"""A Report is taken, answered so that the citizen reads it, and closed; each opening leaves an access row."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from requests_app.models import AccessLog, Event, Officer, Report
from requests_app.operations.clock import break_promises
from requests_app.operations.reports import write_report
from tests.factories import submitted


@pytest.fixture
def report(now: datetime) -> Report:
    application = submitted(now - timedelta(days=6))
    break_promises(now=now)
    return write_report(application_id=application.pk, words="Saya menunggu <b>enam</b> hari.", now=now)


def address(report: Report, step: str = "") -> str:
    return f"/pengawas/laporan/{report.number}/{step}"


def test_the_page_shows_the_citizens_words_as_text_and_leaves_an_access_row(
    desk: Client, report: Report, supervisor: Officer
) -> None:
    page = desk.get(address(report)).text
    assert "Saya menunggu &lt;b&gt;enam&lt;/b&gt; hari." in page
    row = AccessLog.objects.get()
    assert (row.officer, row.action, row.application_id) == (supervisor, "report", report.application_id)


def test_taken_answered_closed(desk: Client, report: Report, supervisor: Officer) -> None:
    desk.post(address(report, "ambil/"))
    report.refresh_from_db()
    assert report.owner == supervisor
    desk.post(address(report, "jawab/"), {"answer": "Mohon maaf.\nBesok kami periksa."})
    report.refresh_from_db()
    assert report.status == "answered"
    notice = report.application.notices.get(purpose="report_answered")
    assert notice.params["jawaban"] == "Mohon maaf. Besok kami periksa."
    response = desk.post(address(report, "tutup/"))
    assert response.headers["Location"] == "/pengawas/laporan/"
    report.refresh_from_db()
    assert report.status == "closed"
    steps = Event.objects.filter(application=report.application, officer=supervisor).values_list("step", flat=True)
    assert list(steps) == ["report_owned", "report_answered", "report_closed"]
    assert report.number in desk.get("/pengawas/laporan/?selesai=1").text


def test_an_empty_answer_is_asked_for_and_nothing_is_sent(desk: Client, report: Report) -> None:
    response = desk.post(address(report, "jawab/"), {"answer": "  "})
    assert response.status_code == 422
    assert "Tuliskan jawaban untuk warga." in response.text
    assert not report.application.notices.filter(purpose="report_answered").exists()


def test_a_report_cannot_be_closed_before_the_citizen_was_answered(desk: Client, report: Report) -> None:
    response = desk.post(address(report, "tutup/"))
    assert response.status_code == 409
    report.refresh_from_db()
    assert report.status == "open"


def test_an_answer_to_a_closed_report_is_kept_on_the_page(desk: Client, report: Report) -> None:
    Report.objects.update(status="closed", closed_at=report.opened_at)
    response = desk.post(address(report, "jawab/"), {"answer": "Sudah kami kirim."})
    assert response.status_code == 409
    assert "Sudah kami kirim." in response.text


@pytest.mark.parametrize("number", ["LAP-0000-0000-1", "PLG-AAAA-AAAA-A", "apa saja"])
def test_an_unknown_number_is_not_found(desk: Client, number: str) -> None:
    assert desk.get(f"/pengawas/laporan/{number}/").status_code == 404


def test_steps_answer_posts_only(desk: Client, report: Report) -> None:
    assert {desk.get(address(report, step)).status_code for step in ("ambil/", "jawab/", "tutup/")} == {405}
