"""Several new rows in one round trip: what belongs together is written together."""

import re
from functools import cache
from itertools import count

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.sql import InsertQuery

from requests_app.statements import Planned, Statement, execute_together

# Fields whose values the driver does not take as they are: sealed ones among them.
PREPARED_BY_THE_FIELD = (models.BinaryField, models.JSONField, ArrayField)
Column = tuple[str, models.Field | None]


def insert_of(row: models.Model) -> Statement:
    """The INSERT of a new row whose key is already known, as the ORM itself would write it (sealed columns sealed)."""
    values = (
        getattr(row, name) if field is None else field.get_db_prep_save(getattr(row, name), connection)
        for name, field in _columns(type(row))
    )
    return _insert(type(row)).with_values(*values)


@cache
def _columns(model: type[models.Model]) -> tuple[Column, ...]:
    fields = model._meta.local_concrete_fields
    return tuple((field.attname, field if isinstance(field, PREPARED_BY_THE_FIELD) else None) for field in fields)


@cache
def _insert(model: type[models.Model]) -> Planned:
    """The ORM's own text; it is the same for all rows of a table, so it is made once."""
    query = InsertQuery(model)
    query.insert_values(model._meta.local_concrete_fields, [model()], raw=True)
    ((text, _),) = query.get_compiler(connection=connection).as_sql()
    places = count(1)
    return Planned(f"insert_{model._meta.db_table}", re.sub("%s", lambda _: f"${next(places)}", str(text)))


def insert_together(*rows: models.Model) -> None:
    """Store new rows of several tables in one round trip."""
    execute_together(insert_of(row) for row in rows)
    are_stored(*rows)


def are_stored(*rows: models.Model) -> None:
    """From now on the ORM takes these rows for stored ones."""
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
