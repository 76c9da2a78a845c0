"""Zones change: what is saved, what follows from it, and what a zone that closes down leaves behind."""

import threading
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, transaction

from requests_app.clock import database_now
from requests_app.models import (
    Application,
    BlankBox,
    Conversation,
    Event,
    Notice,
    Officer,
    Promise,
    Slot,
    Visit,
    Zone,
    ZoneCoverage,
)
from requests_app.operations.blanks import stock_of
from requests_app.operations.card_policy import set_printing_location
from requests_app.operations.coverage import move_kelurahan
from requests_app.operations.invitations import invite_due
from requests_app.operations.office import FieldRefused, displaced_by
from requests_app.operations.steps import NotNow
from requests_app.operations.transfers import confirm_transfer, send_blanks
from requests_app.operations.visit_clock import move_displaced
from requests_app.operations.zones import (
    StillNeeded,
    ZoneFacts,
    activate_zone,
    deactivate_zone,
    hand_over_zone,
    save_zone,
)
from requests_app.rules.dates import local_date
from requests_app.rules.opening import USUAL_HOURS, HoursError, hours_in_words
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState
from tests.factories import OfficerFactory, submitted
from tests.operations.blanks import stocked
from tests.operations.offices import AWAY, HOME, approve, asked, coming, invited, notices, open_office, visit_of

pytestmark = pytest.mark.django_db
MORNINGS = [{"day": day, "from": "08:00", "to": "10:00"} for day in range(1, 6)]


@pytest.fixture
def admin() -> Officer:
    return OfficerFactory(role="admin")


def facts(zone: Zone | None = None, **over: Any) -> ZoneFacts:
    """A zone as it is, or a new one, but for `over`."""
    if zone is not None:
        given = {name: getattr(zone, name) for name in ZoneFacts.__dataclass_fields__}
        return ZoneFacts(**(given | over))
    given = {
        "code": "Z90", "name": "UPTD Contoh", "address": "Jl. Contoh 1", "latitude": Decimal("-2.990934"),
        "longitude": Decimal("104.756554"), "weekly_hours": [dict(i) for i in USUAL_HOURS],
        "whatsapp_number": "+6280000000090", "whatsapp_phone_id": "90", "services": ["kk"], "desks": 3,
        "slot_minutes": 60, "slot_capacity": 2, "room_capacity": 10, "is_example": False,
    }  # fmt: skip
    return ZoneFacts(**(given | over))


def test_a_new_zone_has_its_hours_in_words_and_slots(now: datetime, admin: Officer) -> None:
    zone = save_zone(zone=None, facts=facts(), officer=admin, now=now)
    zone.refresh_from_db()
    assert (zone.hours, zone.is_active, zone.desks) == (hours_in_words(USUAL_HOURS), True, 3)
    assert set(Slot.objects.filter(zone=zone).values_list("capacity", flat=True)) == {2}
    assert LogEntry.objects.get().object_repr == "UPTD Contoh"


def test_the_default_hours_and_their_words_agree() -> None:
    zone = Zone()
    assert zone.hours == hours_in_words(zone.weekly_hours) == hours_in_words(USUAL_HOURS)
    assert all(zone.hours == hours_in_words(zone.weekly_hours) for zone in Zone.objects.all())


def test_changed_hours_stand_in_words_and_slots_follow(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    save_zone(zone=zone, facts=facts(zone, weekly_hours=MORNINGS), officer=admin, now=now)
    zone.refresh_from_db()
    assert zone.hours == "Senin–Jumat 08.00–10.00 WIB"
    assert Slot.objects.filter(zone=zone, is_open=True).count() == 4 * (
        Slot.objects.filter(zone=zone, is_open=True).values("day").distinct().count()
    )
    assert "weekly_hours" in LogEntry.objects.get().change_message


def test_wrong_hours_change_nothing(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    wrong = [*MORNINGS, {"day": 1, "from": "09:00", "to": "11:00"}]
    with pytest.raises(HoursError):
        save_zone(zone=zone, facts=facts(zone, name="Nama baru", weekly_hours=wrong), officer=admin, now=now)
    zone.refresh_from_db()
    assert zone.name != "Nama baru"


@pytest.mark.parametrize("field", ["whatsapp_number", "whatsapp_phone_id", "code"])
def test_what_another_zone_has_is_refused_on_its_field(now: datetime, admin: Officer, field: str) -> None:
    zone, other = Zone.objects.all()[:2]
    with pytest.raises(FieldRefused, match=f"sudah dipakai {other.name}") as refused:
        save_zone(zone=zone, facts=facts(zone, **{field: getattr(other, field)}), officer=admin, now=now)
    assert refused.value.field == field


def test_several_zones_may_be_without_a_number(now: datetime, admin: Officer) -> None:
    for zone in Zone.objects.all()[:2]:
        save_zone(zone=zone, facts=facts(zone, whatsapp_number="", whatsapp_phone_id=""), officer=admin, now=now)
    assert Zone.objects.filter(whatsapp_number="").count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_zones_saved_with_one_number_at_the_same_moment_one_is_refused_in_words(now: datetime) -> None:
    officer = OfficerFactory(role="admin")
    before = list(Zone.objects.order_by("code")[:2])
    ready, told = threading.Barrier(2), []

    def save(zone: Zone) -> None:
        ready.wait()
        try:
            save_zone(zone=zone, facts=facts(zone, whatsapp_number="+6280000000099"), officer=officer, now=now)
            told.append("saved")
        except FieldRefused as refused:
            told.append(refused.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[zone]) for zone in before]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert sorted(told) == ["saved", "whatsapp_number"]
        assert Zone.objects.filter(whatsapp_number="+6280000000099").count() == 1
    finally:
        for zone in before:
            Zone.objects.filter(pk=zone.pk).update(whatsapp_number=zone.whatsapp_number)


def test_another_number_ends_the_trouble_of_the_old_one_and_other_changes_do_not(now: datetime, admin: Officer) -> None:
    zone = open_office(now, number_trouble="131042")
    save_zone(zone=zone, facts=facts(zone, name="UPTD Baru"), officer=admin, now=now)
    zone.refresh_from_db()
    assert (zone.name, zone.number_trouble) == ("UPTD Baru", "131042")
    save_zone(zone=zone, facts=facts(zone, whatsapp_phone_id="77"), officer=admin, now=now)
    zone.refresh_from_db()
    assert zone.number_trouble == ""


def test_an_invitation_that_waited_for_a_number_leaves_once_there_is_one(now: datetime, admin: Officer) -> None:
    zone = open_office(now, whatsapp_number="", whatsapp_phone_id="")
    application = approve(asked(now), now)
    assert (application.status, application.invite_trouble) == (Status.APPROVED, "no_number")
    save_zone(zone=zone, facts=facts(zone, whatsapp_number="+6280000000098"), officer=admin, now=now)
    invite_due(now=now)
    application.refresh_from_db()
    assert application.status == Status.INVITED
    assert visit_of(application).zone == zone


def test_a_smaller_capacity_throws_nobody_out(now: datetime, admin: Officer) -> None:
    zone = open_office(now, slot_capacity=3)
    visits = [invited(now) for _ in range(3)]
    assert len({visit.slot_id for visit in visits}) == 1
    save_zone(zone=zone, facts=facts(zone, slot_capacity=1), officer=admin, now=now)
    slot = Slot.objects.get(pk=visits[0].slot_id)
    assert (slot.booked, slot.capacity, slot.is_open) == (3, 3, True)
    assert move_displaced(now=now) == 0
    assert set(Slot.objects.filter(zone=zone, booked=0).values_list("capacity", flat=True)) == {1}


def test_visits_at_hours_that_are_gone_are_counted_before_and_moved_after(now: datetime, admin: Officer) -> None:
    zone = open_office(now, slot_capacity=1)
    visits = [coming(now) for _ in range(6)]
    new = facts(zone, weekly_hours=MORNINGS)

    def change() -> None:
        save_zone(zone=zone, facts=new, officer=admin, now=now)

    assert displaced_by(change, now=now) == {zone.name: 2}  # those at 10.00 and 10.30
    zone.refresh_from_db()
    assert zone.hours == hours_in_words(USUAL_HOURS)  # only looked at
    change()
    assert move_displaced(now=now) == 2
    for visit in visits:
        visit.refresh_from_db()
        assert visit.slot.is_open
        assert len(Notice.objects.filter(visit=visit, purpose="visit_moved")) == (visit in visits[4:])


# closing down


@pytest.fixture
def today(db: None) -> datetime:
    """The database's own clock: it judges, too, by its own day."""
    return database_now()


def empty(zone: Zone, to: Zone, admin: Officer, now: datetime) -> None:
    wards = ZoneCoverage.objects.filter(zone=zone, valid__upper_inf=True).values_list("kelurahan_id", flat=True)
    move_kelurahan(kelurahan=list(wards), zone=to, first_day=local_date(now), officer=admin, now=now)


@pytest.fixture
def to_zone(today: datetime) -> Zone:
    return open_office(today, AWAY)


def test_a_zone_that_is_needed_is_not_closed_down_and_says_by_what(
    today: datetime, admin: Officer, to_zone: Zone
) -> None:
    zone = open_office(today)
    wards = ZoneCoverage.objects.filter(zone=zone).count()
    coming(today)
    submitted(today)
    with pytest.raises(StillNeeded) as refused:
        deactivate_zone(zone=zone, officer=admin, now=today)
    needs = refused.value.needs
    assert (needs.kelurahan, needs.visits, needs.inside, needs.applications) == (wards, 1, 0, 2)
    zone.refresh_from_db()
    assert zone.is_active
    assert Slot.objects.filter(zone=zone, is_open=True).exists()


def test_a_move_that_begins_tomorrow_still_needs_the_zone_today(today: datetime, admin: Officer, to_zone: Zone) -> None:
    zone = open_office(today)
    wards = ZoneCoverage.objects.filter(zone=zone).values_list("kelurahan_id", flat=True)
    tomorrow = local_date(today) + timedelta(days=1)
    move_kelurahan(kelurahan=list(wards), zone=to_zone, first_day=tomorrow, officer=admin, now=today)
    with pytest.raises(StillNeeded):
        deactivate_zone(zone=zone, officer=admin, now=today)


def test_an_empty_zone_closes_down_once_and_opens_again(today: datetime, admin: Officer, to_zone: Zone) -> None:
    zone = open_office(today)
    empty(zone, to_zone, admin, today)
    deactivate_zone(zone=zone, officer=admin, now=today)
    deactivate_zone(zone=zone, officer=admin, now=today)
    assert not Slot.objects.filter(zone=zone, is_open=True).exists()
    assert LogEntry.objects.filter(change_message="is_active: False").count() == 1
    activate_zone(zone=zone, officer=admin, now=today)
    assert Slot.objects.filter(zone=zone, is_open=True).exists()


def test_the_database_itself_keeps_a_zone_that_is_needed(today: datetime) -> None:
    zone = open_office(today)
    with pytest.raises(IntegrityError, match="still needed"), transaction.atomic():
        Zone.objects.filter(pk=zone.pk).update(is_active=False)
        connection.check_constraints()


def test_handing_over_keeps_every_promise_and_tells_each_person_once(
    today: datetime, admin: Officer, to_zone: Zone
) -> None:
    zone = open_office(today)
    visits = [coming(today), invited(today, "legalisir")]
    waiting = submitted(today)
    promises = dict(Promise.objects.values_list("pk", "due_at"))
    done = hand_over_zone(from_zone=zone, to_zone=to_zone, officer=admin, now=today)
    assert (done.applications, done.visits) == (3, 2)
    assert dict(Promise.objects.values_list("pk", "due_at")) == promises
    assert set(Application.objects.values_list("zone", flat=True)) == {to_zone.pk}
    assert Event.objects.filter(step="zone_changed", data={"from": zone.pk, "to": to_zone.pk}).count() == 3
    assert not Visit.objects.filter(zone=zone, state__in=["invited", "confirmed"]).exists()
    invite_due(now=today)
    for visit in visits:
        application = Application.objects.get(visits__visit=visit)
        (told,) = notices(application, "visit_recalled")
        assert zone.name in told.params["sebab"] and to_zone.name in told.params["sebab"]
        (again,) = notices(application, "invitation_again")
        assert (again.zone, visit_of(application).zone) == (to_zone, to_zone)
        assert application.status == Status.INVITED
    waiting.refresh_from_db()
    assert (waiting.zone, waiting.status, waiting.version) == (to_zone, Status.SUBMITTED, 1)


def test_what_its_desk_still_has_to_send_by_hand_keeps_a_zone(today: datetime, admin: Officer, to_zone: Zone) -> None:
    zone = open_office(today, whatsapp_phone_id="")
    invited(today)
    empty(zone, to_zone, admin, today)
    hand_over_zone(from_zone=zone, to_zone=to_zone, officer=admin, now=today)
    with pytest.raises(StillNeeded) as refused:
        deactivate_zone(zone=zone, officer=admin, now=today)
    assert refused.value.needs.messages == 1
    Notice.objects.filter(zone=zone).update(state="sent")
    deactivate_zone(zone=zone, officer=admin, now=today)


def test_blanks_and_zones_that_print_there_keep_a_zone(today: datetime, admin: Officer, to_zone: Zone) -> None:
    zone = open_office(today)
    empty(zone, to_zone, admin, today)
    stock = stocked(today, 30, zone=zone)
    to_zone.printed_at = stock
    to_zone.save(update_fields=["printed_at"])
    box = BlankBox.objects.get()
    there = {"from_stock": stock, "to_stock": stock_of(to_zone), "officer": admin, "now": today}
    back = {**there, "from_stock": stock_of(to_zone), "to_stock": stock}
    with pytest.raises(StillNeeded) as refused:
        deactivate_zone(zone=zone, officer=admin, now=today)
    assert (refused.value.needs.blanks, refused.value.needs.printed_for) == (30, 1)
    first, _ = send_blanks(**there, lines=[(box, 30)])
    confirm_transfer(transfer_id=first.pk, counted={box.pk: 30}, officer=admin, now=today)
    send_blanks(**back, lines=[(box, 4)])
    set_printing_location(zone=to_zone, stock=stock_of(None), officer=admin, now=today)
    with pytest.raises(StillNeeded) as refused:
        deactivate_zone(zone=zone, officer=admin, now=today)
    assert (refused.value.needs.blanks, refused.value.needs.printed_for) == (4, 0)


def test_a_second_hand_over_finds_nothing(today: datetime, admin: Officer, to_zone: Zone) -> None:
    zone = open_office(today)
    coming(today)
    hand_over_zone(from_zone=zone, to_zone=to_zone, officer=admin, now=today)
    done = hand_over_zone(from_zone=zone, to_zone=to_zone, officer=admin, now=today)
    assert (done.applications, done.visits) == (0, 0)
    assert Notice.objects.filter(purpose="visit_recalled").count() == 1


def test_whoever_is_at_the_desk_is_served_there(today: datetime, admin: Officer, to_zone: Zone) -> None:
    zone = open_office(today)
    visit = coming(today)
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.CHECKED_IN)
    Application.objects.filter(visits__visit=visit).update(status=Status.CHECKED_IN)
    hand_over_zone(from_zone=zone, to_zone=to_zone, officer=admin, now=today)
    assert Application.objects.get(visits__visit=visit).zone == zone
    empty(zone, to_zone, admin, today)
    with pytest.raises(StillNeeded) as refused:
        deactivate_zone(zone=zone, officer=admin, now=today)
    assert (refused.value.needs.inside, refused.value.needs.applications) == (1, 1)


def test_a_zone_is_not_handed_to_itself_or_to_one_that_is_closed_down(
    today: datetime, admin: Officer, to_zone: Zone
) -> None:
    zone = open_office(today)
    empty(zone, to_zone, admin, today)
    deactivate_zone(zone=zone, officer=admin, now=today)
    for target in (to_zone, zone):
        with pytest.raises(NotNow, match="zona lain yang aktif"):
            hand_over_zone(from_zone=to_zone, to_zone=target, officer=admin, now=today)


def test_handed_over_covered_and_closed_down_in_the_order_of_the_page(
    today: datetime, admin: Officer, to_zone: Zone
) -> None:
    zone = open_office(today)
    coming(today)
    submitted(today)
    empty(zone, to_zone, admin, today)
    hand_over_zone(from_zone=zone, to_zone=to_zone, officer=admin, now=today)
    deactivate_zone(zone=zone, officer=admin, now=today)
    assert submitted(today, kelurahan=HOME).zone == to_zone


def test_another_phone_id_ends_the_24_hours_in_which_a_zone_may_write_freely(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    talk = Conversation.objects.create(
        zone=zone, phone_hash=b"1" * 16, window_until=now + timedelta(hours=20), last_heard_at=now
    )
    save_zone(zone=zone, facts=facts(zone, desks=zone.desks + 1), officer=admin, now=now)
    talk.refresh_from_db()
    assert talk.window_until > now
    save_zone(zone=zone, facts=facts(zone, whatsapp_phone_id="900000000000002"), officer=admin, now=now)
    talk.refresh_from_db()
    assert talk.window_until == now
