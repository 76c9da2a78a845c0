"""The clock of cards that nobody fetches: reminders after 3, 14 and 30 days, then to the head office."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from requests_app.models import Application, Card, CardPickup, CardPolicy
from requests_app.models.blanks import HEAD_OFFICE
from requests_app.operations.actors import CLOCK
from requests_app.operations.notices import owe_notice, supersede_unsent
from requests_app.operations.pickup_words import pickup_params
from requests_app.operations.pickups import PICKUP_NOTICES
from requests_app.operations.steps import lock, record_event
from requests_app.rules.blanks import REMIND_UNFETCHED, Outcome
from requests_app.rules.dates import format_day, local_date
from requests_app.rules.statuses import Status

BATCH = 500


def remind_unfetched(*, now: datetime) -> int:
    """Whoever did not come is reminded; after an outage once, not once for each time that was missed."""
    due = CardPickup.objects.filter(remind_at__lte=now).order_by("remind_at")
    return sum(_remind(pk, now) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _remind(application_id: int, now: datetime) -> bool:
    application, pickup = _waiting(application_id)
    if pickup is None or pickup.ready_at is None or pickup.remind_at is None or pickup.remind_at > now:
        return False
    moments = [pickup.ready_at + after for after in REMIND_UNFETCHED]
    pickup.reminders = sum(moment <= now for moment in moments)
    pickup.remind_at = next((moment for moment in moments if moment > now), None)
    pickup.save(update_fields=["reminders", "remind_at"])
    words = pickup_params(pickup, application, now=now) | {"sebab": how_long(pickup, now)}
    record_event(application, "pickup_reminder", now=now, actor=CLOCK, data={"reminder": pickup.reminders})
    dedup = f"{pickup.ready_at.isoformat()}:{pickup.reminders}"
    owe_notice(application, "pickup_reminder", now=now, dedup=dedup, params=words)
    return True


def how_long(pickup: CardPickup, now: datetime) -> str:
    """For how long it has waited, and what becomes of it."""
    assert pickup.ready_at is not None
    words = f"Kartu siap sejak {format_day(local_date(pickup.ready_at))}."
    until = pickup.moves_at(CardPolicy.current())
    if until is None or until <= now:
        return words
    return f"{words} Sesudah {format_day(local_date(until))} kartu kami pindahkan ke {HEAD_OFFICE}."


def move_unfetched(*, now: datetime) -> int:
    """What waited longer than the office's rule says goes to the head office, unless its owner comes these days."""
    policy = CardPolicy.current()
    if not policy.move_after_days:
        return 0
    due = CardPickup.objects.filter(
        Q(day=None) | Q(day__lt=local_date(now)), zone__isnull=False, fetched_at=None,
        ready_at__lte=now - timedelta(days=policy.move_after_days),
    )  # fmt: skip
    ids = list(due.order_by("ready_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_move(pk, policy, now) for pk in ids)


@transaction.atomic
def _move(application_id: int, policy: CardPolicy, now: datetime) -> bool:
    application, pickup = _waiting(application_id)
    until = pickup.moves_at(policy) if pickup is not None else None
    if pickup is None or until is None or until > now:
        return False
    data = {"from": pickup.zone.code if pickup.zone else ""}
    pickup.zone, pickup.day, pickup.part, pickup.moved_at = None, None, "", now
    pickup.save(update_fields=["zone", "day", "part", "moved_at"])
    Card.objects.filter(application=application, outcome=Outcome.PRINTED).update(zone=None)
    event = record_event(application, "card_moved", now=now, actor=CLOCK, data=data)
    supersede_unsent(application, PICKUP_NOTICES)
    words = pickup_params(pickup, application, now=now)
    owe_notice(application, "card_moved", now=now, dedup=str(event.pk), params=words)
    return True


def _waiting(application_id: int) -> tuple[Application, CardPickup | None]:
    """The locked application, and its pickup while the card waits for its owner."""
    application = lock(application_id)
    if application.status != Status.READY_FOR_PICKUP:
        return application, None
    return application, CardPickup.objects.select_related("zone").get(application=application)
