"""Cards for tests that begin where printing has ended: printed, and lying where they are collected."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from requests_app.models import (
    Application,
    BatchBox,
    BlankHold,
    BlankHolding,
    Card,
    CardPickup,
    Officer,
    PrintBatch,
    Zone,
)
from requests_app.operations.actors import CLOCK, staff
from requests_app.operations.blanks import printing_stock, reserve, write_line
from requests_app.operations.handovers import Handing, hand_over
from requests_app.operations.pickups import ensure_pickup, make_ready
from requests_app.operations.steps import lock, take_step
from requests_app.rules.blanks import Move, Outcome
from requests_app.rules.numbers import new_card_code
from requests_app.rules.pickups import old_card_choices
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked


@transaction.atomic
def print_card(application: Application, now: datetime, officer: Officer | None = None) -> Card:
    """One card in a batch of its own, from the location that holds the application's blank."""
    officer, application = officer or OfficerFactory(), lock(application.pk)
    stock = application.blank_hold.stock
    box = BlankHolding.objects.filter(stock=stock, quantity__gt=0).earliest("box").box
    key = uuid.uuid4()
    batch = PrintBatch.objects.create(
        number=f"C-{key.hex[:12]}", stock=stock, request_key=key, created_at=now, created_by=officer,
        state="closed", ended_at=now, ended_by=officer,
    )  # fmt: skip
    BatchBox.objects.create(batch=batch, box=box, drawn=1, returned=0)
    write_line(stock, Move.DRAW, now=now, drawn=1, box=box, batch=batch)
    card = Card.objects.create(
        application=application, batch=batch, box=box, position=1, code=new_card_code(),
        outcome=Outcome.PRINTED, outcome_at=now, outcome_by=officer,
    )  # fmt: skip
    write_line(
        stock, Move.PRINT, now=now, on_hand=-1, reserved=-1, drawn=-1, box=box, batch=batch, card=card,
        application=application,
    )  # fmt: skip
    take_step(application, "print", now=now, actor=staff(officer), data={"card": card.pk})
    return card


@transaction.atomic
def bring_to(application: Application, card: Card, now: datetime, zone: Zone | None = None) -> CardPickup:
    """The printed card is where it is collected: the zone's office unless another one is given."""
    application = lock(application.pk)
    if zone is not None:
        pickup = ensure_pickup(application)
        pickup.zone = zone
        pickup.save(update_fields=["zone"])
    return make_ready(application, card, now=now, actor=staff(OfficerFactory()))


def printed_card(now: datetime, **over: Any) -> Card:
    """An application whose card was printed at `now`."""
    stocked(now, 1)
    (application,) = queued_cards(now, 1, **over)
    return print_card(application, now)


def ready_card(now: datetime, zone: Zone | None = None, **over: Any) -> CardPickup:
    """A card that lies where it is collected, as its owner was told at `now`."""
    card = printed_card(now, **over)
    return bring_to(card.application, card, now, zone)


def give_card(*, application_id: int, officer: Officer, now: datetime) -> Application:
    """An approved card in its owner's hand at once: queued, printed, at its zone's office, handed over."""
    pickup = bring_card(application_id=application_id, officer=officer, now=now)
    application = pickup.application
    old_card = old_card_choices(application.reason)[0][0]
    hand_over(
        application_id=application_id, place=pickup.zone, officer=officer, now=now,
        handing=Handing(nik=application.nik, old_card=old_card, signed_by=application.name, by_code=True),
    )  # fmt: skip
    return Application.objects.get(pk=application_id)


def bring_card(*, application_id: int, officer: Officer, now: datetime) -> CardPickup:
    """An approved card printed and at its zone's office at once, whoever else waits for a blank."""
    application = queue_card(application_id, now)
    return bring_to(application, print_card(application, now, officer), now)


@transaction.atomic
def queue_card(application_id: int, now: datetime) -> Application:
    """Into the print queue with a blank of its own, whoever else waits. Raises StepNotAllowed."""
    application = lock(application_id)
    take_step(application, "queue_print", now=now, actor=CLOCK)
    if not BlankHold.objects.filter(application=application).exists():
        stock = printing_stock(application.zone)
        stocked(now, 1, zone=stock.zone)
        assert reserve(application, stock, now=now)
    return application
