"""Blanks between locations: what leaves, what was counted at arrival, and who explains a difference."""

from datetime import datetime

import pytest

from requests_app.models import BlankBox, BlankMovement, BlankStock, BlankTransfer, Officer, StockAlert, Zone
from requests_app.operations.blanks import stock_of
from requests_app.operations.office import FieldRefused
from requests_app.operations.steps import NotNow
from requests_app.operations.transfers import confirm_transfer, explain_difference, send_blanks
from requests_app.rules.blanks import MOST_AT_ONCE
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards, stocked
from tests.operations.test_stock import counters

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(db: None) -> Officer:
    return OfficerFactory()


@pytest.fixture
def zone_stock(db: None) -> BlankStock:
    return stock_of(Zone.objects.get(code="Z7"))


@pytest.fixture
def head(now: datetime) -> BlankStock:
    return stocked(now, 100, 50)


def boxes() -> list[BlankBox]:
    return list(BlankBox.objects.order_by("pk"))


def send(head: BlankStock, zone_stock: BlankStock, officer: Officer, now: datetime, *numbers: int) -> BlankTransfer:
    lines = list(zip(boxes(), numbers, strict=False))
    return send_blanks(from_stock=head, to_stock=zone_stock, lines=lines, officer=officer, now=now)[0]


def test_what_is_sent_is_nobodys_until_the_other_side_has_counted_it(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer
) -> None:
    transfer = send(head, zone_stock, officer, now, 40, 10)
    assert (counters(head), counters(zone_stock)) == ((100, 0, 0), (0, 0, 0))
    one, two = boxes()
    confirm_transfer(transfer_id=transfer.pk, counted={one.pk: 40, two.pk: 10}, officer=OfficerFactory(), now=now)
    assert counters(zone_stock) == (50, 0, 0)
    assert not StockAlert.objects.exists()


def test_only_what_is_free_can_leave(now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer) -> None:
    approved_cards(now, 3)
    with pytest.raises(FieldRefused, match="bebas di Kantor Dukcapil 147"):
        send(head, zone_stock, officer, now, 100, 48)
    assert counters(head) == (150, 3, 0)
    assert not BlankTransfer.objects.exists()


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], "paling sedikit satu kotak"),
        ([0], "paling sedikit 1"),
        ([-3], "paling sedikit 1"),
        ([MOST_AT_ONCE + 1], "Paling banyak"),
        ([101], "Isi kotak ini tidak cukup"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_written(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer, numbers: list[int], words: str
) -> None:
    with pytest.raises(FieldRefused, match=words):
        send(head, zone_stock, officer, now, *numbers)
    assert not BlankTransfer.objects.exists()
    assert not BlankMovement.objects.filter(kind="sent").exists()


def test_nothing_is_sent_to_where_it_is(now: datetime, head: BlankStock, officer: Officer) -> None:
    with pytest.raises(FieldRefused, match="lokasi lain"):
        send(head, head, officer, now, 5)


def test_the_same_form_sent_twice_is_one_transfer(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer
) -> None:
    first = send(head, zone_stock, officer, now, 40)
    lines = [(boxes()[0], 40)]
    again, new = send_blanks(from_stock=head, to_stock=zone_stock, lines=lines, officer=officer, now=now)
    assert (again, new) == (first, False)
    fresh_form = {"last_seen": first.pk, "lines": lines, "officer": officer, "now": now}
    assert send_blanks(from_stock=head, to_stock=zone_stock, **fresh_form)[1]
    assert counters(head) == (70, 0, 0)


def test_a_transfer_is_confirmed_once(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer
) -> None:
    transfer = send(head, zone_stock, officer, now, 40)
    counted = {boxes()[0].pk: 40}
    receiver = OfficerFactory(username="hasan")
    confirm_transfer(transfer_id=transfer.pk, counted=counted, officer=receiver, now=now)
    with pytest.raises(NotNow, match=r"sudah diterima Senin, 23 November 2026 pukul 10.00 WIB oleh hasan"):
        confirm_transfer(transfer_id=transfer.pk, counted={boxes()[0].pk: 30}, officer=officer, now=now)
    assert counters(zone_stock) == (40, 0, 0)


@pytest.mark.parametrize("counted", [{}, {"box": -1}, {"box": MOST_AT_ONCE + 1}])
def test_every_box_is_counted(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer, counted: dict[str, int]
) -> None:
    transfer = send(head, zone_stock, officer, now, 40)
    given = {boxes()[0].pk: number for number in counted.values()}
    with pytest.raises(FieldRefused, match="yang Anda hitung"):
        confirm_transfer(transfer_id=transfer.pk, counted=given, officer=officer, now=now)
    transfer.refresh_from_db()
    assert transfer.received_at is None
    assert counters(zone_stock) == (0, 0, 0)


@pytest.mark.parametrize("arrived", [0, 38, 41])
def test_another_count_is_recorded_and_stays_open_until_a_supervisor_explains_it(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer, arrived: int
) -> None:
    transfer = send(head, zone_stock, officer, now, 40)
    confirm_transfer(transfer_id=transfer.pk, counted={boxes()[0].pk: arrived}, officer=officer, now=now)
    assert counters(zone_stock) == (arrived, 0, 0)
    alert = StockAlert.objects.get(kind="transfer", closed_at=None)
    assert alert.facts == {"from": head.pk, "to": zone_stock.pk, "sent": 40, "arrived": arrived}
    supervisor = OfficerFactory(role="supervisor")
    with pytest.raises(FieldRefused, match="Jelaskan"):
        explain_difference(transfer_id=transfer.pk, explanation=" ", officer=supervisor, now=now)
    explain_difference(transfer_id=transfer.pk, explanation="Salah hitung.", officer=supervisor, now=now)
    assert not StockAlert.objects.filter(closed_at=None).exists()
    with pytest.raises(NotNow, match="sudah dijelaskan"):
        explain_difference(transfer_id=transfer.pk, explanation="Lagi.", officer=supervisor, now=now)


def test_without_a_difference_there_is_nothing_to_explain(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer
) -> None:
    transfer = send(head, zone_stock, officer, now, 40)
    with pytest.raises(NotNow, match="tidak punya selisih"):
        explain_difference(transfer_id=transfer.pk, explanation="Apa?", officer=officer, now=now)


def test_more_than_the_box_ever_held_cannot_arrive(
    now: datetime, head: BlankStock, zone_stock: BlankStock, officer: Officer
) -> None:
    """A slip of the finger would make blanks that people are promised at once."""
    transfer = send(head, zone_stock, officer, now, 40)
    with pytest.raises(FieldRefused, match="isi kotak ini waktu datang"):
        confirm_transfer(transfer_id=transfer.pk, counted={boxes()[0].pk: 400}, officer=OfficerFactory(), now=now)
    assert counters(zone_stock) == (0, 0, 0)
    confirm_transfer(transfer_id=transfer.pk, counted={boxes()[0].pk: 41}, officer=OfficerFactory(), now=now)
    assert counters(zone_stock) == (41, 0, 0)
