"""Citizens choose where and when they collect their card, as long as the choice can still be kept."""

from datetime import date, datetime, timedelta

import pytest

from requests_app.models import Application, CardPickup, CardPolicy, CardShipment, Closure, Holiday, Zone
from requests_app.models.pickup_choice import what_to_choose
from requests_app.models.print_queue import to_print
from requests_app.operations.pickup_choice import ask_pickup, choose_pickup
from requests_app.operations.pickups import ensure_pickup
from requests_app.operations.shipments import confirm_all
from requests_app.operations.steps import NotNow
from requests_app.operations.way_back import carry_back
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.cards import bring_to, print_card, printed_card, ready_card
from tests.operations.offices import AWAY, notices, open_office

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TUESDAY, FRIDAY, SUNDAY = date(2026, 11, 24), date(2026, 11, 27), date(2026, 11, 29)


def asking_before(now: datetime, **over: object) -> None:
    CardPolicy.objects.create(valid_from=now, pickup_asked="before", **over)


def queued(now: datetime) -> Application:
    stocked(now, 1)
    return queued_cards(now, 1)[0]


def choose(
    application: Application, now: datetime, office: Zone | None, day: date | None = None, part: str = "pagi"
) -> CardPickup:
    return choose_pickup(application_id=application.pk, office=office, day=day, part=part, now=now)


def test_once_the_card_is_there_a_day_is_chosen_and_reminders_say_it(now: datetime) -> None:
    pickup = ready_card(now)
    chosen = choose(pickup.application, now, pickup.zone, TUESDAY, "siang")
    assert (chosen.day, chosen.part, chosen.chosen_at) == (TUESDAY, "siang", now)
    event = pickup.application.events.get(step="pickup_chosen")
    assert (event.actor_kind, event.data["day"]) == ("citizen", "2026-11-24")


def test_the_last_word_counts(now: datetime) -> None:
    pickup = ready_card(now)
    choose(pickup.application, now, pickup.zone, TUESDAY)
    assert choose(pickup.application, now, pickup.zone).day is None


@pytest.mark.parametrize(("day", "part"), [(SUNDAY, "pagi"), (TUESDAY - DAY * 2, "pagi"), (TUESDAY, "malam")])
def test_an_office_that_is_closed_then_is_not_chosen(now: datetime, day: date, part: str) -> None:
    pickup = ready_card(now)
    with pytest.raises(NotNow, match="tidak buka"):
        choose(pickup.application, now, pickup.zone, day, part)
    pickup.refresh_from_db()
    assert pickup.chosen_at is None


def test_holidays_and_closures_are_closed_too(now: datetime) -> None:
    pickup = ready_card(now)
    assert pickup.zone is not None
    Holiday.objects.create(date=TUESDAY, name="Hari Contoh", kind="libur_nasional")
    Closure.objects.create(
        zone=pickup.zone, starts_at=now + DAY * 4, ends_at=now + DAY * 5, reason="pindah", declared_at=now,
        declared_by=OfficerFactory(),
    )  # fmt: skip
    for day, part in ((TUESDAY, "pagi"), (FRIDAY, "siang")):
        with pytest.raises(NotNow, match="tidak buka"):
            choose(pickup.application, now, pickup.zone, day, part)


def test_a_card_that_lies_at_an_office_is_not_carried_elsewhere(now: datetime) -> None:
    pickup = ready_card(now)
    for office in (open_office(now, AWAY), None):
        with pytest.raises(NotNow, match="tidak dapat diganti"):
            choose(pickup.application, now, office, TUESDAY)


def test_on_its_way_back_nothing_can_be_chosen_and_at_the_head_office_a_day(now: datetime) -> None:
    pickup, late = ready_card(now), now + DAY * 62
    assert pickup.zone is not None
    shipment = carry_back(zone=pickup.zone, until=late, officer=OfficerFactory(), now=late)
    assert shipment is not None
    for office in (pickup.zone, None):
        with pytest.raises(NotNow, match="tidak dapat dipilih sekarang"):
            choose(pickup.application, late, office)
    confirm_all(shipment=shipment, officer=OfficerFactory(), now=late)
    assert choose(pickup.application, late, None, local_date(late + DAY)).day == local_date(late + DAY)


def test_until_it_is_sent_a_printed_card_goes_to_any_office(now: datetime) -> None:
    card, other = printed_card(now), open_office(now, AWAY)
    assert choose(card.application, now, other, TUESDAY).zone == other
    assert CardPickup.objects.get().day is None
    card.shipment = CardShipment.objects.create(number="K-1", zone=other, sent_at=now, sent_by=OfficerFactory())
    card.save(update_fields=["shipment"])
    with pytest.raises(NotNow, match="sudah dikirim"):
        choose(card.application, now, None)


def test_where_the_office_asks_after_printing_nothing_is_chosen_before(now: datetime) -> None:
    application = queued(now)
    assert not what_to_choose(application)
    with pytest.raises(NotNow, match="tidak dapat dipilih sekarang"):
        choose(application, now, None)
    assert ask_pickup(now=now) == 0


def test_where_it_asks_before_it_asks_once_and_says_until_when(now: datetime) -> None:
    application = queued(now)
    asking_before(now, ask_days=5)
    assert (ask_pickup(now=now), ask_pickup(now=now + DAY)) == (1, 0)
    (asked,) = notices(application, "pickup_ask")
    assert asked.params["batas"].startswith("Sabtu, 28 November 2026")
    assert application.zone.name in asked.params["tempat"]
    assert ensure_pickup(application).asked_at == now


def printable(application: Application, at: datetime) -> bool:
    return to_print(application.blank_hold.stock, now=at).exists()


@pytest.mark.parametrize(("then", "later"), [(14, 3), (3, 14)])
def test_the_time_to_answer_is_the_one_that_was_told_whatever_the_rules_say_since(
    now: datetime, then: int, later: int
) -> None:
    application = queued(now)
    asking_before(now, ask_days=then)
    ask_pickup(now=now)
    asking_before(now + DAY, ask_days=later)
    until = now + then * DAY
    assert [printable(application, at) for at in (until - SECOND, until)] == [False, True]


def test_whoever_was_asked_can_answer_in_time_also_when_nobody_is_asked_any_more(now: datetime) -> None:
    asked, later = queued(now), now + DAY
    asking_before(now, ask_days=5)
    ask_pickup(now=now)
    CardPolicy.objects.create(valid_from=later, pickup_asked="after")
    assert what_to_choose(asked).office and not printable(asked, now + 5 * DAY - SECOND)
    assert printable(asked, now + 5 * DAY)
    assert choose(asked, later, None).zone is None
    assert printable(asked, later)


def test_whoever_has_chosen_is_not_asked(now: datetime) -> None:
    application, office = queued(now), open_office(now, AWAY)
    asking_before(now)
    choose(application, now, office, part="siang")
    assert ask_pickup(now=now) == 0
    pickup = bring_to(application, print_card(application, now), now)
    assert (pickup.zone, pickup.part) == (office, "siang")
    assert office.name in notices(application, "ready_for_pickup")[0].params["tempat"]


def test_a_choice_overtakes_a_question_that_has_not_left(now: datetime) -> None:
    application = queued(now)
    asking_before(now)
    ask_pickup(now=now)
    choose(application, now, None)
    assert notices(application, "pickup_ask")[0].state == "superseded"


def test_an_office_that_was_given_up_is_not_chosen(now: datetime) -> None:
    card, other = printed_card(now), open_office(now, AWAY)
    other.is_active = False
    with pytest.raises(NotNow, match="tidak melayani"):
        choose(card.application, now, other)
