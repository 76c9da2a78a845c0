"""The line for blanks: who is in it, in which order, and when a place in it is expected to come up."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from requests_app.models.application import Application
from requests_app.models.blanks import BlankHold, BlankStock, PlannedDelivery
from requests_app.models.cards import CardPolicy
from requests_app.models.zones import Zone
from requests_app.rules.blank_line import LOOK_BACK, NOTHING_KNOWN, Location, Supply, supply_of, week_of_place
from requests_app.rules.blanks import WaitingOrder
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.dates import start_of_day
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import Status

OLDEST_FIRST = ("first_due_at", "submitted_at", "id")


def printing_zones(stock: BlankStock) -> QuerySet[Zone]:
    """The zones whose cards are printed at a location; the head office prints for all that have none."""
    return Zone.objects.filter(Q(printed_at=stock) | (Q(printed_at=None) if stock.zone_id is None else Q(pk__in=[])))


def waiting(stock: BlankStock) -> QuerySet[Application]:
    """Who waits for a blank of this location, in the order in force (index waiting_for_blanks)."""
    rows = Application.objects.filter(status=Status.WAITING_FOR_BLANK, zone__in=printing_zones(stock))
    return in_order(rows)


def in_order(rows: QuerySet[Application]) -> QuerySet[Application]:
    """First-time applicants first, then oldest; or plain oldest first: the supervisor's policy."""
    if CardPolicy.current().waiting_order == WaitingOrder.FIFO:
        return rows.order_by(*OLDEST_FIRST)
    return rows.annotate(first_time=Q(reason=Reason.BARU)).order_by("-first_time", *OLDEST_FIRST)


def numbered(stock: BlankStock) -> QuerySet[Any]:
    """The same people in no order, each with its `place`: one pass over the line, whatever its length."""
    rows = waiting(stock)
    return rows.annotate(place=Window(RowNumber(), order_by=[str(field) for field in rows.query.order_by])).order_by()


def others_come_first(stock: BlankStock, application: Application, *, now: datetime) -> bool:
    """Whether somebody is in line for this location's blanks already, or will be within seconds: approved without a
    blank and told a place, or approved before there was a stock (index cards_approved)."""
    others = Application.objects.filter(zone__in=printing_zones(stock)).exclude(pk=application.pk)
    in_line = Q(status=Status.WAITING_FOR_BLANK)
    without = Q(status=Status.APPROVED, service=Service.KTP_EL, blank_hold=None)
    joins = Q(blank_wait__isnull=False) | Q(decided_at__lte=now - TAKE_BACK)
    return others.filter(in_line).exists() or others.filter(without & joins).exists()


def may_be_promised_one(application: Application, *, now: datetime) -> bool:
    """Whether it holds a blank, or would get one at once: one is free at its location, and nobody comes before it.

    Three queries at most; the review page asks for every application.
    """
    printed_at = application.zone.printed_at_id
    here = BlankStock.objects.filter(Q(pk=printed_at) if printed_at else Q(zone=None))
    stock = here.annotate(keeps_one=Exists(BlankHold.objects.filter(application=application.pk))).first()
    if stock is None:
        return False
    if stock.keeps_one:
        return True
    return stock.free > 0 and not others_come_first(stock, application, now=now)


def place_in_line(application: Application) -> int:
    """Its place, counted from 1, among those who wait for the same location's blanks; also of one that would join.

    Whoever was approved without a blank and joins the line in a few seconds counts already: two approvals in a row
    are not told the same place.
    """
    ahead = _ahead(application)
    waits = ahead.filter(status=Status.WAITING_FOR_BLANK)
    joins = ahead.filter(status=Status.APPROVED, blank_wait__isnull=False)
    return waits.values("pk").union(joins.values("pk"), all=True).count() + 1


def _ahead(application: Application) -> QuerySet[Application]:
    stock = application.zone.printed_at or BlankStock.objects.filter(zone=None).first()
    zones = printing_zones(stock) if stock is not None else Zone.objects.filter(printed_at=None)
    others = Application.objects.filter(service=Service.KTP_EL, zone__in=zones).exclude(pk=application.pk)
    older = Q(first_due_at__lt=application.first_due_at) | (
        Q(first_due_at=application.first_due_at)
        & (
            Q(submitted_at__lt=application.submitted_at)
            | Q(submitted_at=application.submitted_at, pk__lt=application.pk)
        )
    )
    if CardPolicy.current().waiting_order == WaitingOrder.FIFO:
        return others.filter(older)
    first_time = Q(reason=Reason.BARU)
    if application.reason == Reason.BARU:
        return others.filter(first_time & older)
    return others.filter(first_time | older)


def expected_week(place: int, zone: Zone, *, today: date) -> date | None:
    """The Monday of the week (WIB) in which this place comes up in the line of the location that prints for a zone;
    None while too little is known of what comes there. Two queries."""
    return week_of_place(place, supplies(today)[zone.printed_at_id], today)


# Few rows each, by an index: batches of a location (what they drew and did not return is printed or spoiled), blanks
# used outside the system, deliveries (the opening balance did not come), transfers. A transfer that nobody has counted
# within the time looked at is not waited for any more.
LOCATIONS = """
SELECT stock.id, stock.zone_id IS NULL,
  EXISTS (SELECT FROM requests_app_zone AS zone
    WHERE is_active AND (printed_at_id = stock.id OR (printed_at_id IS NULL AND stock.zone_id IS NULL))),
  (SELECT coalesce(sum(drawn - coalesce(returned, 0)), 0) FROM requests_app_printbatch AS batch
    JOIN requests_app_batchbox ON batch_id = batch.id
    WHERE batch.stock_id = stock.id AND batch.created_at >= %(since)s)
  - (SELECT coalesce(sum(on_hand), 0) FROM requests_app_blankmovement
    WHERE kind = 'outside' AND stock_id = stock.id AND day >= %(since_day)s),
  (SELECT coalesce(sum(quantity), 0) FROM requests_app_blankreceipt
    WHERE stock_id = stock.id AND NOT opening AND received_at >= %(since)s)
  + (SELECT coalesce(sum(arrived), 0) FROM requests_app_blanktransfer AS transfer
    JOIN requests_app_transferline ON transfer_id = transfer.id
    WHERE to_stock_id = stock.id AND received_at >= %(since)s)
  - (SELECT coalesce(sum(sent), 0) FROM requests_app_blanktransfer AS transfer
    JOIN requests_app_transferline ON transfer_id = transfer.id
    WHERE from_stock_id = stock.id AND sent_at >= %(since)s),
  (SELECT coalesce(sum(sent), 0) FROM requests_app_blanktransfer AS transfer
    JOIN requests_app_transferline ON transfer_id = transfer.id
    WHERE to_stock_id = stock.id AND received_at IS NULL AND sent_at >= %(since)s)
FROM requests_app_blankstock AS stock
"""


def supplies(today: date) -> Mapping[int | None, Supply]:
    """What is known to come to each location, by its id; to the head office also by None. Two queries."""
    planned = PlannedDelivery.objects.filter(receipt=None, cancelled_at=None)
    promised = list(planned.values_list("expected_on", "quantity"))
    with connection.cursor() as cursor:
        cursor.execute(LOCATIONS, {"since": start_of_day(today - LOOK_BACK), "since_day": today - LOOK_BACK})
        known: dict[int | None, Location] = {pk: Location(*facts) for pk, *facts in cursor.fetchall()}
    head = next((pk for pk, location in known.items() if location.is_head), None)
    if head is None:
        known[None] = NOTHING_KNOWN
    found = {
        pk: supply_of(here, [other for other in known.values() if other is not here], promised, today=today)
        for pk, here in known.items()
    }
    return {**found, None: found[head]}
