"""What the forecast reads: days that are over, what is there now, what is promised; kept while nothing is new."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import BlankBox, BlankDay, BlankStock, BlankTransfer, Holiday, StockAlert, TransferLine, Zone
from requests_app.operations.blank_days import close_days
from requests_app.operations.blanks import stock_of, write_line
from requests_app.operations.cover_alerts import watch_cover
from requests_app.operations.decisions import annul_decision
from requests_app.operations.followup import withdraw
from requests_app.operations.planned_deliveries import plan_delivery
from requests_app.queries import forecast as queries
from requests_app.queries.forecast import blank_line, cover_alert, load_situation
from requests_app.rules.blanks import Move
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards, queued_cards, stocked
from tests.stock.forecasts import DAY, three_months, used_outside

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a forecast was made: one entry with the number of days it was made of."""
    made: list[int] = []
    really = queries.forecast

    def counting(history, **given):  # type: ignore[no-untyped-def]
        made.append(len(history))
        return really(history, **given)

    monkeypatch.setattr(queries, "forecast", counting)
    return made


def send(stock: BlankStock, quantity: int, now: datetime) -> None:
    """So many blanks on their way to a zone's office."""
    to = stock_of(Zone.objects.order_by("pk")[0])
    transfer = BlankTransfer.objects.create(from_stock=stock, to_stock=to, sent_at=now, sent_by=OfficerFactory())
    box = BlankBox.objects.filter(holdings__stock=stock).order_by("pk")[0]
    TransferLine.objects.create(transfer=transfer, box=box, sent=quantity)
    write_line(stock, Move.SENT, now=now, on_hand=-quantity, box=box, transfer=transfer)


def test_the_line_begins_with_what_was_free_in_the_morning(now: datetime) -> None:
    stock = stocked(now - DAY, 100)
    approved_cards(now, 7)
    used_outside(stock, 5, now)
    figures = load_situation(now).now
    assert (figures.on_hand, figures.reserved, figures.free, figures.asked_today) == (95, 7, 88, 12)
    assert figures.this_morning == 100, "what was asked for today is in the forecast of today"


def test_who_waits_is_owed_a_blank(now: datetime) -> None:
    stocked(now - DAY, 1)
    queued_cards(now - DAY, 3)
    figures = load_situation(now).now
    assert (figures.free, figures.waiting, figures.this_morning) == (0, 2, -2)


def test_what_was_given_back_today_is_free_once(now: datetime) -> None:
    stocked(now - DAY, 100)
    _standing, withdrawn, annulled = queued_cards(now, 3)
    withdraw(application_id=withdrawn.pk, now=now)
    chief = OfficerFactory(role="supervisor")
    annul_decision(decision_id=annulled.decisions.get().pk, supervisor=chief, reason="Keliru.", now=now)
    figures = load_situation(now).now
    assert (figures.free, figures.asked_today, figures.this_morning) == (99, 1, 100)


def test_what_travels_between_offices_still_lasts_as_long(now: datetime) -> None:
    stock = three_months(now)
    before = load_situation(now)
    send(stock, 7900, now)
    after = load_situation(now)
    assert (after.now.on_hand, after.now.on_way) == (120, 7900)
    assert after.alone == before.alone
    assert after.line() == before.line()
    assert after.covers == before.covers


def test_today_is_no_part_of_the_history(now: datetime, made: list[int]) -> None:
    three_months(now)
    BlankDay.objects.create(day=local_date(now), demand=1, available=True, on_hand=1, reserved=0)
    situation = load_situation(now)
    assert made == [90]
    assert situation.past[-1].day == local_date(now - DAY)
    assert situation.outlook.days[0].date == local_date(now)


def test_the_forecast_is_made_once_until_something_is_new(now: datetime, made: list[int]) -> None:
    stock = three_months(now)
    for _ in range(3):
        load_situation(now)
    used_outside(stock, 10, now)
    load_situation(now)
    assert len(made) == 1, "a smaller stock changes dates, not what will be asked for"
    Holiday.objects.create(date=local_date(now + 3 * DAY), name="Libur contoh", kind="lokal")
    load_situation(now)
    load_situation(now + DAY)
    assert len(made) == 3


def test_what_it_costs(now: datetime) -> None:
    three_months(now)
    load_situation(now)
    with CaptureQueriesContext(connection) as spent:
        load_situation(now)
    assert len(spent) == 5


def test_cover_does_not_count_on_what_is_only_promised(now: datetime) -> None:
    three_months(now)
    before = load_situation(now)
    plan_delivery(expected_on=local_date(now + 10 * DAY), quantity=9000, note="", officer=OfficerFactory(), now=now)
    after = load_situation(now)
    assert after.alone.cover_days == before.alone.cover_days
    assert (after.line().cover_days or 0) > 150
    assert after.line().zero_on != before.line().zero_on


def test_what_came_lately_or_is_on_its_way_was_not_used(now: datetime) -> None:
    stock = three_months(now)
    stocked(now, 700)
    send(stock, 300, now)
    figures = load_situation(now).now
    assert (figures.used, figures.used_in_days, figures.on_hand) == (7980, 90, 8420)


def test_what_was_there_before_the_three_months_counts(now: datetime) -> None:
    stock = three_months(now)
    later = now + 30 * DAY
    used_outside(stock, 600, now + DAY)
    close_days(now=later)
    figures = load_situation(later).now
    month = sum(day.demand for day in BlankDay.objects.filter(day__lt=local_date(now - 60 * DAY)))
    assert (figures.used, figures.used_in_days) == (7980 - month + 600, 90)


def test_a_young_ledger_divides_by_its_own_days(now: datetime) -> None:
    stock = stocked(now - 10 * DAY, 1000)
    used_outside(stock, 200, now - 5 * DAY)
    (used,) = [cover for cover in load_situation(now).covers if cover.name == "used"]
    assert (used.rate, used.days) == (20, 40)


def test_the_supervisors_line_is_kept_for_a_while(now: datetime) -> None:
    three_months(now)
    first = blank_line(now)
    with CaptureQueriesContext(connection) as spent:
        assert blank_line(now) == first
    assert len(spent) == 0
    assert (first.now.on_hand, first.is_late) == (8020, False)


# --- alerts


def watch(cover: float | None, now: datetime) -> int:
    return watch_cover(cover_days=cover, free=1000, order_by=local_date(now), now=now)


def opened() -> list[str]:
    return sorted(StockAlert.objects.filter(closed_at=None).values_list("key", flat=True), key=int)


def test_each_level_alerts_once_when_it_is_reached(now: datetime) -> None:
    assert watch(31, now) == 0
    assert watch(30, now) == 1
    assert watch(29, now) == 0
    assert watch(13, now) == 1
    assert watch(7, now) == 1
    assert opened() == ["7", "14", "30"]
    assert StockAlert.objects.count() == 3
    most_urgent = cover_alert()
    assert most_urgent is not None
    assert (most_urgent.key, most_urgent.facts["days"]) == ("7", 7)


def test_a_stock_that_falls_at_once_alerts_all_levels_below(now: datetime) -> None:
    assert watch(0, now) == 3
    assert opened() == ["7", "14", "30"]


def test_a_cover_that_sways_around_a_level_alerts_once(now: datetime) -> None:
    watch(29, now)
    for cover in (31, 29.5, 32.9, 30):
        assert watch(cover, now) == 0
    assert watch(33.1, now + DAY) == 1
    assert opened() == []
    assert cover_alert() is None
    assert watch(29, now + 2 * DAY) == 1
    assert StockAlert.objects.count() == 2


def test_where_nothing_is_asked_for_nothing_runs_out(now: datetime) -> None:
    watch(5, now)
    assert watch(None, now + timedelta(hours=1)) == 3
    assert opened() == []
