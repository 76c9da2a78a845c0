"""Physical counts (opname): entered by one person, confirmed by a second; only then the ledger is corrected."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from requests_app.models import BlankBox, BlankHolding, BlankStock, CountLine, Officer, StockCount
from requests_app.models.box_names import names_among
from requests_app.models.counted import may_turn_up, most_found
from requests_app.operations.actors import staff
from requests_app.operations.blank_loss import locked_stock, put_back_in_line, take_promises, tried_again
from requests_app.operations.blanks import NotEnough, write_line
from requests_app.operations.nudge import nudge_blanks, nudge_cover
from requests_app.operations.office import FieldRefused, plain_words
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import Move
from requests_app.rules.dates import format_moment

MOST_NAMED = 5
COUNT_AGAIN = "Stok berubah sejak dihitung: batalkan opname ini dan hitung lagi."
EMPTIED = "Menurut buku kotak ini dikosongkan sejak Anda membuka halaman ini. Hitung lagi; tulis 0 bila memang kosong."
NOT_FOUND_AGAIN = "Kotak ini tidak pernah dihitung kosong di lokasi ini, dan tidak ada isinya yang hilang di jalan."


@transaction.atomic
def record_count(
    *,
    stock: BlankStock,
    counted: Mapping[int, int],
    explanation: str,
    officer: Officer,
    now: datetime,
    again: Mapping[int, int] | None = None,
) -> StockCount:
    """What was found in each box (by its id) outside the printing trays, beside what the ledger says at this moment.

    `again`: a box that an earlier count closed as empty here or that got lost on the way, and what turned up in it.
    Raises FieldRefused (a box is missing, emptied since the form was shown, or said to hold more than came in it; a
    difference without a word; `again`: no such box, or more than can be in it) and NotNow: another count waits here.
    The same count sent again by the same person is the one that waits.
    """
    again = again or {}
    row = locked_stock(stock.pk)
    wanted = Q(quantity__gt=0) | Q(box__in=counted.keys() - again.keys())
    holdings = list(BlankHolding.objects.filter(wanted, stock=row).select_related("box__receipt"))
    expected = {holding.box_id: holding.quantity - holding.drawn for holding in holdings}
    waiting = StockCount.objects.filter(stock=row, state="open").select_related("counted_by").first()
    if waiting is not None:
        return _same_count(waiting, {**counted, **again}, officer)
    if expected or not again:
        _check_counted(holdings, counted)
    turned_up = _check_again(row, again)
    counted, expected = {**counted, **again}, {**expected, **dict.fromkeys(again, 0)}
    words = plain_words("explanation", explanation)
    names = names_among([*(holding.box for holding in holdings), *turned_up])
    differing = [name for pk, name in names.items() if counted[pk] != expected[pk]]
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


def _check_counted(holdings: Sequence[BlankHolding], counted: Mapping[int, int]) -> None:
    """Every box is counted, and nothing is more than came in it: it would be promised to people."""
    for holding in holdings:
        box_id, most = holding.box_id, holding.box.quantity
        if box_id not in counted:
            raise FieldRefused(f"box_{box_id}", "Hitung juga kotak ini; tulis 0 bila kosong.")
        if not holding.quantity and counted[box_id]:
            raise FieldRefused(f"box_{box_id}", EMPTIED)
        if not 0 <= counted[box_id] <= most:
            raise FieldRefused(
                f"box_{box_id}", f"Isi jumlah yang Anda hitung, 0 sampai {most}: isi kotak ini waktu datang."
            )
    if not any(holding.quantity for holding in holdings):
        raise NotNow("Menurut buku tidak ada blangko di lokasi ini; tidak ada yang dihitung.")


def _check_again(stock: BlankStock, again: Mapping[int, int]) -> list[BlankBox]:
    """The boxes that turned up again, in the order given."""
    closed = {box.pk: box for box in may_turn_up(stock).filter(pk__in=list(again))}
    for box_id, quantity in again.items():
        if box_id not in closed:
            raise FieldRefused("again", f"{NOT_FOUND_AGAIN} Muat ulang halaman ini.")
        most = most_found(stock, closed[box_id])
        if not 0 < quantity <= most:
            raise FieldRefused("again_quantity", f"Isi 1 sampai {most}: lebih banyak tidak mungkin ada di kotak ini.")
    return [closed[box_id] for box_id in again]


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
    not open any more, the same person, a box whose content changed so much that it has to be counted again, or one
    that was found somewhere else meanwhile.
    """
    count = _open_count(count_id)
    if count.counted_by_id == officer.pk:
        raise NotNow("Opname ini Anda hitung sendiri. Minta orang lain memeriksa dan menyetujuinya.")
    lines = sorted((line for line in count.lines.all() if line.difference), key=lambda line: -line.difference)
    _check_found(count.stock, lines)
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
        raise NotNow(f"{problem.message} {COUNT_AGAIN}") from None
    put_back_in_line(losing, now=now, actor=actor)
    _end(count, "confirmed", officer, now)
    transaction.on_commit(nudge_blanks, robust=True)
    transaction.on_commit(nudge_cover, robust=True)
    return count


def _check_found(stock: BlankStock, lines: Sequence[CountLine]) -> None:
    """What got lost between two locations is found once, at one of them; boxes are locked before everything else."""
    found = {line.box_id: line.difference for line in lines if not line.expected and line.difference > 0}
    boxes = BlankBox.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk")
    there = BlankHolding.objects.filter(stock=stock, box__in=found, quantity__gt=0).values_list("box_id", flat=True)
    for box in boxes:
        if box.pk not in there and found[box.pk] > most_found(stock, box):
            raise NotNow(f"Isi kotak {box} sudah ditemukan di lokasi lain. {COUNT_AGAIN}")


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
