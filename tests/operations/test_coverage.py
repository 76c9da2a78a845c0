"""Kelurahan move to another zone: in one step, from a day on, all or none."""

import threading
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from requests_app.models import Kelurahan, Officer, Zone, ZoneCoverage
from requests_app.operations.coverage import move_kelurahan, undo_moves
from requests_app.operations.office import FieldRefused
from requests_app.operations.steps import NotNow
from requests_app.queries.coverage import coverage_screen
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory, submitted
from tests.operations.offices import AWAY, HOME

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def admin() -> Officer:
    return OfficerFactory(role="admin")


@pytest.fixture
def today(now: datetime) -> date:
    return local_date(now)


def zone_of(kelurahan: str, day: date) -> Zone:
    return Zone.objects.get(zonecoverage__kelurahan=kelurahan, zonecoverage__valid__contains=day)


def others(zone: Zone) -> list[str]:
    return list(ZoneCoverage.objects.filter(zone=zone).order_by("kelurahan").values_list("kelurahan_id", flat=True))


def test_several_move_in_one_step_from_that_day_on(now: datetime, today: date, admin: Officer) -> None:
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    wards, day = others(home)[:3], today + 7 * DAY
    done = move_kelurahan(kelurahan=wards, zone=away, first_day=day, officer=admin, now=now)
    assert (done.moved, done.already) == (3, 0)
    for ward in wards:
        assert zone_of(ward, day - DAY) == home
        assert zone_of(ward, day) == away
    connection.check_constraints()


def test_running_applications_stay_and_later_ones_follow(now: datetime, today: date, admin: Officer) -> None:
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    before = submitted(now)
    move_kelurahan(kelurahan=[HOME], zone=away, first_day=today + DAY, officer=admin, now=now)
    same_day, after = submitted(now), submitted(now + DAY)
    before.refresh_from_db()
    assert (before.zone, same_day.zone, after.zone) == (home, home, away)


def test_one_that_cannot_move_stops_all_and_is_named(now: datetime, today: date, admin: Officer) -> None:
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    first, second, third = others(home)[:3]
    later = today + 30 * DAY
    move_kelurahan(kelurahan=[second], zone=away, first_day=later, officer=admin, now=now)
    before = list(ZoneCoverage.objects.order_by("pk").values())
    with pytest.raises(FieldRefused, match=Kelurahan.objects.get(code=second).name) as refused:
        move_kelurahan(kelurahan=[first, second, third], zone=away, first_day=today + DAY, officer=admin, now=now)
    assert refused.value.field == "first_day"
    assert "Batalkan perpindahan itu dahulu" in str(refused.value)
    assert list(ZoneCoverage.objects.order_by("pk").values()) == before


def test_those_that_are_there_anyway_do_not_stop_the_others(now: datetime, today: date, admin: Officer) -> None:
    away = zone_of(AWAY, today)
    done = move_kelurahan(kelurahan=[HOME, AWAY], zone=away, first_day=today, officer=admin, now=now)
    assert (done.moved, done.already) == (1, 1)
    with pytest.raises(FieldRefused, match="sudah tercakup"):
        move_kelurahan(kelurahan=[HOME, AWAY], zone=away, first_day=today + DAY, officer=admin, now=now)


@pytest.mark.parametrize(
    ("ahead", "field", "words"), [(-1, "first_day", "sudah lewat"), (800, "first_day", "tahunnya")]
)
def test_a_day_that_is_past_or_far_ahead_is_refused(
    now: datetime, today: date, admin: Officer, ahead: int, field: str, words: str
) -> None:
    away = zone_of(AWAY, today)
    with pytest.raises(FieldRefused, match=words) as refused:
        move_kelurahan(kelurahan=[HOME], zone=away, first_day=today + ahead * DAY, officer=admin, now=now)
    assert refused.value.field == field


def test_nothing_ticked_and_a_zone_at_rest_are_refused(now: datetime, today: date, admin: Officer) -> None:
    away = zone_of(AWAY, today)
    with pytest.raises(FieldRefused, match="Centang"):
        move_kelurahan(kelurahan=[], zone=away, first_day=today, officer=admin, now=now)
    resting = Zone.objects.create(code="Z99", name="Zona tidur", is_active=False)
    with pytest.raises(FieldRefused, match="tidak aktif"):
        move_kelurahan(kelurahan=[HOME], zone=resting, first_day=today, officer=admin, now=now)


def test_another_move_on_the_same_day_takes_the_place_of_the_first(now: datetime, today: date, admin: Officer) -> None:
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    third = Zone.objects.exclude(pk__in=[home.pk, away.pk]).first()
    assert third is not None
    day = today + DAY
    for zone in (away, third):
        move_kelurahan(kelurahan=[HOME], zone=zone, first_day=day, officer=admin, now=now)
    assert [zone_of(HOME, today), zone_of(HOME, day)] == [home, third]
    move_kelurahan(kelurahan=[HOME], zone=home, first_day=day, officer=admin, now=now)
    row = ZoneCoverage.objects.get(kelurahan=HOME)
    assert (row.zone, row.valid.upper) == (home, None)
    connection.check_constraints()


def test_moves_that_have_not_begun_are_taken_back_all_or_none(now: datetime, today: date, admin: Officer) -> None:
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    wards = others(home)[:2]
    move_kelurahan(kelurahan=wards, zone=away, first_day=today + DAY, officer=admin, now=now)
    moves = list(ZoneCoverage.objects.filter(kelurahan__in=wards, zone=away).values_list("pk", flat=True))
    with pytest.raises(NotNow, match="sudah dibatalkan atau sudah berlaku"):
        undo_moves(coverage_ids=[*moves, 0], officer=admin, now=now)
    with pytest.raises(NotNow):
        undo_moves(coverage_ids=moves, officer=admin, now=now + DAY)
    assert undo_moves(coverage_ids=moves, officer=admin, now=now) == 2
    assert [zone_of(ward, today + DAY) for ward in wards] == [home, home]
    assert ZoneCoverage.objects.filter(kelurahan__in=wards).count() == 2
    connection.check_constraints()
    with pytest.raises(NotNow):
        undo_moves(coverage_ids=moves, officer=admin, now=now)


def test_only_the_last_of_two_moves_can_be_taken_back(now: datetime, today: date, admin: Officer) -> None:
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    move_kelurahan(kelurahan=[HOME], zone=away, first_day=today + DAY, officer=admin, now=now)
    move_kelurahan(kelurahan=[HOME], zone=home, first_day=today + 9 * DAY, officer=admin, now=now)
    first, last = ZoneCoverage.objects.filter(kelurahan=HOME, valid__startswith__gt=today).order_by("valid")
    with pytest.raises(NotNow):
        undo_moves(coverage_ids=[first.pk], officer=admin, now=now)
    undo_moves(coverage_ids=[last.pk], officer=admin, now=now)
    undo_moves(coverage_ids=[first.pk], officer=admin, now=now)
    assert ZoneCoverage.objects.get(kelurahan=HOME).zone == home


def test_the_screen_shows_every_kelurahan_once_with_what_is_recorded(
    now: datetime, today: date, admin: Officer, django_assert_num_queries: object
) -> None:
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    move_kelurahan(kelurahan=[HOME], zone=away, first_day=today + DAY, officer=admin, now=now)
    with django_assert_num_queries(3):  # type: ignore[operator]
        screen = coverage_screen(now=now)
    wards = [ward for district in screen.districts for ward in district.wards]
    assert (len(screen.districts), len(wards), len({ward.code for ward in wards})) == (18, 107, 107)
    (moved,) = [ward for ward in wards if ward.moves]
    assert (moved.code, moved.zone.zone, moved.moves) == (HOME, home, [(_of(screen.zones, away), today + DAY)])
    assert sum(zone.now for zone in screen.zones) == sum(zone.later for zone in screen.zones) == 107
    assert (_of(screen.zones, home).now - _of(screen.zones, home).later) == 1
    (move,) = screen.moves
    assert (move.zone, move.first_day, [ward[2] for ward in move.wards]) == (away, today + DAY, [home.name])


def _of(painted: list, zone: Zone) -> object:
    return next(one for one in painted if one.zone == zone)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_the_same_moment_leave_neither_gap_nor_overlap(now: datetime) -> None:
    admin, today = OfficerFactory(role="admin"), local_date(now)
    home, away = zone_of(HOME, today), zone_of(AWAY, today)
    third = Zone.objects.exclude(pk__in=[home.pk, away.pk]).first()
    ready, told = threading.Barrier(2), []

    def move(zone: Zone, day: date) -> None:
        ready.wait()
        try:
            move_kelurahan(kelurahan=[HOME], zone=zone, first_day=day, officer=admin, now=now)
            told.append("moved")
        except FieldRefused as refused:
            told.append(refused.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=args) for args in ((away, today + DAY), (third, today + 2 * DAY))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = list(ZoneCoverage.objects.filter(kelurahan=HOME).order_by("valid"))
    try:
        assert told.count("moved") in (1, 2)
        assert all(one.valid.upper == other.valid.lower for one, other in pairwise(rows))
        assert rows[-1].valid.upper is None
    finally:
        while (last := ZoneCoverage.objects.filter(kelurahan=HOME, valid__startswith__gt=today).last()) is not None:
            undo_moves(coverage_ids=[last.pk], officer=admin, now=now)
