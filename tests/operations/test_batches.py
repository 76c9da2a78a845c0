"""Print batches: who is printed next, from which boxes, and that what was drawn comes out again."""

import uuid
from datetime import datetime, timedelta

import pytest

from requests_app.models import BatchBox, BlankBox, BlankHolding, BlankMovement, Card, CardPolicy, PrintBatch, Zone
from requests_app.operations.batches import DoesNotAddUp, Wanted, cancel_batch, close_batch, draw_more, make_batch
from requests_app.operations.blanks import queue_approved, stock_of
from requests_app.operations.followup import withdraw
from requests_app.operations.office import FieldRefused
from requests_app.operations.pickups import ensure_pickup
from requests_app.operations.prints import record_printed
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import MOST_IN_A_BATCH
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards, queued_cards, stocked
from tests.operations.printing import batch_of, cards_of, closed, printed, spoiled
from tests.operations.test_blanks import counters

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_those_who_waited_longest_are_printed_first_from_the_oldest_boxes(now: datetime) -> None:
    stock = stocked(now, 1, 5)
    late = queued_cards(now + DAY, 1)[0]
    first, second = queued_cards(now, 2)
    batch = batch_of(now + DAY, 2)
    assert [card.application for card in cards_of(batch)] == [first, second]
    assert [card.box.number[-2:] for card in cards_of(batch)] == ["-1", "-2"]
    assert [(card.position, card.attempt, card.outcome) for card in cards_of(batch)] == [(1, 1, ""), (2, 1, "")]
    assert counters(stock) == (6, 3, 2)
    assert list(BatchBox.objects.values_list("drawn", flat=True)) == [1, 1]
    assert not late.cards.exists()


def test_numbers_run_within_the_day_in_palembang(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 3)
    evening = datetime.fromisoformat("2026-11-23T23:30:00+07:00")
    numbers = [batch_of(at, 1).number for at in (now, evening, evening + timedelta(hours=1))]
    assert numbers == ["B-20261123-01", "B-20261123-02", "B-20261124-01"]


def test_numbers_run_on_after_the_last_one_whatever_is_missing(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 3)
    PrintBatch.objects.filter(pk=batch_of(now, 1).pk).update(number="B-20261123-99")
    assert [batch_of(now, 1).number, batch_of(now, 1).number] == ["B-20261123-100", "B-20261123-101"]


def test_each_card_has_a_code_of_its_own_that_can_be_read_aloud(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 5)
    codes = [card.code for card in cards_of(batch_of(now, 5))]
    assert len(set(codes)) == 5
    assert all(len(code) == 8 and not set(code) & set("ILOU") for code in codes)


def test_the_same_form_twice_is_one_batch(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 4)
    wanted = Wanted(size=2, request_key=uuid.uuid4())
    officer = OfficerFactory()
    first = make_batch(stock=stock, wanted=wanted, officer=officer, now=now)
    assert make_batch(stock=stock, wanted=wanted, officer=officer, now=now) == first
    assert counters(stock) == (9, 4, 2)


def test_a_card_is_in_one_batch_at_a_time(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 2)
    batch_of(now, 5)
    with pytest.raises(FieldRefused, match="Tidak ada kartu"):
        batch_of(now, 5)
    assert PrintBatch.objects.count() == 1


def test_what_can_still_be_taken_back_is_not_printed(now: datetime) -> None:
    stocked(now, 9)
    (card,) = approved_cards(now, 1)
    type(card).objects.filter(pk=card.pk).update(status="ready_to_print")
    with pytest.raises(FieldRefused):
        batch_of(now + timedelta(seconds=7), 1)
    assert batch_of(now + timedelta(seconds=8), 1)


def test_a_location_prints_only_what_holds_one_of_its_blanks(now: datetime) -> None:
    stocked(now, 9)
    zone = Zone.objects.get(code="Z3")
    own = stocked(now, 9, zone=zone)
    queued_cards(now, 1)
    with pytest.raises(FieldRefused):
        batch_of(now, 1, stock=own)


def test_a_batch_of_one_zone_takes_what_is_collected_there(now: datetime) -> None:
    stocked(now, 9)
    here, elsewhere = queued_cards(now, 2)
    pickup = ensure_pickup(elsewhere)
    pickup.zone = Zone.objects.exclude(pk=here.zone_id).first()
    pickup.save()
    batch = batch_of(now, 9, zone=here.zone)
    assert [card.application for card in cards_of(batch)] == [here]
    assert batch.order == "zone"


@pytest.mark.parametrize(
    ("chosen", "asked_days_ago", "taken"), [(True, 1, True), (False, 6, False), (False, 7, True), (False, None, False)]
)
def test_where_the_place_is_asked_first_only_settled_cards_are_printed(
    now: datetime, chosen: bool, asked_days_ago: int | None, taken: bool
) -> None:
    stocked(now, 9)
    CardPolicy.objects.create(valid_from=now, pickup_asked="before", ask_days=7)
    (card,) = queued_cards(now, 1)
    pickup = ensure_pickup(card)
    pickup.chosen_at = now if chosen else None
    pickup.asked_at = now - asked_days_ago * DAY if asked_days_ago is not None else None
    pickup.save()
    if taken:
        assert cards_of(batch_of(now, 1))[0].application == card
    else:
        with pytest.raises(FieldRefused):
            batch_of(now, 1)


def test_a_printed_card_has_a_place_where_it_is_collected(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 1)
    (card,) = cards_of(batch_of(now, 1))
    assert card.application.pickup.zone == card.application.zone


@pytest.mark.parametrize("size", [0, -1, MOST_IN_A_BATCH + 1])
def test_no_batch_of_nothing_or_of_an_absurd_size(now: datetime, size: int) -> None:
    stocked(now, 9)
    queued_cards(now, 1)
    with pytest.raises(FieldRefused, match="1 sampai 500"):
        batch_of(now, size)


def test_boxes_that_were_named_are_the_only_ones_drawn_from(now: datetime) -> None:
    stock = stocked(now, 3, 2)
    queued_cards(now, 4)
    second = BlankBox.objects.latest("pk")
    with pytest.raises(FieldRefused, match="tinggal 2 untuk 4") as refusal:
        batch_of(now, 4, boxes=[second.pk])
    assert refusal.value.field == "boxes"
    assert counters(stock) == (5, 4, 0)
    batch = batch_of(now, 2, boxes=[second.pk])
    assert {card.box for card in cards_of(batch)} == {second}
    assert BlankHolding.objects.get(box=second).drawn == 2


def test_extra_blanks_let_a_spoiled_card_be_tried_again_in_the_same_batch(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 2)
    batch = batch_of(now, 2)
    spoiled(cards_of(batch)[0], now)
    assert [card.attempt for card in cards_of(batch)] == [1, 1]
    box, officer = BlankBox.objects.get(), OfficerFactory()
    more = {"batch_id": batch.pk, "box_id": box.pk, "count": 2, "drawn_before": 2, "officer": officer, "now": now}
    assert draw_more(**more) == (True, 1)
    assert draw_more(**more) == (False, 0), "the same form twice draws once"
    assert [(card.position, card.attempt) for card in cards_of(batch)] == [(1, 1), (2, 1), (3, 2)]
    assert counters(stock) == (8, 2, 3)


def test_more_than_is_in_the_box_is_not_drawn(now: datetime) -> None:
    stock = stocked(now, 3)
    queued_cards(now, 2)
    batch = batch_of(now, 2)
    box = BlankBox.objects.get()
    with pytest.raises(FieldRefused, match="tidak cukup"):
        draw_more(batch_id=batch.pk, box_id=box.pk, count=2, drawn_before=2, officer=OfficerFactory(), now=now)
    assert counters(stock) == (3, 2, 2)


def test_cancelling_returns_every_blank_and_every_card_to_the_queue(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 2)
    batch = batch_of(now, 2)
    assert cancel_batch(batch_id=batch.pk, officer=OfficerFactory(), now=now)
    assert not cancel_batch(batch_id=batch.pk, officer=OfficerFactory(), now=now), "twice changes nothing"
    assert counters(stock) == (9, 2, 0)
    assert {card.outcome for card in cards_of(batch)} == {"dropped"}
    assert len(cards_of(batch_of(now, 9))) == 2


def test_a_batch_in_which_something_was_printed_is_not_cancelled(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 2)
    batch = batch_of(now, 2)
    record_printed(code=cards_of(batch)[0].code, batch_id=batch.pk, officer=OfficerFactory(), now=now)
    with pytest.raises(NotNow, match="Tutup kelompok"):
        cancel_batch(batch_id=batch.pk, officer=OfficerFactory(), now=now)


def test_a_batch_closes_only_when_every_box_adds_up(now: datetime) -> None:
    stock = stocked(now, 2, 5)
    queued_cards(now, 3)
    batch = batch_of(now, 3)
    first, second = BlankBox.objects.order_by("pk")
    spoiled(cards_of(batch)[0], now)
    printed(batch, now)
    officer = OfficerFactory()
    draw_more(batch_id=batch.pk, box_id=second.pk, count=3, drawn_before=3, officer=officer, now=now)
    close = {"batch_id": batch.pk, "officer": officer, "now": now}
    with pytest.raises(DoesNotAddUp) as refusal:
        close_batch(returned={first.pk: 0, second.pk: 2}, **close)
    assert set(refusal.value.problems) == {f"box_{second.pk}", "drop_pending"}
    words = refusal.value.problems[f"box_{second.pk}"]
    assert "diambil 4, tercetak 1, rusak 0, jadi harus kembali 3. Anda menulis 2: kurang 1" in words
    printed(batch, now)
    assert close_batch(returned={first.pk: 0, second.pk: 2}, **close)
    assert not close_batch(returned={}, **close), "twice changes nothing"
    assert counters(stock) == (3, 0, 0)
    assert list(BatchBox.objects.values_list("drawn", "returned")) == [(2, 0), (4, 2)]
    assert BlankMovement.objects.filter(kind="return").count() == 1


def test_what_was_not_printed_goes_back_to_the_queue_when_that_is_said(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 2)
    batch = batch_of(now, 2)
    record_printed(code=cards_of(batch)[0].code, batch_id=batch.pk, officer=OfficerFactory(), now=now)
    assert closed(batch, now).state == "closed"
    assert counters(stock) == (8, 1, 0)
    assert [card.application for card in cards_of(batch_of(now, 9))] == [cards_of(batch)[1].application]


def test_a_blank_whose_card_was_withdrawn_is_returned(now: datetime) -> None:
    stock = stocked(now, 9)
    gone, _other = queued_cards(now, 2)
    batch = batch_of(now, 2)
    withdraw(application_id=gone.pk, now=now)
    assert [card.outcome for card in cards_of(batch)] == ["dropped", ""]
    printed(batch, now)
    closed(batch, now)
    assert counters(stock) == (8, 0, 0)
    assert Card.objects.filter(outcome="printed").count() == 1


def test_a_new_approval_goes_into_the_next_batch(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 1)
    batch_of(now, 9)
    approved_cards(now, 1)
    queue_approved(now=now + DAY)
    assert len(cards_of(batch_of(now + DAY, 9, stock=stock_of(None)))) == 1


def test_a_batch_with_a_card_that_may_have_been_printed_is_counted_not_cancelled(now: datetime) -> None:
    stock = stocked(now, 9)
    gone, _other = queued_cards(now, 2)
    batch = batch_of(now, 2)
    withdraw(application_id=gone.pk, now=now)
    with pytest.raises(NotNow, match="mungkin terlanjur tercetak"):
        cancel_batch(batch_id=batch.pk, officer=OfficerFactory(), now=now)
    spoiled(cards_of(batch)[0], now)
    closed(batch, now)
    assert counters(stock) == (8, 1, 0)
