"""Days that are over: what was asked for, whether blanks were free all day, and what was left at the end."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import BlankBox, BlankDay, BlankStock, Card, StockCount
from requests_app.operations.blank_days import SWEEP, close_days
from requests_app.operations.blanks import allocate_waiting, write_line
from requests_app.operations.decisions import annul_decision, take_back
from requests_app.operations.followup import withdraw
from requests_app.operations.prints import record_printed
from requests_app.operations.sweep import record_sweep
from requests_app.rules.blanks import Move
from requests_app.rules.dates import local_date
from tests.factories import APPROVED, OfficerFactory, decided, on_duty
from tests.operations.blanks import approved_cards, queued_cards, stocked
from tests.operations.offices import approve
from tests.operations.printing import batch_of, cards_of, spoiled

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def day_of(moment: datetime) -> BlankDay:
    return BlankDay.objects.get(day=local_date(moment))


def used_outside(stock: BlankStock, quantity: int, day: date, *, now: datetime) -> None:
    box = BlankBox.objects.filter(holdings__stock=stock).first()
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-quantity, box=box, day=day)


def test_there_is_nothing_to_close_before_the_ledger_begins(now: datetime) -> None:
    approved_cards(now, 1)
    assert close_days(now=now + 9 * DAY) == 0


def test_a_day_is_closed_once_it_is_over(now: datetime) -> None:
    stocked(now, 10)
    approved_cards(now, 3)
    midnight = now.replace(hour=17, minute=0)
    assert close_days(now=midnight + timedelta(minutes=9)) == 0
    assert close_days(now=midnight + timedelta(minutes=11)) == 1
    with CaptureQueriesContext(connection) as spent:
        assert close_days(now=midnight + timedelta(hours=3)) == 0
    assert not any("INSERT" in query["sql"] for query in spent), "where nothing is due, nothing is reckoned"
    day = day_of(now)
    assert (day.demand, day.available, day.on_hand, day.reserved, day.waiting) == (3, True, 10, 3, 0)


def test_weeks_are_caught_up_in_one_go_and_quiet_days_have_rows_too(now: datetime) -> None:
    stocked(now, 10)
    approved_cards(now + 5 * DAY, 2)
    assert close_days(now=now + 20 * DAY) == 20
    assert list(BlankDay.objects.values_list("demand", flat=True)) == [0, 0, 0, 0, 0, 2, *[0] * 14]
    assert [day.reserved for day in BlankDay.objects.all()] == [0] * 5 + [2] * 15


def test_a_day_that_is_missing_in_between_is_written_again(now: datetime) -> None:
    stocked(now, 10)
    approved_cards(now + 2 * DAY, 1)
    close_days(now=now + 5 * DAY)
    whole = list(BlankDay.objects.values_list("day", "demand", "on_hand"))
    BlankDay.objects.filter(demand=1).update(day=local_date(now - DAY))
    assert close_days(now=now + 5 * DAY) == 1
    assert list(BlankDay.objects.filter(day__gte=local_date(now)).values_list("day", "demand", "on_hand")) == whole


def test_a_decision_that_was_taken_back_asked_for_nothing(now: datetime) -> None:
    stocked(now, 10)
    (card,) = approved_cards(now, 1)
    decision = card.decisions.get()
    take_back(decision_id=decision.pk, officer=decision.officer, now=now + timedelta(seconds=3))
    close_days(now=now + DAY)
    assert day_of(now).demand == 0


def test_an_application_that_is_approved_twice_asked_once(now: datetime) -> None:
    stocked(now, 10)
    (card,) = approved_cards(now, 1)
    supervisor = OfficerFactory(role="supervisor")
    annul_decision(decision_id=card.decisions.get().pk, supervisor=supervisor, reason="Salah baca", now=now)
    card.refresh_from_db()
    approve(card, now + DAY, APPROVED, on_duty(OfficerFactory(), now + DAY))
    close_days(now=now + 2 * DAY)
    assert (day_of(now).demand, day_of(now + DAY).demand) == (1, 0)


def test_other_services_ask_for_no_blank(now: datetime) -> None:
    stocked(now, 10)
    decided(now, APPROVED, service="kk", reason="rusak")
    close_days(now=now + DAY)
    assert day_of(now).demand == 0


def test_blanks_printed_outside_the_system_count_on_the_day_they_were_used(now: datetime) -> None:
    stock = stocked(now, 100)
    approved_cards(now, 2)
    close_days(now=now + 3 * DAY)
    used_outside(stock, 30, local_date(now + DAY), now=now + 3 * DAY)
    assert close_days(now=now + 3 * DAY + timedelta(hours=1)) == 2, "that day, and what was left the day after"
    assert [(day.demand, day.on_hand) for day in BlankDay.objects.all()] == [(2, 100), (30, 70), (0, 70)]
    assert close_days(now=now + 3 * DAY + timedelta(hours=2)) == 0


def test_a_spoiled_card_asks_for_another_blank_on_the_day_it_is_spoiled(now: datetime) -> None:
    stocked(now, 10)
    queued_cards(now, 2)
    batch = batch_of(now + DAY)
    at_the_printer, later = cards_of(batch)
    spoiled(at_the_printer, now + DAY)
    record_printed(code=later.code, batch_id=batch.pk, officer=OfficerFactory(), now=now + DAY)
    spoiled(later, now + 2 * DAY, "chip")
    close_days(now=now + 4 * DAY)
    assert list(BlankDay.objects.values_list("demand", "on_hand")) == [(2, 10), (1, 8), (1, 8), (0, 8)]


def test_a_card_printed_for_a_withdrawn_application_took_the_blank_that_was_asked_for(now: datetime) -> None:
    stocked(now, 10)
    (application,) = queued_cards(now, 1)
    (card,) = cards_of(batch_of(now + DAY, 1))
    withdraw(application_id=application.pk, now=now + DAY)
    spoiled(Card.objects.get(pk=card.pk), now + DAY)
    close_days(now=now + 2 * DAY)
    assert [(day_of(at).demand, day_of(at).on_hand) for at in (now, now + DAY)] == [(1, 10), (0, 9)]


@pytest.mark.parametrize(("reason", "asked"), [("damaged", 3), ("jam", 3), ("transport", 0), ("other", 0)])
def test_blanks_that_turn_out_bad_are_asked_for_again_but_an_accident_is_not(
    now: datetime, reason: str, asked: int
) -> None:
    stock = stocked(now, 10)
    box = BlankBox.objects.get()
    write_line(stock, Move.SPOIL, now=now + DAY, on_hand=-3, box=box, reason=reason)
    close_days(now=now + 2 * DAY)
    assert (day_of(now + DAY).demand, day_of(now + DAY).on_hand) == (asked, 7)


def test_what_a_count_did_not_find_was_not_asked_for(now: datetime) -> None:
    stock = stocked(now, 10)
    count = StockCount.objects.create(
        stock=stock, counted_at=now, counted_by=OfficerFactory(), state="confirmed", ended_at=now,
        ended_by=OfficerFactory(),
    )  # fmt: skip
    write_line(stock, Move.CORRECT, now=now, on_hand=-4, box=BlankBox.objects.get(), count=count)
    close_days(now=now + DAY)
    assert (day_of(now).demand, day_of(now).on_hand) == (0, 6)


def test_what_the_sweep_has_seen_is_not_reckoned_again(now: datetime) -> None:
    stock = stocked(now, 100)
    later = now + 3 * DAY
    close_days(now=later)
    used_outside(stock, 30, local_date(now + DAY), now=later)
    assert close_days(now=later + HOUR) == 2
    record_sweep(SWEEP, now=later + HOUR, done=2)
    with CaptureQueriesContext(connection) as spent:
        assert close_days(now=later + 2 * HOUR) == 0
    assert not any("INSERT" in query["sql"] for query in spent)
    used_outside(stock, 5, local_date(now), now=later + HOUR / 2)
    assert close_days(now=later + 2 * HOUR) == 0
    record_sweep(SWEEP, now=later + HOUR, done=0, trouble="Jam server mundur.")
    assert close_days(now=later + 2 * HOUR) == 3, "a sweep with trouble has looked at nothing"
    record_sweep(SWEEP, now=later + HOUR, done=3)
    used_outside(stock, 6, local_date(now + 2 * DAY), now=later + HOUR - timedelta(minutes=1))
    assert close_days(now=later + 2 * HOUR) == 1, "it may have come into the database after the sweep looked"


def test_a_day_on_which_the_last_free_blank_went_is_censored_and_the_days_without_one_too(now: datetime) -> None:
    stocked(now, 1)
    queued_cards(now + DAY, 2)
    stocked(now + 3 * DAY, 5)
    allocate_waiting(now=now + 3 * DAY)
    close_days(now=now + 5 * DAY)
    days = list(BlankDay.objects.all())
    assert [day.available for day in days] == [True, False, False, False, True]
    assert [day.waiting for day in days] == [0, 1, 1, 0, 0]


def test_a_day_that_was_empty_for_an_hour_only_is_censored(now: datetime) -> None:
    stocked(now, 1)
    (first,) = approved_cards(now + DAY, 1)
    withdraw(application_id=first.pk, now=now + DAY + timedelta(hours=1))
    close_days(now=now + 3 * DAY)
    assert (day_of(now + DAY).reserved, day_of(now + DAY).available) == (0, False)
    assert day_of(now).available
    assert day_of(now + 2 * DAY).available
