"""Print batches: blanks drawn from named boxes for cards in their turn; what was drawn must come out again."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from requests_app.models import (
    Application,
    BatchBox,
    BlankBox,
    BlankHold,
    BlankHolding,
    BlankStock,
    Card,
    Officer,
    PrintBatch,
    Zone,
)
from requests_app.models.print_queue import to_print
from requests_app.models.searches import looked_for
from requests_app.operations.attempts import add_cards, lock_batch, print_again, tallies
from requests_app.operations.blank_loss import locked_stock
from requests_app.operations.blanks import NotEnough, write_line
from requests_app.operations.numbered import create_numbered
from requests_app.operations.office import FieldRefused
from requests_app.operations.pickups import ensure_pickups
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import LIVE_CARDS, MOST_IN_A_BATCH, Move, Outcome
from requests_app.rules.dates import format_count
from requests_app.rules.printing import BATCH_PREFIX, Tally, missing_in_words
from requests_app.rules.statuses import Status

TRIES = 5


class DoesNotAddUp(Exception):
    """A batch cannot close yet; `problems` says why, by the field of the form (Indonesian). Nothing was written."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Wanted:
    """What an officer asks for: so many cards, of one office or of all, from these boxes or from the oldest ones.

    `request_key` comes from the form: the same form twice is one batch.
    """

    size: int
    request_key: uuid.UUID
    zone: Zone | None = None
    boxes: Sequence[int] = ()


def make_batch(*, stock: BlankStock, wanted: Wanted, officer: Officer, now: datetime) -> PrintBatch:
    """Draw blanks for the cards that waited longest. Raises FieldRefused (size or boxes)."""
    if not 0 < wanted.size <= MOST_IN_A_BATCH:
        raise FieldRefused("size", f"Isi jumlah kartu dari 1 sampai {MOST_IN_A_BATCH}.")
    made = PrintBatch.objects.filter(request_key=wanted.request_key).first()
    if made is not None:
        return made
    try:
        return _make(stock, wanted, officer, now)
    except IntegrityError as error:
        if "request_key" not in str(error):
            raise
        return PrintBatch.objects.get(request_key=wanted.request_key)


@transaction.atomic
def _make(stock: BlankStock, wanted: Wanted, officer: Officer, now: datetime) -> PrintBatch:
    batch = create_numbered(
        PrintBatch, BATCH_PREFIX, now=now, stock=stock, zone=wanted.zone, order="zone" if wanted.zone else "promise",
        request_key=wanted.request_key, created_at=now, created_by=officer,
    )  # fmt: skip
    applications = _in_turn(stock, wanted, now)
    if not applications:
        raise FieldRefused("size", "Tidak ada kartu yang siap dicetak dengan pilihan ini.")
    _draw(batch, _plan(stock, len(applications), wanted.boxes), officer=officer, now=now)
    drawn = BatchBox.objects.filter(batch=batch).order_by("box").values_list("box", "drawn")
    add_cards(batch, applications, [box for box, count in drawn for _ in range(count)])
    return batch


def _in_turn(stock: BlankStock, wanted: Wanted, now: datetime) -> list[Application]:
    """Locked applications; those that somebody works on are passed over.

    What another batch took in this very moment is only seen once the rows are locked: then the queue is read again.
    """
    rows = to_print(stock, now=now, zone=wanted.zone).select_for_update(of=("self",), skip_locked=True)
    for _ in range(TRIES):
        found = list(rows.all()[: wanted.size])
        live = Card.objects.filter(application__in=found, outcome__in=LIVE_CARDS)
        taken = set(live.values_list("application", flat=True))
        holds = BlankHold.objects.filter(application__in=found, stock=stock).exclude(application__in=taken)
        free = set(holds.values_list("application", flat=True))
        if len(free) == len(found):
            break
    applications = [application for application in found if application.pk in free]
    ensure_pickups(applications)
    return applications


def _plan(stock: BlankStock, count: int, named: Sequence[int]) -> dict[int, int]:
    """How many from which box: the named ones or all, oldest first. The location is locked, so the figures hold."""
    locked_stock(stock.pk)
    holdings = BlankHolding.objects.filter(stock=stock).order_by("box")
    if named:
        holdings = holdings.filter(box__in=named)
    plan, left = {}, count
    for box, quantity, drawn in holdings.values_list("box", "quantity", "drawn"):
        take = min(left, quantity - drawn)
        if take > 0:
            plan[box] = take
            left -= take
    if left:
        where = "kotak yang Anda pilih" if named else "lokasi ini"
        text = f"Blangko di {where} tinggal {format_count(count - left)} untuk {format_count(count)} kartu."
        raise FieldRefused("boxes" if named else "size", f"{text} Kurangi jumlahnya, atau pilih kotak lain.")
    return plan


def _draw(batch: PrintBatch, plan: Mapping[int, int], *, officer: Officer, now: datetime) -> None:
    """Out of the boxes, into the tray."""
    for box_id, count in plan.items():
        box = BlankBox.objects.get(pk=box_id)
        try:
            write_line(batch.stock, Move.DRAW, now=now, drawn=count, box=box, batch=batch, officer=officer)
        except NotEnough as problem:
            raise FieldRefused("boxes", problem.message) from None
        row, is_new = BatchBox.objects.get_or_create(batch=batch, box=box, defaults={"drawn": count})
        if not is_new:
            row.drawn += count
            row.save(update_fields=["drawn"])


def draw_more(
    *, batch_id: int, box_id: int, count: int, drawn_before: int, officer: Officer, now: datetime
) -> tuple[bool, int]:
    """Extra blanks from one box, for reprints; whether they were drawn, and how many cards got one at once.

    `drawn_before`: what the batch had drawn when the form was shown, so that the same form twice draws once. Raises
    FieldRefused (count or boxes), NotNow.
    """
    if not 0 < count <= MOST_IN_A_BATCH:
        raise FieldRefused("count", f"Isi jumlah blangko dari 1 sampai {MOST_IN_A_BATCH}.")
    with transaction.atomic():
        waiting = Application.objects.filter(
            status=Status.READY_TO_PRINT, cards__batch=batch_id, cards__outcome=Outcome.SPOILED
        ).values_list("pk", flat=True)
        rows = Application.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(waiting))
        applications = list(rows.order_by("pk"))
        batch = open_batch(batch_id)
        if sum(tally.drawn for tally in tallies(batch).values()) != drawn_before:
            return False, 0
        if not BlankHolding.objects.filter(stock=batch.stock, box=box_id).exists():
            raise FieldRefused("boxes", "Kotak ini tidak ada di lokasi ini.")
        _draw(batch, {box_id: count}, officer=officer, now=now)
        return True, len(print_again(batch, applications))


def open_batch(batch_id: int) -> PrintBatch:
    """A locked batch that is still at work. Raises NotNow."""
    batch = lock_batch(batch_id)
    if batch.state != "open":
        raise NotNow(f"Kelompok {batch.number} sudah {batch.get_state_display()}.")
    return batch


@transaction.atomic
def cancel_batch(*, batch_id: int, officer: Officer, now: datetime) -> bool:
    """Nothing of it was printed: all blanks go back into their boxes, and the cards into the queue.

    False: it was cancelled before. Raises NotNow when a card has an outcome, also one that is not to be printed any
    more: it may have been printed before, which only counting the tray shows (close_batch).
    """
    batch = lock_batch(batch_id)
    if batch.state == "cancelled":
        return False
    if batch.state == "closed":
        raise NotNow(f"Kelompok {batch.number} sudah selesai.")
    found = tallies(batch)
    if any(tally.printed or tally.spoiled for tally in found.values()):
        raise NotNow("Sudah ada kartu yang tercetak atau rusak. Tutup kelompok ini; sisanya kembali ke antrean.")
    if Card.objects.filter(batch=batch, outcome=Outcome.DROPPED).exists():
        raise NotNow(
            "Ada kartu yang tidak jadi dicetak dan mungkin terlanjur tercetak. Hitung blangko di baki, lalu tutup "
            "kelompok ini; sisanya kembali ke antrean."
        )
    still = _still_looked_for(batch)
    if still:
        raise NotNow(still)
    _drop_pending(batch, officer, now)
    _end(batch, "cancelled", {box: tally.drawn for box, tally in found.items()}, officer, now)
    return True


@transaction.atomic
def close_batch(
    *, batch_id: int, returned: Mapping[int, int], drop_pending: bool = False, officer: Officer, now: datetime
) -> bool:
    """Count in = count out, box by box, or it stays open. `drop_pending`: what was not printed goes back to the queue.

    False: it was closed before. Raises DoesNotAddUp, NotNow.
    """
    batch = lock_batch(batch_id)
    if batch.state == "closed":
        return False
    if batch.state == "cancelled":
        raise NotNow(f"Kelompok {batch.number} sudah dibatalkan.")
    found = tallies(batch)
    problems = _wrong_counts(batch, found, returned)
    pending = sum(tally.pending for tally in found.values())
    if pending and not drop_pending:
        problems["drop_pending"] = (
            f"{format_count(pending)} kartu belum ada hasilnya. Catat, atau kembalikan ke antrean."
        )
    still = _still_looked_for(batch)
    if still:
        problems["looked_for"] = still
    if problems:
        raise DoesNotAddUp(problems)
    _drop_pending(batch, officer, now)
    _end(batch, "closed", {box: tally.to_return for box, tally in found.items()}, officer, now)
    return True


def _wrong_counts(batch: PrintBatch, found: Mapping[int, Tally], returned: Mapping[int, int]) -> dict[str, str]:
    """The boxes that do not add up, by the field of the form: the figures, and what to do when blanks are missing."""
    wrong = [box for box, tally in found.items() if tally.to_return != returned.get(box, 0)]
    if not wrong:
        return {}
    names = dict(BlankBox.objects.filter(pk__in=wrong).values_list("pk", "number"))
    searches = Card.objects.filter(looked_for(), batch=batch, outcome__in=(Outcome.PENDING, Outcome.DROPPED))
    sought = Counter(searches.values_list("box", flat=True))
    problems = {}
    for box in wrong:
        tally, back = found[box], returned.get(box, 0)
        without_sought = replace(tally, spoiled=tally.spoiled + sought[box])
        next_step = missing_in_words(without_sought, back, _may_be_missing(batch, box, tally))
        problems[f"box_{box}"] = f"Kotak {names[box]}: {tally.in_words(back)}{next_step}"
    return problems


def _may_be_missing(batch: PrintBatch, box: int, tally: Tally) -> list[str]:
    """Cards of a box that can be looked for and are not yet, by their codes.

    First those that are not to be printed any more: nobody loses a turn by them. Then what is printed last.
    """
    cards = Card.objects.filter(~looked_for(), batch=batch, box=box).order_by("-position")
    dropped = cards.filter(outcome=Outcome.DROPPED).values_list("code", flat=True)
    pending = cards.filter(outcome=Outcome.PENDING).values_list("code", flat=True)
    return [*dropped[: max(tally.spare, 0)], *pending]


def _still_looked_for(batch: PrintBatch) -> str:
    """Whose blanks are not in the tray and not given up either, in Indonesian; empty when there are none.

    A printed card has used its blank: where it lies is no matter of the batch.
    """
    cards = Card.objects.filter(looked_for(), batch=batch, outcome__in=(Outcome.PENDING, Outcome.DROPPED))
    codes = ", ".join(cards.order_by("position").values_list("code", flat=True))
    return f"Blangko untuk kartu {codes} masih dicari. Nyatakan dulu ditemukan atau hilang." if codes else ""


def _drop_pending(batch: PrintBatch, officer: Officer, now: datetime) -> None:
    """Their applications keep their blank and their turn: the next batch takes them."""
    Card.objects.filter(batch=batch, outcome=Outcome.PENDING).update(
        outcome=Outcome.DROPPED.value, outcome_at=now, outcome_by=officer
    )


def _end(batch: PrintBatch, state: str, returned: Mapping[int, int], officer: Officer, now: datetime) -> None:
    for row in BatchBox.objects.filter(batch=batch).select_related("box"):
        row.returned = returned[row.box_id]
        row.save(update_fields=["returned"])
        if row.returned:
            write_line(
                batch.stock, Move.RETURN, now=now, drawn=-row.returned, box=row.box, batch=batch, officer=officer
            )
    batch.state, batch.ended_at, batch.ended_by = state, now, officer
    batch.save(update_fields=["state", "ended_at", "ended_by"])
