"""What becomes of a card at the printer: printed, spoiled and tried again; the same scan twice changes nothing."""

from datetime import datetime

import pytest

from requests_app.models import BlankHold, BlankMovement, Card, PrintBatch
from requests_app.operations.blank_waits import tell_waiting
from requests_app.operations.blanks import allocate_waiting, stock_of
from requests_app.operations.decisions import annul_decision
from requests_app.operations.followup import withdraw
from requests_app.operations.prints import record_many_printed, record_printed, record_rest_printed
from requests_app.operations.steps import NotNow
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import batch_of, cards_of, closed, printed, spoiled
from tests.operations.test_blanks import counters

pytestmark = pytest.mark.django_db


def scan(batch: PrintBatch, code: str, now: datetime):
    return record_printed(code=code, batch_id=batch.pk, officer=OfficerFactory(), now=now)


def test_a_printed_card_uses_its_blank_and_moves_on(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = cards_of(batch)
    assert scan(batch, card.code, now).changed
    card.refresh_from_db()
    assert (card.outcome, card.outcome_at, card.application.status) == ("printed", now, "printed")
    assert counters(stock) == (8, 0, 0)
    assert not BlankHold.objects.exists()
    line = BlankMovement.objects.get(kind="print")
    assert (line.card, line.box, line.application) == (card, card.box, card.application)


def test_the_same_scan_twice_changes_nothing_and_says_so(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = cards_of(batch)
    scan(batch, card.code, now)
    again = scan(batch, f" {card.code.lower()}\n", now)
    assert (again.changed, again.wrong) == (False, False)
    assert "sudah tercatat tercetak" in again.text
    assert counters(stock) == (8, 0, 0)


@pytest.mark.parametrize("code", ["", "ABC", "ZZZZZZZZ", "<script>alert(1)</script>", "\x00", "9" * 500])
def test_an_unknown_code_is_told_and_nothing_changes(now: datetime, code: str) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    answer = scan(batch, code, now)
    assert answer.wrong
    assert "tidak dikenal" in answer.text
    assert counters(stock) == (9, 1, 1)


def test_a_card_of_another_batch_is_told_with_its_batch(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 2)
    first, second = batch_of(now, 1), batch_of(now, 1)
    answer = scan(second, cards_of(first)[0].code, now)
    assert answer.wrong
    assert first.number in answer.text
    assert not Card.objects.filter(outcome="printed").exists()


def test_a_list_of_codes_is_recorded_one_by_one(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 3)
    batch = batch_of(now, 3)
    codes = [card.code for card in cards_of(batch)[:2]]
    answers = record_many_printed(
        codes=[codes[0], "SALAHSEK", codes[1]], batch_id=batch.pk, officer=OfficerFactory(), now=now
    )
    assert [answer.changed for answer in answers] == [True, False, True]
    assert counters(stock) == (7, 1, 1)


def test_the_rest_is_printed_at_once_only_when_the_page_showed_all_of_it(now: datetime) -> None:
    stocked(now, 9)
    queued_cards(now, 3)
    batch = batch_of(now, 3)
    rest = {"batch_id": batch.pk, "officer": OfficerFactory(), "now": now}
    with pytest.raises(NotNow, match="3 kartu"):
        record_rest_printed(pending_before=2, **rest)
    assert len(record_rest_printed(pending_before=3, **rest)) == 3
    assert record_rest_printed(pending_before=3, **rest) == [], "a batch is not printed twice"
    assert BlankMovement.objects.filter(kind="print").count() == 3


def test_what_is_not_ready_is_not_printed(now: datetime) -> None:
    stock = stocked(now, 9)
    (application,) = queued_cards(now, 1)
    batch = batch_of(now, 1)
    type(application).objects.filter(pk=application.pk).update(status="approved")
    answer = scan(batch, cards_of(batch)[0].code, now)
    assert answer.wrong
    assert "tidak siap dicetak" in answer.text
    assert counters(stock) == (9, 1, 1)


def test_spoiling_takes_another_blank_and_is_tried_again_when_one_lies_in_the_tray(now: datetime) -> None:
    stock = stocked(now, 9)
    gone, other = queued_cards(now, 2)
    batch = batch_of(now, 2)
    withdraw(application_id=gone.pk, now=now)
    answer = spoiled(cards_of(batch)[1], now)
    assert "urutan 3" in answer.text
    first, second, third = cards_of(batch)
    assert (second.outcome, second.reason, second.photo.kind) == ("spoiled", "print", "spoiled")
    assert (third.application, third.attempt, third.box) == (other, 2, first.box)
    assert counters(stock) == (8, 1, 1)
    other.refresh_from_db()
    assert other.status == "ready_to_print"
    assert other.events.filter(step="blank_replaced").exists()
    assert not other.notices.filter(purpose="card_again").exists(), "nothing changes for its owner"


def test_without_a_blank_in_the_tray_it_waits_for_the_next_batch(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    assert "kelompok berikutnya" in spoiled(cards_of(batch)[0], now).text
    assert counters(stock) == (8, 1, 0)
    closed(batch, now)
    (again,) = cards_of(batch_of(now, 1))
    assert again.attempt == 2


def test_without_any_blank_it_waits_in_the_line_and_its_owner_is_told(now: datetime) -> None:
    stock = stocked(now, 1)
    (application,) = queued_cards(now, 1)
    batch = batch_of(now, 1)
    assert "Blangko habis" in spoiled(cards_of(batch)[0], now).text
    application.refresh_from_db()
    assert application.status == "waiting_for_blank"
    assert "urutan Anda 1" in application.notices.get(purpose="card_again").params["kartu"]
    assert counters(stock) == (0, 0, 0)
    line = BlankMovement.objects.get(kind="spoil")
    assert (line.on_hand, line.reserved, line.drawn, line.reason) == (-1, -1, -1, "print")


def test_spoiling_twice_changes_nothing_and_a_spoiled_card_is_not_printed(now: datetime) -> None:
    stock = stocked(now, 9)
    queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = cards_of(batch)
    spoiled(card, now)
    assert not spoiled(card, now).changed
    assert scan(batch, card.code, now).wrong
    assert counters(stock) == (8, 1, 0)


def test_a_printed_card_found_spoiled_later_takes_another_blank_and_its_owner_is_told(now: datetime) -> None:
    stock = stocked(now, 9)
    (application,) = queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = printed(batch, now)
    closed(batch, now)
    lines = BlankMovement.objects.filter(kind__in=["print", "spoil"]).count()
    assert spoiled(card, now, reason="chip").changed
    application.refresh_from_db()
    assert application.status == "ready_to_print"
    assert "segera kami cetak" in application.notices.get(purpose="card_again").params["kartu"]
    assert BlankMovement.objects.filter(kind__in=["print", "spoil"]).count() == lines, "its blank was used already"
    assert counters(stock) == (8, 1, 0)


def test_a_printed_card_found_spoiled_without_a_free_blank_waits(now: datetime) -> None:
    stocked(now, 1)
    (application,) = queued_cards(now, 1)
    (card,) = printed(batch_of(now, 1), now)
    spoiled(card, now, reason="data")
    application.refresh_from_db()
    assert application.status == "waiting_for_blank"
    assert "urutan Anda 1" in application.notices.get(purpose="card_again").params["kartu"]


def test_a_card_that_was_handed_over_is_not_spoiled_any_more(now: datetime) -> None:
    stocked(now, 9)
    (application,) = queued_cards(now, 1)
    (card,) = printed(batch_of(now, 1), now)
    type(application).objects.filter(pk=application.pk).update(status="handed_over")
    with pytest.raises(NotNow, match="sudah diserahkan"):
        spoiled(card, now)


def test_a_card_whose_application_was_withdrawn_is_put_aside(now: datetime) -> None:
    stock = stocked(now, 9)
    (application,) = queued_cards(now, 1)
    batch = batch_of(now, 1)
    (card,) = cards_of(batch)
    withdraw(application_id=application.pk, now=now)
    answer = scan(batch, card.code, now)
    assert answer.wrong
    assert "Sisihkan" in answer.text
    assert counters(stock) == (9, 0, 1)


def test_one_that_was_printed_all_the_same_takes_its_blank_off(now: datetime) -> None:
    stock = stocked(now, 9)
    (application,) = queued_cards(now, 1)
    batch = batch_of(now, 1)
    withdraw(application_id=application.pk, now=now)
    assert spoiled(cards_of(batch)[0], now).changed
    assert counters(stock) == (8, 0, 0)
    (card,) = cards_of(batch)
    assert (card.outcome, card.reason) == ("spoiled", "withdrawn")
    assert closed(batch, now).state == "closed"


def test_and_who_was_promised_that_blank_meanwhile_waits_again(now: datetime) -> None:
    stock = stocked(now, 1)
    gone, waiting = queued_cards(now, 2)
    batch = batch_of(now, 1)
    withdraw(application_id=gone.pk, now=now)
    assert allocate_waiting(now=now) == 1
    spoiled(cards_of(batch)[0], now)
    waiting.refresh_from_db()
    assert waiting.status == "waiting_for_blank"
    assert tell_waiting(now=now) == 1
    assert waiting.notices.filter(purpose="card_waiting").exists()
    assert counters(stock) == (0, 0, 0)


def test_a_withdrawn_card_of_a_closed_batch_has_given_its_blank_back(now: datetime) -> None:
    stocked(now, 9)
    (application,) = queued_cards(now, 1)
    batch = batch_of(now, 1)
    withdraw(application_id=application.pk, now=now)
    closed(batch, now)
    with pytest.raises(NotNow, match="sudah kembali"):
        spoiled(cards_of(batch)[0], now)
    assert counters(stock_of(None)) == (9, 0, 0)


def test_a_card_whose_approval_was_annulled_is_not_said_to_be_of_a_withdrawn_application(now: datetime) -> None:
    stocked(now, 9)
    (application,) = queued_cards(now, 1)
    batch = batch_of(now, 1)
    annul_decision(
        decision_id=application.decisions.get().pk,
        supervisor=OfficerFactory(role="supervisor"),
        reason="Keliru.",
        now=now,
    )
    (card,) = cards_of(batch)
    assert "Permohonan atau persetujuannya sudah dibatalkan. Sisihkan" in scan(batch, card.code, now).text
    assert "permohonannya" not in spoiled(card, now).text
