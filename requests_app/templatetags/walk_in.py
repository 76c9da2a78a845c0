"""Words of the walk-in counter's pages."""

from datetime import date

from django import template

from requests_app.models import Application
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.dates import DAYS, format_day
from requests_app.rules.names import first_word

register = template.Library()


@register.filter
def service_name(code: str) -> str:
    """The name of a service by its code."""
    return Service(code).label


@register.simple_tag
def asked_for(service: Service, reason: Reason) -> str:
    """A form's heading: `KTP-el: Hilang`; a reason that names the service does not repeat it."""
    name = reason.label.removeprefix(service.label).strip() or reason.label
    return f"{service.label}: {name[0].upper()}{name[1:]}"


@register.filter
def first_name(application: Application) -> str:
    """All that a note on a page needs of somebody."""
    return first_word(application.name)


@register.filter
def short_day(day: date) -> str:
    """`Senin, 29 Juni`: a slot is always of the coming weeks."""
    return f"{DAYS[day.weekday()]}, {format_day(day).rsplit(' ', 1)[0]}"
