"""Words of the zone desk's pages."""

from collections.abc import Iterable
from datetime import date, datetime

from django import template

from requests_app.models import Application, Visit
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import format_day_long, to_wib
from requests_app.rules.desk import at_the_desk
from requests_app.rules.names import first_word
from requests_app.rules.visits import RECORDING, VISIT_SERVICES, VisitState
from requests_app.templatetags.officer import kind_label

register = template.Library()
register.filter("brought", at_the_desk)


@register.filter
def what_for(application: Application) -> str:
    """What somebody comes for: `Kartu Keluarga, hilang`; for a KTP-el that waits for it, the recording."""
    if application.service == Service.KTP_EL and application.status == "recording_needed":
        return VISIT_SERVICES[RECORDING]
    return kind_label(application)


@register.filter
def all_for(applications: Iterable[Application]) -> str:
    """The same for a household, each thing once."""
    return "; ".join(dict.fromkeys(what_for(application) for application in applications))


@register.filter
def first_names(applications: Iterable[Application]) -> str:
    """The first names of those it is for, each once: all that a list needs."""
    return ", ".join(dict.fromkeys(first_word(application.name) for application in applications))


@register.filter
def clock(moment: datetime | None) -> str:
    """An aware moment's time of day (WIB): `08.30`; nothing for None."""
    return f"{to_wib(moment):%H.%M}" if moment else ""


@register.filter
def long_day(day: date) -> str:
    """A day with its weekday: `Senin, 29 Juni 2026`."""
    return format_day_long(day)


@register.filter
def visit_state(visit: Visit) -> str:
    """Where a visit stands, in the desk's words; who went home unserved is not just "cancelled"."""
    if visit.state == VisitState.CANCELLED and visit.checked_in_at:
        return "pulang, belum dilayani"
    return VisitState(visit.state).label


@register.filter
def visit_tone(visit: Visit) -> str:
    """The colour of a visit's state."""
    return {"checked_in": "act", "served": "good", "confirmed": "good", "missed": "bad"}.get(visit.state, "warn")
