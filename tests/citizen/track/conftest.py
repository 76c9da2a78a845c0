"""The pages read the database's clock; here applications are as old as each test needs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from requests_app.clock import database_now
from requests_app.models import Application, Notice


@pytest.fixture
def now(db: Any) -> datetime:
    """The moment that the pages will see, or a little before."""
    return database_now()


@pytest.fixture
def visitor() -> Client:
    """A phone of its own."""
    return Client()


def look_up(client: Client, application: Application, **extra: Any) -> Any:
    """Find an application as its owner does."""
    fields = {"number": application.number, "four_digits": application.phone[-4:]}
    return client.post("/lacak/", fields, **extra)


@pytest.fixture
def prove(visitor: Client) -> Callable[[Application], Client]:
    """Log the visitor in to an application by look-up and code."""

    def by_code(application: Application) -> Client:
        address = f"/lacak/{application.number}/"
        assert look_up(visitor, application).status_code == 302
        assert visitor.post(address + "kirim-kode/").status_code == 302
        code = Notice.objects.filter(purpose="code", application=application).latest("created_at").params["kode"]
        assert visitor.post(address + "kode/", {"code": code}).status_code == 302
        return visitor

    return by_code
