"""Changing keys: what an older key sealed is sealed again by the first key of the ring, beside live traffic.

Rows are read without locks, and opened and sealed outside any transaction. Then the rows of the batch that nobody
else holds are locked and written, each only while it holds what was read: whoever changed a value meanwhile has
sealed it. Nothing waits for a lock, so nothing can deadlock; what was in use is left for the next run.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from psycopg2 import sql

from requests_app.files.store import FileStore
from requests_app.models import Document, StockPhoto
from requests_app.operations.documents import document_store
from requests_app.vault.fields import EncryptedTextField
from requests_app.vault.keyring import SealError, field_keys

BATCH = 100

OLD = "{column} <> '' AND substring({column} FROM 1 FOR %(length)s) <> %(mark)s"
READ = "SELECT {key}, {columns} FROM {table} WHERE {further} AND ({old}) ORDER BY {key} LIMIT %(limit)s"
COUNT = "SELECT count(*) FROM {table} WHERE {old}"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rotated:
    """What became of one table, or of the documents: how many rows or files were sealed again, how many are left."""

    what: str
    sealed: int
    left: int


@dataclass(frozen=True)
class _Row:
    """One row's sealed columns, as read and as they shall be."""

    key: Any
    old: dict[str, bytes]
    new: dict[str, bytes]


def rotate_keys(*, batch: int = BATCH) -> list[Rotated]:
    """Seal everything again that another key sealed than the first one, tables first, then documents.

    May be interrupted and repeated at any time: each batch stands for itself, and a run takes up only what is left.
    Values that no key of the ring opens are logged by table and key, and count as left.
    """
    tables = [_rotate_table(_Table(model, fields), batch) for model, fields in sealed_columns().items()]
    return [*tables, _rotate_documents()]


def sealed_columns() -> dict[type[Model], list[EncryptedTextField]]:
    """Every sealed column there is, by model."""
    found = {
        model: [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedTextField)]
        for model in apps.get_models()
    }
    return {model: fields for model, fields in found.items() if fields}


class _Table:
    """The statements that see sealed columns as the bytes they are."""

    def __init__(self, model: type[Model], fields: Sequence[EncryptedTextField]) -> None:
        self.model, self.fields = model, fields
        self.name = model._meta.db_table
        columns = [sql.Identifier(str(field.column)) for field in fields]
        self._parts = {
            "table": sql.Identifier(self.name),
            "key": sql.Identifier(str(model._meta.pk.column)),
            "columns": sql.SQL(", ").join(columns),
            "old": sql.SQL(" OR ").join(sql.SQL(OLD).format(column=column) for column in columns),
        }

    def read(self, *, after: Any, limit: int) -> list[_Row]:
        """The next rows, in the order of their keys, with a value that an older key sealed."""
        further = sql.SQL("TRUE" if after is None else "{key} > %(after)s").format(**self._parts)
        rows = self._run(READ, further=further, values={"after": after, "limit": limit})
        return [self._row(key, [bytes(value) for value in sealed]) for key, *sealed in rows]

    def count(self) -> int:
        """How many rows hold a value that an older key sealed."""
        return self._run(COUNT)[0][0]

    def _row(self, key: Any, sealed: Sequence[bytes]) -> _Row:
        old = dict(zip((field.name for field in self.fields), sealed, strict=True))
        return _Row(key, old, {field.name: self._again(field, key, old[field.name]) for field in self.fields})

    def _again(self, field: EncryptedTextField, key: Any, sealed: bytes) -> bytes:
        try:
            return field.seal_again(sealed)
        except SealError:
            log.error("%s.%s of row %s does not open", self.name, field.column, key)
            return sealed

    def _run(self, statement: str, *, values: dict[str, Any] | None = None, **more: sql.Composable) -> list[Any]:
        mark = field_keys().mark
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL(statement).format(**self._parts, **more), {"mark": mark, "length": len(mark), **(values or {})}
            )
            return cursor.fetchall()


def _rotate_table(table: _Table, batch: int) -> Rotated:
    sealed, after = 0, None
    while rows := table.read(after=after, limit=batch):
        sealed += _write(table, [row for row in rows if row.new != row.old])
        after = rows[-1].key
    return Rotated(table.name, sealed, table.count())


@transaction.atomic
def _write(table: _Table, rows: Sequence[_Row]) -> int:
    """One batch, under the locks of those of its rows that are free; how many were written."""
    manager = table.model._base_manager
    free = manager.select_for_update(skip_locked=True, no_key=True).filter(pk__in=[row.key for row in rows])
    locked = set(free.values_list("pk", flat=True))
    return sum(manager.filter(pk=row.key, **row.old).update(**row.new) for row in rows if row.key in locked)


def _rotate_documents() -> Rotated:
    store = document_store()
    done = [_rotate_document(store, file_id) for file_id in store.sealed_by_older_keys()]
    return Rotated("documents", sum(done), len(done) - sum(done))


@transaction.atomic
def _rotate_document(store: FileStore, file_id: uuid.UUID) -> bool:
    """Under the lock of its row, so that a file that is being removed does not come back. False when left.

    A file without a row is left: either its row is about to be written, or the sweep of files removes it. Photos of
    the stock are never removed, so their rows need no lock.
    """
    row = Document.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=file_id)
    if not row.values_list("pk") and not StockPhoto.objects.filter(pk=file_id).exists():
        return False
    try:
        store.seal_again(file_id)
    except SealError:
        log.error("document %s does not open", file_id)
        return False
    return True
