"""Two database roles: the owner migrates; the processes' role owns nothing and may not rewrite history."""

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

from requests_app.models import (
    APPEND_ONLY,
    Application,
    BatchBox,
    BlankBox,
    BlankDay,
    BlankHold,
    BlankHolding,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    Card,
    CardLoss,
    CardPickup,
    CardPolicy,
    CardShipment,
    Conversation,
    CountLine,
    Decision,
    Handover,
    InboundMessage,
    InboxNote,
    Notice,
    NoticeRoute,
    PlannedDelivery,
    PrintBatch,
    Promise,
    Report,
    SendingPolicy,
    StockAlert,
    StockCount,
    StockPhoto,
    Suket,
    Survey,
    TransferLine,
    Visit,
    VisitApplication,
)

# The ledger of blanks and the rules in force at each time: a mistake is put right by another row.
LEDGERS = (BlankMovement, CardPolicy, SendingPolicy, InboxNote)
# What the ledger's trigger keeps, with its owner's rights.
COUNTED = (BlankHolding, BlankHold)
# Rows that are the office's memory: the processes may add and change them, never remove them.
KEPT = (
    Application, Promise, Decision, Notice, Report, Visit, VisitApplication, Survey,
    BlankReceipt, BlankBox, PlannedDelivery, BlankTransfer, TransferLine, StockCount, CountLine, BlankDay, StockAlert,
    StockPhoto, PrintBatch, BatchBox, Card, CardLoss, CardShipment, CardPickup, Handover, Suket,
    NoticeRoute, Conversation, InboundMessage,
)  # fmt: skip


@transaction.atomic
def grant_process_role() -> None:
    """Create the process role (development and tests; in production the DBA does) and give it exactly its rights.

    Append-only tables: SELECT and INSERT. Kept tables: no DELETE. Counters of blanks: SELECT. No TRUNCATE, TRIGGER or
    ownership anywhere.
    """
    role = sql.Identifier(settings.PROCESS_ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.PROCESS_ROLE])
        if cursor.fetchone() is None:
            _create_role(cursor, role)
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(role))
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
        for table, rights in _rights().items():
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(table), role))


def _create_role(cursor: CursorWrapper, role: sql.Identifier) -> None:
    """Roles belong to the whole server: another database's set-up may create it at the same moment."""
    try:
        with transaction.atomic():
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD %s").format(role), [settings.PROCESS_PASSWORD])
    except (ProgrammingError, IntegrityError):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.PROCESS_ROLE])
        if cursor.fetchone() is None:
            raise


def _rights() -> dict[str, str]:
    append_only = {model._meta.db_table for model in (*APPEND_ONLY, *LEDGERS)}
    counted = {model._meta.db_table for model in COUNTED}
    kept = {model._meta.db_table for model in KEPT}
    tables = {m._meta.db_table for m in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    return {
        table: "SELECT"
        if table == "django_migrations" or table in counted
        # A row can be locked only by whoever may write one of its columns.
        else "SELECT, INSERT, UPDATE (zone_id)"
        if table == BlankStock._meta.db_table
        else "SELECT, INSERT"
        if table in append_only
        else "SELECT, INSERT, UPDATE"
        if table in kept
        else "SELECT, INSERT, UPDATE, DELETE"
        for table in tables
    }
