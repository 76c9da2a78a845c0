"""Words of the pages of cards at the desk."""

from datetime import datetime

from django import template

from requests_app.models import CardPickup, CardPolicy
from requests_app.queries.cards import LONG
from requests_app.rules.blanks import PARTS
from requests_app.rules.dates import format_day, format_day_long, local_date

register = template.Library()


@register.filter
def chosen_time(pickup: CardPickup, now: datetime) -> str:
    """When its owner said they come; that it is past."""
    if pickup.day is None:
        return ""
    words = ", ".join(filter(None, [format_day_long(pickup.day), PARTS.get(pickup.part, "").partition(" (")[0]]))
    return words if pickup.day >= local_date(now) else f"{words} (tidak datang)"


@register.filter
def carried_from(pickup: CardPickup, policy: CardPolicy) -> str:
    """The day from which on it is to be carried to the head office; empty where it stays."""
    moment = pickup.moves_at(policy)
    return format_day(moment) if moment is not None else ""


@register.filter
def is_long(ready_at: datetime, now: datetime) -> bool:
    """Whether a card has lain there for more than 30 days."""
    return ready_at <= now - LONG
