"""Rows that are written together hold what they would hold when the ORM wrote them."""

from datetime import datetime

import pytest
from django.db import models

from requests_app.models import Application, Event, Notice, Promise
from requests_app.operations.rows import insert_together
from tests.factories import submitted

pytestmark = pytest.mark.django_db


def values(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.local_concrete_fields}


@pytest.mark.parametrize("model", [Application, Promise, Event, Notice])
def test_a_row_reads_back_as_it_was_written(now: datetime, model: type[models.Model]) -> None:
    application = submitted(now, name="D'Arc – \\ % é", email="siti@example.com")
    stored = model._default_manager.get()
    assert {"id", "application_id"} & values(stored).keys()
    if model is Application:
        assert values(stored) == {**values(application), "key_hash": stored.key_hash}  # type: ignore[attr-defined]


def test_several_rows_are_written_whole_or_not_at_all(now: datetime) -> None:
    first = submitted(now).promises.get()
    twin = Promise(**{**values(first), "id": first.pk + 1, "round": 2})
    doubled = Promise(**{**values(first), "id": first.pk + 2, "round": 2})
    with pytest.raises(Exception, match="one_promise_per_round"):
        insert_together(twin, doubled)
