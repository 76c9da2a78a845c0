"""Side lists: duplicates, recordings, collected cards, calls, reports."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import AccessLog, Application, CallAttempt, CallTask, Notice, Officer, Report, Zone
from requests_app.operations.calls import open_call, record_call
from requests_app.operations.clock import break_promises
from requests_app.operations.notices import owe_notice
from requests_app.operations.review import claim_application
from requests_app.queries import paging
from requests_app.rules.messages import render
from tests.factories import APPROVED, RECORDING, OfficerFactory, decided, submitted
from tests.officer.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(now: datetime) -> tuple[Application, Application]:
    """An open application and one of the same key that is held beside it."""
    first = submitted(now)
    return first, submitted(now, nik=first.nik, address="Lrg. Lain No. 2")


def comparing(held: Application) -> str:
    return reverse("compare_duplicates", args=[held.number])


def test_both_stand_side_by_side_with_the_message_of_either_choice(desk: Client, pair) -> None:
    first, held = pair
    assert held.number in desk.get(reverse("officer_duplicates")).text
    page = desk.get(comparing(held)).text
    assert first.number in page
    assert "Lrg. Lain No. 2" in page
    assert page.count("Sudah ada permohonan lain untuk keperluan yang sama") == 2
    assert set(AccessLog.objects.filter(action="open").values_list("application_id", flat=True)) == {first.pk, held.pk}


def test_the_held_one_is_let_go_on_and_the_other_reads_what_was_shown(desk: Client, pair) -> None:
    first, held = pair
    page = desk.get(comparing(held)).text
    desk.post(comparing(held), {"choice": "let_go_on"})
    for application in pair:
        application.refresh_from_db()
    assert (first.status, held.status) == ("rejected", "submitted")
    notice = first.notices.get(purpose="rejected")
    assert render(notice.text.body, notice.params).replace(notice.check_code, "······") in page


def test_the_held_one_is_rejected_as_double(desk: Client, pair) -> None:
    first, held = pair
    desk.post(comparing(held), {"choice": "reject_double"})
    for application in pair:
        application.refresh_from_db()
    assert (first.status, held.status) == ("submitted", "rejected")
    assert desk.post(comparing(held), {"choice": "reject_double"}).status_code == 409


def test_while_the_other_is_being_reviewed_nothing_is_decided_over_its_head(desk: Client, pair, now: datetime) -> None:
    first, held = pair
    claim_application(application_id=first.pk, officer=OfficerFactory(), now=now, confirmed=True)
    response = desk.post(comparing(held), {"choice": "let_go_on"})
    assert response.status_code == 409
    held.refresh_from_db()
    assert held.status == "held_duplicate"


def test_a_counterpart_in_another_zone_is_named_but_not_shown(now: datetime) -> None:
    first = submitted(now, kelurahan="16.71.10.1001", address="Lrg. Tetangga")
    held = submitted(now, nik=first.nik)
    officer = OfficerFactory()
    officer.zones.set([held.zone])
    assert first.zone_id != held.zone_id
    client = signed_in(officer)
    page = client.get(comparing(held)).text
    assert "minta pengawas memilih" in page
    assert "Lrg. Tetangga" not in page
    assert client.post(comparing(held), {"choice": "let_go_on"}).status_code == 409


def test_a_done_recording_goes_back_into_the_queue(desk: Client, now: datetime) -> None:
    application = decided(now, RECORDING)
    page = desk.get(reverse("officer_recordings"))
    assert application.number in page.text
    done = desk.post(reverse("officer_recordings"), {"number": application.number}, follow=True)
    assert "perekaman tercatat" in done.text
    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)
    assert desk.post(reverse("officer_recordings"), {"number": application.number}).status_code == 409


@pytest.fixture
def unreached(now: datetime) -> CallTask:
    """A decision that reached nobody within five days."""
    application = decided(now - timedelta(days=6), APPROVED)
    break_promises(now=now)
    return application.calls.get()


def test_the_phone_stands_on_the_call_page_only_and_opening_it_is_written_down(
    desk: Client, officer: Officer, unreached: CallTask
) -> None:
    phone = unreached.application.phone
    listed = desk.get(reverse("officer_calls")).text
    assert unreached.application.number in listed
    assert phone not in listed
    page = desk.get(reverse("officer_call", args=[unreached.pk])).text
    assert phone in page
    assert "disetujui" in page
    row = AccessLog.objects.get(action="call")
    assert (row.officer, row.application) == (officer, unreached.application)


def test_a_long_call_list_goes_on_on_the_next_page(
    desk: Client, now: datetime, unreached: CallTask, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    tried = open_call(submitted(now), reason="invitation_lapsed", now=now - timedelta(days=1))
    record_call(task_id=tried.pk, officer=OfficerFactory(), outcome="no_answer", note="", now=now)
    desk.get(reverse("officer_calls"))
    with django_assert_num_queries(5):
        desk.get(reverse("officer_calls"))
    monkeypatch.setattr(paging, "PAGE", 1)
    first = desk.get(reverse("officer_calls"))
    assert unreached.application.number in first.text
    assert tried.application.number not in first.text
    second = desk.get(reverse("officer_calls") + f"?dari={first.context['page'].older}").text
    assert tried.application.number in second
    assert unreached.application.number not in second
    assert "Ke awal daftar" in second
    assert f"dari={first.context['page'].older}" in first.text


def test_what_failed_besides_is_read_out_in_the_same_call(desk: Client, now: datetime, unreached: CallTask) -> None:
    other = owe_notice(unreached.application, "report_answered", now=now, dedup="x", params={"jawaban": "Hari ini."})
    Notice.objects.filter(pk=other.pk).update(state="failed", failed_at=now)
    page = desk.get(reverse("officer_call", args=[unreached.pk])).text
    assert "Bacakan juga" in page
    assert "sudah dijawab pengawas kami: Hari ini." in page


def test_told_by_phone_is_evidence_and_ends_the_entry(desk: Client, unreached: CallTask) -> None:
    address = reverse("officer_call", args=[unreached.pk])
    desk.post(address, {"outcome": "no_answer", "note": ""})
    unreached.refresh_from_db()
    assert unreached.closed_at is None
    desk.post(address, {"outcome": "told", "note": "Anaknya yang mengangkat."})
    unreached.refresh_from_db()
    assert unreached.closed_at is not None
    assert unreached.application.promises.get().evidence == "told"
    assert CallAttempt.objects.count() == 2
    assert desk.get(address).status_code == 409


def test_an_outcome_is_needed_and_the_note_is_kept(desk: Client, unreached: CallTask) -> None:
    response = desk.post(reverse("officer_call", args=[unreached.pk]), {"note": "Nada sibuk."})
    assert response.status_code == 422
    assert "Pilih hasilnya." in response.text
    assert "Nada sibuk." in response.text


@pytest.fixture
def report(now: datetime) -> Report:
    application = submitted(now - timedelta(days=6))
    break_promises(now=now)
    return application.reports.get()


def find(client: Client, number: str) -> Any:
    return client.post(reverse("officer_report"), {"report": number})


def test_a_report_number_finds_the_application_and_serves_it_first(desk: Client, report: Report, now: datetime) -> None:
    submitted(now - timedelta(days=7))
    page = find(desk, report.number.lower().replace("-", ""))
    assert report.application.number in page.text
    response = desk.post(reverse("claim_application", args=[report.application.number]))
    assert response["Location"] == reverse("review_application", args=[report.application.number])


@pytest.mark.parametrize("number", ["", "LAP-0000-0000-1", "bukan nomor"])
def test_a_report_number_that_is_none_is_422(desk: Client, number: str) -> None:
    assert find(desk, number).status_code == 422


def test_reports_of_other_zones_do_not_exist(report: Report) -> None:
    officer = OfficerFactory()
    officer.zones.set(Zone.objects.exclude(pk=report.application.zone_id)[:1])
    response = find(signed_in(officer), report.number)
    assert response.status_code == 422
    assert report.application.number not in response.text
