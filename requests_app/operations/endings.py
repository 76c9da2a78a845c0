"""What follows when an application ends: the next one that was held beside it goes on."""

from datetime import datetime

from requests_app.models import Application
from requests_app.operations.actors import CLOCK
from requests_app.operations.keys import key_is_taken
from requests_app.operations.steps import take_step
from requests_app.rules.statuses import Status


def let_held_go_on(service: str, key_hash: bytes, *, now: datetime) -> Application | None:
    """The key is free: its oldest held application is no duplicate any more; its promise never stopped running.

    The caller holds the key's lock. A row that somebody works on is skipped; the sweep comes back for it.
    """
    if key_is_taken(service, key_hash):
        return None
    held = (
        Application.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(service=service, key_hash=key_hash, status=Status.HELD_DUPLICATE)
        .order_by("submitted_at", "id")
        .first()
    )
    if held is not None:
        take_step(held, "other_ended", now=now, actor=CLOCK)
    return held
