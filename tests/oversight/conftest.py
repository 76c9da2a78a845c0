"""A signed-in supervisor, and the officers on duty."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from requests_app.clock import database_now
from requests_app.models import Officer
from tests.factories import OfficerFactory, on_duty


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def officer(now: datetime) -> Officer:
    officer = OfficerFactory()
    for days in range(8):
        on_duty(officer, now - timedelta(days=days))
    return officer


@pytest.fixture
def supervisor(db: None) -> Officer:
    return OfficerFactory(role="supervisor", first_name="Nurlela", last_name="Contoh")


@pytest.fixture
def desk(supervisor: Officer) -> Client:
    """A browser in which the supervisor is signed in."""
    client = Client()
    client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    return client
