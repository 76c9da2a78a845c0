"""The clock of cards that nobody fetches: reminders after 3, 14 and 30 days, then somebody has to carry them back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from requests_app.models import Application, CardLoss, CardPickup, CardPolicy, StockAlert
from requests_app.models.blanks import HEAD_OFFICE
from requests_app.models.searches import card_looked_for
from requests_app.models.unfetched import to_carry
from requests_app.operations.actors import CLOCK
from requests_app.operations.notices import owe_notice
from requests_app.operations.pickup_words import pickup_params
from requests_app.operations.pickups import count_reminders
from requests_app.operations.steps import lock, record_event
from requests_app.operations.stock_alerts import close_alerts, open_alert
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import format_day, local_date
from requests_app.rules.statuses import Status

BATCH = 500
KIND = "unfetched"
LATE = timedelta(days=7)
"""So long after their day cards that still lie at a zone are the supervisors' matter."""


def remind_unfetched(*, now: datetime) -> int:
    """Whoever did not come is reminded; after an outage once, not once for each time that was missed."""
    due = CardPickup.objects.filter(~card_looked_for(), remind_at__lte=now, carried_since=None).order_by("remind_at")
    return sum(_remind(pk, now) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _remind(application_id: int, now: datetime) -> bool:
    application, pickup = _waiting(application_id)
    if pickup is None or pickup.ready_at is None or pickup.remind_at is None or pickup.remind_at > now:
        return False
    count_reminders(pickup, now)
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
    may_move = pickup.moves_at(CardPolicy.current())
    if may_move is None:
        return words
    since = f"Mulai {format_day(local_date(may_move))} kartu" if may_move > now else "Kartu"
    return f"{words} {since} dapat kami pindahkan ke {HEAD_OFFICE}; Anda kami kabari."


@transaction.atomic
def watch_carrying(*, now: datetime) -> int:
    """Supervisors see each office where cards should have been carried to the head office for more than a week.

    The alert is over when they are on their way, fetched or expected. How many alerts were opened, changed or closed.
    """
    late = _late_places(now)
    known = {alert.key: alert for alert in StockAlert.objects.filter(kind=KIND, closed_at=None).select_for_update()}
    over = known.keys() - late.keys()
    for code in over:
        close_alerts(KIND, now=now, key=code)
    news = [code for code in late if code not in known or known[code].facts != late[code]]
    for code in news:
        open_alert(KIND, code, now=now, facts=late[code])
    return len(over) + len(news)


def _late_places(now: datetime) -> dict[str, dict[str, Any]]:
    """By the zone's code, what its alert says: its name, and how many cards were due a week ago."""
    rows = to_carry(CardPolicy.current(), at=now - LATE).order_by("zone__code").values_list("zone__code", "zone__name")
    return {code: {"place": name, "cards": count} for code, name, count in rows.annotate(count=Count("pk"))}


def _waiting(application_id: int) -> tuple[Application, CardPickup | None]:
    """The locked application, and its pickup while the card waits for its owner: nobody looks for it or carries it."""
    application = lock(application_id)
    looked_for = CardLoss.objects.filter(card__application=application, card__outcome=Outcome.PRINTED, ended_at=None)
    if application.status != Status.READY_FOR_PICKUP or looked_for.exists():
        return application, None
    return application, CardPickup.objects.select_related("zone").filter(pk=application_id, carried_since=None).first()
