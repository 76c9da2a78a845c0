"""An office with blanks at its head office and in one zone, and people who work with them."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from requests_app.clock import database_now
from requests_app.models import BlankStock, Officer, Zone
from requests_app.operations.blanks import stock_of
from tests.factories import OfficerFactory
from tests.operations.blanks import stocked


def signed_in(officer: Officer) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def picture(name: str = "surat.jpg") -> SimpleUploadedFile:
    """A photo of a letter."""
    written = io.BytesIO()
    Image.new("RGB", (900, 700), "white").save(written, "JPEG")
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def head(now: datetime) -> BlankStock:
    """The head office with two boxes."""
    return stocked(now, 100, 50)


@pytest.fixture
def zone_stock(db: None) -> BlankStock:
    return stock_of(Zone.objects.get(code="Z7"))


@pytest.fixture
def officer(db: None) -> Officer:
    """Of the head office: no zones listed."""
    return OfficerFactory(username="rina", first_name="Rina", last_name="Contoh")


@pytest.fixture
def office(officer: Officer) -> Client:
    return signed_in(officer)


@pytest.fixture
def clerk(zone_stock: BlankStock) -> Officer:
    """Of one zone's counter."""
    person: Officer = OfficerFactory(role="counter", username="hasan")
    person.zones.add(zone_stock.zone)
    return person


@pytest.fixture
def counter(clerk: Officer) -> Client:
    return signed_in(clerk)


@pytest.fixture
def chief(db: None) -> Officer:
    return OfficerFactory(role="supervisor", username="nurlela")


@pytest.fixture
def oversight(chief: Officer) -> Client:
    return signed_in(chief)


def errors(response: Any) -> str:
    """The summary of what has to be put right."""
    assert response.status_code == 422, response.status_code
    text: str = response.text
    return text[text.index('class="errors"') :].split("</div>", maxsplit=1)[0]
