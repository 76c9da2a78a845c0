"""Stocks with a past, for the tests of the forecast: the office's real situation."""

from datetime import datetime, timedelta

from requests_app.models import BlankBox, BlankDay, BlankStock
from requests_app.operations.blank_days import SETTLED, close_days
from requests_app.operations.blanks import write_line
from requests_app.rules.blanks import Move
from requests_app.rules.dates import local_date, start_of_day
from tests.operations.blanks import stocked

DAY = timedelta(days=1)
RECEIVED, LEFT, DAYS = 16_000, 8_020, 90


def used_outside(stock: BlankStock, quantity: int, at: datetime) -> None:
    """So many blanks printed outside the system, on the day of `at`."""
    box = BlankBox.objects.filter(holdings__stock=stock, holdings__quantity__gte=quantity).order_by("pk")[0]
    write_line(stock, Move.OUTSIDE, now=at, on_hand=-quantity, box=box, day=local_date(at))


def three_months(now: datetime, *, received: int = RECEIVED, left: int = LEFT) -> BlankStock:
    """Received ninety days ago, used on working days until yesterday, some more and some less; days closed."""
    stock = stocked(now - DAYS * DAY, received)
    working = [n for n in range(DAYS, 0, -1) if local_date(now - n * DAY).weekday() < 5]
    parts = [8 + 3 * number % 7 for number in range(len(working))]
    for number, ago in enumerate(working):
        until, before = (sum(parts[:n]) * (received - left) // sum(parts) for n in (number + 1, number))
        used_outside(stock, until - before, now - ago * DAY)
    close_days(now=max(now, start_of_day(local_date(now)) + SETTLED))
    assert BlankDay.objects.count() == DAYS
    stock.refresh_from_db()
    return stock
