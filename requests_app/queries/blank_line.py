"""The line for blanks as citizens see it: one's own place in it, and how things stand before applying.

What comes from the centre, and how long the line is, are read at most once a minute by a process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.core.cache import cache
from django.db.models import Count

from requests_app.clock import database_now
from requests_app.models import Application, BlankStock, BlankWait, Card, Zone
from requests_app.models.blank_line import place_in_line, supplies
from requests_app.rules.blank_line import Supply, week_of_place
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import local_date
from requests_app.rules.statuses import Status

KEPT_S = 60
SUPPLY, LEVEL = "blank_supply", "blank_level"
WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class OwnPlace:
    """A place in the line, counted from 1, the Monday of the week in which it is expected to come up (None: nobody
    knows yet), and when its owner was told last."""

    place: int
    week: date | None
    told_at: datetime


def own_place(application_id: int, *, now: datetime) -> OwnPlace | None:
    """The place of an application that waits for a blank. Four queries."""
    rows = BlankWait.objects.select_related("application__zone__printed_at").only(
        "told_at", "application__reason", "application__first_due_at", "application__submitted_at",
        "application__zone__printed_at",
    )  # fmt: skip
    wait = rows.filter(application=application_id).first()
    if wait is None:
        return None
    place = place_in_line(wait.application)
    return OwnPlace(place, _expected(place, wait.application.zone.printed_at_id, local_date(now)), wait.told_at)


def _expected(place: int, stock_id: int | None, today: date) -> date | None:
    """None as a location is the head office. One that is younger than what is kept has nothing known to come."""
    kept = cache.get_or_set(f"{SUPPLY}:{today}", lambda: supplies(today), KEPT_S)
    known = cast(Mapping[int | None, Supply], kept).get(stock_id)
    return week_of_place(place, known, today) if known is not None else None


@dataclass(frozen=True)
class BlankLevel:
    """How things stand for who applies now. `short`: a new approval would wait; `everywhere`: whichever office
    prints for it. `place` and `week`: the last place, as it would be, in the line that comes up last, and when."""

    free: int
    waiting: int
    short: bool
    everywhere: bool
    place: int
    week: date | None
    printed: int


def level_at(now: datetime) -> BlankLevel:
    """Read in six queries at most."""
    stocks = list(BlankStock.objects.order_by())
    free = {stock.pk: max(stock.free, 0) for stock in stocks}
    head = next((stock.pk for stock in stocks if stock.zone_id is None), None)
    lines = Application.objects.filter(status=Status.WAITING_FOR_BLANK).values_list("zone__printed_at")
    waiting: dict[int | None, int] = dict.fromkeys(_printing(head), 0)
    for stock, number in lines.annotate(number=Count("pk")).order_by():
        waiting[stock or head] = waiting.get(stock or head, 0) + number
    short = [stock for stock, number in waiting.items() if number or not free.get(stock or 0)]
    today = local_date(now)
    last = [(_expected(waiting[stock] + 1, stock, today), waiting[stock] + 1) for stock in short]
    week, place = max(last, key=lambda one: (one[0] or date.max, one[1]), default=(None, 1))
    printed = Card.objects.filter(outcome=Outcome.PRINTED, outcome_at__gte=now - WINDOW, outcome_at__lte=now)
    return BlankLevel(
        free=sum(free.values()),
        waiting=sum(waiting.values()),
        short=bool(short),
        everywhere=len(short) == len(waiting),
        place=place,
        week=week,
        printed=printed.count(),
    )


def _printing(head: int | None) -> set[int | None]:
    """The locations that print for some zone."""
    chosen = Zone.objects.filter(is_active=True).values_list("printed_at", flat=True).distinct().order_by()
    return {stock or head for stock in chosen}


def blank_level() -> BlankLevel:
    """The same, up to a minute old: no page asks the database for it."""
    return cast(BlankLevel, cache.get_or_set(LEVEL, lambda: level_at(database_now()), KEPT_S))
