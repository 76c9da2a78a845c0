"""What a device keeps: a key for its copies, and nothing on a shared one; how long the draft lives is said."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import ClockOffset, Draft
from tests.citizen.apply.walk import BASE, send, text_of, value_of, walk

pytestmark = pytest.mark.django_db
HALF = {"name": "Siti Contoh", "nik": "1671 01", "birth_date_1": "Agus", "sex": "P"}


def key_in(answer: Any) -> str:
    """The key of the copies on this page."""
    found = re.search(r'data-key="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def test_each_draft_has_a_key_of_its_own_and_keeps_it(client: Client) -> None:
    other = Client()
    for one in (client, other):
        walk(one, "rusak", upto="alamat")
    key = key_in(client.get(f"{BASE}alamat/"))
    assert len(key) == 24
    assert key == key_in(client.get(f"{BASE}pemilik/"))
    assert key != key_in(other.get(f"{BASE}alamat/"))


@pytest.mark.parametrize("step", ["berkas", "periksa"])
def test_the_statement_and_files_are_never_copied(client: Client, step: str) -> None:
    walk(client, "rusak")
    assert key_in(client.get(f"{BASE}{step}/")) == ""


def test_a_shared_device_gets_no_key_and_a_cookie_that_ends_with_the_browser(client: Client) -> None:
    client.post(BASE, {"bersama": "1"})
    page = client.get(f"{BASE}alasan/")
    assert key_in(page) == ""
    assert "data-shared" in page.content.decode()
    send(client, "alasan", {"reason": "rusak"})
    assert client.cookies["sessionid"]["max-age"] == ""


def test_an_own_device_keeps_its_cookie_for_seven_days(client: Client) -> None:
    client.post(BASE)
    assert client.cookies["sessionid"]["max-age"] == 7 * 24 * 3600


def test_whose_device_it_is_can_be_said_on_any_step_and_nothing_typed_is_lost_or_judged(client: Client) -> None:
    walk(client, "rusak", upto="pemilik")
    shared = send(client, "pemilik", {**HALF, "perangkat": "bersama"})
    own = send(client, "pemilik", {**HALF, "perangkat": "sendiri"})
    for answer in (shared, own):
        assert answer.status_code == 200
        assert {name: value_of(answer, name) for name in HALF} == HALF
        assert 'class="errors"' not in answer.content.decode()
    assert (key_in(shared), bool(key_in(own))) == ("", True)
    assert "Ini perangkat saya sendiri" in text_of(shared)
    assert client.cookies["sessionid"]["max-age"] == 7 * 24 * 3600


def test_each_step_says_until_when_the_draft_lives_and_warns_on_its_last_day(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    assert "tersimpan sampai" in text_of(client.get(f"{BASE}alamat/"))
    assert "Draf ini dihapus" not in text_of(client.get(f"{BASE}alamat/"))
    ClockOffset.objects.create(seconds=timedelta(days=6, minutes=1).total_seconds())
    assert "Draf ini dihapus" in text_of(client.get(f"{BASE}alamat/"))


def test_going_on_with_a_draft_begins_its_seven_days_again(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    before = Draft.objects.get().expires_at
    ClockOffset.objects.create(seconds=timedelta(days=6).total_seconds())
    client.post(BASE)
    assert Draft.objects.get().expires_at - before > timedelta(days=5, hours=23)
