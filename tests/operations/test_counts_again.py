"""A box that a count closed as empty turns up again: a later count names it, and a second person confirms."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import BlankBox, BlankHolding, BlankMovement, BlankStock, Officer, StockAlert, StockCount, Zone
from requests_app.models.counted import may_turn_up
from requests_app.operations.blanks import stock_of, write_line
from requests_app.operations.counts import confirm_count, record_count
from requests_app.operations.ledger_check import check_ledger
from requests_app.operations.office import FieldRefused
from requests_app.operations.steps import NotNow
from requests_app.operations.transfers import confirm_transfer, send_blanks
from requests_app.rules.blanks import Move
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.offices import AWAY, open_office
from tests.operations.test_stock import counters

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def officer(db: None) -> Officer:
    return OfficerFactory()


@pytest.fixture
def second(db: None) -> Officer:
    return OfficerFactory()


@pytest.fixture
def stock(now: datetime, officer: Officer, second: Officer) -> BlankStock:
    """A box of 10 of which 3 were used and that was then counted as empty, and one of 20 that is there."""
    stock = stocked(now - DAY, 10, 20)
    gone, there = boxes()
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-3, box=gone, day=now.date())
    one = record_count(
        stock=stock, counted={gone.pk: 0, there.pk: 20}, explanation="Kotak tidak ada.", officer=officer, now=now
    )
    confirm_count(count_id=one.pk, officer=second, now=now)
    return stock


def boxes() -> list[BlankBox]:
    return list(BlankBox.objects.order_by("pk")[:2])


def again(stock: BlankStock, officer: Officer, now: datetime, number: int, box: BlankBox | None = None) -> StockCount:
    gone, there = boxes()
    return record_count(
        stock=stock, counted={there.pk: 20}, again={(box or gone).pk: number}, explanation="Di gudang belakang.",
        officer=officer, now=now,
    )  # fmt: skip


def test_it_is_offered_where_it_was_counted_empty(stock: BlankStock) -> None:
    assert list(may_turn_up(stock)) == [boxes()[0]]
    assert not may_turn_up(stock_of(Zone.objects.get(code="Z1"))).exists()


def test_the_ledger_has_its_blanks_again_only_when_a_second_person_confirms(
    stock: BlankStock, officer: Officer, second: Officer, now: datetime
) -> None:
    count = again(stock, officer, now + DAY, 7)
    line = count.lines.get(box=boxes()[0])
    assert (line.expected, line.counted) == (0, 7)
    assert counters(stock) == (20, 0, 0)
    with pytest.raises(NotNow, match="Minta orang lain"):
        confirm_count(count_id=count.pk, officer=officer, now=now + DAY)
    confirm_count(count_id=count.pk, officer=second, now=now + DAY)
    assert counters(stock) == (27, 0, 0)
    assert BlankHolding.objects.get(box=boxes()[0]).quantity == 7
    assert BlankMovement.objects.get(count=count).on_hand == 7
    check_ledger(now=now + DAY)
    assert not StockAlert.objects.exists()
    assert not may_turn_up(stock).exists(), "it is counted with the others from now on"


def test_who_waits_can_be_promised_what_was_found(
    stock: BlankStock, officer: Officer, second: Officer, now: datetime
) -> None:
    queued_cards(now, 21)
    assert counters(stock) == (20, 20, 0)
    confirm_count(count_id=again(stock, officer, now, 1).pk, officer=second, now=now)
    stock.refresh_from_db()
    assert stock.free == 1


def test_the_same_count_sent_twice_is_that_one(stock: BlankStock, officer: Officer, now: datetime) -> None:
    one = again(stock, officer, now, 7)
    assert again(stock, officer, now, 7) == one
    with pytest.raises(NotNow, match="masih menunggu orang kedua"):
        again(stock, officer, now, 6)


@pytest.mark.parametrize("number", [-1, 0, 11, 20_000])
def test_more_than_it_ever_held_here_is_refused(
    stock: BlankStock, officer: Officer, now: datetime, number: int
) -> None:
    with pytest.raises(FieldRefused, match="1 sampai 10") as refusal:
        again(stock, officer, now, number)
    assert refusal.value.field == "again_quantity"
    assert not StockCount.objects.filter(state="open").exists()


def test_what_it_held_before_it_came_here_does_not_count(
    stock: BlankStock, officer: Officer, second: Officer, now: datetime
) -> None:
    zone = open_office(now, AWAY)
    there = stock_of(zone)
    _gone, box = boxes()
    transfer, _new = send_blanks(from_stock=stock, to_stock=there, lines=[(box, 5)], officer=officer, now=now)
    confirm_transfer(transfer_id=transfer.pk, counted={box.pk: 5}, officer=second, now=now)
    one = record_count(stock=there, counted={box.pk: 0}, explanation="Hilang.", officer=officer, now=now)
    confirm_count(count_id=one.pk, officer=second, now=now)
    found = {"stock": there, "counted": {}, "explanation": "Ada lagi.", "officer": officer, "now": now}
    with pytest.raises(FieldRefused, match="1 sampai 5"):
        record_count(again={box.pk: 6}, **found)
    assert record_count(again={box.pk: 5}, **found).lines.get().counted == 5, "nothing else is at that location"


@pytest.fixture
def parcel(stock: BlankStock, officer: Officer, second: Officer, now: datetime) -> BlankStock:
    """A whole box of 12 that was sent to a zone, of which nothing arrived; that zone's stock."""
    there = stock_of(open_office(now, AWAY))
    stocked(now, 12)
    transfer, _new = send_blanks(from_stock=stock, to_stock=there, lines=[(lost_box(), 12)], officer=officer, now=now)
    assert not may_turn_up(there).exists(), "what is on its way is not lost"
    confirm_transfer(transfer_id=transfer.pk, counted={lost_box().pk: 0}, officer=second, now=now)
    return there


def lost_box() -> BlankBox:
    return BlankBox.objects.order_by("pk")[2]


def found_at(place: BlankStock, officer: Officer, now: datetime, number: int) -> StockCount:
    """A count in which all is as it should be, but for what turned up."""
    there = {holding.box_id: holding.quantity for holding in place.holdings.filter(quantity__gt=0)}
    found = {lost_box().pk: number}
    return record_count(
        stock=place, counted=there, again=found, explanation="Ada lagi.", officer=officer, now=now
    )  # fmt: skip


@pytest.mark.parametrize("at_the_zone", [True, False])
def test_what_got_lost_on_the_way_is_put_back_where_it_is_found(
    stock: BlankStock, parcel: BlankStock, officer: Officer, second: Officer, now: datetime, at_the_zone: bool
) -> None:
    place, other = (parcel, stock) if at_the_zone else (stock, parcel)
    assert lost_box() in may_turn_up(place) and lost_box() in may_turn_up(other)
    assert not may_turn_up(stock_of(Zone.objects.get(code="Z5"))).exists()
    with pytest.raises(FieldRefused, match="1 sampai 12"):
        found_at(place, officer, now, 13)
    before = counters(place)[0]
    count = found_at(place, officer, now, 11)
    confirm_count(count_id=count.pk, officer=second, now=now)
    assert counters(place)[0] == before + 11
    with pytest.raises(FieldRefused, match="1 sampai 1:"):
        found_at(other, officer, now, 2)
    check_ledger(now=now + DAY)
    assert not StockAlert.objects.filter(kind="ledger").exists()


def test_what_both_sides_say_that_they_found_is_put_back_once(
    stock: BlankStock, parcel: BlankStock, officer: Officer, second: Officer, now: datetime
) -> None:
    one, other = found_at(parcel, officer, now, 12), found_at(stock, officer, now, 12)
    confirm_count(count_id=one.pk, officer=second, now=now)
    with pytest.raises(NotNow, match="sudah ditemukan di lokasi lain"):
        confirm_count(count_id=other.pk, officer=second, now=now)
    assert (counters(parcel), counters(stock)) == ((12, 0, 0), (20, 0, 0))


def test_a_box_of_which_something_arrived_is_counted_like_the_others(
    stock: BlankStock, officer: Officer, second: Officer, now: datetime
) -> None:
    there, box = stock_of(open_office(now, AWAY)), boxes()[1]
    transfer, _new = send_blanks(from_stock=stock, to_stock=there, lines=[(box, 5)], officer=officer, now=now)
    confirm_transfer(transfer_id=transfer.pk, counted={box.pk: 3}, officer=second, now=now)
    assert box not in may_turn_up(there) and box not in may_turn_up(stock)
    write_line(there, Move.OUTSIDE, now=now, on_hand=-3, box=box, day=now.date())
    assert list(may_turn_up(there)) == [box], "used up; two are still missing"
    found = {"stock": there, "counted": {}, "explanation": "Ada lagi.", "officer": officer, "now": now}
    with pytest.raises(FieldRefused, match="1 sampai 2:"):
        record_count(again={box.pk: 3}, **found)


def test_what_the_senders_count_has_put_back_is_not_lost_any_more(
    stock: BlankStock, officer: Officer, second: Officer, now: datetime
) -> None:
    there, box = stock_of(open_office(now, AWAY)), boxes()[1]
    transfer, _new = send_blanks(from_stock=stock, to_stock=there, lines=[(box, 5)], officer=officer, now=now)
    confirm_transfer(transfer_id=transfer.pk, counted={box.pk: 0}, officer=second, now=now)
    assert list(may_turn_up(there)) == [box]
    count = record_count(
        stock=stock, counted={box.pk: 20}, explanation="Tidak ikut terkirim.", officer=officer, now=now
    )
    confirm_count(count_id=count.pk, officer=second, now=now)
    assert not may_turn_up(there).exists()


def test_a_box_that_was_used_up_or_is_there_or_is_unknown_does_not_turn_up(
    stock: BlankStock, officer: Officer, now: datetime
) -> None:
    used = BlankBox.objects.get(pk=stocked(now, 2).holdings.latest("pk").box_id)
    write_line(stock, Move.OUTSIDE, now=now, on_hand=-2, box=used, day=now.date())
    for box in (used, boxes()[1], BlankBox(pk=999_999)):
        with pytest.raises(FieldRefused, match="tidak pernah dihitung kosong") as refusal:
            again(stock, officer, now, 1, box)
        assert refusal.value.field == "again"


def test_it_needs_an_explanation_as_every_difference_does(stock: BlankStock, officer: Officer, now: datetime) -> None:
    gone, there = boxes()
    with pytest.raises(FieldRefused, match=f"di kotak {gone.number}"):
        record_count(stock=stock, counted={there.pk: 20}, again={gone.pk: 7}, explanation="", officer=officer, now=now)
