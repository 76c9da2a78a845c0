"""Physical counts (opname): entered by one person, confirmed by a second; only then the ledger is corrected."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from requests_app.models import BlankHolding, BlankStock, CountLine, Officer, StockCount
from requests_app.operations.actors import staff
from requests_app.operations.blank_loss import locked_stock, take_promises, tell_losers, tried_again
from requests_app.operations.blanks import NotEnough, write_line
from requests_app.operations.nudge import nudge_blanks, nudge_cover
from requests_app.operations.office import FieldRefused, plain_words
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import MOST_AT_ONCE, Move
from requests_app.rules.dates import format_moment

MOST_NAMED = 5


@transaction.atomic
def record_count(
    *, stock: BlankStock, counted: Mapping[int, int], explanation: str, officer: Officer, now: datetime
) -> StockCount:
    """What was found in each box (by its id) outside the printing trays, beside what the ledger says at this moment.

    Raises FieldRefused (a box is missing; a difference without a word) and NotNow: another count waits here. The same
    count sent again by the same person is the one that waits.
    """
    row = locked_stock(stock.pk)
    holdings = list(BlankHolding.objects.filter(stock=row, quantity__gt=0).select_related("box"))
    expected = {holding.box_id: holding.quantity - holding.drawn for holding in holdings}
    waiting = StockCount.objects.filter(stock=row, state="open").select_related("counted_by").first()
    if waiting is not None:
        return _same_count(waiting, counted, officer)
    _check_counted(expected, counted)
    words = plain_words("explanation", explanation)
    differing = [holding.box.number for holding in holdings if counted[holding.box_id] != expected[holding.box_id]]
    if differing and not words:
        raise FieldRefused("explanation", _unexplained(differing))
    count = StockCount.objects.create(stock=row, counted_at=now, counted_by=officer, explanation=words)
    CountLine.objects.bulk_create(
        CountLine(count=count, box_id=box_id, expected=number, counted=counted[box_id])
        for box_id, number in sorted(expected.items())
    )
    return count


def _unexplained(boxes: Sequence[str]) -> str:
    """Which boxes, but not how many the ledger says: they are counted again, not written down."""
    more = f" dan {len(boxes) - MOST_NAMED} lainnya" if len(boxes) > MOST_NAMED else ""
    named = ", ".join(boxes[:MOST_NAMED]) + more
    return f"Ada selisih dengan buku di kotak {named}. Hitung lagi, atau jelaskan dari mana selisihnya."


def _check_counted(expected: Mapping[int, int], counted: Mapping[int, int]) -> None:
    if not expected:
        raise NotNow("Menurut buku tidak ada blangko di lokasi ini; tidak ada yang dihitung.")
    for box_id in expected:
        if box_id not in counted:
            raise FieldRefused(f"box_{box_id}", "Hitung juga kotak ini; tulis 0 bila kosong.")
        if not 0 <= counted[box_id] <= MOST_AT_ONCE:
            raise FieldRefused(f"box_{box_id}", f"Isi jumlah yang Anda hitung, 0 sampai {MOST_AT_ONCE}.")


def _same_count(waiting: StockCount, counted: Mapping[int, int], officer: Officer) -> StockCount:
    if waiting.counted_by_id == officer.pk and dict(waiting.lines.values_list("box_id", "counted")) == dict(counted):
        return waiting
    raise NotNow(
        f"Opname {format_moment(waiting.counted_at)} oleh {waiting.counted_by} masih menunggu orang kedua. "
        "Setujui atau batalkan dulu."
    )


@tried_again
def confirm_count(*, count_id: int, officer: Officer, now: datetime) -> StockCount:
    """A second person confirms: the ledger is corrected by the differences, as they were when it was counted.

    When fewer blanks are left than were promised, the last in the line's order lose theirs and are told. Raises NotNow:
    not open any more, the same person, or a box whose content changed so much that it has to be counted again.
    """
    count = _open_count(count_id)
    if count.counted_by_id == officer.pk:
        raise NotNow("Opname ini Anda hitung sendiri. Minta orang lain memeriksa dan menyetujuinya.")
    lines = sorted((line for line in count.lines.all() if line.difference), key=lambda line: -line.difference)
    missing = -sum(line.difference for line in lines)
    actor = staff(officer)
    try:
        losing = take_promises(count.stock, missing, now=now, actor=actor) if missing > 0 else []
        for line in lines:  # what was found comes first, so that nothing is short in between
            write_line(
                count.stock, Move.CORRECT, now=now, on_hand=line.difference, box_id=line.box_id, count=count,
                officer=officer,
            )  # fmt: skip
    except NotEnough as problem:
        raise NotNow(f"{problem.message} Stok berubah sejak dihitung: batalkan opname ini dan hitung lagi.") from None
    tell_losers(losing, count.stock, now=now, actor=actor)
    _end(count, "confirmed", officer, now)
    transaction.on_commit(nudge_blanks, robust=True)
    transaction.on_commit(nudge_cover, robust=True)
    return count


@transaction.atomic
def cancel_count(*, count_id: int, officer: Officer, now: datetime) -> StockCount:
    """The count is dropped; nothing was corrected. Raises NotNow when it is not open any more."""
    count = _open_count(count_id)
    _end(count, "cancelled", officer, now)
    return count


def _open_count(count_id: int) -> StockCount:
    rows = StockCount.objects.select_for_update(of=("self",)).select_related("stock__zone", "counted_by", "ended_by")
    count = rows.get(pk=count_id)
    if count.state != "open":
        assert count.ended_at is not None
        done = {"confirmed": "disetujui", "cancelled": "dibatalkan"}[count.state]
        raise NotNow(
            f"Opname ini sudah {done} {format_moment(count.ended_at)} oleh {count.ended_by}. Tidak ada yang berubah."
        )
    return count


def _end(count: StockCount, state: str, officer: Officer, now: datetime) -> None:
    count.state, count.ended_at, count.ended_by = state, now, officer
    count.save(update_fields=["state", "ended_at", "ended_by"])
