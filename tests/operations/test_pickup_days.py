"""A day on which somebody wanted a card, and on which the office is closed after all: told once, not promised."""

from datetime import date, datetime, timedelta

import pytest

from requests_app.models import Card, CardLoss, CardPickup, Holiday, Officer
from requests_app.operations.closures import add_holiday, declare_closure, remove_holiday
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.pickup_days import call_off_days
from requests_app.operations.unfetched import remind_unfetched
from requests_app.rules.dates import start_of_day
from tests.factories import OfficerFactory
from tests.operations.cards import ready_card
from tests.operations.offices import notices

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = date(2026, 11, 27)
WHY = "banjir di sekitar kantor"


@pytest.fixture
def admin() -> Officer:
    return OfficerFactory(role="admin")


@pytest.fixture
def pickup(now: datetime) -> CardPickup:
    """A card whose owner comes on Friday morning."""
    there = ready_card(now)
    return choose_pickup(application_id=there.pk, office=there.zone, day=FRIDAY, part="pagi", now=now)


def close(pickup: CardPickup, admin: Officer, now: datetime, *, from_hour: int = 0, hours: int = 24) -> None:
    assert pickup.zone is not None
    begin = start_of_day(FRIDAY) + from_hour * HOUR
    declare_closure(
        zone=pickup.zone, starts_at=begin, ends_at=begin + hours * HOUR, reason=WHY, officer=admin, now=now
    )  # fmt: skip


def close_everywhere(admin: Officer, now: datetime) -> Holiday:
    return add_holiday(day=FRIDAY, name="Hari uji", kind="libur_kantor", officer=admin, now=now)


def test_whose_day_is_closed_is_told_once_why_and_chooses_another(
    pickup: CardPickup, now: datetime, admin: Officer
) -> None:
    close(pickup, admin, now)
    assert [call_off_days(now=now) for _ in range(2)] == [1, 0]
    pickup.refresh_from_db()
    assert (pickup.day, pickup.part) == (None, "")
    (told,) = notices(pickup.application, "pickup_reminder")
    assert "Kantor itu tutup pada Jumat, 27 November 2026, pagi" in told.params["sebab"] and WHY in told.params["sebab"]
    assert told.params["waktu"].startswith("jam layanan") and "memilih" not in told.params["waktu"]
    assert pickup.application.events.latest("pk").step == "pickup_day_closed"
    again = choose_pickup(application_id=pickup.pk, office=pickup.zone, day=FRIDAY + 3 * DAY, part="pagi", now=now)
    assert (call_off_days(now=now), again.day) == (0, FRIDAY + 3 * DAY)


def test_a_holiday_closes_the_day_at_the_head_office_too(now: datetime, admin: Officer) -> None:
    there = ready_card(now)
    CardPickup.objects.filter(pk=there.pk).update(zone=None)
    choose_pickup(application_id=there.pk, office=None, day=FRIDAY, part="siang", now=now)
    close_everywhere(admin, now)
    assert call_off_days(now=now) == 1
    assert "libur Hari uji" in notices(there.application, "pickup_reminder")[0].params["sebab"]


def test_the_other_part_of_the_day_and_other_offices_stay(pickup: CardPickup, now: datetime, admin: Officer) -> None:
    close(pickup, admin, now, from_hour=12, hours=12)
    assert call_off_days(now=now) == 0
    CardPickup.objects.filter(pk=pickup.pk).update(zone=None)
    close(pickup, admin, now, from_hour=0, hours=12)
    assert call_off_days(now=now) == 0


def test_a_closed_morning_calls_off_who_comes_then_although_the_afternoon_is_open(
    pickup: CardPickup, now: datetime, admin: Officer
) -> None:
    close(pickup, admin, now, from_hour=7, hours=5)
    assert call_off_days(now=now) == 1


def test_a_day_that_has_begun_is_kept_however_late_it_is(pickup: CardPickup) -> None:
    assert call_off_days(now=start_of_day(FRIDAY) + 13 * HOUR) == 0


def test_a_closure_revoked_before_the_clock_came_calls_nothing_off(
    pickup: CardPickup, now: datetime, admin: Officer
) -> None:
    holiday = close_everywhere(admin, now)
    remove_holiday(holiday_id=holiday.pk, officer=admin, now=now)
    assert call_off_days(now=now) == 0
    pickup.refresh_from_db()
    assert pickup.day == FRIDAY


def test_a_reminder_does_not_promise_a_closed_day_also_before_the_clock_called_it_off(
    pickup: CardPickup, now: datetime, admin: Officer
) -> None:
    close_everywhere(admin, now)
    assert remind_unfetched(now=now + 3 * DAY) == 1
    assert notices(pickup.application, "pickup_reminder")[0].params["waktu"].startswith("jam layanan")


def test_a_reminder_that_waits_with_the_closed_day_is_overtaken(
    pickup: CardPickup, now: datetime, admin: Officer
) -> None:
    assert remind_unfetched(now=now + 3 * DAY) == 1
    close_everywhere(admin, now + 3 * DAY)
    assert call_off_days(now=now + 3 * DAY + HOUR) == 1
    first, second = notices(pickup.application, "pickup_reminder")
    assert first.params["waktu"].startswith("Jumat")
    assert (first.state, second.state) == ("superseded", "queued")


def test_while_a_card_is_looked_for_nobody_is_called_to_another_day(
    pickup: CardPickup, now: datetime, admin: Officer
) -> None:
    close(pickup, admin, now)
    card = Card.objects.get(application=pickup.application)
    CardLoss.objects.create(card=card, note="rak", noticed_at=now, noticed_by=OfficerFactory())
    assert call_off_days(now=now) == 0
    CardLoss.objects.update(end="found", ended_at=now, ended_by=OfficerFactory())
    assert call_off_days(now=now) == 1
