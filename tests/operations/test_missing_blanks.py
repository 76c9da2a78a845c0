"""A blank that is missing from the tray although no waiting card is without one: nobody has to count falsely."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Card, CardLoss, Officer, StockAlert
from requests_app.operations.batches import DoesNotAddUp, close_batch, draw_more
from requests_app.operations.counts import confirm_count, record_count
from requests_app.operations.followup import withdraw
from requests_app.operations.ledger_check import check_ledger
from requests_app.operations.losses import confirm_lost, found, look_for
from requests_app.operations.steps import NotNow
from requests_app.operations.unfetched import remind_unfetched
from requests_app.queries.searches import search_for
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.offices import notices
from tests.operations.printing import batch_of, cards_of, printed, spoiled
from tests.operations.test_blanks import counters
from tests.operations.test_losses import missed, pending_card, waiting_card

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def officer(db: None) -> Officer:
    """Who misses the blank."""
    return OfficerFactory()


@pytest.fixture
def second(db: None) -> Officer:
    return OfficerFactory()


def withdrawn_and_pending(now: datetime) -> tuple[Card, Card]:
    """Two cards of a batch; nobody has noticed yet that the first one's blank is gone when it is withdrawn."""
    stocked(now, 9)
    gone, _other = queued_cards(now, 2)
    batch = batch_of(now, 2)
    withdraw(application_id=gone.pk, now=now)
    first, second = cards_of(batch)
    return first, second


def closing(card: Card, *, returned: int, officer: Officer, now: datetime) -> bool:
    """So many blanks of the card's box were counted in the tray; what was not printed goes back to the queue."""
    count = {card.box_id: returned}
    return close_batch(batch_id=card.batch_id, returned=count, drop_pending=True, officer=officer, now=now)


class TestOfAWithdrawnApplication:
    def test_the_blank_of_a_withdrawn_application_is_looked_for_as_long_as_it_should_be_in_the_tray(
        self, now: datetime, officer: Officer
    ) -> None:
        gone, other = withdrawn_and_pending(now)
        loss = missed(gone, officer, now)
        assert not look_for(card=gone, note="Lagi.", officer=officer, now=now).changed, "twice changes nothing"
        with pytest.raises(DoesNotAddUp, match="looked_for"):
            closing(other, returned=1, officer=officer, now=now)
        found(loss=loss, officer=officer, now=now)
        assert closing(other, returned=2, officer=officer, now=now)
        with pytest.raises(NotNow, match="lewat Stok, Opname"):
            look_for(card=gone, note="Dicari.", officer=officer, now=now)

    def test_a_blank_that_a_reprint_has_taken_is_not_looked_for_under_the_old_card(
        self, now: datetime, officer: Officer
    ) -> None:
        gone, other = withdrawn_and_pending(now)
        assert "Cetak ulang dalam kelompok ini" in spoiled(other, now).text
        with pytest.raises(NotNow, match="sudah dipakai kartu lain"):
            look_for(card=gone, note="Dicari.", officer=officer, now=now)
        assert not CardLoss.objects.exists()

    def test_a_withdrawn_blank_that_was_missed_late_lets_the_batch_close_with_what_is_there(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        gone, other = withdrawn_and_pending(now)
        stock = gone.batch.stock
        with pytest.raises(DoesNotAddUp) as refusal:
            closing(other, returned=1, officer=officer, now=now)
        assert (
            f"buka kartu {gone.code} dan tekan “Kartu tidak ditemukan”" in refusal.value.problems[f"box_{gone.box_id}"]
        )
        confirm_lost(loss=missed(gone, officer, now), officer=second, now=now)
        assert closing(other, returned=1, officer=officer, now=now)
        gone.refresh_from_db()
        assert (gone.outcome, gone.reason) == ("spoiled", "lost")
        assert counters(stock) == (8, 1, 0)
        assert check_ledger(now=now + DAY)
        assert not StockAlert.objects.filter(kind="ledger").exists()

    def test_the_blank_of_an_earlier_attempt_keeps_nobody_from_fetching_the_card(
        self, now: datetime, officer: Officer
    ) -> None:
        pickup, card = waiting_card(now)
        stocked(now, 9)
        queued_cards(now, 1)
        batch = batch_of(now, 1)
        Card.objects.filter(batch=batch).update(application=pickup.application, outcome="dropped")
        blank = missed(cards_of(batch)[0], officer, now)
        assert search_for(pickup.application) is None
        assert remind_unfetched(now=now + 4 * DAY) == 1
        found(loss=blank, officer=officer, now=now + 4 * DAY)
        missed(cards_of(batch)[0], officer, now + 4 * DAY)
        assert [notice.state for notice in notices(pickup.application, "pickup_reminder")] == ["queued"]
        loss = missed(card, officer, now + 4 * DAY)
        assert search_for(pickup.application) == loss


class TestAMissingBlankOfNoCard:
    def spare(self, now: datetime, officer: Officer) -> Card:
        """One card, printed, and a spare blank drawn for it that nobody needed."""
        card = pending_card(now)
        more = {"box_id": card.box_id, "count": 1, "drawn_before": 1, "officer": officer, "now": now}
        draw_more(batch_id=card.batch_id, **more)
        printed(card.batch, now)
        return card

    def told(self, card: Card, officer: Officer, now: datetime) -> str:
        with pytest.raises(DoesNotAddUp) as refusal:
            closing(card, returned=0, officer=officer, now=now)
        return refusal.value.problems[f"box_{card.box_id}"]

    def test_is_told_to_the_count_of_its_box_where_two_people_take_it_off_the_books(
        self, now: datetime, officer: Officer, second: Officer
    ) -> None:
        card = self.spare(now, officer)
        text = self.told(card, officer, now)
        assert "kurang 1" in text
        assert "Isi 1, tutup kelompok, lalu langsung hitung kotak ini lewat Stok, Opname" in text
        assert closing(card, returned=1, officer=officer, now=now)
        stock = card.batch.stock
        note = "Blangko tambahan tidak ditemukan di baki."
        count = record_count(stock=stock, counted={card.box_id: 7}, explanation=note, officer=officer, now=now)
        with pytest.raises(NotNow, match="Minta orang lain"):
            confirm_count(count_id=count.pk, officer=officer, now=now)
        confirm_count(count_id=count.pk, officer=second, now=now)
        assert counters(stock) == (7, 0, 0)
        assert check_ledger(now=now + DAY)

    def test_nothing_is_advised_while_it_is_the_one_that_is_looked_for(self, now: datetime, officer: Officer) -> None:
        gone, other = withdrawn_and_pending(now)
        printed(other.batch, now)
        missed(gone, officer, now)
        text = self.told(gone, officer, now)
        assert text.endswith("kurang 1.")
