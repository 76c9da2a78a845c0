"""Where and when a card is collected: one row per application, its code, and the moment the card is there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from requests_app.models import Application, Card, CardPickup
from requests_app.models.searches import card_looked_for
from requests_app.models.unfetched import unfetched
from requests_app.operations.actors import Actor
from requests_app.operations.blank_news import BLANK_NOTICES
from requests_app.operations.notices import UNSENT, owe_notice, supersede_unsent
from requests_app.operations.pickup_words import pickup_params
from requests_app.operations.steps import record_event, take_step
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


def renew_code(application: Application, *, now: datetime, dedup: str) -> None:
    """A locked application's card that nobody has yet is collected against another code, and no more the old one.

    Whose card can be fetched now is told once more, with that code; `dedup`: of the event that this belongs to.
    """
    rows = CardPickup.objects.select_for_update(of=("self",)).select_related("zone")
    pickup = rows.filter(application=application, fetched_at=None).first()
    if pickup is None:
        return
    pickup.code = new_pickup_code()
    pickup.code_hash = pickup_hash(pickup.code)
    pickup.save(update_fields=["code", "code_hash"])
    if unfetched().filter(~card_looked_for(), pk=pickup.pk, carried_since=None).exists():
        supersede_unsent(application, PICKUP_NOTICES)
        words = pickup_params(pickup, application, now=now)
        owe_notice(application, "ready_for_pickup", now=now, dedup=dedup, params=words)
    _write_code(application, pickup.code)


def _write_code(application: Application, code: str) -> None:
    """Messages that may still leave, by their own channel or the next, carry the code that counts."""
    for notice in application.notices.filter(purpose__in=PICKUP_NOTICES, state__in=[*UNSENT, "accepted", "sent"]):
        if "kode_ambil" in notice.params:
            notice.params = {**notice.params, "kode_ambil": code}
            notice.save(update_fields=["params"])


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
    supersede_unsent(application, (*BLANK_NOTICES, *PICKUP_NOTICES))
    words = pickup_params(pickup, application, now=now)
    owe_notice(application, "ready_for_pickup", now=now, dedup=str(event.pk), params=words)
    return pickup


def arrive_back(application: Application, card: Card, *, now: datetime, actor: Actor) -> CardPickup:
    """A locked application's card that nobody fetched has come to the head office: its owner is told only now.

    It was ready all the time, so its status and its age stay; a reminder that came due on the way is not sent besides.
    """
    pickup = CardPickup.objects.get(application=application)
    card.zone, card.arrived_at = None, now
    card.save(update_fields=["zone", "arrived_at"])
    pickup.carried_since, pickup.moved_at = None, now
    count_reminders(pickup, now)
    pickup.save(update_fields=["carried_since", "moved_at", "reminders", "remind_at"])
    origin = card.shipment.origin if card.shipment is not None else None
    data = {"card": card.pk, "from": origin.code if origin is not None else ""}
    event = record_event(application, "card_moved", now=now, actor=actor, data=data)
    supersede_unsent(application, PICKUP_NOTICES)
    words = pickup_params(pickup, application, now=now)
    owe_notice(application, "card_moved", now=now, dedup=str(event.pk), params=words)
    return pickup


def count_reminders(pickup: CardPickup, now: datetime) -> None:
    """Up to now it was said; `remind_at` is the next moment to say it again, if there is one."""
    if pickup.ready_at is None:
        return
    moments = [pickup.ready_at + after for after in REMIND_UNFETCHED]
    pickup.reminders = sum(moment <= now for moment in moments)
    pickup.remind_at = next((moment for moment in moments if moment > now), None)


def not_ready(application: Application, card: Card) -> None:
    """A locked application's card cannot be collected after all (spoiled): nobody is reminded of it.

    Of one that was lost on its way back the next one goes to where it was to be fetched before.
    """
    changes: dict[str, Any] = {}
    origin = card.shipment.origin if card.shipment is not None and card.arrived_at is None else None
    if origin is not None:
        changes = {"zone": origin if origin.is_active else application.zone}
    CardPickup.objects.filter(application=application).update(
        ready_at=None, remind_at=None, carried_since=None, moved_at=None, day=None, part="", **changes
    )
    supersede_unsent(application, PICKUP_NOTICES)
