"""The supervisor's first page and lists: what they show, what they cost, and that nothing is decrypted."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from requests_app.models import Application, Notice, Officer, Promise, Report, SweepState
from requests_app.operations.calls import open_call
from requests_app.operations.clock import break_promises, climb_ladder
from requests_app.operations.decisions import decide
from requests_app.operations.promises import record_evidence
from requests_app.operations.review import claim_application
from requests_app.operations.stock_alerts import open_alert
from requests_app.operations.sweep import record_sweep
from requests_app.queries import paging
from requests_app.vault.keyring import KeyRing
from tests.factories import APPROVED, decided, submitted
from tests.operations.cards import ready_card

MOST_QUERIES = {"": 24}  # the first page; six of them are asked every few minutes
OF_A_LIST = 12
DAY = timedelta(days=1)


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.text


@pytest.fixture
def busy(now: datetime, officer: Officer) -> dict[str, Application]:
    """One of each: fresh, soon due, broken, decided but undelivered, held."""
    fresh = submitted(now - timedelta(hours=1))
    found = {
        "fresh": fresh,
        "soon": submitted(now - 4.5 * DAY),
        "broken": submitted(now - 6 * DAY),
        "undelivered": decided(now - 2 * DAY, APPROVED, officer),
        "held": submitted(now, nik=fresh.nik),
    }
    climb_ladder(now=now)
    break_promises(now=now)
    open_call(found["undelivered"], reason="undelivered", now=now)
    return found


def test_the_gravest_alerts_of_the_stock_come_first_and_the_others_are_counted(desk: Client, now: datetime) -> None:
    for number in range(9):
        facts = {"from": "A", "to": "B", "missing": 1}
        open_alert("shipment", f"K-{number}", now=now - (9 - number) * DAY, facts=facts)
    open_alert("ledger", "", now=now)
    page = html.fromstring(read(desk, "/pengawas/"))
    told = [" ".join(notice.text_content().split()) for notice in page.cssselect(".notice.bad")]
    told = [words for words in told if "Buku" in words or "K-" in words]
    assert len(told) == 8
    assert told[0].startswith("Buku dan stok tidak sama")
    assert "K-0 dari" in told[1], "the oldest first"
    (more,) = [link for link in page.cssselect("a") if link.text_content() == "dan 2 peringatan lainnya"]
    page_of_all = read(desk, f"/pengawas/{more.get('href')}")
    assert "K-8 dari" in page_of_all
    assert "peringatan lainnya" not in page_of_all


def test_the_board_shows_what_needs_somebody(desk: Client, busy: dict[str, Application]) -> None:
    page = read(desk, "/pengawas/")
    report = Report.objects.get(application=busy["broken"])
    for wanted in (busy["broken"].number, report.number, busy["undelivered"].number, "terlambat 1 hari"):
        assert wanted in page
    assert busy["fresh"].number not in page


def test_soon_lists_what_is_three_days_old_or_due_by_tomorrow_the_most_urgent_first(
    desk: Client, now: datetime
) -> None:
    three = submitted(now - 3 * DAY - timedelta(minutes=1))
    hour = submitted(now - 5 * DAY + timedelta(hours=1))
    submitted(now - DAY)
    page = read(desk, "/pengawas/segera/")
    assert page.count("PLG-") == 4  # each number is in the address of its link, too
    assert page.index(hour.number) < page.index(three.number)


def test_a_broken_promise_that_was_told_after_all_leaves_the_list_but_not_the_history(
    desk: Client, now: datetime, busy: dict[str, Application]
) -> None:
    promise = Promise.objects.get(application=busy["broken"])
    record_evidence(promise, at=now, evidence="told", now=now)
    assert busy["broken"].number not in read(desk, "/pengawas/lewat/")
    assert busy["broken"].number in read(desk, "/pengawas/lewat/?semua=1")


def test_a_rebutted_promise_is_in_no_list(desk: Client, now: datetime, busy: dict[str, Application]) -> None:
    promise = Promise.objects.get(application=busy["broken"])
    record_evidence(promise, at=promise.due_at, evidence="delivered", now=now)
    assert busy["broken"].number not in read(desk, "/pengawas/lewat/?semua=1")
    assert busy["broken"].number not in read(desk, "/pengawas/laporan/")


def test_capacity_counts_todays_arrivals_and_decisions_against_the_shifts(
    desk: Client, now: datetime, officer: Officer
) -> None:
    application = submitted(now)
    claim_application(application_id=application.pk, officer=officer, now=now)
    decide(application_id=application.pk, officer=officer, now=now, verdict=APPROVED)
    capacity = desk.get("/pengawas/").context["capacity"]
    assert (capacity.arrived_today, capacity.decided_today, capacity.quota_today) == (1, 1, 500)
    assert capacity.days[0].capacity == 499
    assert [day.capacity for day in capacity.days[1:]] == [0] * 6


def test_silent_workers_and_trouble_are_said_on_top(desk: Client, now: datetime) -> None:
    record_sweep("enforce_promises", now=now, done=0)
    record_sweep("deliver_due", now=now - timedelta(hours=1), done=0)
    record_sweep("sweep_old", now=now, done=0, trouble="Kunci berkas hilang.")
    page = read(desk, "/pengawas/")
    assert "Pengirim WhatsApp</b>: tidak berjalan sejak" in page
    assert "Kunci berkas hilang." in page
    assert "Penjaga janji lima hari</b>" not in page
    SweepState.objects.update(last_run_at=now, trouble="")
    assert 'class="notice bad"' not in read(desk, "/pengawas/")


def test_held_and_failed_messages_are_counted_by_code(desk: Client, busy: dict[str, Application]) -> None:
    Notice.objects.filter(application=busy["fresh"]).update(state="failed", error_code="131026")
    Notice.objects.filter(application=busy["soon"]).update(state="held", error_code="132001")
    page = read(desk, "/pengawas/")
    assert "131026 (nomor tidak memakai WhatsApp)" in page
    assert "132001" in page


def decided_after(now: datetime, hours: int, *, times: int, channel: str) -> None:
    for _ in range(times):
        application = submitted(now - timedelta(hours=hours))
        Application.objects.filter(pk=application.pk).update(channel=channel)
        Promise.objects.filter(application=application).update(answered_at=now)


def test_a_chart_shows_whether_online_or_counter_waits_longer(desk: Client, now: datetime) -> None:
    decided_after(now, 4, times=20, channel="online")
    decided_after(now, 9, times=20, channel="counter")
    page = html.fromstring(desk.get("/pengawas/").text)
    assert "Loket menunggu lebih lama" in page.text_content()
    drawing = next(figure for figure in page.cssselect("figure.chart") if "Jam sampai" in figure.text_content())
    heads = [cell.text_content() for cell in drawing.cssselect("thead th")]
    last = [cell.text_content() for cell in drawing.cssselect("tbody tr")[-1]]
    assert heads == ["Daring (jam)", "Loket (jam)"]
    assert last[1:] == ["4,0 (20 keputusan)", "9,0 (20 keputusan)"]
    assert len(drawing.cssselect("tbody tr")) == 8


def test_where_both_sides_wait_alike_none_is_named(desk: Client, now: datetime) -> None:
    for channel in ("online", "counter"):
        decided_after(now, 4, times=20, channel=channel)
    page = desk.get("/pengawas/").text
    assert "menunggu lebih lama</span>" not in page
    assert page.count('<b class="num">4,0 jam</b>') == 2


def test_an_empty_office_has_a_page_too(desk: Client) -> None:
    page = read(desk, "/pengawas/")
    assert "Tidak ada janji yang lewat tanpa jawaban." in page
    assert "Hari ini tidak ada petugas piket." in page


def test_cards_that_nobody_fetched_are_counted_for_the_whole_city(desk: Client, now: datetime) -> None:
    ready_card(now - 40 * DAY)
    ready_card(now)
    page = read(desk, "/pengawas/")
    assert re.search(r"Kartu belum diambil</a></dt><dd>2 <small>/ 1 lebih dari 30 hari", page)


@pytest.mark.parametrize("address", ["", "lewat/", "lewat/?semua=1", "segera/", "laporan/", "laporan/?selesai=1"])
def test_pages_cost_few_queries_and_open_nothing_sealed(
    desk: Client, busy: dict[str, Application], now: datetime, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:
        raise AssertionError("a list opened a sealed value")

    for days in range(6):
        submitted(now - 6 * DAY - timedelta(minutes=days))
    break_promises(now=now)
    monkeypatch.setattr(KeyRing, "open", refuse)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(desk, f"/pengawas/{address}")
    assert len(queries) <= MOST_QUERIES.get(address, OF_A_LIST), [q["sql"][:90] for q in queries]


@pytest.mark.parametrize(("address", "old"), [("segera/", 4 * DAY), ("lewat/", 6 * DAY), ("laporan/", 6 * DAY)])
def test_pages_follow_each_other_without_gap_or_repeat(
    desk: Client, now: datetime, address: str, old: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    for _ in range(5):
        submitted(now - old)
    break_promises(now=now)
    seen, cursor = [], ""
    for _ in range(3):
        page = desk.get(f"/pengawas/{address}", {"dari": cursor}).context["page"]
        seen += [row.pk for row in page.rows]
        cursor = page.older
    assert len(seen) == len(set(seen)) == 5
    assert cursor == ""


@pytest.mark.parametrize("cursor", ["x", "1-x", "9" * 40 + "-1", "-", "1732345678-"])
def test_a_spoiled_address_shows_the_first_page(desk: Client, now: datetime, cursor: str) -> None:
    application = submitted(now - 4 * DAY)
    response = desk.get("/pengawas/segera/", {"dari": cursor})
    assert application.number in response.text
