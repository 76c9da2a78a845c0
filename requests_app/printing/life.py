"""The life of one card in words: from the box that came with a letter to the hand of its owner."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from requests_app.models import Card, CardLoss, CardShipment, Handover, Officer
from requests_app.models.blanks import place_name
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import format_day


@dataclass(frozen=True)
class Entry:
    """One line; `state` draws it as done or late."""

    title: str
    at: datetime
    note: str = ""
    state: str = "done"


def life_in_words(card: Card, searches: Iterable[CardLoss]) -> list[Entry]:
    """What happened to it, the first thing first; also when it was looked for."""
    return sorted([*_made(card), *_moved(card), *_looked_for(searches)], key=lambda entry: entry.at)


def _made(card: Card) -> Iterator[Entry]:
    receipt = card.box.receipt
    letter = f"Surat {receipt.letter_number}, {format_day(receipt.letter_date)}, diterima di {receipt.stock}."
    yield Entry(f"Blangko datang dalam kotak {card.box.number}", receipt.received_at, letter)
    batch = card.batch
    at = f"{batch.stock}, kelompok {batch.number}, urutan {card.position}{_by(batch.created_by)}."
    yield Entry("Masuk kelompok cetak", batch.created_at, at)
    if card.outcome_at is not None and card.outcome:
        outcome = Outcome(card.outcome)
        why = card.get_reason_display() if card.reason else ""
        note = ", ".join(filter(None, [why, card.outcome_by.username if card.outcome_by else ""]))
        yield Entry(outcome.label, card.outcome_at, note, "done" if outcome is Outcome.PRINTED else "late")


def _moved(card: Card) -> Iterator[Entry]:
    first = card.came_with
    if first is not None:
        yield _left(first)
        if first.received_at is not None:
            yield Entry(f"Siap diambil di {place_name(first.zone)}", first.received_at)
    if card.shipment is not None:
        yield _left(card.shipment)
    if card.arrived_at is not None:
        yield Entry(f"Siap diambil di {place_name(card.zone)}", card.arrived_at)
    handover: Handover | None = getattr(card, "handover", None)
    if handover is not None:
        told = f"{place_name(handover.zone)}{_by(handover.officer)}. {handover.get_old_card_display()}."
        yield Entry("Diserahkan", handover.at, told)


def _left(shipment: CardShipment) -> Entry:
    """It left with this shipment: to where it is collected, or back to the head office because nobody came."""
    verb = "Tidak diambil, dibawa" if shipment.returned else "Dikirim"
    note = f"Kiriman {shipment.number}{_by(shipment.sent_by)}."
    return Entry(f"{verb} ke {place_name(shipment.zone)}", shipment.sent_at, note)


def _looked_for(searches: Iterable[CardLoss]) -> Iterator[Entry]:
    for search in searches:
        yield Entry(
            "Tidak ditemukan, dicari", search.noticed_at, f"{search.note} ({search.noticed_by.username})", "late"
        )
        if search.ended_at is not None and search.ended_by is not None:
            title = "Ditemukan" if search.end == "found" else "Dinyatakan hilang"
            state = "done" if search.end == "found" else "late"
            yield Entry(title, search.ended_at, search.ended_by.username, state)


def _by(officer: Officer) -> str:
    return f", oleh {officer.username}"
