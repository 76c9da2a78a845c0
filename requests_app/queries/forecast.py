"""How long the blanks last: the days that are over, what is there now, what is promised, and what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import cast

from django.core.cache import cache
from django.db import connection

from requests_app.models import BlankDay, CardPolicy, Holiday, PlannedDelivery, StockAlert
from requests_app.rules.blank_use import (
    HORIZON,
    PRINTED_A_DAY,
    SURGE,
    USED_OVER,
    USUAL_RATE,
    Terms,
    WhatIf,
    quantity_to_ask,
    stock_line,
)
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.forecast import Day, NamedCover, Outlook, Runway, forecast, free_stock, named_covers

LOOK_BACK = timedelta(days=730)
SHOWN_BACK = 90
"""Days of the past in the drawing."""
OUTLOOK_KEPT_S = 3600
"""The forecast is kept under what it was made of, so that a new day or holiday is never missed."""
LINE, LINE_KEPT_S = "blank_line", 120

# What is there now, what was asked for today, and what has come since: few rows each, by an index. Cards spoiled today
# are few, too, but no index finds them; without them the line begins a blank or two too low, which is the safe side.
FIGURES = """
SELECT
  (SELECT coalesce(sum(on_hand), 0) FROM requests_app_blankstock),
  (SELECT coalesce(sum(reserved), 0) FROM requests_app_blankstock),
  (SELECT count(*) FROM requests_app_application WHERE status = 'waiting_for_blank'),
  (SELECT count(DISTINCT application_id) FROM requests_app_officer AS officer
    JOIN requests_app_decision AS decision ON officer_id = officer.id AND decision.decided_at >= %(today_began)s
    JOIN requests_app_application AS application ON application.id = application_id AND service = 'ktp_el'
      AND status <> 'withdrawn'
    WHERE decision.kind = 'approved' AND taken_back_at IS NULL AND annulled_at IS NULL),
  (SELECT coalesce(-sum(on_hand), 0) FROM requests_app_blankmovement
    WHERE kind = 'outside' AND day = %(today)s AND stock_id IN (SELECT id FROM requests_app_blankstock)),
  (SELECT coalesce(sum(on_hand), 0) FROM requests_app_blankmovement WHERE kind = 'receipt' AND at >= %(since)s),
  (SELECT coalesce(sum(sent), 0) FROM requests_app_blanktransfer AS transfer
    JOIN requests_app_transferline ON transfer_id = transfer.id WHERE received_at IS NULL),
  (SELECT on_hand FROM requests_app_blankday WHERE day < %(since_day)s ORDER BY day DESC LIMIT 1),
  (SELECT (at AT TIME ZONE 'Asia/Jakarta')::date FROM requests_app_blankmovement ORDER BY id LIMIT 1)
"""


@dataclass(frozen=True)
class Now:
    """The whole city's blanks at this moment; `asked_today` has been taken from the free ones already.

    What was approved today and withdrawn or annulled since is not in it: its blank is free again.
    """

    on_hand: int
    on_way: int
    reserved: int
    waiting: int
    asked_today: int
    used: int
    used_in_days: int
    begun: bool

    @property
    def owned(self) -> int:
        """In the offices and on the way from one to another: a transfer neither uses blanks nor makes any."""
        return self.on_hand + self.on_way

    @property
    def free(self) -> int:
        """In the offices and promised to nobody; never below zero."""
        return max(0, self.on_hand - self.reserved)

    @property
    def this_morning(self) -> int:
        """Free ones at the day's beginning less those whom people wait for: where the line of the forecast begins."""
        return free_stock(on_hand=self.owned, reserved=self.reserved, waiting=self.waiting) + self.asked_today


@dataclass(frozen=True)
class Situation:
    """Everything that the page, the letter and the alerts say."""

    today: date
    now: Now
    past: Sequence[BlankDay]
    deliveries: Sequence[PlannedDelivery]
    outlook: Outlook
    terms: Terms
    covers: Sequence[NamedCover]
    days_without_blanks: int

    @property
    def arrivals(self) -> list[tuple[date, int]]:
        """Deliveries that are promised; one that is overdue is not there yet, so tomorrow at the earliest."""
        soonest = self.today + timedelta(days=1)
        return [(d.expected_on if d.expected_on >= self.today else soonest, d.quantity) for d in self.deliveries]

    def line(self, what_if: WhatIf | None = None) -> Runway:
        """With the deliveries that are promised."""
        return stock_line(self.outlook, self.terms, free=self.now.this_morning, arrivals=self.arrivals, what_if=what_if)

    @property
    def alone(self) -> Runway:
        """Without any delivery: a promise has failed before, so cover and alerts do not count on it."""
        return stock_line(self.outlook, self.terms, free=self.now.this_morning, arrivals=[])

    def used_over(self, days: int) -> int:
        """Blanks asked for on the last so many days that are over."""
        since = self.today - timedelta(days=days)
        return sum(day.demand for day in self.past if day.day >= since)

    def to_ask(self, wanted_days: int) -> int:
        """Blanks to ask the centre for today, so that they last so many days after they arrive."""
        return quantity_to_ask(
            self.outlook, free=self.now.this_morning, arrivals=self.arrivals,
            lead_days=self.terms.lead_days, wanted_days=wanted_days,
        )  # fmt: skip


def load_situation(now: datetime) -> Situation:
    """Five queries; the forecast itself is made when a day, a holiday or the date is new."""
    today = local_date(now)
    figures = blanks_now(now)
    history = list(BlankDay.objects.filter(day__gte=today - LOOK_BACK, day__lt=today))
    policy = CardPolicy.current()
    return Situation(
        today=today,
        now=figures,
        past=history[-SHOWN_BACK:],
        deliveries=list(PlannedDelivery.objects.filter(receipt=None, cancelled_at=None)),
        outlook=_outlook(history, today),
        terms=Terms(policy.reorder_level, policy.lead_days, policy.safety_days),
        covers=named_covers(
            figures.owned, printed_a_day=PRINTED_A_DAY, received=figures.owned + figures.used,
            used_in_days=figures.used_in_days, more=SURGE,
        ),
        days_without_blanks=sum(not day.available for day in history),
    )  # fmt: skip


def blanks_now(now: datetime) -> Now:
    """One query. Used is whatever was there or came in three months and is no more, what is on its way left out."""
    today = local_date(now)
    since = today - timedelta(days=USED_OVER)
    with connection.cursor() as cursor:
        given = {"today": today, "today_began": start_of_day(today), "since_day": since, "since": start_of_day(since)}
        cursor.execute(FIGURES, given)
        on_hand, reserved, waiting, approved, outside, received, on_way, before, first = cursor.fetchone()
    used = max(0, (before or 0) + received - on_hand - on_way)
    days = min(USED_OVER, (today - first).days) if first else 0
    return Now(on_hand, on_way, reserved, waiting, approved + outside, used, max(1, days), first is not None)


def _outlook(history: Sequence[BlankDay], today: date) -> Outlook:
    days = [Day(row.day, row.demand, row.available) for row in history]
    holidays = dict(Holiday.objects.values_list("date", "name"))
    made_of = sha256(repr((today, days, sorted(holidays.items()))).encode()).hexdigest()

    def make() -> Outlook:
        return forecast(days, holidays=holidays, first=today, horizon=HORIZON, usual_rate=USUAL_RATE)

    return cast(Outlook, cache.get_or_set(f"blank_outlook:{made_of}", make, OUTLOOK_KEPT_S))


@dataclass(frozen=True)
class BlankLine:
    """The forecast in one line, for the supervisor's first page and for monitoring."""

    now: Now
    cover_days: float | None
    zero_on: date | None
    order_by: date | None
    today: date

    @property
    def is_late(self) -> bool:
        """Whether the day to order by is past."""
        return self.order_by is not None and self.order_by < self.today


def blank_line(now: datetime) -> BlankLine:
    """The same, up to two minutes old."""
    return cast(BlankLine, cache.get_or_set(LINE, lambda: _line(load_situation(now)), LINE_KEPT_S))


def _line(situation: Situation) -> BlankLine:
    coming = situation.line()
    return BlankLine(situation.now, situation.alone.cover_days, coming.zero_on, coming.order_by, situation.today)


def cover_alert() -> StockAlert | None:
    """The most urgent open alert of cover: each level that was reached has its own row."""
    opened = StockAlert.objects.filter(kind="cover", closed_at=None)
    return min(opened, key=lambda alert: int(alert.key), default=None)
