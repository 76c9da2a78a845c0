"""Two zones with their desk officers, signed in, and slots of today."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from requests_app.clock import database_now
from requests_app.models import Officer, Slot, Visit, Zone
from requests_app.rules.dates import local_date, start_of_day
from tests.factories import OfficerFactory
from tests.zone_desk.house import invited, slot_at


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def zone(db: None) -> Iterator[Zone]:
    """Zones are kept between tests that commit, so what a test changes of this one is changed back."""
    zone = Zone.objects.get(code="Z7")
    before = {name: getattr(zone, name) for name in ("desks", "room_capacity", "address")}
    yield zone
    Zone.objects.filter(pk=zone.pk).update(**before)


@pytest.fixture
def other_zone(db: None) -> Zone:
    return Zone.objects.get(code="Z3")


@pytest.fixture
def clerk(zone: Zone) -> Officer:
    """An officer of the zone's desk, and of no other."""
    officer = OfficerFactory(role="counter", first_name="Hasan", last_name="Contoh")
    officer.zones.add(zone)
    return officer


@pytest.fixture
def other_clerk(other_zone: Zone) -> Officer:
    officer = OfficerFactory(role="counter")
    officer.zones.add(other_zone)
    return officer


@pytest.fixture
def desk(clerk: Officer) -> Client:
    """A browser in which the zone's officer is signed in."""
    return signed_in(clerk)


@pytest.fixture
def other_desk(other_clerk: Officer) -> Client:
    """A browser at another zone's desk."""
    return signed_in(other_clerk)


@pytest.fixture
def slot(zone: Zone, now: datetime) -> Slot:
    """A slot of today, whatever the hour: at 08.00 WIB."""
    return slot_at(zone, start_of_day(local_date(now)) + timedelta(hours=8))


@pytest.fixture
def visit(slot: Slot, now: datetime) -> Visit:
    """A household that confirmed its visit of today, for a family card."""
    return invited(slot, now)


def signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client
