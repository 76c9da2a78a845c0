"""One click says whether a zone's number works."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client

from requests_app.models import Notice, Officer, Zone
from tests.factories import new_phone
from tests.zone_admin.forms import errors

pytestmark = pytest.mark.django_db
PAGE = "/kelola/Z7/uji/"


def test_the_own_number_is_asked_once_and_kept_sealed(desk: Client, admin: Officer) -> None:
    phone = new_phone()
    page = desk.post(f"{PAGE}kirim/", {"phone": phone}, follow=True).text
    assert "Pesan uji dari UPTD Zona 7 dikirim ke" in page
    assert phone[-9:] not in page
    admin.refresh_from_db()
    assert admin.phone == phone
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM requests_app_officer WHERE id = %s", [admin.pk])
        assert phone.encode() not in bytes(cursor.fetchone()[0])
    notice = Notice.objects.get(purpose="number_test")
    assert (notice.zone.code, notice.recipient, notice.application) == ("Z7", phone, None)


def test_another_press_needs_no_number_and_another_number_replaces_the_first(desk: Client, admin: Officer) -> None:
    desk.post(f"{PAGE}kirim/", {"phone": new_phone()})
    Notice.objects.all().update(dedup_key="before")
    assert desk.post(f"{PAGE}kirim/").status_code == 302
    other = new_phone()
    desk.post("/kelola/Z1/uji/kirim/", {"phone": other})
    admin.refresh_from_db()
    assert admin.phone == other
    assert Notice.objects.filter(purpose="number_test").count() == 3


@pytest.mark.parametrize(("typed", "words"), [("", "Isi nomor WhatsApp Anda."), ("0711 310000", "telepon rumah")])
def test_without_a_number_that_can_be_nothing_is_sent(desk: Client, typed: str, words: str) -> None:
    response = desk.post(f"{PAGE}kirim/", {"phone": typed})
    assert response.status_code == 422
    assert any(words in error for error in errors(response.text))
    assert not Notice.objects.exists()


def test_a_zone_without_a_number_says_so(desk: Client, admin: Officer) -> None:
    Zone.objects.filter(code="Z7").update(whatsapp_number="", whatsapp_phone_id="")
    assert "belum punya nomor" in desk.get(PAGE).text
    response = desk.post(f"{PAGE}kirim/", {"phone": new_phone()})
    assert response.status_code == 409
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("state", "more", "words", "looks_again"),
    [
        ("queued", {}, "Menunggu", True),
        ("sent", {}, "Terkirim", True),
        ("delivered", {"delivered_at": datetime(2026, 6, 29, 7, 30).astimezone()}, "Sampai di ponsel", False),
        ("failed", {"error_code": "131026"}, "Gagal", False),
        ("held", {"error_code": "131042"}, "Tertunda", False),
    ],
)
def test_the_page_tells_where_the_message_stands(
    desk: Client, state: str, more: dict[str, object], words: str, looks_again: bool
) -> None:
    desk.post(f"{PAGE}kirim/", {"phone": new_phone()})
    Notice.objects.update(state=state, **more)
    page = desk.get(PAGE).text
    assert f"<b>{words}</b>" in page
    assert ("data-again" in page) is looks_again


def test_a_zone_with_only_a_phone_has_its_desk_send_it(desk: Client) -> None:
    Zone.objects.filter(code="Z7").update(whatsapp_phone_id="")
    page = desk.post(f"{PAGE}kirim/", {"phone": new_phone()}, follow=True).text
    assert "Petugas UPTD mengirimnya dari ponsel zona" in page
    assert "data-again" not in page
    assert Notice.objects.get().channel == "hand"
