"""The page of messages that leave from the zone's own phone."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from lxml import html

from requests_app.models import AccessLog, CallTask, Notice, Officer, Slot, Visit, Zone
from requests_app.operations.notices import owe_notice
from tests.factories import OfficerFactory
from tests.zone_desk.conftest import signed_in
from tests.zone_desk.house import invited

pytestmark = pytest.mark.django_db
PAGE = "/uptd/Z7/kirim/"
WORDS = {
    "tempat": "UPTD Zona 7", "waktu": "Kamis", "antrean": "C2", "bawa": "KK asli", "batas": "Rabu",
    "protokol": "Pakai masker.", "catatan": "Simpan pesan ini.",
}  # fmt: skip


@pytest.fixture
def zone(db: None) -> Zone:
    """An office with a phone and no API."""
    zone = Zone.objects.get(code="Z7")
    zone.whatsapp_phone_id = ""
    zone.save()
    return zone


def invitation(visit: Visit, now: datetime) -> Notice:
    """An invitation that waits to be sent from the phone, as an answer that can leave now."""
    application = visit.services.get().application
    return owe_notice(
        application, "invitation", now=now, dedup=str(uuid.uuid4()), visit=visit, params=WORDS,
        promise=application.promises.get(),
    )  # fmt: skip


@pytest.fixture
def notice(visit: Visit, now: datetime) -> Notice:
    Visit.objects.filter(pk=visit.pk).update(starts_at=now.replace(year=now.year + 1))
    visit.refresh_from_db()
    return invitation(visit, now)


def link_of(response: Any) -> Any:
    (link,) = html.fromstring(response.text).cssselect("a[data-open]")
    return link


def press(desk: Client, notice: Notice, what: str) -> Any:
    return desk.post(PAGE, {"pesan": str(notice.pk), "hasil": what}, follow=True)


def test_the_link_opens_whatsapp_with_the_exact_text_and_the_number_stands_nowhere_else(desk: Client, notice: Notice):
    page = desk.get(PAGE)
    link = link_of(page)
    address = urlsplit(link.get("href"))
    assert (address.netloc, address.path) == ("wa.me", f"/{notice.recipient[1:]}")
    text = parse_qs(address.query)["text"][0]
    assert notice.visit is not None
    assert f"/undangan/{notice.visit.code.replace('-', '')}/" in text
    assert "nomor antrean C2" in text
    assert text in html.fromstring(page.text).cssselect(".bubble")[0].text
    assert (link.get("target"), link.get("rel")) == ("_blank", "noopener noreferrer")
    rest = page.text.replace(link.get("href").replace("&", "&amp;"), "")
    assert notice.recipient[-8:] not in rest
    assert f"••• •••• {notice.recipient[-4:]}" in rest
    assert notice.application is not None
    assert notice.application.number in rest


def test_opening_it_leaves_an_access_row(desk: Client, clerk: Officer, notice: Notice):
    desk.get(PAGE)
    row = AccessLog.objects.get()
    assert (row.officer_id, row.action, row.application_id) == (clerk.pk, "send_by_hand", notice.application_id)


def test_nothing_to_send_opens_nobody(desk: Client, zone: Zone):
    page = desk.get(PAGE)
    assert "Tidak ada pesan yang menunggu" in page.text
    assert not AccessLog.objects.exists()


def test_sent_is_recorded_and_the_next_one_is_there_at_once(
    desk: Client, clerk: Officer, notice: Notice, slot: Slot, now: datetime
):
    second = invitation(_far(invited(slot, now), now), now)
    Notice.objects.filter(pk=notice.pk).update(created_at=now - timedelta(minutes=1))  # it has waited longer
    assert str(notice.pk) in desk.get(PAGE).text
    page = press(desk, notice, "terkirim")
    assert page.redirect_chain == [(PAGE, 302)]
    assert f'data-message="{second.pk}"' in page.text
    assert "1 dari 2 hari ini" in page.text
    assert "tercatat terkirim" in page.text
    assert clerk.get_full_name() in page.text
    notice.refresh_from_db()
    assert notice.state == "sent"
    again = press(desk, notice, "terkirim")
    assert "Tidak ada yang berubah" in again.text
    assert notice.attempts.count() == 1


def test_a_wrong_number_goes_to_the_call_list_and_can_be_undone(desk: Client, notice: Notice):
    page = press(desk, notice, "nomor-salah")
    assert "tercatat salah nomor" in page.text
    assert CallTask.objects.get(closed_at=None).notice_id == notice.pk
    page = press(desk, notice, "urungkan")
    assert f'data-message="{notice.pk}"' in page.text
    assert not CallTask.objects.filter(closed_at=None).exists()


def test_what_was_overtaken_is_said(desk: Client, notice: Notice):
    desk.get(PAGE)
    Notice.objects.filter(pk=notice.pk).update(state="superseded")
    page = press(desk, notice, "terkirim")
    assert "sudah digantikan" in page.text
    assert "data-message" not in page.text


def test_bad_presses_change_nothing(desk: Client, notice: Notice):
    for form in ({}, {"pesan": "x"}, {"pesan": str(uuid.uuid4()), "hasil": "terkirim"}, {"pesan": str(notice.pk)}):
        assert desk.post(PAGE, form).status_code == 404
    late = desk.post(PAGE, {"pesan": str(notice.pk), "hasil": "urungkan"})
    assert late.status_code == 409
    assert "tidak dapat diurungkan" in late.text
    notice.refresh_from_db()
    assert (notice.state, notice.attempt) == ("queued", 0)


def test_another_zones_desk_sees_and_records_nothing(other_desk: Client, desk: Client, notice: Notice):
    assert other_desk.get(PAGE).status_code == 404
    assert other_desk.post(PAGE, {"pesan": str(notice.pk), "hasil": "terkirim"}).status_code == 404
    own = other_desk.post("/uptd/Z3/kirim/", {"pesan": str(notice.pk), "hasil": "terkirim"})
    assert own.status_code == 404
    notice.refresh_from_db()
    assert notice.state == "queued"


@pytest.mark.parametrize(
    ("number", "words"), [("+62711000001", "dikirim otomatis"), ("", "belum punya nomor WhatsApp")]
)
def test_a_zone_with_an_api_or_without_any_number_says_so(desk: Client, zone: Zone, number: str, words: str):
    zone.whatsapp_number, zone.whatsapp_phone_id = number, "900000000000007" if number else ""
    zone.save()
    assert words in desk.get("/uptd/z7/kirim/").text


def test_what_waits_for_a_number_is_told(desk: Client, notice: Notice, zone: Zone):
    Zone.objects.filter(pk=zone.pk).update(whatsapp_number="")
    Notice.objects.filter(pk=notice.pk).update(channel="whatsapp", state="held", error_code="no_number")
    assert "1 pesan menunggu karena zona ini belum punya nomor" in desk.get(PAGE).text


def test_a_long_day_costs_no_more_queries(
    desk: Client, clerk: Officer, notice: Notice, slot: Slot, now: datetime, django_assert_max_num_queries: Any
):
    for _ in range(4):
        press(desk, invitation(_far(invited(slot, now), now), now), "terkirim")
    with django_assert_max_num_queries(15):
        page = desk.get(PAGE)
    assert len(re.findall("<td>Terkirim</td>", page.text)) == 4


def test_where_whatsapp_is_simulated_the_link_leads_to_the_simulated_phone(desk: Client, notice: Notice, settings: Any):
    settings.SIMULATOR_URL, settings.WA_ME_URL = "http://127.0.0.1:8999", "http://127.0.0.1:8999/wa.me"
    address = urlsplit(link_of(desk.get(PAGE)).get("href"))
    assert address.netloc == "127.0.0.1:8999"
    assert parse_qs(address.query)["dari"] == [notice.zone.whatsapp_number[1:]]


def test_officers_of_other_roles_are_refused(notice: Notice):
    for role in ("officer", "admin"):
        assert signed_in(OfficerFactory(role=role)).get(PAGE).status_code == 403


def _far(visit: Visit, now: datetime) -> Visit:
    visit.starts_at = now.replace(year=now.year + 1)
    visit.save()
    return visit
