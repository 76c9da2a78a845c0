"""What became of each card: printed, or spoiled and tried again. The same scan twice changes nothing and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from requests_app.files.inspect import CheckedUpload
from requests_app.models import Application, Card, Officer, PrintBatch, StockPhoto
from requests_app.models.searches import looked_for
from requests_app.operations.actors import staff
from requests_app.operations.attempts import lock_batch, print_again, tallies
from requests_app.operations.blank_loss import last_promised, put_back_in_line
from requests_app.operations.blank_news import BLANK_NOTICES
from requests_app.operations.blanks import NotEnough, lose_blank, note_wait, printing_stock, reserve, write_line
from requests_app.operations.card_words import card_words
from requests_app.operations.notices import owe_notice, supersede_unsent
from requests_app.operations.office import note_change, plain_words
from requests_app.operations.pickups import not_ready
from requests_app.operations.searches import turned_up
from requests_app.operations.shipment_news import settle
from requests_app.operations.steps import NotNow, lock, take_step
from requests_app.operations.stock_photos import SPOILED, keep_photo
from requests_app.rules.blanks import Move, Outcome
from requests_app.rules.dates import format_moment
from requests_app.rules.numbers import normalise_card_code
from requests_app.rules.printing import LOST, MOST_AT_ONCE, MOST_CODES, TOLD_AS_WITHDRAWN, short_name
from requests_app.rules.statuses import Status

WITHDRAWN = "Permohonan atau persetujuannya sudah dibatalkan. Sisihkan kartunya; bila sudah tercetak, catat rusak."


@dataclass(frozen=True)
class Scan:
    """What one code led to. `changed`: something was recorded; `wrong`: the officer has to do something about it."""

    code: str
    text: str
    changed: bool = False
    wrong: bool = False
    card: Card | None = None


def card_of(code: str) -> Card | None:
    """The card of a typed or scanned code."""
    stored = normalise_card_code(code)
    return Card.objects.filter(code=stored).first() if stored else None


@dataclass(frozen=True)
class Held:
    """One card with its application and batch, locked until the end of the transaction, and who works on it when."""

    application: Application
    batch: PrintBatch
    card: Card
    officer: Officer
    now: datetime

    @property
    def whose(self) -> str:
        """The card in the officer's words."""
        return f"Kartu {self.card.position}, {short_name(self.application.name)}"

    def record(self, outcome: Outcome, *, reason: str = "", photo: StockPhoto | None = None) -> None:
        """What became of the card."""
        card = self.card
        card.outcome, card.outcome_at, card.outcome_by = outcome.value, self.now, self.officer
        card.reason, card.photo = reason, photo
        if outcome is Outcome.PRINTED:
            card.zone = self.batch.stock.zone
        card.save(update_fields=["outcome", "outcome_at", "outcome_by", "reason", "photo", "zone"])

    def write(self, kind: Move, *, reserved: int, reason: str = "", photo: StockPhoto | None = None) -> None:
        """The blank in the tray is used up: one line of the ledger. Raises NotEnough."""
        write_line(
            self.batch.stock, kind, now=self.now, on_hand=-1, reserved=reserved, drawn=-1, box=self.card.box,
            batch=self.batch, card=self.card, application=self.application, officer=self.officer, reason=reason,
            photo=photo,
        )  # fmt: skip


def hold_card(card: Card, officer: Officer, now: datetime) -> Held:
    """Application, batch and card, locked in this order."""
    application = lock(card.application_id)
    batch = lock_batch(card.batch_id)
    rows = Card.objects.select_for_update(of=("self",)).select_related("box", "shipment__zone", "shipment__origin")
    return Held(application, batch, rows.get(pk=card.pk), officer, now)


def record_printed(*, code: str, batch_id: int, officer: Officer, now: datetime) -> Scan:
    """A card of this batch came out well: its blank is used, and the hold of its application ends."""
    card = card_of(code)
    if card is None:
        return Scan(code, f"Kode “{code[:20]}” tidak dikenal. Pindai QR pada lembar cetak.", wrong=True)
    if card.batch_id != batch_id:
        return Scan(code, f"Kartu {card.code} ada di kelompok lain, {card.batch.number}.", wrong=True, card=card)
    return _print(card, officer, now)


@transaction.atomic
def _print(card: Card, officer: Officer, now: datetime) -> Scan:
    held = hold_card(card, officer, now)
    card, stands = held.card, Status(held.application.status)
    match card.outcome:
        case Outcome.PRINTED:
            told = format_moment(card.outcome_at or now)
            return Scan(card.code, f"{held.whose}: sudah tercatat tercetak {told}. Tidak ada yang berubah.", card=card)
        case Outcome.SPOILED:
            text = f"{held.whose}: sudah dicatat rusak. Tidak ada yang berubah."
            return Scan(card.code, text, wrong=True, card=card)
        case Outcome.DROPPED:
            return Scan(card.code, f"{held.whose}: {_why_dropped(held.batch)}", wrong=True, card=card)
    if stands is not Status.READY_TO_PRINT:
        text = f"{held.whose}: tidak siap dicetak, statusnya “{stands.officer_word}”."
        return Scan(card.code, text, wrong=True, card=card)
    held.write(Move.PRINT, reserved=-1)
    take_step(held.application, "print", now=now, actor=staff(officer), data={"card": card.pk})
    held.record(Outcome.PRINTED)
    turned_up(held.application, card, officer=officer, now=now)
    return Scan(card.code, f"{held.whose}: tercetak.", changed=True, card=card)


def _why_dropped(batch: PrintBatch) -> str:
    return WITHDRAWN if batch.state == "open" else f"tidak jadi dicetak dalam kelompok {batch.number}."


def record_many_printed(*, codes: Sequence[str], batch_id: int, officer: Officer, now: datetime) -> list[Scan]:
    """One transaction each, at most 500 at once; what each code led to."""
    return [record_printed(code=code, batch_id=batch_id, officer=officer, now=now) for code in codes[:MOST_CODES]]


def record_rest_printed(*, batch_id: int, pending_before: int, officer: Officer, now: datetime) -> list[Scan]:
    """What still waits in the batch came out well, but for what is looked for; at most 200 at once. Raises NotNow.

    `pending_before`: how many the page showed, so that nothing is recorded that nobody saw.
    """
    waiting = Card.objects.filter(~looked_for(), batch=batch_id, outcome=Outcome.PENDING)
    codes = list(waiting.order_by("position").values_list("code", flat=True))
    if codes and len(codes) != pending_before:
        raise NotNow(f"Sekarang {len(codes)} kartu yang menunggu, bukan {pending_before}. Periksa daftarnya lagi.")
    return record_many_printed(codes=codes[:MOST_AT_ONCE], batch_id=batch_id, officer=officer, now=now)


@transaction.atomic
def record_spoiled(
    *, card: Card, reason: str, upload: CheckedUpload, note: str = "", officer: Officer, now: datetime
) -> Scan:
    """A card is spoiled, at the printer or later until the handover: it takes another blank, or waits for one.

    The photo is stored with it; a note goes into the log of changes. Raises NotNow, FieldRefused (note).
    """
    note = plain_words("note", note)
    held = hold_card(card, officer, now)
    card = held.card
    if card.outcome == Outcome.SPOILED:
        return Scan(card.code, f"Kartu {card.code} sudah dicatat rusak. Tidak ada yang berubah.", card=card)
    turned_up(held.application, card, officer=officer, now=now)
    _check_spoilable(held)
    photo = keep_photo(upload, kind=SPOILED, officer=officer, now=now)
    if note:
        note_change(card, note, officer=officer, now=now)
    text = f"Kartu {card.code} dicatat rusak. {spoil_held(held, reason, photo)}"
    return Scan(card.code, text, changed=True, card=card)


def spoil_held(held: Held, reason: str, photo: StockPhoto | None) -> str:
    """A card is of no use, whatever had become of it; says what is next. Without a photo only what cannot be found."""
    match held.card.outcome:
        case Outcome.PRINTED:
            return spoil_printed(held, reason, photo)
        case Outcome.DROPPED:
            return _spoil_withdrawn(held, reason, photo)
    return _spoil_pending(held, reason, photo)


def _check_spoilable(held: Held) -> None:
    card, stands = held.card, held.application.status
    if card.outcome == Outcome.DROPPED and held.batch.state != "open":
        raise NotNow(f"Kartu {card.code} tidak jadi dicetak; blangkonya sudah kembali ke kotak.")
    if card.outcome == Outcome.PRINTED and stands not in (Status.PRINTED, Status.READY_FOR_PICKUP):
        raise NotNow(f"Kartu {card.code} sudah diserahkan kepada pemiliknya.")
    if card.outcome == Outcome.DROPPED and tallies(held.batch)[card.box_id].spare < 1:
        raise NotNow("Blangko di baki sudah dipakai kartu lain. Ambil blangko tambahan dari kotak, lalu catat lagi.")


def _spoil_pending(held: Held, reason: str, photo: StockPhoto | None) -> str:
    """At the printer: its blank is gone and its promise with it; it takes another one at once, or waits in the line."""
    held.write(Move.SPOIL, reserved=-1, reason=reason, photo=photo)
    held.record(Outcome.SPOILED, reason=reason, photo=photo)
    lose_blank(held.application, held.batch.stock, now=held.now, actor=staff(held.officer))
    if held.application.status != Status.READY_TO_PRINT:
        _tell_again(held)
    return _what_next(held)


def spoil_printed(held: Held, reason: str, photo: StockPhoto | None) -> str:
    """A printed card is no good after all: its application takes another blank. Says what is next.

    Without a photo only what never arrived, or was looked for.
    """
    application, now, officer = held.application, held.now, held.officer
    held.record(Outcome.SPOILED, reason=reason, photo=photo)
    not_ready(application, held.card)
    data = {"card": held.card.pk, "reason": reason}
    if reserve(application, printing_stock(application.zone), now=now, officer=officer):
        take_step(application, "spoil", now=now, actor=staff(officer), data=data)
    else:
        take_step(application, "spoil_none_left", now=now, actor=staff(officer), data=data)
        note_wait(application, now=now)
    _tell_again(held)
    settle(held.card, officer=officer, now=now)
    return _what_next(held)


def _tell_again(held: Held) -> None:
    words = {
        "sebab": "hilang di kantor kami" if held.card.reason == LOST else "rusak",
        "kartu": card_words(held.application, now=held.now),
    }
    dedup = f"card-{held.card.pk}"
    supersede_unsent(held.application, BLANK_NOTICES)
    owe_notice(held.application, "card_again", now=held.now, dedup=dedup, params=words)


def _what_next(held: Held) -> str:
    again = print_again(held.batch, [held.application])
    if again:
        return f"Cetak ulang dalam kelompok ini: urutan {again[0].position}, kode {again[0].code}."
    if held.application.status == Status.READY_TO_PRINT:
        return "Permohonannya mendapat blangko lain dan menunggu kelompok berikutnya."
    return "Blangko habis: permohonannya menunggu blangko berikutnya."


def _spoil_withdrawn(held: Held, reason: str, photo: StockPhoto | None) -> str:
    """It was printed although it was withdrawn meanwhile, or its blank is lost; somebody else may be promised that one.

    A photo shows that it was printed, whatever reason was chosen.
    """
    why = LOST if reason == LOST else TOLD_AS_WITHDRAWN
    try:
        held.write(Move.SPOIL, reserved=0, reason=why, photo=photo)
    except NotEnough:
        losing = _take_back_a_promise(held)
        held.write(Move.SPOIL, reserved=0, reason=why, photo=photo)
        put_back_in_line([losing], now=held.now, actor=staff(held.officer))
    held.record(Outcome.SPOILED, reason=why, photo=photo)
    if why == LOST:
        return "Kartu ini tidak dicetak ulang."
    return "Musnahkan kartunya menurut aturan; kartu ini tidak dicetak ulang."


def _take_back_a_promise(held: Held) -> Application:
    """The last in turn of those in no batch; rows that somebody works on are passed over, as others are locked here."""
    stock = held.batch.stock
    last = last_promised(stock).select_for_update(of=("self",), skip_locked=True).first()
    if last is None:
        raise NotNow("Semua blangko di lokasi ini sedang dicetak. Catat lagi setelah kelompok lain selesai.")
    write_line(stock, Move.RELEASE, now=held.now, reserved=-1, application=last, officer=held.officer)
    return last
