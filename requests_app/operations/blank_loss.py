"""Blanks that are not there any more although somebody was promised them: the last in the line's order lose theirs.

Whoever takes blanks away locks the applications that may lose theirs first (by id) and the location's row last, as
everybody does (docs/decisions/0026). What changed meanwhile is found under the locks, and then all is tried again.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from requests_app.models import Application, BlankStock, Card
from requests_app.models.blank_line import in_order, place_in_line
from requests_app.operations.actors import Actor
from requests_app.operations.blanks import HOLDING, NotEnough, lose_blank, note_wait, write_line
from requests_app.operations.card_words import waiting_words
from requests_app.operations.notices import owe_notice
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import Move, Outcome
from requests_app.rules.dates import local_date
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import Status

P = ParamSpec("P")
T = TypeVar("T")
TRIES = 5


class Lost(NamedTuple):
    """A locked application and the line of the ledger with which it gave up its blank."""

    application: Application
    line_id: int


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


def take_promises(stock: BlankStock, leaving: int, *, now: datetime, actor: Actor) -> list[Lost]:
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
    return [Lost(application, _give_up(application, stock, now, actor)) for application in losing]


def _give_up(application: Application, stock: BlankStock, now: datetime, actor: Actor) -> int:
    return write_line(stock, Move.RELEASE, now=now, reserved=-1, application=application, officer=actor.officer).pk


def last_promised(stock: BlankStock) -> QuerySet[Application]:
    """Who holds a blank of this location that is not in the printing tray; the last in the line's order first."""
    printing = Card.objects.filter(outcome=Outcome.PENDING).values("application_id")
    holders = Application.objects.filter(blank_hold__stock=stock, status__in=HOLDING).exclude(pk__in=printing)
    return in_order(holders).reverse()


def tell_losers(losing: list[Lost], stock: BlankStock, *, now: datetime, actor: Actor) -> None:
    """After the blanks were taken: another one if one is free, else back into the line, and their owners are told."""
    for application, line_id in reversed(losing):  # in the line's order, so that each is told its own place
        queued = application.status == Status.READY_TO_PRINT
        if queued:
            lose_blank(application, stock, now=now, actor=actor)
            if application.status == Status.READY_TO_PRINT:
                continue
        else:
            note_wait(application, now=now)
        words = waiting_words(place_in_line(application), today=local_date(now))
        owe_notice(
            application, "card_waiting", now=now, dedup=f"lost:{line_id}", params={"kartu": words},
            not_before=None if queued or application.decided_at is None else application.decided_at + TAKE_BACK,
        )  # fmt: skip
