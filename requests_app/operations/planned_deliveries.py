"""Deliveries that the centre has promised: what the forecast and waiting people's weeks reckon with."""

from datetime import date, datetime, timedelta

from django.contrib.admin.models import ADDITION, DELETION
from django.db import connection, transaction

from requests_app.models import Officer, PlannedDelivery
from requests_app.operations.office import FieldRefused, note_change, plain_words
from requests_app.operations.steps import NotNow
from requests_app.rules.blanks import MOST_OF_A_LETTER
from requests_app.rules.dates import format_count, local_date

FURTHEST_AHEAD = timedelta(days=366)
LOCK_CLASS = 74
"""Of the advisory lock under which deliveries are planned, one after the other: a promise is noted once."""


@transaction.atomic
def plan_delivery(*, expected_on: date, quantity: int, note: str, officer: Officer, now: datetime) -> PlannedDelivery:
    """Note a promised delivery. Raises FieldRefused: a day that is past or over a year away, an absurd quantity, words
    that hold markup or personal numbers, or the same promise noted already."""
    today = local_date(now)
    if not today <= expected_on <= today + FURTHEST_AHEAD:
        raise FieldRefused("expected_on", "Isi tanggal mulai hari ini, paling jauh setahun lagi.")
    if not 0 < quantity <= MOST_OF_A_LETTER:
        raise FieldRefused("quantity", f"Isi jumlah 1 sampai {format_count(MOST_OF_A_LETTER)} blangko.")
    words = plain_words("note", note)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK_CLASS])
    same = PlannedDelivery.objects.filter(
        expected_on=expected_on, quantity=quantity, note=words, receipt=None, cancelled_at=None
    )
    if same.exists():
        raise FieldRefused("expected_on", "Kiriman yang sama sudah tercatat.")
    delivery = PlannedDelivery.objects.create(
        expected_on=expected_on, quantity=quantity, note=words, entered_at=now, entered_by=officer
    )
    note_change(delivery, f"{expected_on} {quantity}", officer=officer, now=now, flag=ADDITION)
    return delivery


@transaction.atomic
def cancel_delivery(*, delivery_id: int, officer: Officer, now: datetime) -> PlannedDelivery:
    """The promise holds no longer. Raises NotNow when it has come or was cancelled before."""
    delivery = PlannedDelivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.receipt_id is not None or delivery.cancelled_at is not None:
        raise NotNow("Kiriman ini sudah diterima atau sudah dibatalkan.")
    delivery.cancelled_at = now
    delivery.save(update_fields=["cancelled_at"])
    note_change(delivery, "cancelled", officer=officer, now=now, flag=DELETION)
    return delivery
