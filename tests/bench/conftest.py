"""20,000 stored applications, loaded once; each test has a copy of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from requests_app.operations import keys_ahead
from tests.bench.stored import copy_of, fill
from tests.conftest import PREPARED

LOADED_AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Not the tests' own database: what the planner learns of 20,000 rows must not stay there. Nor a copy of it: rows
    would fill the gaps that other tests left, and how many are read depends on where they lie."""
    name = f"{connection.settings_dict['NAME']}_loaded"
    with django_db_blocker.unblock(), copy_of(PREPARED, name):
        fill(LOADED_AT)
        yield name


@pytest.fixture
def copied(loaded: str, django_db_blocker: Any, now: datetime) -> Iterator[None]:
    assert now == LOADED_AT
    with django_db_blocker.unblock(), copy_of(loaded, f"{loaded}_copy"):
        keys_ahead._drawn.clear()  # the stored rows have keys that this process had drawn
        yield


@pytest.fixture
def stored(copied: None, as_owner: Any) -> Any:
    """20,000 applications, of which nothing is due at `now`; the owner's cursor, as it was while they were loaded."""
    as_owner.execute("SET session_replication_role = replica")
    return as_owner
