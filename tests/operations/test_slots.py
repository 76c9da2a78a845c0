"""Slots follow how a zone is open; what is taken stays taken."""

from datetime import timedelta

import pytest

from requests_app.models import Closure, Holiday, Slot, Zone
from requests_app.operations.slots import HORIZON, open_slots, refresh_slots
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.visits import FIRST_WORKING_DAY
from tests.factories import OfficerFactory
from tests.operations.offices import free_slot, invited, open_office

pytestmark = pytest.mark.django_db


def test_each_open_day_in_sight_has_its_slots_once(now):
    zone = open_office(now)
    before = set(Slot.objects.filter(zone=zone).values_list("starts_at", "label"))
    assert refresh_slots(zone=zone, now=now) == 0
    assert set(Slot.objects.filter(zone=zone).values_list("starts_at", "label")) == before
    days = set(Slot.objects.filter(zone=zone).values_list("day", flat=True))
    assert max(days) <= local_date(now) + timedelta(days=HORIZON)
    assert all(day.isoweekday() <= 5 for day in days)


def test_the_friday_break_has_no_slots(now):
    zone = open_office(now)
    friday = local_date(now) + timedelta(days=4)
    starts = [start_of_day(friday) + timedelta(hours=hours) for hours in (11.5, 12, 12.5, 13)]
    assert not Slot.objects.filter(zone=zone, starts_at__in=starts).exists()
    assert Slot.objects.filter(zone=zone, starts_at=start_of_day(friday) + timedelta(hours=13.5)).exists()


def test_slots_are_offered_from_two_working_days_ahead(now):
    zone = open_office(now)
    monday = local_date(now)
    assert Slot.offered(zone, now=now).first().day == monday + timedelta(days=FIRST_WORKING_DAY)
    Holiday.objects.create(date=monday + timedelta(days=1), name="Libur contoh", kind="libur_nasional")
    refresh_slots(zone=zone, now=now)
    assert Slot.offered(zone, now=now).first().day == monday + timedelta(days=FIRST_WORKING_DAY + 1)


def test_a_closure_shuts_the_slots_that_it_touches_and_revoking_it_opens_them_again(now):
    zone = open_office(now)
    day = local_date(now) + timedelta(days=3)
    noon = start_of_day(day) + timedelta(hours=12)
    closure = Closure.objects.create(
        zone=zone, starts_at=start_of_day(day), ends_at=noon, reason="Listrik padam", declared_at=now,
        declared_by=OfficerFactory(),
    )  # fmt: skip
    refresh_slots(zone=zone, now=now)
    open_that_day = Slot.objects.filter(zone=zone, day=day, is_open=True)
    assert open_that_day.exists()
    assert not open_that_day.filter(starts_at__lt=noon).exists()
    closure.revoked_at = now
    closure.save()
    refresh_slots(zone=zone, now=now)
    assert open_that_day.filter(starts_at__lt=noon).exists()


def test_a_smaller_capacity_throws_nobody_out(now):
    zone = open_office(now, slot_capacity=3)
    visits = [invited(now) for _ in range(3)]
    assert {visit.slot_id for visit in visits} == {visits[0].slot_id}
    open_office(now, slot_capacity=1)
    slot = Slot.objects.get(pk=visits[0].slot_id)
    assert (slot.booked, slot.capacity, slot.is_open) == (3, 3, True)
    assert set(Slot.objects.filter(zone=zone, booked=0, starts_at__gt=now).values_list("capacity", flat=True)) == {1}


def test_other_slot_lengths_keep_the_letters_of_a_day_apart(now):
    zone = open_office(now, slot_minutes=30)
    open_office(now, slot_minutes=20)
    for day in set(Slot.objects.filter(zone=zone).values_list("day", flat=True)):
        labels = list(Slot.objects.filter(zone=zone, day=day).values_list("label", flat=True))
        assert len(labels) == len(set(labels))
    assert Slot.objects.filter(zone=zone, is_open=False).exists()


def test_the_sweep_serves_active_zones_only(now):
    Zone.objects.exclude(code="Z7").update(is_active=True)
    asleep = Zone.objects.create(code="Z99", name="UPTD lama", is_active=False)
    assert open_slots(now=now) > 0
    assert not Slot.objects.filter(zone=asleep).exists()
    assert open_slots(now=now) == 0


def test_a_free_place_is_offered_again_after_somebody_left_it(now):
    open_office(now, slot_capacity=1)
    visit = invited(now)
    assert free_slot(visit, now).starts_at > visit.starts_at
