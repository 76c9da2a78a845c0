"""Blanks and cards, to look at: they are moved at /stok/ and /cetak/, and the ledger is never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from requests_app.admin.base import ReadOnly
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

LINE = ("at", "kind", "stock", "box", "on_hand", "reserved", "drawn", "reason", "day", "officer")
CARD = ("code", "batch", "position", "attempt", "box", "outcome", "outcome_at", "reason")


class Listed(ReadOnly):
    """A page of a row shows the columns of the list: no application is opened here."""

    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The same as in the list."""
        return self.list_display


@admin.register(BlankStock)
class BlankStockAdmin(Listed):
    list_display = ["__str__", "on_hand", "reserved", "drawn"]
    list_select_related = ["zone"]


@admin.register(BlankMovement)
class BlankMovementAdmin(Listed):
    list_display = LINE
    list_filter = ["kind", "stock"]
    list_select_related = ["stock__zone", "box", "officer"]


@admin.register(BlankReceipt)
class BlankReceiptAdmin(Listed):
    list_display = ["letter_number", "letter_date", "quantity", "opening", "stock", "received_at", "received_by"]
    search_fields = ["letter_number"]
    list_select_related = ["stock__zone", "received_by"]


@admin.register(BlankTransfer)
class BlankTransferAdmin(Listed):
    list_display = ["sent_at", "from_stock", "to_stock", "sent_by", "received_at", "received_by", "explanation"]
    list_select_related = ["from_stock__zone", "to_stock__zone", "sent_by", "received_by"]


@admin.register(StockCount)
class StockCountAdmin(Listed):
    list_display = ["counted_at", "stock", "state", "counted_by", "explanation", "ended_at", "ended_by"]
    list_filter = ["state"]
    list_select_related = ["stock__zone", "counted_by", "ended_by"]


@admin.register(StockAlert)
class StockAlertAdmin(Listed):
    list_display = ["opened_at", "kind", "key", "stock", "closed_at"]
    list_filter = ["kind"]
    list_select_related = ["stock__zone"]


@admin.register(CardPolicy)
class CardPolicyAdmin(Listed):
    list_display = [
        "valid_from", "changed_by", "waiting_order", "pickup_asked", "ask_days", "move_after_days", "reorder_level",
        "lead_days", "safety_days", "suket_months",
    ]  # fmt: skip
    list_select_related = ["changed_by"]


@admin.register(PrintBatch)
class PrintBatchAdmin(Listed):
    list_display = ["number", "stock", "state", "created_at", "created_by", "ended_at", "ended_by"]
    list_filter = ["state"]
    search_fields = ["number"]
    list_select_related = ["stock__zone", "created_by", "ended_by"]


@admin.register(Card)
class CardAdmin(Listed):
    list_display = CARD
    list_filter = ["outcome"]
    search_fields = ["code"]
    list_select_related = ["batch", "box"]
