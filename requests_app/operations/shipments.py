"""Printed cards on their way to the office where they are collected, and their arrival there, card by card."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from requests_app.models import Application, BlankStock, Card, CardShipment, Officer, Zone
from requests_app.models.blanks import place_name
from requests_app.models.print_queue import going_to, to_send
from requests_app.models.searches import looked_for
from requests_app.operations.actors import staff
from requests_app.operations.numbered import create_numbered
from requests_app.operations.pickups import arrive_back, make_ready
from requests_app.operations.prints import Scan, card_of, hold_card, spoil_printed
from requests_app.operations.searches import open_search, turned_up
from requests_app.operations.shipment_news import lock_shipment, note_missing, receive, settle
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import Outcome
from requests_app.rules.printing import LOST, MOST_AT_ONCE, MOST_CODES, SHIPMENT_PREFIX, short_name


def send_cards(
    *, stock: BlankStock, zones: Sequence[Zone | None], until: datetime, officer: Officer, now: datetime
) -> list[CardShipment]:
    """One shipment for each office (none: the head office) for which cards lie here that were printed up to `until`.

    Whose owner has chosen since then waits for the next list: nothing leaves for an office that nobody saw it go to.
    What is collected where it was printed is ready at once (at most 200 cards). The same twice sends nothing twice.
    """
    made = [_send(stock, zone, until, officer, now) for zone in zones]
    shipments = [shipment for shipment in made if shipment is not None]
    for shipment in shipments:
        if shipment.zone_id == stock.zone_id:
            confirm_all(shipment=shipment, officer=officer, now=now)
            shipment.refresh_from_db()
    return shipments


@transaction.atomic
def _send(
    stock: BlankStock, zone: Zone | None, until: datetime, officer: Officer, now: datetime
) -> CardShipment | None:
    """Applications are locked before their cards are looked at again: one spoiled meanwhile stays."""
    seen = Q(application__pickup=None) | Q(application__pickup__chosen_at=None)
    seen |= Q(application__pickup__chosen_at__lte=until)
    waiting = to_send(stock).filter(seen, going_to(zone), outcome_at__lte=until)
    most = MOST_AT_ONCE if stock.zone_id == (zone.pk if zone is not None else None) else MOST_CODES
    ids = sorted(waiting.order_by("outcome_at", "pk").values_list("application", flat=True)[:most])
    list(Application.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    cards = list(to_send(stock).filter(seen, going_to(zone), application__in=ids).values_list("pk", flat=True))
    if not cards:
        return None
    shipment = create_numbered(CardShipment, SHIPMENT_PREFIX, now=now, zone=zone, sent_at=now, sent_by=officer)
    Card.objects.filter(pk__in=cards).update(shipment=shipment, zone=zone)
    return shipment


def confirm_all(*, shipment: CardShipment, officer: Officer, now: datetime) -> tuple[int, int]:
    """Every card of it is there: one transaction each, so that a broken one keeps nobody waiting; 200 at once.

    How many are new, and how many are left for the next time.
    """
    coming = Card.objects.filter(~looked_for(), shipment=shipment, arrived_at=None, outcome=Outcome.PRINTED)
    coming = coming.order_by("pk")
    done = sum(_arrive(card, officer, now).changed for card in coming.all()[:MOST_AT_ONCE])
    left = coming.count()
    if not left:
        finish_arrival(shipment_id=shipment.pk, officer=officer, now=now)
    return done, left


def confirm_codes(*, shipment: CardShipment, codes: Sequence[str], officer: Officer, now: datetime) -> list[Scan]:
    """The cards that were scanned at arrival; what each code led to. The last one of a shipment completes it."""
    scans = [_confirm(shipment, code, officer, now) for code in codes[:MOST_CODES]]
    if not Card.objects.filter(shipment=shipment, arrived_at=None, outcome=Outcome.PRINTED).exists():
        finish_arrival(shipment_id=shipment.pk, officer=officer, now=now)
    return scans


def _confirm(shipment: CardShipment, code: str, officer: Officer, now: datetime) -> Scan:
    card = card_of(code)
    if card is None:
        return Scan(code, f"Kode “{code[:20]}” tidak dikenal. Pindai QR pada slip kartu.", wrong=True)
    if card.shipment_id != shipment.pk:
        return Scan(code, f"Kartu {card.code} tidak termasuk kiriman ini{_where_it_goes(card)}", wrong=True, card=card)
    return _arrive(card, officer, now)


def _where_it_goes(card: Card) -> str:
    """In the bag of another office's shipment it is sent on; in none it goes back to where it was printed."""
    if card.shipment is None:
        return ", dan tidak ada kirimannya. Sisihkan, dan tanyakan kepada kantor yang mencetak."
    return (
        f", tetapi kiriman {card.shipment.number} ke {place_name(card.shipment.zone)}. Sisihkan dan teruskan ke sana."
    )


@transaction.atomic
def _arrive(card: Card, officer: Officer, now: datetime) -> Scan:
    held = hold_card(card, officer, now)
    card, whose = held.card, f"Kartu {card.code}, {short_name(held.application.name)}"
    if card.outcome != Outcome.PRINTED:
        return Scan(card.code, f"{whose}: sudah dicatat rusak. Sisihkan.", wrong=True, card=card)
    is_found = turned_up(held.application, card, officer=officer, now=now)
    if card.arrived_at is not None:
        said = "ditemukan" if is_found else "sudah tercatat tiba. Tidak ada yang berubah"
        return Scan(card.code, f"{whose}: {said}.", changed=is_found, card=card)
    arrive = arrive_back if card.shipment is not None and card.shipment.returned else make_ready
    arrive(held.application, card, now=now, actor=staff(officer))
    settle(card, officer=officer, now=now)
    return Scan(card.code, f"{whose}: tiba dan siap diambil.", changed=True, card=card)


@transaction.atomic
def finish_arrival(*, shipment_id: int, officer: Officer, now: datetime) -> int:
    """It was looked through: what did not come stays on its way, and both sides see it. How many are missing."""
    shipment = lock_shipment(shipment_id)
    receive(shipment, officer=officer, now=now)
    return note_missing(shipment, now=now)


@transaction.atomic
def give_up(*, card: Card, officer: Officer, now: datetime) -> Scan:
    """A card that did not come with its shipment is lost: it is printed again, and its owner is told that it was lost.

    There is nothing to take a photo of. Raises NotNow.
    """
    held = hold_card(card, officer, now)
    card = held.card
    if card.outcome == Outcome.SPOILED:
        return Scan(card.code, f"Kartu {card.code} sudah dicatat rusak. Tidak ada yang berubah.", card=card)
    shipment = card.shipment
    if shipment is None or shipment.received_at is None or card.arrived_at is not None:
        raise NotNow(f"Kartu {card.code} tidak sedang dicari.")
    if open_search(card) is not None:
        raise NotNow(f"Kartu {card.code} sedang dicari. Orang lain menyatakannya hilang di daftar “Sedang dicari”.")
    text = spoil_printed(held, LOST, None)
    said = f"Kartu {card.code} tidak sampai ke {place_name(shipment.zone)} dan dicatat hilang. {text}"
    return Scan(card.code, said, changed=True, card=card)
