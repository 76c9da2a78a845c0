"""A Report is taken, answered so that the citizen reads it, and closed; each opening leaves an access row."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

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


def fields_of(page: Any, action: str) -> dict[str, str]:
    """What a browser would send for the form of the page that leads there."""
    form = next(form for form in html.fromstring(page.text).forms if form.action == action)
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


def answer(desk: Client, report: Report, words: str) -> Any:
    """What the supervisor sends from the page as it is now."""
    report.refresh_from_db()
    return desk.post(address(report, "jawab/"), {"answer": words, "seen": len(report.words)})


def test_the_page_shows_the_citizens_words_as_text_and_leaves_an_access_row(
    desk: Client, report: Report, supervisor: Officer
) -> None:
    page = desk.get(address(report)).text
    assert "Saya menunggu &lt;b&gt;enam&lt;/b&gt; hari." in page
    row = AccessLog.objects.get()
    assert (row.officer, row.action, row.application_id) == (supervisor, "report", report.application_id)


def test_the_page_says_how_far_answer_and_apology_came(desk: Client, report: Report) -> None:
    apology = report.application.notices.filter(purpose="apology")
    apology.update(channel="sms", state="delivered", evidence="delivered", next_attempt_at=None)
    assert "sampai di ponsel" in desk.get(address(report)).text
    apology.update(channel="email", state="held", evidence="", next_attempt_at=report.opened_at)
    page = desk.get(address(report)).text
    assert "Surel, " in page
    assert ": tertunda" in page


def test_taken_answered_closed(desk: Client, report: Report, supervisor: Officer) -> None:
    desk.post(address(report, "ambil/"))
    report.refresh_from_db()
    assert report.owner == supervisor
    answer(desk, report, "Mohon maaf.\nBesok kami periksa.")
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
    response = answer(desk, report, "  ")
    assert response.status_code == 422
    assert "Tuliskan jawaban untuk warga." in response.text
    assert not report.application.notices.filter(purpose="report_answered").exists()


def test_an_answer_with_a_nik_is_refused_and_kept_and_nothing_is_sent(desk: Client, report: Report) -> None:
    response = answer(desk, report, "NIK 1671 0457 0895 9001 salah.")
    assert response.status_code == 422
    assert "Hapus NIK atau nomor KK" in response.text
    assert "NIK 1671 0457 0895 9001 salah." in response.text
    assert not report.application.notices.filter(purpose="report_answered").exists()


def test_a_report_cannot_be_closed_before_the_citizen_was_answered(desk: Client, report: Report) -> None:
    response = desk.post(address(report, "tutup/"))
    assert response.status_code == 409
    report.refresh_from_db()
    assert report.status == "open"


def test_who_writes_again_after_the_answer_is_listed_as_unanswered_and_cannot_be_closed(
    desk: Client, report: Report, now: datetime
) -> None:
    answer(desk, report, "Besok kami periksa.")
    assert "ada tulisan warga" not in desk.get("/pengawas/laporan/").text, "those words are answered"
    write_report(application_id=report.application_id, words="Sudah dua hari, belum juga.", now=now)
    report.refresh_from_db()
    assert (report.status, report.answer) == ("open", "Besok kami periksa.")
    listed = desk.get("/pengawas/laporan/").text
    assert "warga menulis lagi" in listed and "Dijawab" not in listed
    page = desk.get(address(report)).text
    assert "Warga menulis lagi sesudah jawaban terakhir" in page
    assert "Besok kami periksa." in page and "Sudah dua hari, belum juga." in page
    refused = desk.post(address(report, "tutup/"))
    assert refused.status_code == 409
    assert "Warga menulis lagi sesudah jawaban terakhir" in refused.text
    answer(desk, report, "Hari ini selesai.")
    assert "menulis lagi" not in desk.get("/pengawas/laporan/").text
    assert desk.post(address(report, "tutup/")).status_code == 302


def test_words_that_came_while_the_answer_was_written_keep_the_report_open(
    desk: Client, report: Report, now: datetime
) -> None:
    form = fields_of(desk.get(address(report)), action=address(report, "jawab/"))
    write_report(application_id=report.application_id, words="Sekarang saya sakit.", now=now)
    page = desk.post(address(report, "jawab/"), form | {"answer": "Besok kami periksa."}, follow=True).text
    assert "Sementara itu warga menulis lagi" in page and "Sekarang saya sakit." in page
    report.refresh_from_db()
    assert (report.status, report.answer) == ("open", "Besok kami periksa.")
    assert report.application.notices.filter(purpose="report_answered").exists()
    assert desk.post(address(report, "tutup/")).status_code == 409
    again = fields_of(desk.get(address(report)), action=address(report, "jawab/"))
    assert (
        "tetap terbuka"
        not in desk.post(address(report, "jawab/"), again | {"answer": "Semoga lekas sembuh."}, follow=True).text
    )
    assert desk.post(address(report, "tutup/")).status_code == 302


def test_an_answer_to_a_closed_report_is_kept_on_the_page(desk: Client, report: Report) -> None:
    Report.objects.update(status="closed", closed_at=report.opened_at)
    response = answer(desk, report, "Sudah kami kirim.")
    assert response.status_code == 409
    assert "Sudah kami kirim." in response.text


@pytest.mark.parametrize("number", ["LAP-0000-0000-1", "PLG-AAAA-AAAA-A", "apa saja"])
def test_an_unknown_number_is_not_found(desk: Client, number: str) -> None:
    assert desk.get(f"/pengawas/laporan/{number}/").status_code == 404


def test_steps_answer_posts_only(desk: Client, report: Report) -> None:
    assert {desk.get(address(report, step)).status_code for step in ("ambil/", "jawab/", "tutup/")} == {405}
