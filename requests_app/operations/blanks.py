"""Blanks: the one way to write a line of the ledger, and promising blanks to approved applications in their turn."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from requests_app.models import (
    Application,
    BlankHold,
    BlankMovement,
    BlankStock,
    BlankWait,
    Card,
    CardPickup,
    Officer,
    Zone,
)
from requests_app.models.blank_line import expected_week, others_come_first, place_in_line, waiting
from requests_app.operations.actors import CLOCK, Actor
from requests_app.operations.blank_news import tell_of_blank
from requests_app.operations.card_words import NEXT
from requests_app.operations.notices import supersede_unsent
from requests_app.operations.nudge import nudge_blanks
from requests_app.operations.steps import lock, record_event, take_step
from requests_app.rules.blanks import TELL_WAITING_AT_LEAST, Move, Outcome
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date
from requests_app.rules.messages import CARD_NOTICES
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import Status

BATCH, PORTION = 200, 10
HOLDING = (Status.APPROVED, Status.READY_TO_PRINT)
NOT_ENOUGH = {
    "requests_app_blankstock_on_hand_check": "Blangko di lokasi ini tidak cukup.",
    "no_more_reserved_than_there": "Blangko di lokasi ini sudah dicadangkan untuk permohonan.",
    "no_more_drawn_than_there": "Blangko di lokasi ini tidak cukup; yang di baki cetak tidak dihitung.",
    "requests_app_blankholding_quantity_check": "Isi kotak ini tidak cukup.",
    "no_more_drawn_than_in_the_box": "Isi kotak ini tidak cukup; yang di baki cetak tidak dihitung.",
}


class NotEnough(Exception):
    """There are not so many blanks there; `message` (Indonesian) says what is in the way. Nothing was written."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message = NOT_ENOUGH[rule]


def stock_of(zone: Zone | None) -> BlankStock:
    """The stock of a zone's office, or of the head office; made when it is first asked for."""
    return BlankStock.objects.get_or_create(zone=zone)[0]


def printing_stock(zone: Zone) -> BlankStock:
    """The location that prints for a zone (a setting; the head office unless somebody said otherwise)."""
    return zone.printed_at or stock_of(None)


def write_line(stock: BlankStock, kind: Move, *, now: datetime, **what: Any) -> BlankMovement:
    """Write one line of the ledger in the caller's transaction; the database moves the counters with it.

    `what`: the columns of BlankMovement that this kind has. Raises NotEnough; nothing is written then, and the
    transaction goes on. Applications are locked before a location's row, never after (docs/decisions/0026).
    """
    try:
        with transaction.atomic():
            return BlankMovement.objects.create(stock=stock, kind=kind, at=now, **what)
    except IntegrityError as error:
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if rule in NOT_ENOUGH:
            raise NotEnough(rule) from None
        raise


def release(losing: Sequence[Application], stock: BlankStock, *, now: datetime, officer: Officer | None = None) -> None:
    """Give up the promises of several locked applications at one location, in one statement."""
    BlankMovement.objects.bulk_create(
        BlankMovement(stock=stock, kind=Move.RELEASE, at=now, reserved=-1, application=application, officer=officer)
        for application in losing
    )


def reserve(application: Application, stock: BlankStock, *, now: datetime, officer: Officer | None = None) -> bool:
    """Promise one free blank to a locked application; False when none is free. It never holds two (database)."""
    try:
        write_line(stock, Move.RESERVE, now=now, reserved=1, application=application, officer=officer)
    except NotEnough:
        return False
    return True


def give_back(application: Application, *, now: datetime, officer: Officer | None = None) -> None:
    """A locked application needs its blank no more (withdrawn, annulled, taken back): the next in line gets it.

    A card of it that is about to be printed is not printed any more, and news of it that has not left is not sent.
    """
    if application.service != Service.KTP_EL:
        return
    supersede_unsent(application, CARD_NOTICES)
    BlankWait.objects.filter(application=application).delete()
    hold = BlankHold.objects.filter(application=application).select_related("stock").first()
    if hold is None:
        return
    Card.objects.filter(application=application, outcome=Outcome.PENDING).update(
        outcome=Outcome.DROPPED.value, outcome_at=now, outcome_by=officer
    )
    write_line(hold.stock, Move.RELEASE, now=now, reserved=-1, application=application, officer=officer)
    transaction.on_commit(nudge_blanks, robust=True)


def promise_blank(application: Application, *, now: datetime, officer: Officer) -> bool:
    """At the approval of a locked KTP-el: reserve a blank, unless others wait for one; then it joins the line.

    Returns whether it holds one. Its place and week are noted as told, because the answer tells them.
    """
    stock = printing_stock(application.zone)
    follow_address(application)
    if not others_come_first(stock, application, now=now) and reserve(application, stock, now=now, officer=officer):
        return True
    note_wait(application, now=now)
    return False


def follow_address(application: Application) -> None:
    """The card goes to the office of the present address, unless its owner chose another that is still at work.

    An office may close down while an application is rejected, and an objection brings it back.
    """
    kept = CardPickup.objects.filter(application=application, ready_at=None).exclude(zone=application.zone_id)
    stale = Q(chosen_at=None) | Q(zone__is_active=False)
    kept.filter(stale).update(zone=application.zone_id, chosen_at=None)


def note_wait(application: Application, *, now: datetime) -> BlankWait:
    """Remember what its owner is told now about place and week; the clock tells again when it moves much."""
    place = place_in_line(application)
    week = expected_week(place, application.zone, today=local_date(now))
    told = {
        "told_at": now, "told_place": place, "told_week": week, "next_tell_at": now + TELL_WAITING_AT_LEAST,
    }  # fmt: skip
    return BlankWait.objects.update_or_create(
        application=application, defaults=told, create_defaults={"since": now, **told}
    )[0]


def queue_approved(*, now: datetime) -> int:
    """Approved KTP-el go to the print queue, or into the line for a blank, once nobody can take the decision back.

    What was approved before there was a stock comes here too, oldest first. How many moved on.
    """
    done = 0
    ready = approved_cards().filter(decided_at__lte=now - TAKE_BACK).order_by("decided_at", "id")
    for application_id in list(ready.values_list("pk", flat=True)[:BATCH]):
        done += _queue_one(application_id, now)
    return done


def approved_cards() -> QuerySet[Application]:
    """Approved KTP-el that are neither in the print queue nor in the line (index cards_approved)."""
    return Application.objects.filter(status=Status.APPROVED, service=Service.KTP_EL)


@transaction.atomic
def _queue_one(application_id: int, now: datetime) -> bool:
    application = lock(application_id)
    if application.status != Status.APPROVED:
        return False
    stock = printing_stock(application.zone)
    holds = BlankHold.objects.filter(application=application).exists()
    if holds or (not waiting(stock).exists() and reserve(application, stock, now=now)):
        _into_print_queue(application, "queue_print", now)
        return True
    take_step(application, "wait_for_blank", now=now, actor=CLOCK)
    if not BlankWait.objects.filter(application=application).exists():
        note_wait(application, now=now)
    return True


def allocate_waiting(*, now: datetime) -> int:
    """Free blanks go to those who wait, in the order of the policy; each is told. How many got one."""
    done = 0
    for stock in BlankStock.objects.select_related("zone"):
        if stock.free > 0:
            done += allocate_at(stock, now=now)
    return done


def allocate_at(stock: BlankStock, *, now: datetime) -> int:
    """About 200 at once, in order; the sweep comes back for the rest. Called outside a transaction.

    In portions, so that whoever needs the location's row meanwhile waits for one of them and not for all.
    """
    done = 0
    while done < BATCH:
        portion = _allocate_some(stock.pk, now)
        if not portion:
            return done
        done += portion
    nudge_blanks()
    return done


@transaction.atomic
def _allocate_some(stock_id: int, now: datetime) -> int:
    """The next in order, as far as there are blanks now, up to the first on whom somebody works at this moment."""
    stock = BlankStock.objects.get(pk=stock_id)
    next_ones = list(waiting(stock).values_list("pk", flat=True)[: min(PORTION, max(stock.free, 0))])
    done = 0
    for application in _locked_unbroken(stock, next_ones):
        if not reserve(application, stock, now=now):
            break
        _into_print_queue(application, "blank_arrived", now)
        done += 1
    return done


def _locked_unbroken(stock: BlankStock, in_turn: Sequence[int]) -> list[Application]:
    """Those of them who still wait, locked, up to the first whose row is not to be had: nobody behind goes past."""
    rows = waiting(stock).filter(pk__in=in_turn).select_related("zone")
    locked = {row.pk: row for row in rows.select_for_update(of=("self",), skip_locked=True)}
    return [locked[pk] for pk in takewhile(locked.__contains__, in_turn)]


def _into_print_queue(application: Application, step: str, now: datetime) -> None:
    """A locked application has its blank. Whoever was told that there is none is told that there is one."""
    was_told, _ = BlankWait.objects.filter(application=application).delete()
    event = take_step(application, step, now=now, actor=CLOCK)
    if was_told:
        tell_of_blank(application, "blank_arrived", kartu=NEXT, now=now, dedup=str(event.pk))


def lose_blank(application: Application, stock: BlankStock, *, now: datetime, actor: Actor) -> None:
    """Its blank is not there (spoiled, or missing at a count): the next free one, else back into the line.

    The application is locked and in the print queue; its reservation was given up by the caller's own ledger line.
    """
    if reserve(application, stock, now=now, officer=actor.officer):
        record_event(application, "blank_replaced", now=now, actor=actor)
        return
    take_step(application, "blank_lost", now=now, actor=actor)
    note_wait(application, now=now)
