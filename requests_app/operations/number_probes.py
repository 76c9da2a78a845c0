"""A number that was refused is asked again: every ten minutes one ordinary message of its zone leaves from it.

Else nothing would ever leave from it, as all goes by other numbers, and nothing could show that it works again.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from requests_app.models import Notice, Zone
from requests_app.operations.numbers import Number, forget_numbers, zone_numbers
from requests_app.operations.routes import routes
from requests_app.rules.messages import CODE_MINUTES
from requests_app.rules.routes import WHATSAPP
from requests_app.rules.visits import Sender

EVERY = timedelta(minutes=10)
ANY_AFTER = timedelta(hours=1)
"""So long nothing ordinary came: an answer may be the probe then, although a refusal keeps it for ten minutes."""


def probe_numbers(*, broken: Collection[tuple[str, int | None]], now: datetime) -> int:
    """Move one due message of each zone whose number is in trouble onto that number. `broken`: ways to leave alone.

    Returns how many were moved. No query while every number works.
    """
    troubled = [number for number in zone_numbers().values() if number.trouble and number.sender is Sender.API]
    return sum(_probe(number, now) for number in troubled if (WHATSAPP, number.zone_id) not in broken)


def _probe(number: Number, now: datetime) -> bool:
    """The message that was refused was the first probe, so ten minutes pass before the next."""
    last = number.probed_at
    if last is None:
        _take_turn(number, now)
        return False
    return now - last >= EVERY and _move_one(number, now, any_purpose=now - last >= ANY_AFTER)


def _take_turn(number: Number, now: datetime) -> bool:
    """Whether it is the caller's to make: what a process knows is seconds old, and several find that it is time."""
    zone = Zone.objects.filter(pk=number.zone_id, number_probed_at=number.probed_at).exclude(number_trouble="")
    taken = bool(zone.update(number_probed_at=now))
    forget_numbers()
    return taken


@transaction.atomic
def _move_one(number: Number, now: datetime, *, any_purpose: bool) -> bool:
    """One that was never tried, so that nobody waits twice. A code would be over before it is tried again."""
    unfit = {purpose for purpose, route in routes().items() if route.is_critical and not any_purpose}
    zone_id = number.zone_id
    due = Notice.objects.filter(
        application__zone_id=zone_id, channel=WHATSAPP, visit=None, state="queued", attempt=0, next_attempt_at__lte=now
    ).exclude(zone_id=zone_id)
    fit = due.exclude(purpose__in=unfit | set(CODE_MINUTES)).select_for_update(of=("self",), skip_locked=True)
    probe = fit.order_by("-priority", "next_attempt_at").values_list("pk", flat=True).first()
    if probe is None or not _take_turn(number, now):
        return False
    return bool(Notice.objects.filter(pk=probe).update(zone=zone_id))
