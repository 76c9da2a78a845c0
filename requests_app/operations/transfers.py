"""Blanks on their way from one location to another: sent, counted at arrival, and a difference explained."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from requests_app.models import BlankBox, BlankStock, BlankTransfer, Officer, TransferLine
from requests_app.operations.blank_loss import locked_stock
from requests_app.operations.blanks import NotEnough, write_line
from requests_app.operations.nudge import nudge_blanks
from requests_app.operations.office import FieldRefused, plain_words
from requests_app.operations.steps import NotNow
from requests_app.operations.stock import check_quantity
from requests_app.operations.stock_alerts import close_alerts, open_alert
from requests_app.rules.blanks import Move
from requests_app.rules.dates import format_count, format_moment


@transaction.atomic
def send_blanks(
    *, from_stock: BlankStock, to_stock: BlankStock, lines: Sequence[tuple[BlankBox, int]], officer: Officer,
    now: datetime, last_seen: int = 0,
) -> tuple[BlankTransfer, bool]:  # fmt: skip
    """Free blanks leave; they are nobody's until the other side has counted them. Also whether it is a new transfer.

    `last_seen`: the latest transfer there was when the form was shown; the same lines sent again from that form are the
    transfer that exists. Raises FieldRefused, for a box with the field `box_<id>`.
    """
    if not lines:
        raise FieldRefused("", "Isi jumlah blangko yang dikirim dari paling sedikit satu kotak.")
    for box, number in lines:
        check_quantity(f"box_{box.pk}", number)
    row = locked_stock(from_stock.pk)
    if to_stock.pk == row.pk or (to_stock.zone is not None and not to_stock.zone.is_active):
        raise FieldRefused("to_stock", "Pilih lokasi lain yang aktif.")
    again = _same_sent(row, to_stock, lines, officer, last_seen)
    if again is not None:
        return again, False
    total = sum(number for _, number in lines)
    if total > row.free:
        raise FieldRefused("", f"Yang bebas di {row} {format_count(row.free)}. Blangko yang dicadangkan tidak dikirim.")
    transfer = BlankTransfer.objects.create(from_stock=row, to_stock=to_stock, sent_at=now, sent_by=officer)
    for box, number in sorted(lines, key=lambda line: line[0].pk):
        TransferLine.objects.create(transfer=transfer, box=box, sent=number)
        try:
            write_line(row, Move.SENT, now=now, on_hand=-number, box=box, transfer=transfer, officer=officer)
        except NotEnough as problem:
            raise FieldRefused(f"box_{box.pk}", problem.message) from problem
    return transfer, True


def _same_sent(
    from_stock: BlankStock, to_stock: BlankStock, lines: Sequence[tuple[BlankBox, int]], officer: Officer, last: int
) -> BlankTransfer | None:
    wanted = sorted((box.pk, number) for box, number in lines)
    for transfer in BlankTransfer.objects.filter(
        from_stock=from_stock, to_stock=to_stock, sent_by=officer, pk__gt=last
    ).order_by("pk")[:20]:
        if sorted(transfer.lines.values_list("box_id", "sent")) == wanted:
            return transfer
    return None


@transaction.atomic
def confirm_transfer(*, transfer_id: int, counted: Mapping[int, int], officer: Officer, now: datetime) -> BlankTransfer:
    """What arrived, counted box by box (by the box's id), is there now; what is missing stays an open difference.

    Raises NotNow when it was confirmed already, FieldRefused for a box that was not counted.
    """
    transfer = _locked(transfer_id)
    if transfer.received_at is not None:
        raise NotNow(
            f"Kiriman ini sudah diterima {format_moment(transfer.received_at)} oleh {transfer.received_by}. "
            "Tidak ada yang berubah."
        )
    lines = list(transfer.lines.select_related("box").order_by("box_id"))
    for line in lines:
        most = line.box.quantity
        if line.box_id not in counted or not 0 <= counted[line.box_id] <= most:
            raise FieldRefused(
                f"box_{line.box_id}", f"Isi jumlah yang Anda hitung, 0 sampai {most}: isi kotak ini waktu datang."
            )
    for line in lines:
        line.arrived = counted[line.box_id]
        line.save(update_fields=["arrived"])
        if line.arrived:
            write_line(
                transfer.to_stock, Move.ARRIVED, now=now, on_hand=line.arrived, box=line.box, transfer=transfer,
                officer=officer,
            )  # fmt: skip
    transfer.received_at, transfer.received_by = now, officer
    transfer.save(update_fields=["received_at", "received_by"])
    if any(line.arrived != line.sent for line in lines):
        _tell_difference(transfer, lines, now)
    transaction.on_commit(nudge_blanks, robust=True)
    return transfer


def _tell_difference(transfer: BlankTransfer, lines: Sequence[TransferLine], now: datetime) -> None:
    facts = {
        "from": transfer.from_stock_id, "to": transfer.to_stock_id,
        "sent": sum(line.sent for line in lines), "arrived": sum(line.arrived or 0 for line in lines),
    }  # fmt: skip
    open_alert("transfer", str(transfer.pk), now=now, stock=transfer.to_stock, facts=facts)


@transaction.atomic
def explain_difference(*, transfer_id: int, explanation: str, officer: Officer, now: datetime) -> BlankTransfer:
    """A supervisor says how the difference came about; the alert of both sides ends. Counters stay as counted.

    Raises NotNow when there is nothing (left) to explain, FieldRefused for words that cannot stand.
    """
    transfer = _locked(transfer_id)
    differs = any(line.arrived is not None and line.arrived != line.sent for line in transfer.lines.all())
    if not differs:
        raise NotNow("Kiriman ini tidak punya selisih.")
    if transfer.explained_at is not None:
        raise NotNow(f"Selisih ini sudah dijelaskan oleh {transfer.explained_by}. Tidak ada yang berubah.")
    words = plain_words("explanation", explanation)
    if not words:
        raise FieldRefused("explanation", "Jelaskan dari mana selisihnya.")
    transfer.explanation, transfer.explained_at, transfer.explained_by = words, now, officer
    transfer.save(update_fields=["explanation", "explained_at", "explained_by"])
    close_alerts("transfer", key=str(transfer.pk), now=now)
    return transfer


def _locked(transfer_id: int) -> BlankTransfer:
    rows = BlankTransfer.objects.select_for_update(of=("self",)).select_related("from_stock__zone", "to_stock__zone")
    return rows.get(pk=transfer_id)
