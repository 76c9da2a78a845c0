"""Those who wait for a blank are told where they stand: when it moved much, and every 14 days at least."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import Application, BlankBox, BlankReceipt, BlankWait, CardPolicy, PlannedDelivery, Zone
from requests_app.models.blank_line import numbered, place_in_line, supplies, waiting
from requests_app.operations import blank_waits
from requests_app.operations.blank_waits import tell_waiting, to_tell
from requests_app.operations.blanks import allocate_waiting, stock_of
from requests_app.operations.transfers import send_blanks
from requests_app.rules import blank_line
from requests_app.rules.blank_line import MUCH_PLACES, TELL_AGAIN_AFTER, monday, moved_much, weeks_by_place
from requests_app.rules.blanks import WaitingOrder
from requests_app.rules.dates import format_day, local_date
from requests_app.rules.promise import TAKE_BACK
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.offices import AWAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told_as(card: Application, place: int, week: date | None = None) -> None:
    """As if its owner had last been told this."""
    BlankWait.objects.filter(application=card).update(told_place=place, told_week=week)


def messages(card: Application) -> list[str]:
    return [notice.params["kartu"] for notice in card.notices.filter(purpose="card_waiting").order_by("created_at")]


def promised(now: datetime, after: timedelta, quantity: int) -> PlannedDelivery:
    return PlannedDelivery.objects.create(
        expected_on=local_date(now + after), quantity=quantity, entered_at=now, entered_by=OfficerFactory()
    )


def test_nobody_is_told_again_while_nothing_changes(now: datetime) -> None:
    queued_cards(now, 3)
    assert tell_waiting(now=now + 13 * DAY) == 0


def test_everybody_is_told_at_least_every_fourteen_days(now: datetime) -> None:
    first, second = queued_cards(now, 2)
    assert tell_waiting(now=now + 14 * DAY) == 2
    assert "urutan Anda 2" in messages(second)[0]
    assert "belum dapat kami perkirakan" in messages(first)[0]
    assert tell_waiting(now=now + 14 * DAY) == 0
    assert tell_waiting(now=now + 28 * DAY) == 2


def test_a_place_that_moved_much_is_told_but_not_within_two_days(now: datetime) -> None:
    moved, stays = queued_cards(now, 2)
    told_as(moved, 40)
    told_as(stays, 3)
    assert tell_waiting(now=now - TAKE_BACK + TELL_AGAIN_AFTER - timedelta(seconds=1)) == 0
    assert tell_waiting(now=now + TELL_AGAIN_AFTER) == 1
    assert len(messages(moved)) == 1
    assert "urutan Anda 1" in messages(moved)[0]
    assert messages(stays) == []
    assert BlankWait.objects.get(application=moved).next_tell_at == now + TELL_AGAIN_AFTER + 14 * DAY


def test_a_week_that_becomes_known_is_told(now: datetime) -> None:
    (card,) = queued_cards(now, 1)
    promised(now, 21 * DAY, 500)
    assert tell_waiting(now=now + 2 * DAY) == 1
    assert "minggu 14 Desember 2026" in messages(card)[0]
    assert BlankWait.objects.get().told_week == date(2026, 12, 14)


def test_blanks_on_their_way_to_a_zone_are_news_for_its_own_people_only(now: datetime) -> None:
    zone = Zone.objects.get(code="Z7")
    zone.printed_at = stock_of(zone)
    zone.save(update_fields=["printed_at"])
    (elsewhere,), (here,) = queued_cards(now, 1, kelurahan=AWAY), queued_cards(now, 1)
    head = stocked(now + DAY, 9)
    BlankReceipt.objects.update(opening=True)
    box = BlankBox.objects.get()
    send_blanks(from_stock=head, to_stock=zone.printed_at, lines=[(box, 5)], officer=OfficerFactory(), now=now + DAY)
    assert tell_waiting(now=now + 3 * DAY) == 1
    assert f"minggu {format_day(monday(local_date(now + 3 * DAY)))}" in messages(here)[0]
    assert messages(elsewhere) == []


def test_nobody_is_woken(now: datetime) -> None:
    queued_cards(now, 1)
    night, morning = datetime(2026, 12, 20, 23, 59, tzinfo=UTC), datetime(2026, 12, 21, 0, 0, tzinfo=UTC)
    assert tell_waiting(now=night) == 0
    assert tell_waiting(now=morning) == 1


def test_an_older_message_that_did_not_leave_is_not_sent_any_more(now: datetime) -> None:
    (card,) = queued_cards(now, 1)
    tell_waiting(now=now + 14 * DAY)
    tell_waiting(now=now + 28 * DAY)
    states = card.notices.filter(purpose="card_waiting").order_by("created_at").values_list("state", flat=True)
    assert list(states) == ["superseded", "queued"]


def test_whoever_gets_a_blank_is_not_told_to_wait(now: datetime) -> None:
    (card,) = queued_cards(now, 1)
    tell_waiting(now=now + 14 * DAY)
    stocked(now + 14 * DAY, 5)
    allocate_waiting(now=now + 14 * DAY)
    assert card.notices.get(purpose="card_waiting").state == "superseded"
    assert tell_waiting(now=now + 60 * DAY) == 0


def line(now: datetime) -> Sequence[Application]:
    lost = queued_cards(now, 3)
    new = queued_cards(now + DAY, 3, reason="baru")
    return [*lost, *new]


@pytest.mark.parametrize("order", list(WaitingOrder))
def test_the_whole_line_is_numbered_as_each_one_by_itself(now: datetime, order: WaitingOrder) -> None:
    CardPolicy.objects.create(valid_from=now, waiting_order=order)
    cards = line(now)
    places = dict(numbered(stock_of(None)).values_list("pk", "place"))
    assert places == {card.pk: place_in_line(card) for card in cards}
    assert [places[card.pk] for card in waiting(stock_of(None))] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("places", [MUCH_PLACES, 5])
def test_the_database_finds_those_whom_the_rule_would_tell(
    now: datetime, places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (blank_line, blank_waits):
        monkeypatch.setattr(module, "MUCH_PLACES", places)
    cards = queued_cards(now, 6)
    promised(now, 21 * DAY, 4)
    later = now + 3 * DAY
    today = local_date(later)
    weeks = weeks_by_place(supplies(today)[None], today)
    week_of = {place: [week for first, week in weeks if first <= place][-1] for place in range(1, 7)}
    for told_place in (1, 6, 10, 11, 12, 13, 40):
        for told_week in (None, date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 28)):
            BlankWait.objects.update(told_place=told_place, told_week=told_week)
            found = {one.application_id for one in to_tell(stock_of(None), weeks, now=later)}
            expected = {
                card.pk
                for place, card in enumerate(cards, start=1)
                if moved_much(told_place=told_place, told_week=told_week, place=place, week=week_of[place])
            }
            assert found == expected, (told_place, told_week)
            assert to_tell(stock_of(None), weeks, now=now + DAY) == [], "told within two days"


def test_a_longer_line_of_which_nobody_has_to_be_told_costs_no_more_queries(now: datetime) -> None:
    asked = []
    for _ in range(2):
        queued_cards(now, 3)
        with CaptureQueriesContext(connection) as queries:
            assert tell_waiting(now=now + DAY) == 0
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8
