"""Cards that nobody fetches: three reminders, then the head office; late is not often."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import CardPickup, CardPolicy
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.unfetched import move_unfetched, remind_unfetched
from requests_app.rules.dates import local_date
from tests.operations.cards import ready_card
from tests.operations.offices import notices
from tests.operations.test_handovers import give

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def run(days: float, now: datetime) -> tuple[int, int]:
    at = now + DAY * days
    return remind_unfetched(now=at), move_unfetched(now=at)


def reminders(pickup: CardPickup) -> list[datetime]:
    return [notice.created_at for notice in notices(pickup.application, "pickup_reminder")]


def test_three_reminders_then_the_head_office(now: datetime) -> None:
    pickup = ready_card(now)
    moved = []
    for days in range(1, 90):
        moved += [days] * run(days, now)[1]
    assert reminders(pickup) == [now + DAY * days for days in (3, 14, 30)]
    assert moved == [60]
    pickup.refresh_from_db()
    assert (pickup.zone, pickup.moved_at, pickup.ready_at) == (None, now + DAY * 60, now)
    assert pickup.application.cards.get().zone is None
    (told,) = notices(pickup.application, "card_moved")
    assert told.params["tempat"].startswith("Kantor Dukcapil")
    assert told.params["kode_ambil"] == pickup.code


def test_a_reminder_says_since_when_and_what_becomes_of_the_card(now: datetime) -> None:
    pickup = ready_card(now)
    run(3, now)
    (told,) = notices(pickup.application, "pickup_reminder")
    assert told.params["sebab"].startswith("Kartu siap sejak 23 November 2026. Sesudah 22 Januari 2027 kartu")
    assert told.params["kode_ambil"] == pickup.code


def test_after_an_outage_there_is_one_reminder_not_three(now: datetime) -> None:
    pickup = ready_card(now)
    assert run(20, now)[0] == 1
    assert run(20, now)[0] == 0
    assert run(30, now)[0] == 1
    pickup.refresh_from_db()
    assert (pickup.reminders, pickup.remind_at) == (3, None)
    assert len(reminders(pickup)) == 2


def test_where_the_office_says_so_a_card_stays(now: datetime) -> None:
    pickup = ready_card(now)
    CardPolicy.objects.create(valid_from=now, move_after_days=0)
    assert run(400, now) == (1, 0)
    assert "pindah" not in notices(pickup.application, "pickup_reminder")[0].params["sebab"]


def test_a_rule_that_is_made_later_holds_for_what_lies_there(now: datetime) -> None:
    ready_card(now)
    CardPolicy.objects.create(valid_from=now, move_after_days=0)
    assert run(90, now)[1] == 0
    CardPolicy.objects.create(valid_from=now, move_after_days=30)
    assert run(90, now)[1] == 1


def test_whoever_said_they_come_is_waited_for(now: datetime) -> None:
    pickup, day = ready_card(now), local_date(now + DAY * 60)
    choose_pickup(application_id=pickup.application_id, office=pickup.zone, day=day, part="pagi", now=now + DAY * 58)
    assert run(60, now)[1] == 0
    assert run(61, now)[1] == 1


def test_what_was_fetched_is_left_alone(now: datetime) -> None:
    pickup = ready_card(now)
    give(pickup, now + DAY)
    assert run(100, now) == (0, 0)
    assert reminders(pickup) == []


def test_the_head_office_has_nowhere_to_move_cards_to(now: datetime) -> None:
    pickup = ready_card(now)
    CardPickup.objects.filter(pk=pickup.pk).update(zone=None)
    assert run(100, now)[1] == 0
