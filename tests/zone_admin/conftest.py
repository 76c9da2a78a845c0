"""A signed-in admin."""

from datetime import datetime

import pytest
from django.test import Client

from requests_app.clock import database_now
from requests_app.models import Officer
from tests.factories import OfficerFactory


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def admin(db: None) -> Officer:
    return OfficerFactory(role="admin", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(admin: Officer) -> Client:
    """A browser in which the admin is signed in."""
    client = Client()
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    return client
