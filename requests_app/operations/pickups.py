"""Where and when a card is collected: one row per application, its code, and the moment the card is there."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from requests_app.models import Application, Card, CardPickup
from requests_app.operations.actors import Actor
from requests_app.operations.notices import owe_notice, supersede_unsent
from requests_app.operations.pickup_words import pickup_params
from requests_app.operations.steps import take_step
from requests_app.rules.blanks import REMIND_UNFETCHED
from requests_app.rules.numbers import new_pickup_code
from requests_app.vault.keyring import keyed_hash

CODE_TRIES = 3
PICKUP_NOTICES = ("pickup_ask", "ready_for_pickup", "pickup_reminder", "card_moved")


def ensure_pickup(application: Application) -> CardPickup:
    """The row that says where this application's card goes; made at its zone's office when it is first asked for.

    `zone` (none: the head office) is where a printed card is sent.
    """
    made = CardPickup.objects.filter(application=application).select_related("zone").first()
    return made if made is not None else _new_pickup(application)


def ensure_pickups(applications: Sequence[Application]) -> None:
    """The same for many locked applications, in two statements."""
    made = set(CardPickup.objects.filter(application__in=applications).values_list("pk", flat=True))
    missing = [application for application in applications if application.pk not in made]
    codes = [new_pickup_code() for _ in missing]
    rows = [
        CardPickup(application=application, zone_id=application.zone_id, code=code, code_hash=pickup_hash(code))
        for application, code in zip(missing, codes, strict=True)
    ]
    try:
        with transaction.atomic():
            CardPickup.objects.bulk_create(rows)
    except IntegrityError:  # one was made meanwhile, or two codes met
        for application in missing:
            ensure_pickup(application)


def _new_pickup(application: Application) -> CardPickup:
    """Forty random bits meet twice once in a very long while; then another code is drawn."""
    for _ in range(CODE_TRIES):
        code = new_pickup_code()
        drawn = {"zone": application.zone, "code": code, "code_hash": pickup_hash(code)}
        try:
            with transaction.atomic():
                return CardPickup.objects.get_or_create(application=application, defaults=drawn)[0]
        except IntegrityError as error:
            if "pickup_code_once" not in str(error):
                raise
    raise IntegrityError("no free pickup code")


def renew_code(application: Application) -> str:
    """Another code for a card that was not collected yet; empty when there is none to collect."""
    pickup = CardPickup.objects.select_for_update().filter(application=application, fetched_at=None).first()
    if pickup is None:
        return ""
    pickup.code = new_pickup_code()
    pickup.code_hash = pickup_hash(pickup.code)
    pickup.save(update_fields=["code", "code_hash"])
    return pickup.code


def pickup_hash(code: str) -> bytes:
    """How a pickup code is found."""
    return keyed_hash("pickup", code)


def make_ready(application: Application, card: Card, *, now: datetime, actor: Actor) -> CardPickup:
    """A locked application's printed card lies where it is collected: its owner is told where, when and with what.

    A card that was sent lies where its shipment went; any other where the citizen wants it, or at the zone's office.
    Raises StepNotAllowed.
    """
    pickup = ensure_pickup(application)
    if card.shipment is not None:
        pickup.zone = card.shipment.zone
    event = take_step(application, "ready_for_pickup", now=now, actor=actor, data={"card": card.pk})
    card.zone, card.arrived_at = pickup.zone, now
    card.save(update_fields=["zone", "arrived_at"])
    pickup.ready_at, pickup.moved_at, pickup.fetched_at = now, None, None
    pickup.reminders, pickup.remind_at = 0, now + REMIND_UNFETCHED[0]
    pickup.save(update_fields=["zone", "ready_at", "moved_at", "fetched_at", "reminders", "remind_at"])
    supersede_unsent(application, PICKUP_NOTICES)
    words = pickup_params(pickup, application, now=now)
    owe_notice(application, "ready_for_pickup", now=now, dedup=str(event.pk), params=words)
    return pickup


def not_ready(application: Application) -> None:
    """A locked application's card cannot be collected after all (spoiled): nobody is reminded of it."""
    CardPickup.objects.filter(application=application).update(
        ready_at=None, remind_at=None, moved_at=None, day=None, part=""
    )
    supersede_unsent(application, PICKUP_NOTICES)
