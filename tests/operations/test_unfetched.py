"""Cards that nobody fetches: three reminders, and supervisors who see what nobody carries to the head office."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import CardPickup, CardPolicy, StockAlert
from requests_app.operations.losses import look_for
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.unfetched import remind_unfetched, watch_carrying
from requests_app.operations.way_back import carry_back
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.cards import ready_card
from tests.operations.offices import AWAY, notices, open_office
from tests.operations.test_handovers import give

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def remind(days: float, now: datetime) -> int:
    return remind_unfetched(now=now + DAY * days)


def watch(days: float, now: datetime) -> int:
    return watch_carrying(now=now + DAY * days)


def reminders(pickup: CardPickup) -> list[datetime]:
    return [notice.created_at for notice in notices(pickup.application, "pickup_reminder")]


def alerts() -> list[tuple[str, int]]:
    """Of which offices supervisors are told, and how many cards should have left there."""
    rows = StockAlert.objects.filter(kind="unfetched", closed_at=None).order_by("key")
    return [(alert.key, alert.facts["cards"]) for alert in rows]


def test_three_reminders_and_the_card_stays_where_it_is_until_somebody_carries_it(now: datetime) -> None:
    pickup = ready_card(now)
    for days in range(1, 90):
        remind(days, now)
        watch(days, now)
    assert reminders(pickup) == [now + DAY * days for days in (3, 14, 30)]
    zone = pickup.zone
    pickup.refresh_from_db()
    assert (pickup.zone, pickup.carried_since, pickup.moved_at, pickup.ready_at) == (zone, None, None, now)
    assert notices(pickup.application, "card_moved") == []
    assert give(pickup, now + DAY * 90).zone == zone


def test_a_reminder_says_since_when_and_what_may_become_of_the_card(now: datetime) -> None:
    pickup = ready_card(now)
    remind(3, now)
    (told,) = notices(pickup.application, "pickup_reminder")
    assert told.params["sebab"] == (
        "Kartu siap sejak 23 November 2026. Mulai 22 Januari 2027 kartu dapat kami pindahkan ke Kantor Dukcapil;"
        " Anda kami kabari."
    )
    assert told.params["kode_ambil"] == pickup.code


def test_a_reminder_after_that_day_promises_no_day(now: datetime) -> None:
    pickup = ready_card(now)
    CardPolicy.objects.create(valid_from=now, move_after_days=10)
    remind(14, now)
    (told,) = notices(pickup.application, "pickup_reminder")
    assert told.params["sebab"].endswith("2026. Kartu dapat kami pindahkan ke Kantor Dukcapil; Anda kami kabari.")


def test_after_an_outage_there_is_one_reminder_not_three(now: datetime) -> None:
    pickup = ready_card(now)
    assert remind(20, now) == 1
    assert remind(20, now) == 0
    assert remind(30, now) == 1
    pickup.refresh_from_db()
    assert (pickup.reminders, pickup.remind_at) == (3, None)
    assert len(reminders(pickup)) == 2


def test_where_the_office_says_so_a_card_stays(now: datetime) -> None:
    pickup = ready_card(now)
    CardPolicy.objects.create(valid_from=now, move_after_days=0)
    assert (remind(400, now), watch(400, now)) == (1, 0)
    assert "pindah" not in notices(pickup.application, "pickup_reminder")[0].params["sebab"]


def test_what_was_fetched_is_left_alone(now: datetime) -> None:
    pickup = ready_card(now)
    give(pickup, now + DAY)
    assert (remind(100, now), watch(100, now)) == (0, 0)
    assert reminders(pickup) == []


def test_supervisors_hear_of_each_office_a_week_late_once_and_no_more_when_it_is_over(now: datetime) -> None:
    pickup, away = ready_card(now), open_office(now, AWAY)
    ready_card(now, away)
    ready_card(now + DAY * 2, away)
    assert watch(66.9, now) == 0
    assert watch(67, now) == 2
    assert alerts() == sorted([(pickup.zone.code, 1), (away.code, 1)])
    assert watch(67, now) == 0, "twice tells nothing new"
    assert watch(69, now) == 1
    assert (away.code, 2) in alerts()
    give(pickup, now + DAY * 70)
    late = now + DAY * 70
    assert carry_back(zone=away, until=late, officer=OfficerFactory(), now=late) is not None
    assert watch(70, now) == 2
    assert alerts() == []


def test_a_rule_that_is_made_later_holds_for_what_lies_there(now: datetime) -> None:
    ready_card(now)
    CardPolicy.objects.create(valid_from=now, move_after_days=0)
    assert watch(90, now) == 0
    CardPolicy.objects.create(valid_from=now, move_after_days=30)
    assert watch(37, now) == 1


def test_whoever_said_they_come_is_waited_for(now: datetime) -> None:
    pickup, day = ready_card(now), local_date(now + DAY * 70)
    choose_pickup(application_id=pickup.application_id, office=pickup.zone, day=day, part="pagi", now=now + DAY * 68)
    assert watch(77, now) == 0
    assert watch(78, now) == 1


def test_a_card_that_is_looked_for_cannot_be_carried_and_is_another_matter(now: datetime) -> None:
    pickup = ready_card(now)
    card = pickup.application.cards.get()
    look_for(card=card, note="Sudah dicari di laci.", officer=OfficerFactory(), now=now + DAY)
    assert watch(90, now) == 0


def test_nothing_has_to_leave_the_head_office(now: datetime) -> None:
    pickup = ready_card(now)
    CardPickup.objects.filter(pk=pickup.pk).update(zone=None)
    assert watch(100, now) == 0
