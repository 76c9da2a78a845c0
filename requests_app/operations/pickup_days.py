"""Days on which owners wanted to fetch their cards, and on which the office is closed after all."""

from datetime import date, datetime, timedelta

from django.db import transaction

from requests_app.models import CardPickup, Zone
from requests_app.models.pickup_choice import kept_day, opening_of
from requests_app.models.searches import card_looked_for
from requests_app.models.unfetched import unfetched
from requests_app.operations.actors import CLOCK
from requests_app.operations.closures import why_closed
from requests_app.operations.notices import owe_notice, supersede_unsent
from requests_app.operations.pickup_words import day_in_words, pickup_params
from requests_app.operations.steps import lock, record_event
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.opening import Opening
from requests_app.rules.pickups import is_open_in

BATCH = 500
HALF_A_DAY = timedelta(hours=12)


def call_off_days(*, now: datetime) -> int:
    """Whose chosen day is closed by now (a closure, a holiday, other hours) is told so once, and may choose another.

    While a card is looked for nobody is called to fetch it; then it waits until the card is found. How many days were
    called off.
    """
    return sum(_call_off(pk, now) for pk in _closed_after_all(now)[:BATCH])


def _closed_after_all(now: datetime) -> list[int]:
    coming = unfetched().filter(~card_looked_for(), carried_since=None, day__gte=local_date(now)).order_by()
    zones, openings, found = Zone.objects.in_bulk(), dict[int | None, Opening](), list[int]()
    for zone, day, part in coming.values_list("zone", "day", "part").distinct():
        if zone not in openings:
            openings[zone] = opening_of(zones.get(zone), now=now)
        if day is not None and not is_open_in(openings[zone], day, part):
            found += coming.filter(zone=zone, day=day, part=part).values_list("pk", flat=True)
    return found


@transaction.atomic
def _call_off(application_id: int, now: datetime) -> bool:
    """What was found is judged once more under the lock: its owner may have come, or chosen another day."""
    application = lock(application_id)
    rows = unfetched().filter(~card_looked_for(), pk=application_id, carried_since=None, day__gte=local_date(now))
    pickup = rows.select_related("zone").first()
    if pickup is None or pickup.day is None or kept_day(pickup, now=now) is not None:
        return False
    why = _in_words(pickup, pickup.day)
    data = {"day": pickup.day.isoformat(), "part": pickup.part}
    pickup.day, pickup.part = None, ""
    pickup.save(update_fields=["day", "part"])
    event = record_event(application, "pickup_day_closed", now=now, actor=CLOCK, data=data)
    supersede_unsent(application, ("pickup_reminder",))  # it may name that day, and this one says the rest
    words = pickup_params(pickup, application, now=now) | {"sebab": why}
    owe_notice(application, "pickup_reminder", now=now, dedup=f"closed:{event.pk}", params=words)
    return True


def _in_words(pickup: CardPickup, day: date) -> str:
    begin = start_of_day(day) + (HALF_A_DAY if pickup.part == "siang" else timedelta())
    why = why_closed(pickup.zone_id, starts_at=begin, ends_at=begin + HALF_A_DAY)
    chosen = day_in_words(day, pickup.part)
    return f"Kantor itu tutup pada {chosen}: {why}. Pilih hari lain di halaman permohonan Anda."
