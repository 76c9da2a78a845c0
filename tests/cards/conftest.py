"""An officer of one zone's desk, and cards that wait there."""

from datetime import datetime

import pytest
from django.test import Client

from requests_app.clock import database_now
from requests_app.models import CardPickup, Officer, Zone
from tests.factories import OfficerFactory
from tests.operations.cards import ready_card
from tests.zone_desk.conftest import signed_in


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def pickup(now: datetime) -> CardPickup:
    """A card that lies at the office of its zone."""
    return ready_card(now)


@pytest.fixture
def zone(pickup: CardPickup) -> Zone:
    assert pickup.zone is not None
    return pickup.zone


@pytest.fixture
def clerk(zone: Zone) -> Officer:
    officer = OfficerFactory(role="counter", first_name="Hasan", last_name="Contoh")
    officer.zones.add(zone)
    return officer


@pytest.fixture
def desk(clerk: Officer) -> Client:
    """A browser in which the zone's officer is signed in."""
    return signed_in(clerk)
