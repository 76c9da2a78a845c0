"""Receipts from the centre, use outside the system, and blanks that are spoiled before they are printed."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from requests_app.files.frames import Page
from requests_app.files.inspect import CheckedUpload
from requests_app.models import (
    BlankBox,
    BlankHolding,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankWait,
    Officer,
    PlannedDelivery,
    StockPhoto,
    Zone,
)
from requests_app.operations import nudge
from requests_app.operations.blank_waits import tell_waiting
from requests_app.operations.blanks import stock_of
from requests_app.operations.counts import cancel_count, confirm_count, record_count
from requests_app.operations.office import FieldRefused
from requests_app.operations.stock import Delivery, Spoiled, receive_blanks, record_outside_use, spoil_blanks
from requests_app.rules.blanks import MOST_AT_ONCE, MOST_OF_A_LETTER
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards, queued_cards, stocked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PHOTO = CheckedUpload("jpeg", [Page(b"\xff\xd8 foto", 10, 10)], "0" * 64, [])  # type: ignore[arg-type]


@pytest.fixture
def officer(db: None) -> Officer:
    return OfficerFactory()


def counters(stock: BlankStock) -> tuple[int, int, int]:
    stock.refresh_from_db()
    return stock.on_hand, stock.reserved, stock.drawn


def delivery(now: datetime, **over: Any) -> Delivery:
    """Two boxes with one letter."""
    given: dict[str, Any] = {
        "letter_number": "470/77/PUSAT", "letter_date": now.date(), "quantity": 800,
        "boxes": [("K-1", 500), ("K-2", 300)], "photo": PHOTO,
    }  # fmt: skip
    return Delivery(**{**given, **over})


def receive(now: datetime, officer: Officer, **over: Any) -> BlankReceipt:
    return receive_blanks(stock=stock_of(None), delivery=delivery(now, **over), officer=officer, now=now)


def test_a_receipt_is_a_line_for_each_box_with_the_photo_of_its_letter(now: datetime, officer: Officer) -> None:
    receipt = receive(now, officer)
    assert counters(stock_of(None)) == (800, 0, 0)
    assert list(receipt.boxes.values_list("number", "quantity")) == [("K-1", 500), ("K-2", 300)]
    assert BlankMovement.objects.filter(receipt=receipt, kind="receipt", officer=officer).count() == 2
    assert receipt.photo is not None and receipt.photo.kind == "letter"


def test_a_letter_brings_more_than_one_box_can_hold(now: datetime, officer: Officer) -> None:
    receive(now, officer, quantity=25_000, boxes=[(f"K-{n}", 500) for n in range(50)])
    assert counters(stock_of(None)) == (25_000, 0, 0)


def test_after_a_receipt_the_days_of_cover_are_looked_at_at_once(
    now: datetime, officer: Officer, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(nudge._doorbell, "ring", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        receive(now, officer)
    assert rung == ["sweep_blanks", "sweep_stock_days"]


def test_new_blanks_go_at_once_to_who_waits_in_order(now: datetime, officer: Officer) -> None:
    cards = queued_cards(now, 3)
    receive(now + DAY, officer, quantity=2, boxes=[("K-1", 2)])
    for card in cards:
        card.refresh_from_db()
    assert [card.status for card in cards] == ["ready_to_print", "ready_to_print", "waiting_for_blank"]
    assert counters(stock_of(None)) == (2, 2, 0)
    assert cards[0].notices.filter(purpose="blank_arrived").exists()


@pytest.mark.parametrize("typed", ["470/77/PUSAT", " 470 / 77 / pusat ", "470/77/Pusat"])
def test_a_letter_is_recorded_once_however_it_is_written(now: datetime, officer: Officer, typed: str) -> None:
    receive(now, officer)
    with pytest.raises(FieldRefused, match="sudah dicatat pada 23 November 2026: 800 blangko") as refusal:
        receive(now, officer, letter_number=typed)
    assert refusal.value.field == "letter_number"
    assert counters(stock_of(None)) == (800, 0, 0)


def test_a_letter_that_another_records_at_the_same_moment_is_refused_by_the_database(
    now: datetime, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(now, officer)
    monkeypatch.setattr("requests_app.operations.stock._check_letter", lambda delivery, now: delivery.letter_number)
    with pytest.raises(FieldRefused, match="sudah dicatat"):
        receive(now, officer)
    assert counters(stock_of(None)) == (800, 0, 0)


@pytest.mark.parametrize(
    ("over", "field", "words"),
    [
        ({"quantity": 0}, "quantity", "paling sedikit 1"),
        ({"quantity": -5}, "quantity", "paling sedikit 1"),
        ({"quantity": MOST_OF_A_LETTER + 1}, "quantity", "Paling banyak 200.000"),
        ({"quantity": 20_001, "boxes": [("K-1", MOST_AT_ONCE + 1)]}, "boxes", "Paling banyak 20.000"),
        ({"quantity": 801}, "quantity", "menurut surat 801, isi semua kotak 800"),
        ({"boxes": []}, "boxes", "satu kotak"),
        ({"boxes": [("K-1", 800), ("K-2", 0)]}, "boxes", "paling sedikit 1"),
        ({"boxes": [("K-1", 900), ("K-2", -100)]}, "boxes", "paling sedikit 1"),
        ({"boxes": [("k-1", 400), ("K - 1", 400)]}, "boxes", "K-1 tertulis dua kali"),
        ({"boxes": [("<b>", 800)]}, "boxes", "Nomor kotak"),
        ({"letter_number": "<script>"}, "letter_number", "Tulis nomor surat"),
        ({"letter_number": "   "}, "letter_number", "Tulis nomor surat"),
        ({"letter_date": date(2026, 11, 24)}, "letter_date", "belum tiba"),
        ({"letter_date": date(2016, 11, 24)}, "letter_date", "tiga tahun"),
        ({"photo": None}, "photo", "Unggah foto surat"),
    ],
)
def test_what_cannot_be_is_refused_with_words_and_nothing_is_stored(
    now: datetime, officer: Officer, over: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(FieldRefused, match=words) as refusal:
        receive(now, officer, **over)
    assert refusal.value.field == field
    for model in (BlankReceipt, BlankBox, BlankMovement, StockPhoto):
        assert not model.objects.exists()


def test_the_opening_balance_needs_no_photo(now: datetime, officer: Officer) -> None:
    assert receive(now, officer, opening=True, photo=None).opening


@pytest.mark.parametrize("opening", [True, False])
def test_a_ledger_that_has_begun_has_no_opening_balance_any_more(
    now: datetime, officer: Officer, opening: bool
) -> None:
    receive(now, officer, opening=opening)
    other = {"letter_number": "470/78/PUSAT", "boxes": [("K-9", 800)]}
    with pytest.raises(FieldRefused, match="sudah dimulai pada 23 November 2026") as refusal:
        receive(now, officer, opening=True, photo=None, **other)
    assert refusal.value.field == "opening"
    assert counters(stock_of(None)) == (800, 0, 0)
    receipt = receive_blanks(
        stock=stock_of(Zone.objects.get(code="Z7")), delivery=delivery(now, opening=True, photo=None, **other),
        officer=officer, now=now,
    )  # fmt: skip
    assert receipt.opening, "each location begins by itself"


def test_a_delivery_fulfils_what_was_promised_once(now: datetime, officer: Officer) -> None:
    planned = PlannedDelivery.objects.create(
        expected_on=now.date(), quantity=900, entered_at=now, entered_by=OfficerFactory(role="supervisor")
    )
    receipt = receive(now, officer, planned=planned)
    assert PlannedDelivery.objects.get().receipt == receipt
    with pytest.raises(FieldRefused, match="sudah diterima"):
        receive(now, officer, letter_number="470/78", planned=planned)
    assert counters(stock_of(None)) == (800, 0, 0)


def test_use_outside_the_system_comes_from_the_oldest_boxes(now: datetime, officer: Officer) -> None:
    stock = stocked(now, 60, 100)
    assert record_outside_use(stock=stock, day=now.date(), quantity=89, officer=officer, now=now) == 2
    assert list(BlankHolding.objects.order_by("box").values_list("quantity", flat=True)) == [0, 71]
    assert counters(stock) == (71, 0, 0)


@pytest.mark.parametrize(
    ("days", "quantity", "field", "words"),
    [
        (1, 5, "day", "belum tiba"),
        (-93, 5, "day", "tiga bulan"),
        (0, 0, "quantity", "paling sedikit 1"),
        (0, MOST_AT_ONCE + 1, "quantity", "Paling banyak"),
        (0, 10, "quantity", "Yang bebas di sini 9"),
    ],
)
def test_outside_use_that_cannot_be_is_refused(
    now: datetime, officer: Officer, days: int, quantity: int, field: str, words: str
) -> None:
    stock = stocked(now, 10)
    approved_cards(now, 1)
    with pytest.raises(FieldRefused, match=words) as refusal:
        record_outside_use(stock=stock, day=now.date() + days * DAY, quantity=quantity, officer=officer, now=now)
    assert refusal.value.field == field
    assert counters(stock) == (10, 1, 0)


def test_what_was_used_before_the_ledger_began_is_not_in_it(now: datetime, officer: Officer) -> None:
    stock = stocked(now, 60)
    with pytest.raises(FieldRefused, match=r"dimulai 23 November 2026\..* lakukan opname") as refusal:
        record_outside_use(stock=stock, day=now.date() - DAY, quantity=10, officer=officer, now=now)
    assert refusal.value.field == "day"
    assert counters(stock) == (60, 0, 0)


@pytest.mark.parametrize("state", ["open", "confirmed", "cancelled"])
def test_a_count_has_found_what_was_left_after_the_days_before_it(now: datetime, officer: Officer, state: str) -> None:
    """Used on Sunday, counted on Monday: the difference of the count says so, once the second person agrees."""
    stock, box = stocked(now - 9 * DAY, 60), BlankBox.objects.get()
    count = record_count(stock=stock, counted={box.pk: 50}, explanation="Dicetak di luar.", officer=officer, now=now)
    if state == "confirmed":
        confirm_count(count_id=count.pk, officer=OfficerFactory(), now=now + DAY)
    elif state == "cancelled":
        cancel_count(count_id=count.pk, officer=officer, now=now + DAY)
    given: dict[str, Any] = {"stock": stock, "quantity": 10, "officer": officer, "now": now + DAY}
    if state == "cancelled":
        assert record_outside_use(day=now.date() - DAY, **given) == 1
        return
    with pytest.raises(FieldRefused, match="Opname 23 November 2026 menghitung yang tersisa") as refusal:
        record_outside_use(day=now.date() - DAY, **given)
    assert refusal.value.field == "day"
    assert record_outside_use(day=now.date(), **given) == 1, "what was used after the count, on the same day"


def test_a_day_outside_is_recorded_once(now: datetime, officer: Officer) -> None:
    stock = stocked(now, 60, 100)
    record_outside_use(stock=stock, day=now.date(), quantity=10, officer=officer, now=now)
    with pytest.raises(FieldRefused, match="23 November 2026 sudah dicatat: 10 blangko"):
        record_outside_use(stock=stock, day=now.date(), quantity=70, officer=officer, now=now)
    assert counters(stock) == (150, 0, 0)


def spoiled(box: BlankBox, quantity: int = 2, **over: Any) -> Spoiled:
    given: dict[str, Any] = {"reason": "damaged", "words": "", "photo": PHOTO, "key": uuid.uuid4()}
    return Spoiled(box=box, quantity=quantity, **{**given, **over})


def test_spoiled_blanks_leave_with_reason_and_photo(now: datetime, officer: Officer) -> None:
    stock = stocked(now, 10)
    assert spoil_blanks(stock=stock, spoiled=spoiled(BlankBox.objects.get()), officer=officer, now=now)
    line = BlankMovement.objects.get(kind="spoil")
    assert (line.on_hand, line.reason, line.photo.kind) == (-2, "damaged", "spoiled")  # type: ignore[union-attr]
    assert counters(stock) == (8, 0, 0)


def test_the_same_form_sent_twice_spoils_once(now: datetime, officer: Officer) -> None:
    stock, given = stocked(now, 10), spoiled(BlankBox.objects.get())
    assert spoil_blanks(stock=stock, spoiled=given, officer=officer, now=now)
    assert not spoil_blanks(stock=stock, spoiled=given, officer=officer, now=now)
    assert counters(stock) == (8, 0, 0)


def test_other_reasons_need_words_which_the_log_keeps(now: datetime, officer: Officer) -> None:
    stock, box = stocked(now, 10), BlankBox.objects.get()
    with pytest.raises(FieldRefused, match="Jelaskan"):
        spoil_blanks(stock=stock, spoiled=spoiled(box, reason="other"), officer=officer, now=now)
    spoil_blanks(stock=stock, spoiled=spoiled(box, reason="other", words="Kena banjir."), officer=officer, now=now)
    assert LogEntry.objects.get().change_message == "Kena banjir."


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"quantity": 11}, "tidak cukup"),
        ({"quantity": 0}, "paling sedikit 1"),
        ({"quantity": -1}, "paling sedikit 1"),
        ({"reason": "print"}, "Pilih sebab"),
        ({"words": "NIK 1671041708959901"}, "Jangan cantumkan NIK"),
    ],
)
def test_what_cannot_be_spoiled_is_refused_and_nothing_stays(
    now: datetime, officer: Officer, over: dict[str, Any], words: str
) -> None:
    stock = stocked(now, 10)
    approved_cards(now, 3)
    with pytest.raises(FieldRefused, match=words):
        spoil_blanks(stock=stock, spoiled=spoiled(BlankBox.objects.get(), **over), officer=officer, now=now)
    assert counters(stock) == (10, 3, 0)
    assert not StockPhoto.objects.exists()


def test_when_promised_blanks_are_spoiled_the_last_in_line_wait_again_and_are_told(
    now: datetime, officer: Officer
) -> None:
    stock = stocked(now, 3)
    first, second, third = queued_cards(now, 3)
    spoil_blanks(stock=stock, spoiled=spoiled(BlankBox.objects.get()), officer=officer, now=now)
    assert tell_waiting(now=now) == 2
    for card in (first, second, third):
        card.refresh_from_db()
    assert [card.status for card in (first, second, third)] == ["ready_to_print", *["waiting_for_blank"] * 2]
    assert counters(stock) == (1, 1, 0)
    assert BlankWait.objects.count() == 2
    assert "urutan Anda 1" in second.notices.get(purpose="card_waiting").params["kartu"]
    assert "urutan Anda 2" in third.notices.get(purpose="card_waiting").params["kartu"]
