"""A card, or a blank in the tray, that cannot be found: looked for, found again, or lost as two people say."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from requests_app.models import BlankMovement, Card, CardLoss, CardPickup, Officer, PrintBatch, StockAlert
from requests_app.operations import unfetched
from requests_app.operations.attempts import tallies
from requests_app.operations.batches import DoesNotAddUp, cancel_batch, close_batch
from requests_app.operations.blanks import allocate_waiting
from requests_app.operations.followup import withdraw
from requests_app.operations.ledger_check import check_ledger
from requests_app.operations.losses import TOO_LONG, confirm_lost, found, look_for, tell_long_searches
from requests_app.operations.office import FieldRefused
from requests_app.operations.prints import record_printed, record_rest_printed
from requests_app.operations.shipments import confirm_all, confirm_codes, give_up
from requests_app.operations.steps import NotNow
from requests_app.operations.unfetched import remind_unfetched
from requests_app.queries.timeline import timeline
from requests_app.rules.statuses import Status
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.cards import ready_card
from tests.operations.offices import notices
from tests.operations.printing import batch_of, cards_of, closed, printed, sent, spoiled
from tests.operations.test_blanks import counters
from tests.operations.test_handovers import give

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def officer(db: None) -> Officer:
    """Who misses the card."""
    return OfficerFactory(username="rina")


@pytest.fixture
def second(db: None) -> Officer:
    return OfficerFactory()


def missed(card: Card, officer: Officer, now: datetime) -> CardLoss:
    """The card is being looked for."""
    assert look_for(card=card, note="Baki dan lantai sudah dicari.", officer=officer, now=now).changed
    return CardLoss.objects.get(card=card, ended_at=None)


def pending_card(now: datetime, blanks: int = 9) -> Card:
    stocked(now, blanks)
    queued_cards(now, 1)
    return cards_of(batch_of(now, 1))[0]


def waiting_card(now: datetime) -> tuple[CardPickup, Card]:
    """A card that lies at its office."""
    pickup = ready_card(now)
    return pickup, pickup.application.cards.get()


def end_of(loss: CardLoss) -> tuple[str, datetime | None]:
    loss.refresh_from_db()
    return loss.end, loss.ended_at


class TestLookingFor:
    def test_it_is_open_with_who_when_and_where(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        assert (loss.noticed_by, loss.noticed_at, loss.note) == (officer, now, "Baki dan lantai sudah dicari.")
        assert card.application.events.get(step="card_looked_for").data == {"card": card.pk}

    def test_twice_says_so_and_changes_nothing(self, now: datetime, officer: Officer, second: Officer) -> None:
        card = pending_card(now)
        missed(card, officer, now)
        again = look_for(card=card, note="Di laci.", officer=second, now=now + DAY)
        assert not again.changed
        assert "oleh rina. Tidak ada yang berubah" in again.text
        assert CardLoss.objects.count() == 1
        assert card.application.events.filter(step="card_looked_for").count() == 1

    @pytest.mark.parametrize("note", ["", "  ", "a" * 201, "Ibu <b>", "NIK 1671045708959902", "0812 3456 7890"])
    def test_a_note_is_needed_short_and_without_personal_data(self, now: datetime, officer: Officer, note: str) -> None:
        card = pending_card(now)
        with pytest.raises(FieldRefused) as refusal:
            look_for(card=card, note=note, officer=officer, now=now)
        assert refusal.value.field == "note"
        assert not CardLoss.objects.exists()

    def test_what_is_spoiled_or_handed_over_is_not_looked_for(self, now: datetime, officer: Officer) -> None:
        handed, given = waiting_card(now)
        give(handed, now)
        bad = pending_card(now)
        spoiled(bad, now)
        for card, why in ((given, "sudah diserahkan"), (bad, "sudah dicatat rusak")):
            with pytest.raises(NotNow, match=why):
                look_for(card=card, note="Dicari.", officer=officer, now=now)
        assert not CardLoss.objects.exists()

    def test_a_card_of_a_cancelled_batch_is_not_looked_for(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        cancel_batch(batch_id=card.batch_id, officer=officer, now=now)
        with pytest.raises(NotNow, match="tidak jadi dicetak"):
            look_for(card=card, note="Dicari.", officer=officer, now=now)


class TestWhileItIsLookedFor:
    def test_its_batch_is_neither_closed_nor_cancelled(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        ending = {"batch_id": card.batch_id, "officer": officer, "now": now}
        with pytest.raises(DoesNotAddUp) as problem:
            close_batch(returned={card.box_id: 1}, drop_pending=True, **ending)
        assert f"kartu {card.code} masih dicari" in problem.value.problems["looked_for"]
        with pytest.raises(NotNow, match="masih dicari"):
            cancel_batch(**ending)
        found(loss=loss, officer=officer, now=now)
        assert close_batch(returned={card.box_id: 1}, drop_pending=True, **ending)

    def test_where_a_printed_card_lies_is_no_matter_of_its_batch(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        printed(card.batch, now)
        missed(card, officer, now)
        assert closed(card.batch, now).state == "closed"

    def test_it_is_not_among_the_rest_that_came_out_well(self, now: datetime, officer: Officer) -> None:
        stocked(now, 9)
        queued_cards(now, 3)
        batch = batch_of(now, 3)
        lost, *_others = cards_of(batch)
        missed(lost, officer, now)
        assert len(record_rest_printed(batch_id=batch.pk, pending_before=2, officer=officer, now=now)) == 2
        lost.refresh_from_db()
        assert lost.outcome == ""

    def test_it_is_not_sent(self, now: datetime, officer: Officer) -> None:
        stock = stocked(now, 9)
        queued_cards(now, 2)
        lost, other = printed(batch_of(now, 2), now)
        loss = missed(lost, officer, now)
        zone = lost.application.zone
        (shipment,) = sent(stock, [zone], now)
        assert list(shipment.cards.all()) == [other]
        found(loss=loss, officer=officer, now=now)
        (later,) = sent(stock, [zone], now)
        assert list(later.cards.all()) == [lost]

    def test_all_are_there_does_not_mean_the_one_that_is_looked_for(self, now: datetime, officer: Officer) -> None:
        stock = stocked(now, 9)
        queued_cards(now, 2)
        lost, other = printed(batch_of(now, 2), now)
        (shipment,) = sent(stock, [lost.application.zone], now)
        missed(lost, officer, now)
        assert confirm_all(shipment=shipment, officer=officer, now=now) == (1, 0)
        other.refresh_from_db()
        assert other.arrived_at == now
        assert StockAlert.objects.get(kind="shipment", closed_at=None).facts["missing"] == 1
        lost.refresh_from_db()
        with pytest.raises(NotNow, match="sedang dicari"):
            give_up(card=lost, officer=officer, now=now)

    def test_nobody_is_reminded_until_it_was_found_and_then_once(self, now: datetime, officer: Officer) -> None:
        pickup, card = waiting_card(now)
        loss = missed(card, officer, now + DAY)
        assert remind_unfetched(now=now + 4 * DAY) == 0
        assert not unfetched._remind(pickup.pk, now + 4 * DAY), "nor when the search began after the list was read"
        found(loss=loss, officer=officer, now=now + 5 * DAY)
        assert remind_unfetched(now=now + 5 * DAY) == 1
        assert remind_unfetched(now=now + 5 * DAY) == 0
        assert len(notices(pickup.application, "pickup_reminder")) == 1

    def test_a_reminder_that_has_not_left_is_not_sent_any_more(self, now: datetime, officer: Officer) -> None:
        pickup, card = waiting_card(now)
        remind_unfetched(now=now + 3 * DAY)
        missed(card, officer, now + 3 * DAY)
        assert [notice.state for notice in notices(pickup.application, "pickup_reminder")] == ["superseded"]
        assert [notice.state for notice in notices(pickup.application, "ready_for_pickup")] == ["queued"], (
            "that is news"
        )

    def test_when_its_application_is_withdrawn_the_blank_is_no_spare_one(self, now: datetime, officer: Officer) -> None:
        stock = stocked(now, 9)
        gone, _other = queued_cards(now, 2)
        batch = batch_of(now, 2)
        lost, bad = cards_of(batch)
        missed(lost, officer, now)
        withdraw(application_id=gone.pk, now=now)
        assert tallies(batch)[lost.box_id].spare == 0
        assert "kelompok berikutnya" in spoiled(bad, now).text, "no blank lies in the tray for a reprint"
        with pytest.raises(DoesNotAddUp, match="looked_for"):
            close_batch(batch_id=batch.pk, returned={lost.box_id: 1}, officer=officer, now=now)
        assert counters(stock) == (8, 1, 1)


class TestFound:
    def test_anybody_says_so_once(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        assert found(loss=loss, officer=officer, now=now + DAY).changed
        assert end_of(loss) == ("found", now + DAY)
        again = found(loss=loss, officer=OfficerFactory(), now=now + 2 * DAY)
        assert not again.changed
        assert "Tidak ada yang berubah" in again.text
        assert end_of(loss) == ("found", now + DAY)
        assert card.application.events.filter(step="card_found").count() == 1

    def test_what_is_printed_was_found(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        record_printed(code=card.code, batch_id=card.batch_id, officer=officer, now=now + DAY)
        assert end_of(loss) == ("found", now + DAY)

    def test_what_is_photographed_as_spoiled_was_found(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        spoiled(card, now + DAY)
        assert end_of(loss) == ("found", now + DAY)

    def test_what_arrives_was_found_before_and_after_it_was_there(self, now: datetime, officer: Officer) -> None:
        stock = stocked(now, 9)
        queued_cards(now, 1)
        (card,) = printed(batch_of(now, 1), now)
        (shipment,) = sent(stock, [card.application.zone], now)
        for day, told in ((1, "tiba dan siap diambil"), (2, "ditemukan")):
            loss = missed(card, officer, now + DAY * day)
            (scan,) = confirm_codes(shipment=shipment, codes=[card.code], officer=officer, now=now + DAY * day)
            assert scan.changed
            assert told in scan.text
            assert end_of(loss) == ("found", now + DAY * day)

    def test_what_is_handed_over_was_found(self, now: datetime, officer: Officer) -> None:
        pickup, card = waiting_card(now)
        loss = missed(card, officer, now)
        give(pickup, now + DAY)
        assert end_of(loss) == ("found", now + DAY)
        with pytest.raises(NotNow, match="sudah ditemukan"):
            confirm_lost(loss=loss, officer=OfficerFactory(), now=now + DAY)
        card.refresh_from_db()
        assert card.outcome == "printed"

    def test_an_old_page_does_not_end_a_later_search_as_lost(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        card = pending_card(now)
        first = missed(card, officer, now)
        found(loss=first, officer=officer, now=now)
        later = missed(card, officer, now + DAY)
        with pytest.raises(NotNow, match="sudah ditemukan"):
            confirm_lost(loss=first, officer=second, now=now + DAY)
        assert end_of(later) == ("", None)


class TestLost:
    def test_whoever_looks_for_it_does_not_give_it_up_not_even_past_the_operation(
        self, now: datetime, officer: Officer
    ) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        with pytest.raises(NotNow, match="Minta orang lain"):
            confirm_lost(loss=loss, officer=officer, now=now)
        with pytest.raises(IntegrityError, match="lost_is_said_by_a_second_person"), transaction.atomic():
            CardLoss.objects.filter(pk=loss.pk).update(end="lost", ended_by=officer, ended_at=now)
        assert end_of(loss) == ("", None)
        card.refresh_from_db()
        assert card.outcome == ""

    def test_a_blank_of_the_tray_leaves_the_ledger_and_its_application_takes_another(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        card = pending_card(now)
        stock = card.batch.stock
        loss = missed(card, officer, now)
        scan = confirm_lost(loss=loss, officer=second, now=now + DAY)
        assert scan.changed
        assert "menunggu kelompok berikutnya" in scan.text
        assert end_of(loss) == ("lost", now + DAY)
        card.refresh_from_db()
        assert (card.outcome, card.reason, card.photo) == ("spoiled", "lost", None)
        line = BlankMovement.objects.get(kind="spoil")
        assert (line.on_hand, line.reserved, line.drawn, line.reason) == (-1, -1, -1, "lost")
        assert (line.card, line.officer) == (card, second)
        assert counters(stock) == (8, 1, 0)
        assert card.application.status == "ready_to_print"
        assert closed(card.batch, now).state == "closed"
        assert check_ledger(now=now + DAY)
        assert not StockAlert.objects.filter(kind="ledger").exists()

    def test_a_printed_card_takes_another_blank_and_its_owner_is_told_the_truth(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        pickup, card = waiting_card(now)
        stocked(now, 3)
        confirm_lost(loss=missed(card, officer, now), officer=second, now=now)
        application, pickup = type(pickup.application).objects.get(pk=pickup.pk), CardPickup.objects.get(pk=pickup.pk)
        assert application.status == "ready_to_print"
        assert (pickup.ready_at, pickup.remind_at) == (None, None)
        (told,) = notices(application, "card_again")
        assert told.params["sebab"] == "hilang di kantor kami"
        assert "segera kami cetak" in told.params["kartu"]
        assert not BlankMovement.objects.filter(kind="spoil").exists(), "its blank was used when it was printed"
        assert application.events.get(step="card_lost").data == {"card": card.pk}

    def test_the_owners_page_says_that_it_was_lost_not_spoiled(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        pickup, card = waiting_card(now)
        stocked(now, 3)
        confirm_lost(loss=missed(card, officer, now), officer=second, now=now)
        events = list(pickup.application.events.order_by("id"))
        told = timeline(events, status=Status.READY_TO_PRINT, due_at=None, released=True)
        titles = [str(entry.title) for entry in told]
        assert "Kartu hilang di kantor kami, kami cetak ulang" in titles
        assert not any("rusak" in title for title in titles)

    def test_without_a_free_blank_it_waits_in_the_line_with_its_place(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        pickup, card = waiting_card(now)
        confirm_lost(loss=missed(card, officer, now), officer=second, now=now)
        pickup.application.refresh_from_db()
        assert pickup.application.status == "waiting_for_blank"
        assert "urutan Anda 1" in notices(pickup.application, "card_again")[0].params["kartu"]

    def test_twice_says_so_and_changes_nothing(self, now: datetime, officer: Officer, second: Officer) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        confirm_lost(loss=loss, officer=second, now=now)
        for who in (second, officer):
            again = confirm_lost(loss=loss, officer=who, now=now + DAY)
            assert not again.changed
            assert "Tidak ada yang berubah" in again.text
        assert BlankMovement.objects.filter(kind="spoil").count() == 1

    def test_one_that_turns_up_afterwards_is_destroyed(self, now: datetime, officer: Officer, second: Officer) -> None:
        loss = missed(pending_card(now), officer, now)
        confirm_lost(loss=loss, officer=second, now=now)
        with pytest.raises(NotNow, match="Musnahkan"):
            found(loss=loss, officer=officer, now=now)

    def test_a_withdrawn_applications_blank_goes_off_the_books_whoever_was_promised_it(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        stock = stocked(now, 1)
        gone, waiting = queued_cards(now, 2)
        batch = batch_of(now, 1)
        (card,) = cards_of(batch)
        loss = missed(card, officer, now)
        withdraw(application_id=gone.pk, now=now)
        assert allocate_waiting(now=now) == 1
        scan = confirm_lost(loss=loss, officer=second, now=now)
        assert "Kartu ini tidak dicetak ulang" in scan.text
        card.refresh_from_db()
        assert (card.outcome, card.reason) == ("spoiled", "lost")
        waiting.refresh_from_db()
        assert waiting.status == "waiting_for_blank"
        assert counters(stock) == (0, 0, 0)
        assert closed(PrintBatch.objects.get(), now).state == "closed"


class TestSupervisors:
    def test_are_told_of_a_search_of_more_than_two_days_until_it_ends(self, now: datetime, officer: Officer) -> None:
        card = pending_card(now)
        loss = missed(card, officer, now)
        assert tell_long_searches(now=now + TOO_LONG) == 0
        late = now + TOO_LONG + timedelta(minutes=1)
        assert tell_long_searches(now=late) == 1
        assert tell_long_searches(now=late + DAY) == 0, "once"
        alert = StockAlert.objects.get(kind="loss")
        assert (alert.key, alert.stock, alert.facts) == (card.code, card.batch.stock, {"since": now.isoformat()})
        found(loss=loss, officer=officer, now=late + DAY)
        alert.refresh_from_db()
        assert alert.closed_at == late + DAY
        assert tell_long_searches(now=late + 2 * DAY) == 0
