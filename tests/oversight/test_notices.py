"""The page of messages: what is wrong and what to do, the limit of the day, each zone in colour and words."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from requests_app.models import Circuit, Notice, ReachedPhone, WebhookEvent, Zone
from requests_app.operations.kept_figures import keep_figures
from requests_app.operations.webhook_posts import PostCounter
from requests_app.oversight.notices import draw_budget, draw_day
from requests_app.queries.kept_figures import OF_MONTH, count_month
from requests_app.queries.notice_figures import Line
from requests_app.queries.notice_situation import recent_alerts
from requests_app.queries.notice_waiting import BudgetNow
from requests_app.vault.keyring import KeyRing
from tests.factories import APPROVED, OfficerFactory, decided, submitted

ADDRESS = "/pengawas/pesan/"
HOUR = timedelta(hours=1)
MOST_QUERIES = 18


def page_of(client: Client, **given: str) -> str:
    response = client.get(ADDRESS, given)
    assert response.status_code == 200
    return " ".join(html.fromstring(response.text).text_content().split())


def delivered(now: datetime, ago: timedelta, after_s: float) -> Notice:
    at = now - ago
    notice = submitted(at).notices.get(purpose="received")
    arrived = {"state": "delivered", "accepted_at": at, "delivered_at": at + timedelta(seconds=after_s)}
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=None, **arrived)
    return notice


def held(now: datetime, code: str) -> Notice:
    notice = submitted(now - HOUR).notices.get(purpose="received")
    Notice.objects.filter(pk=notice.pk).update(state="held", error_code=code, next_attempt_at=now)
    return notice


def test_a_quiet_office_reads_that_nothing_is_wrong(desk: Client) -> None:
    page = page_of(desk)
    assert "Tidak ada gangguan." in page
    assert "Semua pesan sudah berangkat." in page


def test_what_is_stuck_is_not_as_always_even_before_it_is_told(desk: Client, now: datetime) -> None:
    notice = submitted(now - timedelta(minutes=3)).notices.get(purpose="received")
    page = page_of(desk)
    assert "Tidak ada gangguan." not in page
    assert "1 pesan seharusnya sudah berangkat" in page
    Notice.objects.filter(pk=notice.pk).update(state="delivered", next_attempt_at=None)
    zone = Zone.objects.order_by("code")[0]
    Circuit.objects.create(channel="whatsapp", zone=zone, failures=5, opened_at=now, next_probe_at=now)
    page = page_of(desk)
    assert "Tidak ada gangguan." not in page
    assert "1 jalur tidak menjawab" in page


def test_what_is_held_says_why_and_what_to_do(desk: Client, now: datetime) -> None:
    held(now, "132001")
    page = page_of(desk)
    assert "1 pesan WhatsApp tertunda" in page
    assert "Yang perlu dilakukan: Minta admin memeriksa templat di WhatsApp Manager" in page


def test_a_number_out_of_order_makes_its_zone_red_in_words_too(desk: Client, now: datetime) -> None:
    zone = Zone.objects.order_by("code")[0]
    Circuit.objects.create(channel="whatsapp", zone=zone, failures=5, opened_at=now - HOUR, next_probe_at=now)
    page = html.fromstring(desk.get(ADDRESS).text)
    (row,) = page.xpath(f'//tr[th="{zone.name}"]')
    assert row.get("class") == "bad"
    assert "Terganggu" in row.text_content()
    assert "Nomor tidak menjawab sejak" in row.text_content()
    assert f"WhatsApp {zone.name} tidak menjawab" in page.text_content()


def test_the_figures_are_those_of_a_day_or_of_a_month(desk: Client, now: datetime) -> None:
    delivered(now, HOUR, 5)
    delivered(now, 40 * HOUR, 90)
    day, month = page_of(desk), page_of(desk, rentang="30")
    assert "Sampai dalam 10 detik, 24 jam100%" in day
    assert "Sampai dalam 10 detik, 30 hari50,0%" in month
    assert "Angka 30 hari dihitung tiap sepuluh menit, terakhir" in month
    assert "Separuh sampai dalam5,0 detik" in day


def test_every_process_shows_the_month_that_the_sweep_counted(desk: Client, now: datetime) -> None:
    """The web's processes and the sweep's worker share nothing but the database."""
    delivered(now, 40 * HOUR, 5)
    keep_figures(OF_MONTH, count_month(now - HOUR), now=now - HOUR)
    delivered(now, 40 * HOUR, 90)
    cache.clear()
    assert "Sampai dalam 10 detik, 30 hari100%" in page_of(desk, rentang="30")
    keep_figures(OF_MONTH, count_month(now), now=now)
    assert "Sampai dalam 10 detik, 30 hari50,0%" in page_of(desk, rentang="30")


def test_each_channel_tells_what_waits_and_each_zone_what_failed_and_why(desk: Client, now: datetime) -> None:
    waits = held(now, "190")
    failed = submitted(now - HOUR).notices.get(purpose="received")
    Notice.objects.filter(pk=failed.pk).update(state="failed", error_code="131026", next_attempt_at=None)
    page = html.fromstring(desk.get(ADDRESS).text)

    def row(region: str, begins: str) -> list[str]:
        (found,) = page.xpath(f'//div[@aria-label="{region}"]//tbody/tr[th="{begins}"]')
        return [" ".join(cell.text_content().split()) for cell in found]

    assert row("Tiap jalur", "WhatsApp")[1] == row("Tiap jalur", "Semua")[1] == "1, 1 jam"
    assert row("Tiap zona dan jalur", f"{waits.zone.name}, WhatsApp")[1] == "1, 1 jam"
    assert row("Gagal di tiap zona", failed.zone.name)[1:] == [
        "131026 (nomor tidak memakai WhatsApp)", "WhatsApp", "1",
    ]  # fmt: skip


def test_from_when_time_is_counted_is_told_and_the_time_from_the_decision_too(desk: Client, now: datetime) -> None:
    answer = decided(now - HOUR, APPROVED).notices.get(purpose="approved")
    arrived = {"state": "delivered", "delivered_at": now - HOUR + timedelta(seconds=12)}
    Notice.objects.filter(pk=answer.pk).update(next_attempt_at=None, **arrived)
    page = page_of(desk)
    assert "Waktu dihitung dari saat pesan boleh berangkat. Jawaban boleh berangkat 8 detik sesudah keputusan" in page
    assert "Dari keputusan sendiri: 0,0% dari 1 jawaban sampai dalam 10 detik, 100% dalam 60 detik." in page


def test_hours_in_which_nothing_was_sent_have_a_dash_and_no_nought(desk: Client, now: datetime) -> None:
    delivered(now, timedelta(minutes=5), 5)
    (chart,) = html.fromstring(desk.get(ADDRESS).text).xpath('//figure[figcaption/@id="sampai"]')
    assert [text for text in chart.xpath(".//svg/text/text()") if "." not in text] == [*["–"] * 7, "100"]
    assert chart.xpath(".//td[@class='num']/text()") == [*["–"] * 7, "100 (1 dari 1)"]


def test_the_limit_of_the_day_is_told_with_what_is_left(desk: Client, now: datetime) -> None:
    ReachedPhone.objects.bulk_create(
        ReachedPhone(phone_hash=uuid.uuid4().bytes, charged_until=now + 23 * HOUR, last_sent_at=now - HOUR)
        for _ in range(210)
    )
    page = page_of(desk)
    assert "Terpakai 210 dari 250. Cadangan untuk jawaban: 50. Tiga jam terakhir: 70 orang per jam." in page
    assert "Dengan laju ini habis dalam 1 jam; sekarang hanya jawaban yang berangkat." in page


def test_warnings_of_the_day_end_on_the_page(desk: Client, now: datetime, supervisor: Any) -> None:
    notice = delivered(now, HOUR, 1)
    since = int((now - HOUR).timestamp())
    for officer in (supervisor.pk, supervisor.pk + 1):
        Notice.objects.filter(pk=notice.pk).update(
            purpose="alert", dedup_key=f"alert:held:whatsapp.190:{since}:{officer}"
        )
        notice = delivered(now, HOUR, 1)
    page = page_of(desk)
    assert page.count("Pesan tertunda: WhatsApp, 190 (token akun WhatsApp habis masa berlakunya)") == 1
    assert "Beres" in page
    held(now, "190")
    assert "Berlangsung" in page_of(desk)


def test_each_warning_of_the_day_is_called_what_it_was(now: datetime) -> None:
    matters = {
        "receipts:unread": "Tanda terima belum dibaca",
        "receipts:trouble": "Kiriman penyedia tidak dapat dibaca",
        "silent:deliver_due": "Pekerja tidak berjalan: Pengirim WhatsApp",
        "silent:enforce_promises": "Pekerja tidak berjalan: Penjaga janji lima hari",
        "refused:sms": "Kiriman penyedia ditolak: SMS",
    }
    for key in matters:
        notice = delivered(now, HOUR, 1)
        Notice.objects.filter(pk=notice.pk).update(purpose="alert", dedup_key=f"alert:{key}:1764000000:7:email")
    assert sorted(told.words for told in recent_alerts(now, [])) == sorted(matters.values())


def test_the_page_costs_few_queries_and_opens_nothing_sealed(
    desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:
        raise AssertionError("the page opened a sealed value")

    for n in range(4):
        delivered(now, n * HOUR, n)
        held(now, "190")
    monkeypatch.setattr(KeyRing, "open", refuse)
    with CaptureQueriesContext(connection) as asked:
        page_of(desk)
    assert len(asked) <= MOST_QUERIES, [query["sql"][:90] for query in asked]


def test_which_channels_tell_of_arrivals_is_said(desk: Client, settings: Any) -> None:
    settings.SMS_REPORT_SECRET = ""
    assert "Surel, SMS, dan kiriman tangan tidak memberi tanda terima." in page_of(desk)
    settings.SMS_REPORT_SECRET = "rahasia"
    page = page_of(desk)
    assert "Surel dan kiriman tangan tidak memberi tanda terima." in page
    assert "dari pesan WhatsApp dan SMS tiap tiga jam" in page


def test_what_could_not_be_read_is_read_again_at_a_press(desk: Client, now: datetime) -> None:
    assert "Coba lagi" not in page_of(desk)
    aside = {"body": {}, "received_at": now - 40 * HOUR, "outcome": WebhookEvent.TROUBLE}
    event = WebhookEvent.objects.create(digest=b"7" * 32, **aside)
    assert "Kiriman yang belum terbaca: 1" in page_of(desk)
    answer = desk.post(f"{ADDRESS}baca-lagi/", follow=True)
    assert "1 kiriman dibaca lagi." in answer.text
    event.refresh_from_db()
    assert event.outcome == ""
    assert "Tidak ada lagi kiriman yang belum terbaca." in desk.post(f"{ADDRESS}baca-lagi/", follow=True).text
    assert desk.get(f"{ADDRESS}baca-lagi/").status_code == 405


def test_wrongly_signed_posts_of_the_day_are_shown(desk: Client, now: datetime) -> None:
    PostCounter().note("whatsapp", is_taken=False, clock=lambda: now)
    assert "Kiriman dengan tanda tangan salah, 24 jam1" in page_of(desk)


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(OfficerFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_only_supervisors_and_admins_read_it(now: datetime) -> None:
    assert signed_in("officer").get(ADDRESS).status_code == 403
    page = html.fromstring(signed_in("admin").get(ADDRESS).text)
    assert "Apakah pesan sampai?" in page.text_content()
    theirs = [address for address in page.xpath("//main//a/@href") if address.startswith("/")]
    assert not [address for address in theirs if address.startswith(("/pengawas/", "/petugas/")) and address != ADDRESS]


def test_supervisors_read_the_limits_and_change_nothing(now: datetime) -> None:
    client = signed_in("supervisor")
    page = client.get("/kelola/pesan/")
    assert page.status_code == 200
    assert "Simpan batas" not in page.text
    assert "Admin mengubahnya." in page.text
    assert client.post("/kelola/pesan/", {"portfolio_limit": "0"}).status_code == 403


def test_the_drawing_of_the_limit_has_its_places() -> None:
    drawing = draw_budget(BudgetNow(100, 250, 50, 80, 0.0, None, None))
    assert drawing is not None
    assert (drawing.used, drawing.reserve.x, drawing.reserve_width, drawing.warning.x) == ("40%", "80%", "20%", "80%")
    over = draw_budget(BudgetNow(500, 250, 50, 80, 0.0, 0, 0))
    assert over is not None
    assert (over.used, over.reserve.x) == ("100%", "40%")
    assert draw_budget(BudgetNow(5, 0, 0, 80, 0.0, None, None)) is None


def test_the_drawing_of_the_day_ends_now_and_is_broken_where_nothing_was_sent(now: datetime) -> None:
    chart = draw_day({0: Line(judged=4, judged_arrived=1), 7: Line(judged=3, judged_arrived=3)}, now)
    values = [(mark.point.value, mark.point.tone) for mark in chart.marks]
    assert values == [(100, ""), *[(None, "")] * 6, (25, "bad")]
