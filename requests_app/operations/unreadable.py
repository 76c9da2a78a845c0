"""What providers posted and could not be worked on: kept, and worked on again when that may help."""

import logging

from django.db import transaction

from requests_app.models import WebhookEvent
from requests_app.operations.nudge import nudge_receipts

log = logging.getLogger(__name__)


@transaction.atomic
def read_again() -> int:
    """Put all of it back to work, and ring for that. Returns how many there were.

    What fails once more is left aside as before.
    """
    events = _again(WebhookEvent.TROUBLE)
    if events:
        log.info("unreadable posts put back to work: %s", events)
    return events


@transaction.atomic
def find_its_zone() -> int:
    """A zone has another number: what people wrote to a number that was no zone's may be meant for it. How many."""
    return _again(WebhookEvent.NO_ZONE)


def _again(outcome: str) -> int:
    events = WebhookEvent.objects.filter(outcome=outcome, processed_at=None).update(outcome="")
    if events:
        transaction.on_commit(nudge_receipts, robust=True)
    return events
