"""The ledger of blanks, and who is promised one."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from requests_app.models import (
    BlankHold,
    BlankHolding,
    BlankMovement,
    BlankStock,
    BlankWait,
    CardPickup,
    CardPolicy,
    Zone,
)
from requests_app.models.blank_line import place_in_line, waiting
from requests_app.operations.blanks import (
    NotEnough,
    allocate_waiting,
    follow_address,
    queue_approved,
    reserve,
    stock_of,
    write_line,
)
from requests_app.operations.decisions import annul_decision, take_back
from requests_app.operations.followup import withdraw
from requests_app.operations.pickups import ensure_pickup
from requests_app.rules.blanks import Move, WaitingOrder
from requests_app.rules.promise import TAKE_BACK
from tests.factories import APPROVED, OfficerFactory, decided
from tests.operations.blanks import approved_cards, queued_cards, stocked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def counters(stock: BlankStock) -> tuple[int, int, int]:
    stock.refresh_from_db()
    return stock.on_hand, stock.reserved, stock.drawn


def test_approving_promises_a_blank_of_the_location_that_prints_for_the_zone(now: datetime) -> None:
    stock = stocked(now, 2)
    (card,) = approved_cards(now, 1)
    assert counters(stock) == (2, 1, 0)
    assert BlankHold.objects.get().application == card


def test_another_location_prints_when_the_zone_says_so(now: datetime) -> None:
    head = stocked(now, 5)
    (first,) = approved_cards(now, 1)
    own = stocked(now, 5, zone=first.zone)
    first.zone.printed_at = own
    first.zone.save(update_fields=["printed_at"])
    decided(now, APPROVED)
    assert (counters(head), counters(own)) == ((5, 1, 0), (5, 1, 0))


def test_without_a_free_blank_it_waits_and_the_answer_says_so(now: datetime) -> None:
    stocked(now, 1)
    first, second = queued_cards(now, 2)
    assert (first.status, second.status) == ("ready_to_print", "waiting_for_blank")
    text = second.notices.get(purpose="approved").params["kartu"]
    assert "urutan Anda 1" in text
    assert BlankWait.objects.get().application == second
    assert "segera kami cetak" in first.notices.get(purpose="approved").params["kartu"]


def test_two_approved_in_a_row_are_not_told_the_same_place(now: datetime) -> None:
    cards = approved_cards(now, 3)
    told = [card.notices.get(purpose="approved").params["kartu"] for card in cards]
    assert [f"urutan Anda {place}." in words for place, words in enumerate(told, start=1)] == [True] * 3
    assert [card.blank_wait.told_place for card in cards] == [1, 2, 3]


def test_what_comes_later_does_not_pass_those_who_wait(now: datetime) -> None:
    queued_cards(now, 2)
    stock = stocked(now, 1)
    (late,) = queued_cards(now + DAY, 1)
    assert late.status == "waiting_for_blank"
    assert counters(stock) == (1, 0, 0)
    assert allocate_waiting(now=now + DAY) == 1
    late.refresh_from_db()
    assert late.status == "waiting_for_blank"


@pytest.mark.parametrize(("order", "expected"), [(WaitingOrder.FIRST_TIME, [2, 0, 1]), (WaitingOrder.FIFO, [0, 1, 2])])
def test_first_time_applicants_come_first_unless_the_policy_says_otherwise(
    now: datetime, order: WaitingOrder, expected: list[int]
) -> None:
    CardPolicy.objects.create(valid_from=now, waiting_order=order)
    (lost,) = queued_cards(now, 1)
    (broken,) = queued_cards(now + DAY, 1)
    (new,) = queued_cards(now + 2 * DAY, 1, reason="baru")
    cards = [lost, broken, new]
    assert list(waiting(stock_of(None))) == [cards[n] for n in expected]
    assert [place_in_line(cards[n]) for n in expected] == [1, 2, 3]


def test_blanks_that_arrive_go_to_who_waits_in_order_and_each_is_told(now: datetime) -> None:
    cards = queued_cards(now, 3)
    stock = stocked(now + DAY, 2)
    assert allocate_waiting(now=now + DAY) == 2
    for card in cards:
        card.refresh_from_db()
    assert [card.status for card in cards] == ["ready_to_print", "ready_to_print", "waiting_for_blank"]
    assert cards[0].notices.filter(purpose="blank_arrived").count() == 1
    assert counters(stock) == (2, 2, 0)
    assert BlankWait.objects.get().application == cards[2]


def test_withdrawing_annulling_and_taking_back_give_the_blank_back(now: datetime) -> None:
    stock = stocked(now, 9)
    gone, annulled = queued_cards(now, 2)
    withdraw(application_id=gone.pk, now=now)
    supervisor = OfficerFactory(role="supervisor")
    annul_decision(decision_id=annulled.decisions.get().pk, supervisor=supervisor, reason="Keliru.", now=now)
    back = decided(now, APPROVED)
    decision = back.decisions.get()
    take_back(decision_id=decision.pk, officer=decision.officer, now=now + timedelta(seconds=3))
    assert counters(stock) == (9, 0, 0)
    assert not BlankHold.objects.exists()


def test_an_application_never_holds_two_blanks(now: datetime) -> None:
    stock = stocked(now, 9)
    (card,) = approved_cards(now, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        reserve(card, stock, now=now)
    assert counters(stock) == (9, 1, 0)


def test_what_is_to_be_printed_holds_a_blank_and_what_has_ended_none(now: datetime) -> None:
    stocked(now, 9)
    (held,) = approved_cards(now, 1)
    for status in ("withdrawn", "printed", "submitted"):
        with pytest.raises(IntegrityError, match="keeps a blank"), transaction.atomic():
            type(held).objects.filter(pk=held.pk).update(status=status)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    (without,) = queued_cards(now, 1)
    write_line(stock_of(None), Move.RELEASE, now=now, reserved=-1, application=without)
    with pytest.raises(IntegrityError, match="without a blank"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_more_than_is_free_is_refused_and_nothing_is_written(now: datetime) -> None:
    stock = stocked(now, 3)
    approved_cards(now, 2)
    box = BlankHolding.objects.get().box
    lines = BlankMovement.objects.count()
    with pytest.raises(NotEnough) as refusal:
        write_line(stock, Move.OUTSIDE, now=now, on_hand=-2, box=box, day=now.date())
    assert "dicadangkan" in refusal.value.message
    assert BlankMovement.objects.count() == lines
    assert counters(stock) == (3, 2, 0)
    assert BlankHolding.objects.get().quantity == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE requests_app_blankmovement SET on_hand = 9",
        "DELETE FROM requests_app_blankmovement",
        "TRUNCATE requests_app_blankmovement",
        "ALTER TABLE requests_app_blankmovement DISABLE TRIGGER ledger_counts",
        "UPDATE requests_app_blankstock SET on_hand = 9",
        "UPDATE requests_app_blankstock SET reserved = 0",
        "UPDATE requests_app_blankholding SET quantity = 9",
        "DELETE FROM requests_app_blankhold",
        "INSERT INTO requests_app_blankhold (application_id, stock_id, since) SELECT id, 1, now()"
        " FROM requests_app_application",
    ],
)
def test_nobody_alters_ledger_or_counters_with_the_rights_of_the_application(now: datetime, statement: str) -> None:
    stocked(now, 5)
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_new_location_begins_empty_whatever_is_said(now: datetime) -> None:
    zone = Zone.objects.create(code="Z99", name="UPTD Contoh", is_example=True)
    stock = BlankStock.objects.create(zone=zone, on_hand=9, reserved=3)
    assert counters(stock) == (0, 0, 0)


def test_there_is_one_head_office(now: datetime) -> None:
    with pytest.raises(IntegrityError, match="one_stock_per_location"), transaction.atomic():
        BlankStock.objects.create(zone=None)


def test_what_was_approved_before_there_was_a_stock_comes_before_what_is_approved_now(now: datetime) -> None:
    (old,) = approved_cards(now - DAY, 1)
    stocked(now, 1)
    (new,) = approved_cards(now, 1)
    assert not BlankHold.objects.exists()
    assert "urutan Anda 2" in new.notices.get(purpose="approved").params["kartu"]
    queue_approved(now=now + TAKE_BACK)
    allocate_waiting(now=now + TAKE_BACK)
    assert BlankHold.objects.get().application == old


def test_nobody_approved_later_goes_past_who_was_just_told_to_wait(now: datetime) -> None:
    (first,) = approved_cards(now, 1)
    assert "urutan Anda 1" in first.notices.get(purpose="approved").params["kartu"]
    stock = stocked(now + timedelta(seconds=3), 1)
    (second,) = approved_cards(now + timedelta(seconds=4), 1)
    assert "urutan Anda 2" in second.notices.get(purpose="approved").params["kartu"]
    assert counters(stock) == (1, 0, 0)
    queue_approved(now=now + TAKE_BACK)
    assert BlankHold.objects.get().application == first


def test_news_of_a_card_is_not_sent_once_the_approval_is_gone(now: datetime) -> None:
    (card,) = queued_cards(now, 1)
    stocked(now, 1)
    allocate_waiting(now=now)
    assert card.notices.get(purpose="blank_arrived").state == "queued"
    withdraw(application_id=card.pk, now=now)
    assert card.notices.get(purpose="blank_arrived").state == "superseded"


@pytest.mark.parametrize("chosen", [True, False])
def test_the_card_follows_the_address_unless_its_owner_chose_an_office(now: datetime, chosen: bool) -> None:
    (card,) = approved_cards(now, 1)
    pickup, other = ensure_pickup(card), Zone.objects.exclude(pk=card.zone_id)[0]
    CardPickup.objects.filter(pk=pickup.pk).update(chosen_at=now if chosen else None)
    card.zone = other
    follow_address(card)
    pickup.refresh_from_db()
    assert (pickup.zone_id == other.pk) is not chosen
    assert (pickup.chosen_at is not None) is chosen


def test_an_office_that_was_chosen_and_has_closed_down_since_gets_no_card(now: datetime) -> None:
    """While an application is rejected nothing keeps the office open; an objection may bring the application back."""
    (card,) = approved_cards(now, 1)
    pickup, closed = ensure_pickup(card), Zone.objects.create(code="Z99", name="UPTD lama", is_active=False)
    CardPickup.objects.filter(pk=pickup.pk).update(zone=closed, chosen_at=now)
    follow_address(card)
    pickup.refresh_from_db()
    assert (pickup.zone, pickup.chosen_at) == (card.zone, None)
