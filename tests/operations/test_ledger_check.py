"""The daily proof that counters are the ledger's sum: what it finds, when it runs, and whom it tells."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import BlankBox, BlankHold, BlankMovement, Officer, StockAlert, SweepState, Zone
from requests_app.operations.blanks import stock_of
from requests_app.operations.counts import confirm_count, record_count
from requests_app.operations.ledger_check import CHECKS, check_ledger, differences
from requests_app.operations.transfers import confirm_transfer, send_blanks
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked

DAY = timedelta(days=1)


def busy_office(now: datetime) -> None:
    """Lines of most kinds."""
    stock = stocked(now, 10, 20)
    queued_cards(now, 3)
    box = BlankBox.objects.order_by("pk")[0]
    officer, other = OfficerFactory(), OfficerFactory()
    there = stock_of(Zone.objects.get(code="Z7"))
    transfer, _ = send_blanks(from_stock=stock, to_stock=there, lines=[(box, 4)], officer=officer, now=now)
    confirm_transfer(transfer_id=transfer.pk, counted={box.pk: 3}, officer=other, now=now)
    counted = {box.pk: 5, box.pk + 1: 20}
    count = record_count(stock=stock, counted=counted, explanation="Salah hitung.", officer=officer, now=now)
    confirm_count(count_id=count.pk, officer=other, now=now)


@pytest.mark.django_db
def test_an_office_at_work_agrees_with_its_ledger(now: datetime) -> None:
    busy_office(now)
    assert differences() == {}
    assert check_ledger(now=now) == BlankMovement.objects.count()
    state = SweepState.objects.get(name="check_ledger")
    assert (state.last_run_at, state.trouble) == (now, "")


@pytest.mark.django_db
def test_it_runs_once_a_day_in_palembang(now: datetime) -> None:
    stocked(now, 10)
    assert check_ledger(now=now) == 1
    assert check_ledger(now=now + timedelta(hours=13)) == 0  # still Monday there
    assert check_ledger(now=now + timedelta(hours=15)) == 1


# What somebody with the owner's rights could do behind the ledger's back; each must be found by its check.
DAMAGE = {
    "stock": "UPDATE requests_app_blankstock SET on_hand = on_hand + 1 WHERE zone_id IS NULL",
    "box": "UPDATE requests_app_blankholding SET quantity = quantity + 1",
    "hold": "UPDATE requests_app_blankhold SET stock_id = (SELECT max(id) FROM requests_app_blankstock)",
    "held": "UPDATE requests_app_blankstock SET reserved = 0",
    "receipt": "UPDATE requests_app_blankreceipt SET quantity = quantity + 1",
    "card": "DELETE FROM requests_app_blankmovement WHERE kind = 'print'",
    "transfer": "UPDATE requests_app_transferline SET arrived = 4",
    "count": "UPDATE requests_app_countline SET counted = 7",
}


def test_every_check_has_its_damage() -> None:
    assert set(DAMAGE) == set(CHECKS)


def printed_card(now: datetime, officer: Officer) -> None:
    """One card that was printed: its row, and its line."""
    from requests_app.models import Card, PrintBatch
    from requests_app.operations.blanks import write_line
    from requests_app.rules.blanks import Move

    hold = BlankHold.objects.select_related("stock", "application")[0]
    box = BlankBox.objects.order_by("-pk")[0]
    batch = PrintBatch.objects.create(
        number="B-1", stock=hold.stock, request_key="00000000-0000-0000-0000-000000000001", created_at=now,
        created_by=officer,
    )  # fmt: skip
    write_line(hold.stock, Move.DRAW, now=now, drawn=1, box=box, batch=batch)
    card = Card.objects.create(
        application=hold.application, batch=batch, box=box, position=1, code="A1", outcome="printed", outcome_at=now
    )
    write_line(
        hold.stock, Move.PRINT, now=now, on_hand=-1, reserved=-1, drawn=-1, box=box, card=card, batch=batch,
        application=hold.application,
    )  # fmt: skip
    type(hold.application).objects.filter(pk=hold.application_id).update(status="printed")


@pytest.mark.parametrize("check", list(DAMAGE))
@pytest.mark.django_db(transaction=True)
def test_whatever_was_altered_behind_the_ledgers_back_is_found_told_and_over_when_it_is_put_right(
    now: datetime, as_owner: Any, check: str
) -> None:
    from django.db import transaction

    busy_office(now)
    with transaction.atomic():
        printed_card(now, OfficerFactory())
    assert differences() == {}
    table = DAMAGE[check].split()[2 if DAMAGE[check].startswith("DELETE") else 1]
    as_owner.execute("SET session_replication_role = replica")
    as_owner.execute(f"CREATE TEMP TABLE before AS TABLE {table}")
    as_owner.execute(DAMAGE[check])
    assert check in differences()
    check_ledger(now=now)
    alert = StockAlert.objects.get(kind="ledger", closed_at=None)
    assert check in alert.facts
    assert "tidak sama" in SweepState.objects.get(name="check_ledger").trouble
    as_owner.execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE before")
    check_ledger(now=now + timedelta(hours=1))
    assert not StockAlert.objects.filter(kind="ledger", closed_at=None).exists()
    assert SweepState.objects.get(name="check_ledger").trouble == ""
