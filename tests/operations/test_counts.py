"""Opname: counted by one, confirmed by a second person, and what follows when promised blanks are missing."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from requests_app.models import (
    BlankBox,
    BlankHold,
    BlankHolding,
    BlankMovement,
    BlankStock,
    BlankWait,
    CardPolicy,
    Officer,
    StockCount,
    Zone,
)
from requests_app.operations.blank_waits import tell_waiting
from requests_app.operations.blanks import queue_approved, stock_of, write_line
from requests_app.operations.counts import cancel_count, confirm_count, record_count
from requests_app.operations.office import FieldRefused
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import Move, WaitingOrder
from requests_app.rules.promise import TAKE_BACK
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards, queued_cards, stocked
from tests.operations.test_stock import counters

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(db: None) -> Officer:
    return OfficerFactory(username="rina")


@pytest.fixture
def second(db: None) -> Officer:
    return OfficerFactory()


def count(
    stock: BlankStock, officer: Officer, now: datetime, *counted: int, words: str = "Salah hitung."
) -> StockCount:
    boxes = BlankBox.objects.order_by("pk").values_list("pk", flat=True)
    given = dict(zip(boxes, counted, strict=False))
    return record_count(stock=stock, counted=given, explanation=words, officer=officer, now=now)


def test_a_count_corrects_the_ledger_only_when_a_second_person_confirms(
    now: datetime, officer: Officer, second: Officer
) -> None:
    stock = stocked(now, 10, 20)
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-3, box=BlankBox.objects.order_by("pk")[1], day=now.date())
    one = count(stock, officer, now, 8, 18)
    assert counters(stock) == (27, 0, 0)
    confirm_count(count_id=one.pk, officer=second, now=now)
    assert counters(stock) == (26, 0, 0)
    assert list(BlankHolding.objects.order_by("box").values_list("quantity", flat=True)) == [8, 18]
    assert sorted(BlankMovement.objects.filter(count=one).values_list("on_hand", flat=True)) == [-2, 1]


def test_whoever_counted_cannot_confirm_not_even_past_the_operation(now: datetime, officer: Officer) -> None:
    stock = stocked(now, 10)
    one = count(stock, officer, now, 9)
    with pytest.raises(NotNow, match="Minta orang lain"):
        confirm_count(count_id=one.pk, officer=officer, now=now)
    with pytest.raises(IntegrityError, match="count_confirmed_by_a_second_person"), transaction.atomic():
        StockCount.objects.filter(pk=one.pk).update(state="confirmed", ended_by=officer, ended_at=now)
    assert counters(stock) == (10, 0, 0)


def test_what_lies_in_printing_trays_is_not_counted(now: datetime, officer: Officer, second: Officer) -> None:
    from requests_app.models import PrintBatch

    stock = stocked(now, 10)
    batch = PrintBatch.objects.create(
        number="B-1", stock=stock, request_key="00000000-0000-0000-0000-000000000001", created_at=now,
        created_by=officer,
    )  # fmt: skip
    write_line(stock, Move.DRAW, now=now, drawn=4, box=BlankBox.objects.get(), batch=batch)
    one = count(stock, officer, now, 6, words="")
    assert one.lines.get().expected == 6
    confirm_count(count_id=one.pk, officer=second, now=now)
    assert counters(stock) == (10, 0, 4)


def test_a_difference_needs_an_explanation_and_none_needs_none(now: datetime, officer: Officer) -> None:
    stock = stocked(now, 10)
    with pytest.raises(FieldRefused, match=r"di kotak K\d+-1\. Hitung lagi, atau jelaskan") as refusal:
        count(stock, officer, now, 9, words="  ")
    assert refusal.value.field == "explanation"
    assert not StockCount.objects.exists()
    assert count(stock, officer, now, 10, words="").explanation == ""


@pytest.mark.parametrize("counted", [[5], [5, -1], [5, 21]])
def test_every_box_is_counted_with_a_number_that_can_be(now: datetime, officer: Officer, counted: list[int]) -> None:
    stock = stocked(now, 10, 20)
    with pytest.raises(FieldRefused):
        count(stock, officer, now, *counted)
    assert not StockCount.objects.exists()


def test_no_box_is_counted_fuller_than_it_came(now: datetime, officer: Officer) -> None:
    stock = stocked(now, 10, 20)
    with pytest.raises(FieldRefused, match="0 sampai 20: isi kotak ini waktu datang") as refusal:
        count(stock, officer, now, 10, 2000)
    assert refusal.value.field == f"box_{BlankBox.objects.order_by('pk')[1].pk}"
    assert not StockCount.objects.exists()


def test_an_empty_location_has_nothing_to_count(now: datetime, officer: Officer) -> None:
    with pytest.raises(NotNow, match="tidak ada blangko"):
        count(stock_of(Zone.objects.get(code="Z1")), officer, now)


def test_one_count_waits_at_a_location_and_the_same_sent_twice_is_that_one(
    now: datetime, officer: Officer, second: Officer
) -> None:
    stock = stocked(now, 10)
    one = count(stock, officer, now, 9)
    assert count(stock, officer, now, 9) == one
    for who, number in ((officer, 8), (second, 9)):
        with pytest.raises(NotNow, match="oleh rina masih menunggu orang kedua"):
            count(stock, who, now, number)


def test_a_count_ends_once(now: datetime, officer: Officer, second: Officer) -> None:
    stock = stocked(now, 10)
    one = count(stock, officer, now, 9)
    confirm_count(count_id=one.pk, officer=second, now=now)
    for end in (confirm_count, cancel_count):
        with pytest.raises(NotNow, match="sudah disetujui Senin, 23 November 2026"):
            end(count_id=one.pk, officer=second, now=now)
    assert counters(stock) == (9, 0, 0)


def test_a_cancelled_count_corrects_nothing(now: datetime, officer: Officer, second: Officer) -> None:
    stock = stocked(now, 10)
    cancel_count(count_id=count(stock, officer, now, 9).pk, officer=officer, now=now)
    assert counters(stock) == (10, 0, 0)
    count(stock, officer, now, 8)


def test_movements_between_counting_and_confirming_stay(now: datetime, officer: Officer, second: Officer) -> None:
    stock = stocked(now, 10)
    one = count(stock, officer, now, 8)
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-3, box=BlankBox.objects.get(), day=now.date())
    confirm_count(count_id=one.pk, officer=second, now=now)
    assert counters(stock) == (5, 0, 0)


def test_a_box_that_has_changed_too_much_is_counted_again(now: datetime, officer: Officer, second: Officer) -> None:
    stock = stocked(now, 10, 10)
    one = count(stock, officer, now, 2, 10)
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-5, box=BlankBox.objects.order_by("pk")[0], day=now.date())
    with pytest.raises(NotNow, match="hitung lagi"):
        confirm_count(count_id=one.pk, officer=second, now=now)
    assert counters(stock) == (15, 0, 0)
    one.refresh_from_db()
    assert one.state == "open"


@pytest.mark.parametrize(("order", "losing"), [(WaitingOrder.FIFO, [1, 2]), (WaitingOrder.FIRST_TIME, [0, 1])])
def test_fewer_than_promised_take_from_the_last_in_the_lines_order(
    now: datetime, officer: Officer, second: Officer, order: WaitingOrder, losing: list[int]
) -> None:
    CardPolicy.objects.create(valid_from=now, waiting_order=order)
    stock = stocked(now, 3)
    cards = [queued_cards(now, 1, reason=reason)[0] for reason in ("hilang", "rusak", "baru")]
    one = count(stock, officer, now, 1)
    confirm_count(count_id=one.pk, officer=second, now=now)
    assert tell_waiting(now=now) == 2
    for card in cards:
        card.refresh_from_db()
    assert [n for n, card in enumerate(cards) if card.status == "waiting_for_blank"] == losing
    assert counters(stock) == (1, 1, 0)
    assert BlankWait.objects.count() == 2
    for n in losing:
        assert cards[n].notices.filter(purpose="card_waiting").count() == 1


def test_who_was_just_approved_loses_the_promise_too_and_joins_the_line(
    now: datetime, officer: Officer, second: Officer
) -> None:
    stock = stocked(now, 1)
    (card,) = approved_cards(now, 1)
    confirm_count(count_id=count(stock, officer, now, 0).pk, officer=second, now=now)
    card.refresh_from_db()
    assert card.status == "approved"
    assert not BlankHold.objects.exists()
    assert BlankWait.objects.get().application == card
    assert tell_waiting(now=now) == 0, "its approval can still be taken back"
    queue_approved(now=now + TAKE_BACK)
    assert tell_waiting(now=now + TAKE_BACK) == 1
    assert "urutan Anda 1" in card.notices.get(purpose="card_waiting").params["kartu"]


def test_what_is_found_is_free_for_who_waits(now: datetime, officer: Officer, second: Officer) -> None:
    stock = stocked(now, 2)
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-1, box=BlankBox.objects.get(), day=now.date())
    queued_cards(now, 2)
    confirm_count(count_id=count(stock, officer, now, 2).pk, officer=second, now=now)
    assert counters(stock) == (2, 1, 0)
