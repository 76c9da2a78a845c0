"""Blanks and cards in Django's admin: to look at, never to change, and no application is opened there."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from requests_app.models import (
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    Card,
    CardPolicy,
    PrintBatch,
    StockAlert,
    StockCount,
)
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards
from tests.operations.cards import print_card
from tests.operations.test_ledger_check import busy_office
from tests.stock.conftest import signed_in

pytestmark = pytest.mark.django_db
MODELS = (
    BlankStock, BlankMovement, BlankReceipt, BlankTransfer, StockCount, StockAlert, CardPolicy, PrintBatch, Card,
)  # fmt: skip


@pytest.fixture
def admin(now: datetime) -> Client:
    busy_office(now)
    (application,) = queued_cards(now, 1)
    print_card(application, now)
    CardPolicy.objects.create(valid_from=now)
    return signed_in(OfficerFactory(role="admin", is_staff=True, is_superuser=True))


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:requests_app_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_an_admin_looks_and_changes_nothing(admin: Client, model: Any) -> None:
    row = model.objects.first()
    with CaptureQueriesContext(connection) as queries:
        assert admin.get(address(model, "changelist")).status_code == 200
        assert admin.get(address(model, "change", row.pk)).status_code == 200
    assert not [q["sql"] for q in queries if "requests_app_application" in q["sql"]]
    assert admin.get(address(model, "add")).status_code == 403
    assert admin.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert admin.post(address(model, "change", row.pk), {}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    admin.post(address(model, "changelist"), chosen)
    assert model.objects.filter(pk=row.pk).exists()
