"""Rows with a running number of their day."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models.functions import Length

from requests_app.models import CardShipment, PrintBatch
from requests_app.rules.dates import local_date
from requests_app.rules.printing import number_stem

TRIES = 5
Row = TypeVar("Row", PrintBatch, CardShipment)


def create_numbered(model: type[Row], prefix: str, *, now: datetime, **fields: Any) -> Row:
    """A new row with the next number of the day (WIB), ``B-20261128-01``. Two at one moment get two numbers."""
    stem = number_stem(prefix, local_date(now))
    for _ in range(TRIES):
        taken = model.objects.filter(number__startswith=stem).order_by(Length("number").desc(), "-number")
        last = taken.values_list("number", flat=True).first() or "0"
        try:
            with transaction.atomic():
                return model.objects.create(number=f"{stem}{int(last.removeprefix(stem)) + 1:02d}", **fields)
        except IntegrityError as error:
            if "_number_" not in str(error):
                raise
    raise IntegrityError("no free number")
