"""Rows that wait to be written in bulk, with their keys drawn beforehand."""

import uuid
from collections import defaultdict, deque
from collections.abc import Iterable

from django.db import connection, models

from requests_app.demo.copying import copy_rows
from requests_app.models import (
    AccessLog,
    Application,
    BatchBox,
    BlankBox,
    BlankHold,
    BlankMovement,
    BlankReceipt,
    BlankTransfer,
    BlankWait,
    CallAttempt,
    CallTask,
    Card,
    CardPickup,
    CardShipment,
    CountLine,
    Decision,
    Document,
    Draft,
    Event,
    Handover,
    InboundMessage,
    Notice,
    NoticeAttempt,
    PlannedDelivery,
    PrintBatch,
    Promise,
    ProofCode,
    Report,
    Rung,
    SentProof,
    StockAlert,
    StockCount,
    StockPhoto,
    Suket,
    Survey,
    TransferLine,
    Visit,
    VisitApplication,
    VisitPerson,
)  # fmt: skip
from requests_app.operations.documents import document_store
from requests_app.rules.numbers import new_check_code

# In the order of their foreign keys.
WRITTEN = (
    Application, Promise, Decision, Visit, VisitPerson, VisitApplication, Notice, NoticeAttempt, Event, AccessLog, Rung,
    Report, CallTask, CallAttempt, Document, Survey, CardPickup, BlankWait, Suket, Card, Handover, BlankMovement,
)  # fmt: skip
# What belongs to blanks and cards of all applications; the ledger's counters are kept by the database.
STOCK = (
    StockPhoto, BlankReceipt, BlankBox, BlankTransfer, TransferLine, StockCount, CountLine, PrintBatch, BatchBox,
    CardShipment, PlannedDelivery, StockAlert,
)  # fmt: skip
# What people who try the demonstration out leave beside them, and what the database itself writes.
LIVED = (ProofCode, SentProof, InboundMessage, Draft, BlankHold)
KEYS_AT_ONCE = 1000

# Applications of the demo set carry a draft id of their own kind: an UUID of version 8 with this beginning, then
# a running number. Drafts of people at the form are random UUIDs of version 4, so the two never meet.
MARK_FIRST = uuid.UUID("dec0de00-0000-8000-8000-000000000000")
MARK_LAST = uuid.UUID("dec0de00-0000-8000-8000-ffffffffffff")


def demo_applications() -> models.QuerySet[Application]:
    """The applications of the demo set, by the mark in their draft id."""
    return Application.objects.filter(draft_id__range=(MARK_FIRST, MARK_LAST))


def mark(index: int) -> uuid.UUID:
    """The draft id of the demo application number `index`."""
    return uuid.UUID(int=MARK_FIRST.int + index)


def next_mark() -> int:
    """The first number that no demo application has."""
    latest = demo_applications().order_by("-draft_id").values_list("draft_id", flat=True).first()
    return latest.int - MARK_FIRST.int + 1 if latest else 1


class Keys:
    """Primary keys and check codes, drawn from the database many at a time."""

    def __init__(self) -> None:
        self._keys: dict[type[models.Model], deque[int]] = defaultdict(deque)
        self._codes: deque[str] = deque()
        self._drawn: set[str] = set()

    def of(self, model: type[models.Model]) -> int:
        """The next primary key of a table's own sequence."""
        keys = self._keys[model]
        if not keys:
            sequence = f"SELECT nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))"
            with connection.cursor() as cursor:
                cursor.execute(f"{sequence} FROM generate_series(1, %s)", [KEYS_AT_ONCE])
                keys.extend(key for (key,) in cursor.fetchall())
        return keys.popleft()

    def check_code(self) -> str:
        """A check code that no notice has."""
        if not self._codes:
            fresh = {new_check_code() for _ in range(KEYS_AT_ONCE)} - self._drawn
            fresh -= set(Notice.objects.filter(check_code__in=fresh).values_list("check_code", flat=True))
            self._drawn |= fresh
            self._codes.extend(fresh)
        return self._codes.popleft()


class Rows:
    """What was made and not yet written."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._pages: list[tuple[uuid.UUID, int, bytes]] = []

    def add(self, row: models.Model) -> None:
        """Keep a row for the next write; it may still change until then."""
        self._rows[type(row)].append(row)

    def remove(self, row: models.Model) -> None:
        """A row that was not written yet is not wanted any more."""
        self._rows[type(row)].remove(row)

    def add_page(self, file_id: uuid.UUID, plain: bytes) -> None:
        """Keep the only page of a document."""
        self._pages.append((file_id, 0, plain))

    def write(self) -> None:
        """Insert all rows; the caller holds the transaction."""
        for model in (*STOCK, *WRITTEN):
            copy_rows(model, self._rows.pop(model, []))

    def pages(self) -> Iterable[tuple[uuid.UUID, int, bytes]]:
        """The pages, to be sealed and stored with one sync at the end."""
        return self._pages


def store_pages(rows: Rows) -> int:
    """Write the files of all documents; how many."""
    return document_store().write_many(rows.pages())
