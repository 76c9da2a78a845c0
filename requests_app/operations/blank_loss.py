"""Blanks that are not there any more although somebody was promised them: the last in the line's order lose theirs.

Whoever takes blanks away locks the applications that may lose theirs first (by id) and the location's row last, as
everybody does (docs/decisions/0026). What changed meanwhile is found under the locks, and then all is tried again.
Hundreds may lose theirs at once while others wait for that row, so nothing is reckoned or written for each of them
that can wait: their place and week are told by the sweep of the line, right after the commit.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from requests_app.models import Application, BlankStock, BlankWait, Card
from requests_app.models.blank_line import in_order
from requests_app.operations.actors import Actor
from requests_app.operations.blanks import HOLDING, NotEnough, release
from requests_app.operations.notices import supersede_unsent
from requests_app.operations.nudge import nudge_line
from requests_app.operations.steps import NotNow, take_step
from requests_app.rules.blanks import Outcome
from requests_app.rules.statuses import Status

P = ParamSpec("P")
T = TypeVar("T")
TRIES = 5


class StockMoved(Exception):
    """Between looking and locking somebody was promised a blank or got a card; nothing was written."""


def locked_stock(stock_id: int) -> BlankStock:
    """A location's row as it is now, locked until the end of the transaction: after it, no application is locked."""
    rows = BlankStock.objects.select_for_update(of=("self",), no_key=True).select_related("zone")
    return rows.get(pk=stock_id)


def tried_again(operation: Callable[P, T]) -> Callable[P, T]:
    """Run an operation in a transaction of its own, and again when the stock moved under it. Raises NotNow."""

    @wraps(operation)
    def trying(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    return operation(*args, **kwargs)
            except StockMoved:
                continue
        raise NotNow("Stok lokasi ini sedang ramai berubah. Tunggu sebentar, lalu coba lagi.")

    return trying


def take_promises(stock: BlankStock, leaving: int, *, now: datetime, actor: Actor) -> list[Application]:
    """Give up as many promises as stand in the way of `leaving` blanks; whose they were, locked. Raises NotEnough.

    Cards that are about to be printed keep theirs: their blank lies in the printing tray. The location is locked now.
    """
    seen = BlankStock.objects.get(pk=stock.pk)
    in_turn = list(last_promised(stock)[: max(leaving - seen.free, 0)].values_list("pk", flat=True))
    rows = Application.objects.select_for_update(of=("self",)).select_related("zone").filter(pk__in=in_turn)
    locked = {row.pk: row for row in rows.order_by("pk")}
    row = locked_stock(stock.pk)
    if leaving > row.on_hand - row.drawn:
        raise NotEnough("no_more_drawn_than_there")
    short = max(leaving - row.free, 0)
    still = set(last_promised(stock).filter(pk__in=in_turn).order_by().values_list("pk", flat=True))
    losing = [locked[pk] for pk in in_turn if pk in still][:short]
    if len(losing) < short:
        raise StockMoved
    release(losing, stock, now=now, officer=actor.officer)
    return losing


def last_promised(stock: BlankStock) -> QuerySet[Application]:
    """Who holds a blank of this location that is not in the printing tray; the last in the line's order first."""
    printing = Card.objects.filter(outcome=Outcome.PENDING).values("application_id")
    holders = Application.objects.filter(blank_hold__stock=stock, status__in=HOLDING).exclude(pk__in=printing)
    return in_order(holders).reverse()


def put_back_in_line(losing: Sequence[Application], *, now: datetime, actor: Actor) -> None:
    """After the blanks were taken (none is free then): they stand in the line again, as people who have to be told
    (of no place yet: 0).

    What was approved seconds ago joins it by the clock, as ever. News of a spoiled card that has not left stays: the
    sweep says both in one message.
    """
    if not losing:
        return
    for application in losing:
        if application.status == Status.READY_TO_PRINT:
            take_step(application, "blank_lost", now=now, actor=actor)
        supersede_unsent(application, ("blank_arrived",))
    BlankWait.objects.bulk_create(
        BlankWait(application=application, since=now, told_at=now, told_place=0, next_tell_at=now)
        for application in losing
    )
    transaction.on_commit(nudge_line, robust=True)
