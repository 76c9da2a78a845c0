"""Blanks at the head office, cards in the print queue, and somebody who prints them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.clock import database_now
from requests_app.models import Application, BlankStock, Card, Officer, PrintBatch
from requests_app.vault import fields
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import batch_of, cards_of


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def stock(now: datetime) -> BlankStock:
    """Two boxes at the head office."""
    return stocked(now - timedelta(days=3), 20, 30)


@pytest.fixture
def queue(stock: BlankStock, now: datetime) -> Sequence[Application]:
    """Three cards that can be printed."""
    return queued_cards(now - timedelta(hours=1), 3)


@pytest.fixture
def batch(queue: Any, now: datetime) -> PrintBatch:
    """All of them in one batch."""
    return batch_of(now - timedelta(minutes=30), 3)


@pytest.fixture
def cards(batch: PrintBatch) -> list[Card]:
    """The attempts of the batch."""
    return cards_of(batch)


@pytest.fixture
def officer(db: None) -> Officer:
    """Somebody of the head office."""
    return OfficerFactory(first_name="Rina", last_name="Contoh")


@pytest.fixture
def printer(officer: Officer) -> Client:
    """A browser in which that officer is signed in."""
    return signed_in(officer)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sealed columns that are opened from now on, as model and field."""
    seen: list[str] = []
    real = fields.EncryptedTextField.from_db_value
    monkeypatch.setattr(
        fields.EncryptedTextField, "from_db_value",
        lambda self, value, *rest: seen.append(f"{self.model.__name__}.{self.name}") or real(self, value, *rest),
    )  # fmt: skip
    return seen


def signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client
