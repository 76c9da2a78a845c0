"""How things stand with blanks, for who has not applied yet."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from requests_app.models import BlankBox, PlannedDelivery, Zone
from requests_app.operations.blanks import stock_of, write_line
from requests_app.queries.blank_line import blank_level, level_at
from requests_app.rules.blank_line import monday
from requests_app.rules.blanks import Move
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def promised(now: datetime, after: timedelta, quantity: int) -> None:
    PlannedDelivery.objects.create(
        expected_on=local_date(now + after), quantity=quantity, entered_at=now, entered_by=OfficerFactory()
    )


def test_with_free_blanks_and_nobody_waiting_nothing_is_short(now: datetime) -> None:
    stocked(now, 5)
    level = level_at(now)
    assert (level.free, level.waiting, level.short, level.week) == (5, 0, False, None)


def test_who_applies_now_would_come_after_all_who_wait(now: datetime) -> None:
    queued_cards(now, 3)
    promised(now, 14 * DAY, 3)
    promised(now, 35 * DAY, 3)
    level = level_at(now)
    assert (level.waiting, level.short, level.everywhere, level.place) == (3, True, True, 4)
    assert level.week == monday(local_date(now + 35 * DAY))


def test_blanks_that_came_belong_to_those_who_wait(now: datetime) -> None:
    queued_cards(now, 2)
    stocked(now, 5)
    assert level_at(now).short


def test_blanks_promised_to_others_are_not_free(now: datetime) -> None:
    stocked(now, 1)
    queued_cards(now, 1)
    level = level_at(now)
    assert (level.free, level.short) == (0, True)


def test_one_office_that_prints_for_itself_may_be_short_alone(now: datetime) -> None:
    stocked(now, 5)
    (card,) = queued_cards(now, 1)
    card.zone.printed_at = stock_of(card.zone)
    card.zone.save(update_fields=["printed_at"])
    level = level_at(now)
    assert (level.short, level.everywhere) == (True, False)


def used_up(now: datetime, quantity: int, zone: Zone | None = None) -> None:
    """So many blanks came to a location and were used outside the system."""
    stock = stocked(now, quantity, zone=zone)
    box = BlankBox.objects.get(holdings__stock=stock)
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-quantity, box=box, day=local_date(now))


def test_of_two_lines_the_one_that_comes_up_last_is_told(now: datetime) -> None:
    used_up(now - DAY, 300)
    queued_cards(now, 3)
    zone = Zone.objects.get(code="Z3")
    zone.printed_at = stock_of(zone)
    zone.save(update_fields=["printed_at"])
    promised(now, 14 * DAY, 400)
    level = level_at(now)
    assert (level.everywhere, level.place, level.week) == (True, 1, None), "of what comes to the zone nothing is known"
    used_up(now - DAY, 100, zone)
    cache.clear()
    level = level_at(now)
    assert (level.place, level.week) == (1, monday(local_date(now + 21 * DAY))), "its part is passed on to it"
    Zone.objects.filter(pk=zone.pk).update(printed_at=None)
    cache.clear()
    level = level_at(now)
    assert (level.place, level.week) == (4, monday(local_date(now + 14 * DAY)))


def test_an_office_that_prints_for_nobody_does_not_count(now: datetime) -> None:
    stocked(now, 5)
    stock_of(queued_cards(now, 1)[0].zone)
    assert not level_at(now).short


def test_no_page_asks_the_database_within_a_minute(now: datetime, django_assert_num_queries) -> None:
    blank_level()
    with django_assert_num_queries(0):
        blank_level()


PAGES = ("/", "/ajukan/ktp-el/", "/keperluan/ktp-hilang/palembang/")


@pytest.mark.parametrize("address", PAGES)
def test_before_any_typing_it_is_said_that_a_card_would_wait(client: Client, now: datetime, address: str) -> None:
    queued_cards(now, 2)
    shown = client.get(address).text
    assert "Blangko KTP-el sedang kosong." in shown
    assert "Kapan kartu dicetak belum dapat kami perkirakan." in shown
    if address != "/":
        assert "Sekarang 2 orang menunggu." in shown
        assert "suket" in shown
    cache.clear()
    promised(now, 1000 * DAY, 500)
    assert "Perkiraan dicetak: minggu" in client.get(address).text


@pytest.mark.parametrize("address", PAGES)
def test_with_blanks_there_is_one_calm_line_at_most(client: Client, now: datetime, address: str) -> None:
    stocked(now, 5)
    shown = client.get(address).text
    assert "kosong" not in shown
    assert ("Blangko KTP-el tersedia." in shown) == (address != "/")


@pytest.mark.parametrize("address", ["/ajukan/kk/", "/keperluan/kartu-keluarga/hilang/"])
def test_nothing_of_it_where_no_card_is_made(client: Client, now: datetime, address: str) -> None:
    shown = client.get(address).text
    assert "Blangko" not in shown
