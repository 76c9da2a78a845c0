"""The pages read the database's clock; here visits are made around the present moment."""

from datetime import datetime
from typing import Any

import pytest
from lxml import html

from requests_app.clock import database_now
from requests_app.models import Visit, Zone
from tests.operations.offices import invited, open_office


@pytest.fixture
def now(db: Any) -> datetime:
    """The moment that the pages will see, or a little before."""
    return database_now()


@pytest.fixture
def office(now: datetime) -> Zone:
    """An office with free slots in the coming days."""
    return open_office(now, address="Jl. Contoh 1", latitude="-2.976074", longitude="104.775431")


@pytest.fixture
def visit(now: datetime, office: Zone) -> Visit:
    """An invitation that nobody has answered yet."""
    return invited(now, name="Siti Rahasia Contoh")


def address(visit: Visit, page: str = "") -> str:
    return f"/undangan/{visit.code}/{page}"


def shown(answer: Any) -> str:
    """The page as it is read; the question that a script may open above it is left out."""
    main = html.fromstring(answer.content).cssselect("main")[0]
    for dialog in main.cssselect("dialog"):
        dialog.drop_tree()
    return " ".join(main.text_content().split())
