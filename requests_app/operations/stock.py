"""Blanks that come from the centre, are used outside the system, or are spoiled before they were printed."""

import re
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.admin.models import ADDITION
from django.db import IntegrityError, transaction

from requests_app.files.inspect import CheckedUpload
from requests_app.models import (
    BlankBox,
    BlankHolding,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    Officer,
    PlannedDelivery,
    StockPhoto,
)
from requests_app.models.counted import last_counted
from requests_app.operations.actors import staff
from requests_app.operations.blank_loss import locked_stock, put_back_in_line, take_promises, tried_again
from requests_app.operations.blanks import NotEnough, allocate_at, write_line
from requests_app.operations.nudge import nudge_blanks, nudge_cover
from requests_app.operations.office import FieldRefused, note_change, plain_words
from requests_app.operations.stock_photos import LETTER, SPOILED, keep_photo
from requests_app.rules.blanks import MOST_AT_ONCE, MOST_OF_A_LETTER, Move
from requests_app.rules.dates import format_count, format_day, local_date

OLDEST_LETTER = timedelta(days=3 * 366)
LATEST_RECORD = timedelta(days=92)
"""How long afterwards a day's use outside the system may still be recorded."""
LETTER_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z ./,()&-]{0,59}")
BOX_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z ./-]{0,29}")
UNPRINTED_REASONS = ("damaged", "transport", "jam", "other")


@dataclass(frozen=True)
class Delivery:
    """What came with one letter: its boxes with their quantities, and the sum that the letter names."""

    letter_number: str
    letter_date: date
    quantity: int
    boxes: Sequence[tuple[str, int]]
    opening: bool = False
    photo: CheckedUpload | None = None
    planned: PlannedDelivery | None = None


def normal_number(typed: str) -> str:
    """A letter's or box's number as it is compared: capitals, single spaces, none around `/`, `.` and `-`."""
    return re.sub(r" ?([/.-]) ?", r"\1", " ".join(typed.split()).upper())


def check_quantity(field: str, quantity: int, *, most: int = MOST_AT_ONCE) -> int:
    """A number of blanks that can be meant. Raises FieldRefused for zero, negative and absurd ones."""
    if quantity < 1:
        raise FieldRefused(field, "Isi jumlah paling sedikit 1.")
    if quantity > most:
        raise FieldRefused(field, f"Paling banyak {format_count(most)} sekali catat. Periksa angkanya.")
    return quantity


def receive_blanks(*, stock: BlankStock, delivery: Delivery, officer: Officer, now: datetime) -> BlankReceipt:
    """Record a delivery with a line for each box; then its blanks are promised at once to who waits, in order.

    The promises come after the receipt, in transactions of their own: what is left out, the sweep finds. Raises
    FieldRefused: a letter that is recorded already, quantities that cannot be or do not add up, no photo, an opening
    balance of a ledger that has begun.
    """
    receipt = _record_receipt(stock, delivery, officer, now)
    allocate_at(stock, now=now)
    return receipt


@transaction.atomic
def _record_receipt(stock: BlankStock, delivery: Delivery, officer: Officer, now: datetime) -> BlankReceipt:
    number = _check_letter(delivery, now)
    boxes = _check_boxes(delivery)
    if delivery.opening:
        _check_begins(stock)
    photo = keep_photo(delivery.photo, kind=LETTER, officer=officer, now=now) if delivery.photo else None
    receipt = _create_receipt(
        stock=stock, letter_number=number, letter_date=delivery.letter_date, quantity=delivery.quantity,
        opening=delivery.opening, received_at=now, received_by=officer, photo=photo,
    )  # fmt: skip
    for box_number, quantity in boxes:
        box = BlankBox.objects.create(receipt=receipt, number=box_number, quantity=quantity)
        write_line(stock, Move.RECEIPT, now=now, on_hand=quantity, box=box, receipt=receipt, officer=officer)
    if delivery.planned is not None:
        _fulfil(delivery.planned, receipt)
    transaction.on_commit(nudge_blanks, robust=True)
    transaction.on_commit(nudge_cover, robust=True)
    return receipt


def _check_letter(delivery: Delivery, now: datetime) -> str:
    number = normal_number(delivery.letter_number)
    if not LETTER_NUMBER.fullmatch(number):
        raise FieldRefused("letter_number", "Tulis nomor surat dengan huruf, angka, titik, garis, atau garis miring.")
    known = BlankReceipt.objects.filter(letter_number=number).first()
    if known is not None:
        raise FieldRefused("letter_number", _known(known))
    today = local_date(now)
    if delivery.letter_date > today:
        raise FieldRefused("letter_date", "Tanggal surat ini belum tiba. Periksa tanggalnya.")
    if delivery.letter_date < today - OLDEST_LETTER:
        raise FieldRefused("letter_date", "Tanggal surat ini lebih dari tiga tahun yang lalu. Periksa tahunnya.")
    if delivery.photo is None and not delivery.opening:
        raise FieldRefused("photo", "Unggah foto surat dari pusat.")
    return number


def _check_begins(stock: BlankStock) -> None:
    """An opening balance needs no photo of a letter, so it comes before everything else, once for each location."""
    first = BlankMovement.objects.filter(stock=locked_stock(stock.pk)).order_by("id").first()
    if first is not None:
        begun = f"Buku lokasi ini sudah dimulai pada {format_day(first.at)}."
        raise FieldRefused("opening", f"{begun} Catat sebagai kiriman, dengan foto suratnya.")


def _known(receipt: BlankReceipt) -> str:
    quantity = format_count(receipt.quantity)
    return (
        f"Surat ini sudah dicatat pada {format_day(receipt.received_at)}: {quantity} blangko. Tidak ada yang berubah."
    )


def _check_boxes(delivery: Delivery) -> list[tuple[str, int]]:
    """Box numbers as they are kept, each once, with quantities that make the letter's sum."""
    check_quantity("quantity", delivery.quantity, most=MOST_OF_A_LETTER)
    if not delivery.boxes:
        raise FieldRefused("boxes", "Isi paling sedikit satu kotak.")
    boxes = [(normal_number(number), check_quantity("boxes", quantity)) for number, quantity in delivery.boxes]
    twice = [number for number, times in Counter(number for number, _ in boxes).items() if times > 1]
    if twice:
        raise FieldRefused("boxes", f"Kotak {twice[0]} tertulis dua kali.")
    for number, _quantity in boxes:
        if not BOX_NUMBER.fullmatch(number):
            raise FieldRefused("boxes", "Nomor kotak: huruf, angka, titik, garis; paling panjang 30.")
    total = sum(quantity for _, quantity in boxes)
    if total != delivery.quantity:
        raise FieldRefused(
            "quantity",
            f"Jumlah menurut surat {format_count(delivery.quantity)}, isi semua kotak {format_count(total)}. "
            "Hitung lagi, lalu betulkan yang keliru.",
        )
    return boxes


def _create_receipt(**columns: object) -> BlankReceipt:
    """Two people may record the same letter at the same moment: the second is told like everybody."""
    try:
        with transaction.atomic():
            return BlankReceipt.objects.create(**columns)
    except IntegrityError as error:
        known = BlankReceipt.objects.filter(letter_number=columns["letter_number"]).first()
        if known is None:
            raise
        raise FieldRefused("letter_number", _known(known)) from error


def _fulfil(planned: PlannedDelivery, receipt: BlankReceipt) -> None:
    row = PlannedDelivery.objects.select_for_update(of=("self",)).get(pk=planned.pk)
    if row.receipt_id is not None or row.cancelled_at is not None:
        raise FieldRefused("planned", "Kiriman yang dijanjikan ini sudah diterima atau dibatalkan.")
    row.receipt = receipt
    row.save(update_fields=["receipt"])


@transaction.atomic
def record_outside_use(*, stock: BlankStock, day: date, quantity: int, officer: Officer, now: datetime) -> int:
    """Blanks that were printed outside the system on a day, from the office's own records: the oldest boxes first.

    How many boxes they came from. Raises FieldRefused: a day to come, long past, recorded already, or in what the
    ledger began with or a count found; more than free.
    """
    check_quantity("quantity", quantity)
    today = local_date(now)
    if day > today:
        raise FieldRefused("day", "Hari ini belum tiba. Catat pemakaian sesudah harinya.")
    if day < today - LATEST_RECORD:
        raise FieldRefused("day", "Lebih dari tiga bulan yang lalu. Betulkan selisihnya dengan opname.")
    row = locked_stock(stock.pk)
    _check_not_reckoned_with(row, day)
    done = BlankMovement.objects.filter(stock=row, kind=Move.OUTSIDE, day=day)
    if done.exists():
        used = format_count(-sum(done.values_list("on_hand", flat=True)))
        raise FieldRefused("day", f"Pemakaian {format_day(day)} sudah dicatat: {used} blangko. Tidak ada yang berubah.")
    if quantity > row.free:
        raise FieldRefused(
            "quantity",
            f"Yang bebas di sini {format_count(row.free)}; selebihnya sudah dicadangkan untuk permohonan. "
            "Bila blangkonya memang sudah terpakai, lakukan opname.",
        )
    taken = _oldest_first(row, quantity)
    for box_id, number in taken:
        write_line(row, Move.OUTSIDE, now=now, on_hand=-number, box_id=box_id, day=day, officer=officer)
    return len(taken)


def _check_not_reckoned_with(stock: BlankStock, day: date) -> None:
    """What the ledger began with, and what a count found, was there after everything that was used before."""
    first = BlankMovement.objects.filter(stock=stock).order_by("id").values_list("at", flat=True).first()
    if first is not None and day < local_date(first):
        raise FieldRefused(
            "day",
            f"Buku lokasi ini dimulai {format_day(first)}. Yang terpakai sebelum hari itu tidak dicatat; "
            "bila isi kotak sekarang kurang dari buku, lakukan opname.",
        )
    counted = last_counted(stock)
    if counted is not None and day < local_date(counted):
        raise FieldRefused(
            "day",
            f"Opname {format_day(counted)} menghitung yang tersisa, jadi pemakaian {format_day(day)} sudah termasuk. "
            "Tidak perlu dicatat lagi.",
        )


def _oldest_first(stock: BlankStock, quantity: int) -> list[tuple[int, int]]:
    """(box, how many) from the boxes outside the printing trays, in the order in which they came."""
    taken, left = [], quantity
    for box_id, inside, drawn in (
        BlankHolding.objects.filter(stock=stock, quantity__gt=0)
        .order_by("box_id")
        .values_list("box_id", "quantity", "drawn")
    ):
        number = min(left, inside - drawn)
        if number > 0:
            taken.append((box_id, number))
            left -= number
    if left:
        raise FieldRefused("quantity", "Sebagian blangko sedang di baki cetak. Selesaikan cetakan itu lebih dulu.")
    return taken


@dataclass(frozen=True)
class Spoiled:
    """Unprinted blanks that are of no use: how many of which box, why, and a photo of them.

    `key` is the form's own: the same form sent twice is recorded once. `words` are needed for the reason "other".
    """

    box: BlankBox
    quantity: int
    reason: str
    words: str
    photo: CheckedUpload
    key: uuid.UUID


@tried_again
def spoil_blanks(*, stock: BlankStock, spoiled: Spoiled, officer: Officer, now: datetime) -> bool:
    """Take spoiled blanks out of the stock; promises that they stood for go to the next in line. False: known already.

    Raises FieldRefused: not so many in the box, no reason, no words for "other".
    """
    photo_id = uuid.uuid5(spoiled.key, str(officer.pk))
    if StockPhoto.objects.filter(pk=photo_id).exists():
        return False
    words = _check_spoiled(spoiled)
    try:
        with transaction.atomic():
            photo = keep_photo(spoiled.photo, kind=SPOILED, officer=officer, now=now, photo_id=photo_id)
    except IntegrityError:  # the same form, sent at the same moment
        return False
    try:
        losing = take_promises(stock, spoiled.quantity, now=now, actor=staff(officer))
        line = write_line(
            stock, Move.SPOIL, now=now, on_hand=-spoiled.quantity, box=spoiled.box, reason=spoiled.reason, photo=photo,
            officer=officer,
        )  # fmt: skip
    except NotEnough as problem:
        raise FieldRefused("quantity", problem.message) from problem
    if words:
        note_change(line, words, officer=officer, now=now, flag=ADDITION)
    put_back_in_line(losing, now=now, actor=staff(officer))
    return True


def _check_spoiled(spoiled: Spoiled) -> str:
    check_quantity("quantity", spoiled.quantity)
    if spoiled.reason not in UNPRINTED_REASONS:
        raise FieldRefused("reason", "Pilih sebab kerusakan.")
    words = plain_words("words", spoiled.words)
    if spoiled.reason == "other" and not words:
        raise FieldRefused("words", "Jelaskan sebab kerusakannya.")
    return words
