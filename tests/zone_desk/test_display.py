"""The waiting room's display: for everybody, numbers and desks and nothing else."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from requests_app.models import Zone
from requests_app.operations.desk import call_again, call_next, check_in, put_back
from tests.zone_desk.house import invited, slot_at

pytestmark = pytest.mark.django_db
BOARD = "/uptd/layar/Z7/isi/"


@pytest.fixture
def called(visit, zone, clerk, now):
    """A household at desk 2, and another that waits with three people."""
    check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=2)
    waiting = invited(visit.slot, now)
    check_in(visit_id=waiting.pk, zone=zone, officer=clerk, now=now + timedelta(seconds=1), people=3)
    return call_next(zone=zone, desk=2, now=now)


def board(client, **more):
    cache.clear()
    return client.get(BOARD, **more)


def test_it_needs_no_sign_in_and_shows_the_number_the_desk_and_the_room(client, called):
    page = client.get("/uptd/layar/z7/").text
    assert f">{called.number}</p>" in page and "Loket 2" in page
    assert "<dd>1</dd>" in page and "5<small> dari 20 orang</small>" in page


def test_it_says_nothing_of_any_person(client, called, now):
    application = called.services.get().application
    for address in ("/uptd/layar/Z7/", BOARD):
        page = client.get(address).text
        for secret in ("Siti", application.number, called.code, str(called.pk) + "/", "Kartu Keluarga"):
            assert secret not in page, secret


def test_it_loads_itself_again_without_scripts(client, zone):
    page = client.get("/uptd/layar/Z7/").text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert "script-src 'self'" in client.get("/uptd/layar/Z7/").headers["Content-Security-Policy"]


def test_the_board_is_sent_again_only_when_it_changed(client, called, zone, now):
    tag = board(client).headers["ETag"]
    assert board(client, headers={"if-none-match": tag}).status_code == 304
    call_again(visit_id=called.pk, zone=zone, now=now + timedelta(minutes=1))
    assert board(client, headers={"if-none-match": tag}).status_code == 200


def test_who_was_put_back_is_not_shown_any_more(client, called, zone, now):
    put_back(visit_id=called.pk, zone=zone, now=now)
    page = board(client).text
    assert called.number not in page and "Nomor Anda akan dipanggil di sini" in page


def test_a_full_room_asks_to_wait_outside(client, called, zone):
    Zone.objects.filter(pk=zone.pk).update(room_capacity=5)
    assert "silakan menunggu di luar" in board(client).text


def test_yesterday_is_forgotten(client, zone, slot, now):
    yesterday = slot_at(zone, slot.starts_at - timedelta(days=1))
    invited(yesterday, now, state="checked_in").__class__.objects.update(called_at=now - timedelta(days=1), desk=1)
    assert "Selamat datang" in board(client).text


@pytest.mark.parametrize("code", ["Z99", "xx", "layar"])
def test_there_is_no_display_of_no_zone(client, code, db):
    assert client.get(f"/uptd/layar/{code}/").status_code == 404
    assert client.get(f"/uptd/layar/{code}/isi/").status_code == 404


def test_a_zone_that_was_closed_down_has_none(client, db):
    Zone.objects.create(code="Z0", name="UPTD lama", is_active=False)
    assert client.get("/uptd/layar/Z0/").status_code == 404


def test_everybody_may_ask_and_the_database_is_asked_once_a_second(client, called, django_assert_num_queries):
    board(client)
    with django_assert_num_queries(1):  # the zone
        client.get(BOARD)
    cache.clear()
    with django_assert_num_queries(4):  # zone, time, numbers, room
        client.get(BOARD)
