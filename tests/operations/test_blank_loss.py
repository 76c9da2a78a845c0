"""Promised blanks that are gone: their owners stand in the line again at once, and the sweep of the line tells them."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import Application, BlankBox, BlankMovement, BlankStock, BlankWait, StockCount
from requests_app.operations import blank_loss
from requests_app.operations.blank_waits import tell_waiting
from requests_app.operations.blanks import allocate_waiting
from requests_app.operations.counts import confirm_count, record_count
from requests_app.rules.blanks import Move
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.cards import print_card
from tests.operations.printing import spoiled

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOST_EACH, MOST_BESIDES = 3, 40


def counted_empty(stock: BlankStock, now: datetime) -> StockCount:
    """A count by one person says that nothing is there."""
    boxes = dict.fromkeys(BlankBox.objects.filter(holdings__stock=stock).values_list("pk", flat=True), 0)
    return record_count(stock=stock, counted=boxes, explanation="Hilang.", officer=OfficerFactory(), now=now)


def all_gone(stock: BlankStock, now: datetime) -> None:
    """A second person confirms it."""
    confirm_count(count_id=counted_empty(stock, now).pk, officer=OfficerFactory(), now=now)


def told(card: Application) -> list[str]:
    return [notice.params["kartu"] for notice in card.notices.filter(purpose="card_waiting")]


@pytest.mark.parametrize("losers", [5, 25])
def test_the_locations_row_is_held_for_a_few_statements_for_each_of_them(
    now: datetime, losers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock, locked_stock, before = stocked(now, losers), blank_loss.locked_stock, list[int]()
    queued_cards(now, losers)
    count = counted_empty(stock, now)
    second = OfficerFactory()
    with CaptureQueriesContext(connection) as spent:

        def watched(stock_id: int) -> BlankStock:
            before.append(len(spent))
            return locked_stock(stock_id)

        monkeypatch.setattr(blank_loss, "locked_stock", watched)
        confirm_count(count_id=count.pk, officer=second, now=now)
    assert BlankMovement.objects.filter(kind=Move.RELEASE).count() == losers
    assert len(spent) - before[0] <= MOST_EACH * losers + MOST_BESIDES


def test_they_are_told_in_the_order_of_the_line_even_when_nobody_rang_for_it(now: datetime) -> None:
    stock = stocked(now, 3)
    cards = queued_cards(now, 3)
    waiting = queued_cards(now + timedelta(hours=1), 1)
    all_gone(stock, now + DAY)
    assert [told(card) for card in cards] == [[], [], []]
    assert tell_waiting(now=now + DAY) == 3
    for place, card in enumerate(cards, start=1):
        (words,) = told(card)
        assert f"urutan Anda {place}." in words
    assert told(waiting[0]) == [], "its place is far from being half or double"
    assert tell_waiting(now=now + DAY) == 0


def test_they_are_first_in_turn_when_blanks_come_and_news_that_overtakes_is_not_sent(now: datetime) -> None:
    cards = queued_cards(now - DAY, 2)
    stock = stocked(now, 2)
    allocate_waiting(now=now)
    all_gone(stock, now)
    for card in cards:
        assert card.notices.get(purpose="blank_arrived").state == "superseded"
    (late,) = queued_cards(now, 1)
    stocked(now + DAY, 2)
    assert allocate_waiting(now=now + DAY) == 2
    assert BlankWait.objects.get().application == late


def test_whoever_has_not_heard_of_their_spoiled_card_still_hears_of_it(now: datetime) -> None:
    stock = stocked(now, 2)
    (card,) = queued_cards(now, 1)
    spoiled(print_card(card, now), now)
    all_gone(stock, now)
    assert tell_waiting(now=now) == 1
    news = card.notices.get(purpose="card_again", state="queued")
    assert news.params["sebab"] == "rusak"
    assert "urutan Anda 1" in news.params["kartu"]


def test_the_sweep_of_the_line_is_rung_for(
    now: datetime, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(blank_loss, "nudge_line", lambda: rung.append(1))
    stock = stocked(now, 1)
    queued_cards(now, 1)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        all_gone(stock, now)
    assert rung == [1]
