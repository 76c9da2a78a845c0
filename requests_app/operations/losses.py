"""A card, or a blank in the printing tray, that cannot be found: looked for, then found, or lost as two people say."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from requests_app.models import CardLoss, Officer, StockAlert
from requests_app.models.cards import Card
from requests_app.operations.actors import staff
from requests_app.operations.attempts import tallies
from requests_app.operations.notices import supersede_unsent
from requests_app.operations.office import FieldRefused, plain_words
from requests_app.operations.prints import Held, Scan, hold_card, spoil_held
from requests_app.operations.searches import KIND, end_search, open_search, turned_up
from requests_app.operations.steps import NotNow, record_event
from requests_app.operations.stock_alerts import open_alert
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import format_moment
from requests_app.rules.printing import LONGEST_SEARCH_NOTE, LOST
from requests_app.rules.statuses import Status

TOO_LONG = timedelta(days=2)
"""So old a search is the supervisors' matter."""
BATCH = 200


@transaction.atomic
def look_for(*, card: Card, note: str, officer: Officer, now: datetime) -> Scan:
    """A card is not where it should be, or its blank not in the tray: it is looked for from now on.

    `note`: where it was looked for, at most 200 letters. A second time changes nothing and says so. Raises FieldRefused
    (note) and NotNow: spoiled, handed over, or not to be printed any more and its blank is in the tray no more.
    """
    words = _checked_note(note)
    held = hold_card(card, officer, now)
    _check_can_be_missed(held)
    search = open_search(held.card)
    if search is not None:
        since = f"sejak {format_moment(search.noticed_at)} oleh {search.noticed_by}"
        return Scan(card.code, f"Kartu {card.code} sudah dicari {since}. Tidak ada yang berubah.", card=held.card)
    CardLoss.objects.create(card=held.card, note=words, noticed_at=now, noticed_by=officer)
    if held.card.outcome == Outcome.PRINTED:
        supersede_unsent(held.application, ("pickup_reminder",))
    record_event(held.application, "card_looked_for", now=now, actor=staff(officer), data={"card": held.card.pk})
    text = f"Kartu {card.code} sekarang dicari. Orang lain yang menyatakannya hilang bila tidak ditemukan."
    return Scan(card.code, text, changed=True, card=held.card)


def _checked_note(note: str) -> str:
    words = plain_words("note", note)
    if not words:
        raise FieldRefused("note", "Tulis di mana saja kartu ini sudah dicari.")
    if len(words) > LONGEST_SEARCH_NOTE:
        raise FieldRefused("note", f"Paling panjang {LONGEST_SEARCH_NOTE} huruf.")
    return words


def _check_can_be_missed(held: Held) -> None:
    card = held.card
    match card.outcome:
        case Outcome.SPOILED:
            raise NotNow(f"Kartu {card.code} sudah dicatat rusak atau hilang. Tidak ada yang dicari.")
        case Outcome.DROPPED:
            _check_blank_is_in_tray(held)
        case Outcome.PRINTED if held.application.status not in (Status.PRINTED, Status.READY_FOR_PICKUP):
            raise NotNow(f"Kartu {card.code} sudah diserahkan kepada pemiliknya.")


def _check_blank_is_in_tray(held: Held) -> None:
    """By the books: of a card that is not to be printed any more, its blank is all that can be missing."""
    card = held.card
    if held.batch.state != "open":
        raise NotNow(
            f"Kartu {card.code} tidak jadi dicetak; blangkonya sudah kembali ke kotak. Bila kotaknya kurang, catat "
            "lewat Stok, Opname."
        )
    if open_search(card) is None and tallies(held.batch)[card.box_id].spare < 1:
        raise NotNow(
            f"Kartu {card.code} tidak jadi dicetak, dan blangkonya sudah dipakai kartu lain atau sudah dicari. Cari "
            "kartu yang belum ada hasilnya."
        )


@transaction.atomic
def found(*, loss: CardLoss, officer: Officer, now: datetime) -> Scan:
    """The card, or the blank, is there: anybody of the staff says so. A second time changes nothing and says so.

    Raises NotNow when it was given up meanwhile.
    """
    held = hold_card(loss.card, officer, now)
    code = held.card.code
    if turned_up(held.application, held.card, officer=officer, now=now):
        return Scan(
            code, f"Kartu {code} ditemukan. Semuanya berjalan seperti sebelumnya.", changed=True, card=held.card
        )
    if CardLoss.objects.get(pk=loss.pk).end == "lost":
        raise NotNow(f"Kartu {code} sudah dinyatakan hilang dan diganti. Musnahkan kartu yang ditemukan itu.")
    return Scan(code, f"Kartu {code} sudah ditemukan. Tidak ada yang berubah.", card=held.card)


@transaction.atomic
def confirm_lost(*, loss: CardLoss, officer: Officer, now: datetime) -> Scan:
    """A second person gives the card up: it counts as spoiled, without a photo, and its owner gets another one.

    A second time changes nothing and says so. Raises NotNow: the one who looks for it, or it was found meanwhile.
    """
    held = hold_card(loss.card, officer, now)
    code, search = held.card.code, open_search(held.card)
    if search is None or search.pk != loss.pk:
        if CardLoss.objects.get(pk=loss.pk).end == "lost":
            return Scan(code, f"Kartu {code} sudah dinyatakan hilang. Tidak ada yang berubah.", card=held.card)
        raise NotNow(f"Kartu {code} sudah ditemukan. Kartu itu tidak hilang.")
    if search.noticed_by_id == officer.pk:
        raise NotNow("Pencarian ini Anda sendiri yang memulai. Minta orang lain ikut mencari dan menyatakannya hilang.")
    end_search(search, "lost", code=code, officer=officer, now=now)
    record_event(held.application, "card_lost", now=now, actor=staff(officer), data={"card": held.card.pk})
    next_for_it = spoil_held(held, LOST, None)
    return Scan(code, f"Kartu {code} dinyatakan hilang. {next_for_it}", changed=True, card=held.card)


@transaction.atomic
def tell_long_searches(*, now: datetime) -> int:
    """Supervisors are told of each card that has been looked for longer than two days; of how many they are now."""
    told = StockAlert.objects.filter(kind=KIND, key=OuterRef("card__code"), closed_at=None)
    old = CardLoss.objects.filter(~Exists(told), ended_at=None, noticed_at__lt=now - TOO_LONG)
    rows = old.select_for_update(of=("self",), skip_locked=True).select_related("card__batch__stock__zone")
    searches = list(rows.order_by("noticed_at")[:BATCH])
    for search in searches:
        facts = {"since": search.noticed_at.isoformat()}
        open_alert(KIND, search.card.code, now=now, stock=search.card.batch.stock, facts=facts)
    return len(searches)
