"""What is known to come to each location that prints: by what came there, what it used, and what is on its way."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import BlankBox, BlankReceipt, BlankStock, PlannedDelivery, Zone
from requests_app.models.blank_line import expected_week, supplies
from requests_app.operations.blanks import stock_of, write_line
from requests_app.operations.prints import record_many_printed
from requests_app.operations.transfers import confirm_transfer, send_blanks
from requests_app.rules.blank_line import Supply, monday
from requests_app.rules.blanks import Move
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.offices import AWAY
from tests.operations.printing import batch_of, cards_of, closed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def own(now: datetime) -> BlankStock:
    """A zone prints for itself."""
    zone = Zone.objects.get(code="Z7")
    zone.printed_at = stock_of(zone)
    zone.save(update_fields=["printed_at"])
    return zone.printed_at


def used(stock: BlankStock, quantity: int, at: datetime) -> None:
    """So many blanks used outside the system that day."""
    box = BlankBox.objects.filter(holdings__stock=stock, holdings__quantity__gte=quantity).order_by("pk")[0]
    write_line(stock, Move.OUTSIDE, now=at, on_hand=-quantity, box=box, day=local_date(at))


def on_its_way(stock: BlankStock, quantity: int, at: datetime) -> int:
    """So many blanks sent from the head office to a location; the transfer's id."""
    box = BlankBox.objects.filter(holdings__stock=stock_of(None), holdings__quantity__gte=quantity).order_by("pk")[0]
    transfer, _ = send_blanks(
        from_stock=stock_of(None), to_stock=stock, lines=[(box, quantity)], officer=OfficerFactory(), now=at
    )
    return transfer.pk


def passed_on(stock: BlankStock, quantity: int, at: datetime) -> None:
    """The same, counted there."""
    transfer = on_its_way(stock, quantity, at)
    box = BlankBox.objects.get(holdings__stock=stock_of(None))
    confirm_transfer(transfer_id=transfer, counted={box.pk: quantity}, officer=OfficerFactory(), now=at)


def promised(now: datetime, after: timedelta, quantity: int) -> None:
    PlannedDelivery.objects.create(
        expected_on=local_date(now + after), quantity=quantity, entered_at=now, entered_by=OfficerFactory()
    )


def coming(stock: BlankStock | None, now: datetime) -> Supply:
    return supplies(local_date(now))[stock.pk if stock else None]


def test_where_one_office_prints_for_all_everything_promised_is_its_own(now: datetime) -> None:
    promised(now, 14 * DAY, 500)
    assert coming(None, now).promised[-1] == (local_date(now + 14 * DAY), 500), "before its first blank, too"
    head = stocked(now - 89 * DAY, 900)
    assert coming(None, now) == coming(head, now)
    assert (coming(head, now).promised[-1][1], coming(head, now).per_day) == (500, 10)


def test_a_location_has_its_part_of_what_the_city_used(now: datetime, own: BlankStock) -> None:
    head = stocked(now - 60 * DAY, 1000)
    passed_on(own, 100, now - 50 * DAY)
    used(own, 90, now - 40 * DAY)
    used(head, 810, now - 30 * DAY)
    promised(now, 14 * DAY, 2000)
    today = local_date(now)
    assert coming(own, now).promised[-1] == (today + 21 * DAY, 200), "the head office passes it on"
    assert coming(head, now).promised[-1] == (today + 14 * DAY, 1800)
    assert (coming(own, now).per_day, coming(head, now).per_day) == (100 / 90, 10)


def test_what_batches_printed_and_spoiled_was_used_and_what_they_gave_back_was_not(
    now: datetime, own: BlankStock
) -> None:
    head = stocked(now - DAY, 100)
    passed_on(own, 3, now - DAY)
    used(own, 3, now)
    queued_cards(now, 6, kelurahan=AWAY)
    batch = batch_of(now, 6)
    codes = [card.code for card in cards_of(batch)[:4]]
    record_many_printed(codes=codes, batch_id=batch.pk, officer=OfficerFactory(), now=now)
    closed(batch, now)
    promised(now, DAY, 700)
    assert [coming(stock, now).promised[-1][1] for stock in (own, head)] == [300, 400]


def test_what_is_on_its_way_comes_today_until_it_is_counted_or_too_long_ago(now: datetime, own: BlankStock) -> None:
    head = stocked(now - DAY, 100)
    on_its_way(own, 30, now - DAY)
    today = local_date(now)
    assert coming(own, now).promised[0] == (today, 30)
    assert coming(head, now).promised[0] == (today, 0)
    assert coming(own, now + 91 * DAY).promised[0][1] == 0


def test_the_opening_balance_and_what_came_long_ago_is_no_rate(now: datetime) -> None:
    head = stocked(now - DAY, 900)
    BlankReceipt.objects.update(opening=True)
    assert coming(head, now).per_day == 0
    BlankReceipt.objects.update(opening=False)
    assert coming(head, now).per_day == 10
    assert coming(head, now + 90 * DAY).per_day == 0


def test_a_zone_is_told_its_own_week_and_nothing_while_too_little_is_known(now: datetime, own: BlankStock) -> None:
    head = stocked(now - 60 * DAY, 1000)
    used(head, 500, now - DAY)
    promised(now, 14 * DAY, 8000)
    today = local_date(now)
    assert own.zone is not None
    elsewhere = Zone.objects.exclude(pk=own.zone.pk).filter(printed_at=None)[0]
    assert expected_week(1, elsewhere, today=today) == monday(today + 14 * DAY)
    assert expected_week(1, own.zone, today=today) is None, "nothing has come there"
    on_its_way(own, 5, now)
    assert expected_week(5, own.zone, today=today) == monday(today)
    assert expected_week(6, own.zone, today=today) is None


def test_a_location_that_prints_for_nobody_any_more_takes_no_part(now: datetime, own: BlankStock) -> None:
    head = stocked(now - 60 * DAY, 1000)
    passed_on(own, 100, now - DAY)
    used(own, 100, now - DAY)
    used(head, 100, now - DAY)
    promised(now, 14 * DAY, 2000)
    assert coming(head, now).promised[-1][1] == 1000
    Zone.objects.filter(printed_at=own).update(printed_at=None)
    assert coming(head, now).promised[-1][1] == 2000
    Zone.objects.create(code="Z99", name="Zona Contoh", is_active=False, printed_at=own)
    assert coming(head, now).promised[-1][1] == 2000


def test_two_queries_for_all_locations(now: datetime, own: BlankStock) -> None:
    stocked(now, 10)
    with CaptureQueriesContext(connection) as spent:
        supplies(local_date(now))
    assert len(spent) == 2
