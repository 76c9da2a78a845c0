"""The stored clock offset of embedded and test runs."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from requests_app.models import ClockOffset


class NotHere(Exception):
    """The clock is moved in embedded and test runs only."""


@transaction.atomic
def move_clock(*, forward: timedelta | None) -> int:
    """Put the clock forward, or back to the machine's time (None). Returns the offset in seconds. Raises NotHere."""
    if not settings.LOCAL:
        raise NotHere
    ClockOffset.objects.get_or_create(pk=1)
    row = ClockOffset.objects.select_for_update().get(pk=1)
    row.seconds = row.seconds + int(forward.total_seconds()) if forward is not None else 0
    row.save(update_fields=["seconds"])
    return row.seconds
